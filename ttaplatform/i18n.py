"""Languages, dates and the marking of sentences for translation."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, gettext, lazy_gettext, ngettext

LANGUAGES = {"en": "English", "es": "Español"}

_ = gettext
_l = lazy_gettext
_n = ngettext


def day(value: date) -> str:
    """Return `value` as a long date in the page's language: November 24, 2026."""
    return format_date(value, "long")


def local_day(instant: datetime, zone: str) -> date:
    """Return the day on which `instant` fell in the time zone `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()
