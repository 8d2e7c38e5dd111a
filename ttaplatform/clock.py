"""The only place that reads the clock; everything else is told the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one clock


def local_day(instant: datetime, zone: str) -> date:
    """Return the day on which `instant` fell in the time zone `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()
