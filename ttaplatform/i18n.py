"""Languages, dates and the marking of sentences for translation."""

from datetime import date

from flask_babel import format_date, gettext, lazy_gettext

LANGUAGES = {"en": "English", "es": "Español"}

_ = gettext
_l = lazy_gettext


def day(value: date) -> str:
    """Return `value` as a long date in the page's language: November 24, 2026."""
    return str(format_date(value, "long"))
