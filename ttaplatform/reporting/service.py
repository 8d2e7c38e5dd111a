"""Completions by agency and profession: read from milestones, which are recorded once."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select, type_coerce
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import NullType

from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.learning.models import MilestoneRecord
from ttaplatform.people.models import Account, Agency, Profession
from ttaplatform.reporting.rules import MEASURES, Question, Row
from ttaplatform.spreadsheet import safe_cell

CHUNK = 2_000
DETAIL_COLUMNS = (
    "completed_on",
    "name",
    "agency",
    "profession",
    "course",
    "minutes",
    "passed_on",
    "score_percent",
)
_GROUP_COLUMNS: dict[str, Any] = {
    "agency": func.coalesce(Agency.name, ""),
    "profession": Profession.name,
    "course": CourseRecord.title,
}


def completions(session: Session, question: Question, agencies: set[int] | None) -> list[Row]:
    """Return one row for each group that has something to count, the groups in order."""
    columns = [_GROUP_COLUMNS[name] for name in question.by]
    figures = [_count("started"), _count("completed"), _count("passed"), _minutes()]
    query = _joined(select(*columns, *figures)).group_by(*columns).order_by(*columns)
    rows = session.execute(_filtered(query, question, agencies))
    width = len(columns)
    return [Row(tuple(row[:width]), *(int(figure or 0) for figure in row[width:])) for row in rows]


def _count(kind: str) -> ColumnElement[int]:
    return func.sum(case((MilestoneRecord.kind == kind, 1), else_=0))


def _minutes() -> ColumnElement[int]:
    return func.sum(case((MilestoneRecord.kind == "completed", MilestoneRecord.minutes), else_=0))


def _joined(query: Any) -> Any:
    return (
        query.select_from(MilestoneRecord)
        .join(Profession, Profession.id == MilestoneRecord.profession_id)
        .join(CourseRecord, CourseRecord.id == MilestoneRecord.course_id)
        .outerjoin(Agency, Agency.id == MilestoneRecord.agency_id)
    )


def _filtered(query: Any, question: Question, agencies: set[int] | None) -> Any:
    if agencies is not None:
        query = query.where(MilestoneRecord.agency_id.in_(agencies))
    if question.course:
        query = query.where(CourseRecord.slug == question.course)
    if question.starts_at:
        query = query.where(MilestoneRecord.reached_at >= question.starts_at)
    if question.ends_before:
        query = query.where(MilestoneRecord.reached_at < question.ends_before)
    return query


def grouped_csv(question: Question, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the grouped report: a header, then a row for each group."""
    yield _line([*question.by, *MEASURES])
    for row in rows:
        groups = [safe_cell(name) for name in row.groups]
        yield _line([*groups, row.started, row.completed, row.passed, row.minutes])


def _line(cells: Sequence[object]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def detail_csv(session: Session, question: Question, agencies: set[int] | None) -> Iterator[str]:
    """Yield the detailed report in pieces: one row for each completion, in order, with constant memory."""
    yield _line(DETAIL_COLUMNS)
    local = local_days(question.zone)
    safe = lru_cache(maxsize=100_000)(safe_cell)
    result = session.connection().execute(
        _filtered(detail_query(), question, agencies), execution_options={"yield_per": CHUNK}
    )
    for chunk in result.partitions():
        buffer = StringIO()
        csv.writer(buffer).writerows(
            (
                local(done),
                safe(name),
                safe(agency),
                safe(profession),
                safe(course),
                minutes,
                local(passed),
                score,
            )
            for done, name, agency, profession, course, minutes, passed, score in chunk
        )
        yield buffer.getvalue()


def local_days(zone: str) -> Callable[[Any], str]:
    """Return a function from a stored instant (SQLite's text, PostgreSQL's datetime, None) to its local ISO day.

    Every zone is a whole number of quarter hours from UTC, so each quarter hour has one local day: it is kept.
    """
    place = ZoneInfo(zone)

    @lru_cache(maxsize=50_000)
    def day_of(hour: str, quarter: int) -> str:
        instant = datetime.fromisoformat(f"{hour}:{quarter * 15:02}+00:00")
        return instant.astimezone(place).date().isoformat()

    def local(value: Any) -> str:
        if value is None:
            return ""
        text = value if isinstance(value, str) else value.astimezone(UTC).isoformat(" ")
        return day_of(text[:13], int(text[14:16]) // 15)

    return local


def detail_query() -> Any:
    """Return the query of the detailed report, unfiltered: a row for each completion, in order."""
    passed = aliased(MilestoneRecord)
    query = select(
        type_coerce(MilestoneRecord.reached_at, NullType), Account.name, func.coalesce(Agency.name, ""),
        Profession.name, CourseRecord.title, MilestoneRecord.minutes,
        type_coerce(passed.reached_at, NullType), passed.score_percent,
    )  # fmt: skip
    same = and_(passed.enrolment_id == MilestoneRecord.enrolment_id, passed.kind == "passed")
    return (
        _joined(query)
        .join(Account, Account.id == MilestoneRecord.account_id)
        .outerjoin(passed, same)
        .where(MilestoneRecord.kind == "completed")
        .order_by(MilestoneRecord.reached_at, MilestoneRecord.id)
    )


def list_courses(session: Session) -> list[tuple[str, str]]:
    """Return slug and title of every course, by title."""
    return [(row[0], row[1]) for row in session.execute(
        select(CourseRecord.slug, CourseRecord.title).order_by(CourseRecord.title)
    )]  # fmt: skip
