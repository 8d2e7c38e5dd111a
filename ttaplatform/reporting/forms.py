"""The filters of a report: is what was asked well-formed?"""

from wtforms import DateField, Form, SelectChoice, SelectField, StringField
from wtforms.validators import Optional

from ttaplatform.i18n import _l


class ReportForm(Form):
    """Groups, course and period."""

    by = SelectField(
        _l("Group by"),
        choices=[
            SelectChoice("agency,profession", _l("Agency and profession")),
            SelectChoice("agency", _l("Agency")),
            SelectChoice("profession", _l("Profession")),
            SelectChoice("course", _l("Course")),
        ],
        default="agency,profession",
        validate_choice=False,
    )
    course = SelectField(_l("Course"), default="")
    since = DateField(_l("From"), validators=[Optional()], name="from")
    until = DateField(_l("To"), validators=[Optional()], name="to")
    detail = StringField(validators=[Optional()])

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, and that the period does not end before it begins."""
        is_valid = bool(super().validate())
        if is_valid and self.since.data and self.until.data and self.since.data > self.until.data:
            self.until.errors = [_l("The last day is before the first. Choose a later day.")]
            return False
        return is_valid
