"""The form of an approval: is what was typed well-formed?"""

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from ttaplatform.i18n import _l

PLAIN = Regexp(r"^[^<>\x00-\x1f]*$", message=_l("Use letters, blanks and the usual marks only."))


class ApprovalForm(FlaskForm):
    """What a provider may award for a course."""

    rule = SelectField(_l("Credit"))
    course = SelectField(_l("Course"))
    provider_name = StringField(
        _l("Name of the accredited provider"),
        [
            InputRequired(_l("Type the name of the provider.")),
            Length(max=160, message=_l("Use at most 160 characters.")),
            PLAIN,
        ],
    )
    provider_number = StringField(
        _l("Provider number"),
        [
            InputRequired(_l("Type the number that the accreditor gave the provider.")),
            Length(max=60, message=_l("Use at most 60 characters.")),
            PLAIN,
        ],
    )
    provider_address = StringField(
        _l("Address of the provider (optional)"), [Length(max=200, message=_l("Use at most 200 characters.")), PLAIN]
    )
    approval_number = StringField(
        _l("Approval or course number"), [Length(max=60, message=_l("Use at most 60 characters.")), PLAIN]
    )
    valid_from = DateField(_l("Valid from"), [InputRequired(_l("Choose the first day."))])
    valid_until = DateField(_l("Valid until (optional)"), [Optional()])
