"""Forms of people: is what was typed well-formed?"""

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from ttaplatform.i18n import _l
from ttaplatform.people.rules import NAME_MAX

ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "Pacific/Pago_Pago",
)  # fmt: skip


def _required(message: object) -> InputRequired:
    return InputRequired(message)


class EmailForm(FlaskForm):
    """An e-mail address."""

    email = EmailField(
        _l("E-mail address"),
        [
            _required(_l("Type your e-mail address.")),
            Length(max=254, message=_l("This address is too long.")),
            Regexp(ADDRESS, message=_l("Type an address with an @, such as name@agency.gov.")),
        ],
    )


class SignInForm(FlaskForm):
    """Address and password."""

    email = EmailField(_l("E-mail address"), [_required(_l("Type your e-mail address."))])
    password = PasswordField(_l("Password"), [_required(_l("Type your password."))])
    remember = BooleanField(_l("Keep me signed in on this device"))


class _WorkForm(FlaskForm):
    """Where a person works and as what."""

    name = StringField(
        _l("Your full name, as it should stand on your certificate"),
        [
            _required(_l("Type your name.")),
            Length(max=NAME_MAX, message=_l("Use at most 80 characters.")),
            Regexp(r"^[^<>\x00-\x1f]*$", message=_l("Use letters, blanks and the usual marks only.")),
        ],
    )
    profession = SelectField(_l("Profession"), [_required(_l("Choose your profession."))], validate_choice=False)
    agency = StringField(_l("Agency"), [_required(_l("Type the name of your agency and choose it from the list."))])
    agency_choice = HiddenField()
    agency_kind = SelectField(_l("Kind of agency"), validate_choice=False)
    agency_level = SelectField(_l("Level of government"), validate_choice=False)
    agency_state = SelectField(_l("State or territory"), validate_choice=False)


class DeleteForm(FlaskForm):
    """The password again, before what cannot be taken back."""

    password = PasswordField(_l("Password"), [_required(_l("Type your password."))])


class SignUpForm(_WorkForm, EmailForm):
    """What a new person tells of themselves."""

    password = PasswordField(_l("Password"), [_required(_l("Choose a password."))])
    time_zone = HiddenField()


class AccountForm(_WorkForm):
    """What a person can change of their account."""

    licence_number = StringField(
        _l("License or ID number (optional)"), [Length(max=40, message=_l("Use at most 40 characters."))]
    )
    time_zone = SelectField(_l("Time zone"), choices=[SelectChoice(zone, zone.replace("_", " ")) for zone in ZONES])

    def offer_zone(self, zone: str) -> None:
        """Keep the person's own zone among the choices."""
        if zone in available_timezones() and zone not in ZONES:
            self.time_zone.choices = [*self.time_zone.choices, SelectChoice(zone, zone.replace("_", " "))]


class PasswordForm(FlaskForm):
    """A new password."""

    password = PasswordField(_l("New password"), [_required(_l("Choose a password."))])


class PlainForm(FlaskForm):
    """A button that changes something: only the protection against forged requests."""
