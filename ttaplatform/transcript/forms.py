"""The form of training elsewhere: is what was typed and chosen well-formed?"""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from ttaplatform.i18n import _, _l
from ttaplatform.transcript.rules import minutes_from

NO_MARKUP = Regexp(r"^[^<>\x00-\x1f]*$", message=_l("Use letters, blanks and the usual marks only."))


class DayField(DateField):
    """A day, with our words for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; a blank one is none."""
        if not any(value.strip() for value in valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Choose a day, or type it as year-month-day, such as 2026-11-24.")) from error


class ElsewhereForm(FlaskForm):
    """What a learner says of training elsewhere, with its proof."""

    title = StringField(
        _l("Title of the training"),
        [
            InputRequired(_l("Type the title as it stands on the proof.")),
            Length(max=200, message=_l("Use at most 200 characters.")),
            NO_MARKUP,
        ],
    )
    provider = StringField(
        _l("Who gave it"),
        [
            InputRequired(_l("Type who gave the training.")),
            Length(max=160, message=_l("Use at most 160 characters.")),
            NO_MARKUP,
        ],
    )
    hours = StringField(_l("Hours"), [InputRequired(_l("Type the hours as a number, such as 1.5."))])
    completed_on = DayField(_l("Completed on"), [InputRequired(_l("Choose the day on which you completed it."))])
    expires_on = DayField(_l("Expires on (optional)"), [Optional()])
    proof = FileField(_l("Proof"), [FileRequired(_l("Choose the file that shows that you completed it."))])

    def validate_title(self, field: Field) -> None:
        """Refuse blanks only."""
        if not field.data.strip():
            raise ValidationError(_("Type the title as it stands on the proof."))

    def validate_provider(self, field: Field) -> None:
        """Refuse blanks only."""
        if not field.data.strip():
            raise ValidationError(_("Type who gave the training."))

    def validate_hours(self, field: Field) -> None:
        """Refuse what is no number of hours."""
        if minutes_from(field.data) is None:
            raise ValidationError(_("Type the hours as a number from 0.02 to 500, such as 1.5."))

    def validate_expires_on(self, field: Field) -> None:
        """Refuse an end before the training was completed."""
        if field.data and self.completed_on.data and field.data < self.completed_on.data:
            raise ValidationError(_("It cannot expire before it was completed. Look at both days."))
