"""Forms of certificates: is what was typed or chosen well-formed?"""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from ttaplatform.i18n import _l

NO_MARKUP = r"^[^<>\x00-\x1f]*$"


class CorrectionForm(FlaskForm):
    """What a corrected certificate says."""

    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Type the name.")),
            Regexp(r"\s*\S", message=_l("Type the name.")),
            Length(max=80, message=_l("Use at most 80 characters.")),
            Regexp(NO_MARKUP, message=_l("Use letters, blanks and the usual marks only.")),
        ],
    )
    licence_number = StringField(
        _l("License number"),
        [
            Length(max=40, message=_l("Use at most 40 characters.")),
            Regexp(r"^[\w .\-/]*$", message=_l("Use letters, digits and hyphens only.")),
        ],
    )


class RevocationForm(FlaskForm):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Say why.")),
            Length(max=300, message=_l("Use at most 300 characters.")),
            Regexp(r"^[^<>]*$", message=_l("Use letters, blanks and the usual marks only.")),
        ],
    )


class BundleForm(FlaskForm):
    """Whose certificates, of which course."""

    agency = SelectField(_l("Agency"))
    course = SelectField(_l("Course"))


class EmblemForm(FlaskForm):
    """A seal or a signature, and where it stands."""

    place = SelectField(_l("Where it stands"))
    picture = FileField(_l("Picture"), [FileRequired(_l("Choose a PNG or JPEG picture."))])
    caption = StringField(
        _l("Name and title below a signature"),
        [
            Length(max=160, message=_l("Use at most 160 characters.")),
            Regexp(NO_MARKUP, message=_l("Use letters, blanks and the usual marks only.")),
        ],
    )
