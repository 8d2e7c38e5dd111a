"""Forms of authoring: is what was typed well-formed?"""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ttaplatform.authoring.settings import objectives_from, sources_from
from ttaplatform.i18n import LANGUAGES, _l

PLAIN = Regexp(r"^[^<>\x00-\x1f]*$", message=_l("Use letters, blanks and the usual marks only."))
MOST_MINUTES = 1200


def _trimmed(typed: str | None) -> str:
    """Return a line as it is kept: without blanks around it, with single ones in it."""
    return " ".join((typed or "").split())


def _title() -> list[object]:
    return [
        DataRequired(_l("Type a title.")),
        Length(max=120, message=_l("Use at most 120 characters.")),
        PLAIN,
    ]


def _minutes() -> list[object]:
    message = _l("Type whole minutes, such as 45.")
    return [InputRequired(message), NumberRange(1, MOST_MINUTES, message)]


def _ticks(label: object) -> SelectMultipleField:
    """Return a field of boxes to tick; its choices are given when it is shown."""
    return SelectMultipleField(
        label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), choices=(), coerce=str
    )


class CourseForm(FlaskForm):
    """What a new course begins with."""

    title = StringField(_l("Title"), _title(), filters=[_trimmed])
    summary = StringField(
        _l("What it is about, in one sentence"),
        [
            DataRequired(_l("Say in one sentence what the course is about.")),
            Length(max=300, message=_l("Use at most 300 characters.")),
        ],
        filters=[_trimmed],
    )
    sector = SelectField(_l("For"))
    minutes = IntegerField(_l("Length in minutes"), _minutes())
    language = SelectField(
        _l("Language in which you write it"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    agency = SelectField(_l("Whose course it is"), coerce=int)


class CourseSettingsForm(FlaskForm):
    """The settings of course.md that a trainer sets; `attempts` 0 means as many as one likes."""

    title = StringField(_l("Title"), _title(), filters=[_trimmed])
    summary = StringField(
        _l("What it is about, in one sentence"), [Length(max=300, message=_l("Use at most 300 characters."))]
    )
    sector = SelectField(
        _l("For"),
        choices=[
            SelectChoice("all", _l("Everyone")),
            SelectChoice("law-enforcement", _l("Law enforcement")),
            SelectChoice("health", _l("Health professionals")),
        ],
    )
    level = SelectField(
        _l("Level"),
        choices=[
            SelectChoice("beginning", _l("Beginning")),
            SelectChoice("intermediate", _l("Intermediate")),
            SelectChoice("advanced", _l("Advanced")),
        ],
    )
    audience = _ticks(_l("Professions that it is written for"))
    minutes = IntegerField(_l("Length in minutes"), _minutes())
    passing_percent = IntegerField(
        _l("Percent to pass the final assessment"), [NumberRange(1, 100, _l("Type a percent from 1 to 100."))]
    )
    attempts = IntegerField(
        _l("Attempts at the final assessment (0: as many as one likes)"),
        [NumberRange(0, 100, _l("Type a number from 0 to 100."))],
    )
    expires_after_months = IntegerField(
        _l("Months until the certificate expires (0: never)"),
        [NumberRange(0, 999, _l("Type a number from 0 to 999."))],
        default=0,
    )
    credits = _ticks(_l("Credits beside plain completion"))
    objectives = TextAreaField(_l("Objectives, one a line, such as LO1: Tell a sign from a proof."))
    sources = TextAreaField(_l("Sources, one a line: KEY | publisher | title | year | address"))
    reviewed_on = DateField(_l("Last reviewed on"), [Optional()])
    review_due = DateField(_l("Next review due on"), [Optional()])

    def validate_objectives(self, field: TextAreaField) -> None:
        """Refuse lines that are no objective."""
        if objectives_from(field.data or "") is None:
            raise ValidationError(_l("Begin each line with an id of its own, such as LO1:"))

    def validate_sources(self, field: TextAreaField) -> None:
        """Refuse lines that are no source."""
        if sources_from(field.data or "") is None:
            raise ValidationError(_l("Each line has five parts between | signs; the address begins with https://"))


class LessonSettingsForm(FlaskForm):
    """The settings of a lesson."""

    title = StringField(_l("Title"), _title(), filters=[_trimmed])
    minutes = IntegerField(_l("Length in minutes"), _minutes())
    objectives = _ticks(_l("Objectives"))
    content_note = StringField(
        _l("Content note: say what could be hard to read; leave it empty when nothing is"),
        [Length(max=300, message=_l("Use at most 300 characters."))],
    )


class QuizSettingsForm(FlaskForm):
    """The settings of a quiz; `attempts` 0 means as many as one likes."""

    title = StringField(_l("Title"), _title(), filters=[_trimmed])
    feedback = SelectField(
        _l("Feedback"),
        choices=[
            SelectChoice("after-submitting", _l("After it is handed in")),
            SelectChoice("at-once", _l("After each question")),
            SelectChoice("after-passing", _l("Only once it is passed")),
        ],
    )
    time_limit_minutes = IntegerField(
        _l("Time limit in minutes (0: none)"), [NumberRange(0, 999, _l("Type a number from 0 to 999."))], default=0
    )


class ModuleForm(FlaskForm):
    """What a new module begins with."""

    title = StringField(_l("Title of the module"), _title(), filters=[_trimmed])
    minutes = IntegerField(_l("Length in minutes"), _minutes())
