"""Languages, dates and the marking of sentences for translation."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, gettext, lazy_gettext

LANGUAGES = {"en": "English", "es": "Español"}

_ = gettext
_l = lazy_gettext


def day(value: date) -> str:
    """Return `value` as a long date in the page's language: November 24, 2026."""
    return str(format_date(value, "long"))


def moment(value: datetime) -> str:
    """Return an instant in the page's language and the person's time zone: 11/24/26, 2:35 PM."""
    return str(format_datetime(value, "short"))
