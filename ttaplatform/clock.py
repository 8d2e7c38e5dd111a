"""The only place that reads the clock; everything else is told the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one clock


def timestamp() -> float:
    """Return the present instant in seconds since 1970."""
    return now().timestamp()
