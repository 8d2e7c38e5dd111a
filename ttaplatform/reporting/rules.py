"""How a report is asked for and written: groups, periods, safe spreadsheet cells, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

GROUPS = ("agency", "profession", "course")
MEASURES = ("started", "completed", "passed", "minutes")


@dataclass(frozen=True)
class Question:
    """What a report asks: groups, and the filters course, from and to (both days inclusive, in `zone`)."""

    by: tuple[str, ...]
    zone: str
    course: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def starts_at(self) -> datetime | None:
        """Return the first instant of the period in UTC, or None."""
        return self._midnight(self.since) if self.since else None

    @property
    def ends_before(self) -> datetime | None:
        """Return the first instant after the period in UTC, or None."""
        return self._midnight(self.until + timedelta(days=1)) if self.until else None

    def _midnight(self, value: date) -> datetime:
        return datetime.combine(value, time(), ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True)
class Row:
    """A group and its figures: people who started, completed, passed; minutes of what was completed."""

    groups: tuple[str, ...]
    started: int
    completed: int
    passed: int
    minutes: int


def read_groups(text: str) -> tuple[str, ...]:
    """Return the groups named in `text` ("agency,profession"); raise ValueError naming an unknown one."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in GROUPS:
            raise ValueError(f"--by: {name!r} is none of {', '.join(GROUPS)}")
    return names or ("agency", "profession")


def total(rows: Sequence[Row]) -> Row:
    """Return the sum of `rows`; each completion is counted in one row only, so it adds up."""
    return Row(
        (),
        sum(row.started for row in rows),
        sum(row.completed for row in rows),
        sum(row.passed for row in rows),
        sum(row.minutes for row in rows),
    )
