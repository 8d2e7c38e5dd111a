"""Forms of authoring: is what was typed well-formed?"""

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from ttaplatform.i18n import LANGUAGES, _l

PLAIN = Regexp(r"^[^<>\x00-\x1f]*$", message=_l("Use letters, blanks and the usual marks only."))
MOST_MINUTES = 1200


def _title() -> list[object]:
    return [
        InputRequired(_l("Type a title.")),
        Length(max=120, message=_l("Use at most 120 characters.")),
        PLAIN,
    ]


def _minutes() -> list[object]:
    message = _l("Type whole minutes, such as 45.")
    return [InputRequired(message), NumberRange(1, MOST_MINUTES, message)]


class CourseForm(FlaskForm):
    """What a new course begins with."""

    title = StringField(_l("Title"), _title())
    summary = StringField(
        _l("What it is about, in one sentence"),
        [
            InputRequired(_l("Say in one sentence what the course is about.")),
            Length(max=300, message=_l("Use at most 300 characters.")),
        ],
    )
    sector = SelectField(_l("For"))
    minutes = IntegerField(_l("Length in minutes"), _minutes())
    language = SelectField(
        _l("Language in which you write it"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    agency = SelectField(_l("Whose course it is"), coerce=int)


class ModuleForm(FlaskForm):
    """What a new module begins with."""

    title = StringField(_l("Title of the module"), _title())
    minutes = IntegerField(_l("Length in minutes"), _minutes())
