"""Find the credits that a board asks about, keep the layouts of boards, and say how presence was recorded."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.boards.models import BoardLayout
from ttaplatform.boards.rules import Column, Layout, Row
from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.certificates.models import Certificate
from ttaplatform.clock import local_day
from ttaplatform.credit.models import ApprovalRecord
from ttaplatform.credit.rules import CreditLine, line_from
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.learning.models import Attempt, Enrolment, FinishedLesson
from ttaplatform.people.models import Agency
from ttaplatform.people.service import record


def list_rows(
    session: Session,
    rule_slug: str,
    *,
    since: date | None = None,
    until: date | None = None,
    agencies: set[int] | None = None,
    course: str = "",
) -> list[Row]:
    """Return the credits of the rule, by day of completion and name: of current certificates only.

    Both days are inclusive; None means no limit, and no `agencies` means every one. A certificate that was superseded
    or revoked certifies nothing. One that expired does: the credit was earned.
    """
    query = (
        select(Certificate, Agency.ori, Enrolment.started_at)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .outerjoin(Agency, Agency.id == Certificate.agency_id)
        .where(Certificate.superseded_at.is_(None), Certificate.revoked_at.is_(None))
        .where(cast(Certificate.credits, Text).contains(f'"{rule_slug}"', autoescape=True))
        .order_by(Certificate.completed_on, Certificate.name, Certificate.id)
    )
    if agencies is not None:
        query = query.where(Certificate.agency_id.in_(agencies))
    if since:
        query = query.where(Certificate.completed_on >= since)
    if until:
        query = query.where(Certificate.completed_on <= until)
    if course:
        query = query.where(Certificate.course_slug == course)
    found = ((one, line, ori, at) for one, ori, at in session.execute(query) for line in _lines(one))
    return [_row(one, line, ori or "", at) for one, line, ori, at in found if line.rule == rule_slug]


def _lines(certificate: Certificate) -> list[CreditLine]:
    return [line_from(kept) for kept in certificate.credits or ()]


def _row(certificate: Certificate, line: CreditLine, ori: str, started_at: datetime) -> Row:
    return Row(
        name=certificate.name,
        started_on=local_day(started_at, certificate.time_zone),
        completed_on=certificate.completed_on,
        typed=dict(line.fields),
        licence_number=certificate.licence_number,
        profession=certificate.profession_name,
        agency=certificate.agency_name,
        ori=ori,
        course=certificate.course_title,
        credit=line.name,
        amount=line.amount,
        amount_text=line.amount_text,
        minutes=certificate.minutes,
        score_percent=certificate.score_percent,
        attestation=line.attestation,
        provider_name=line.provider_name,
        provider_number=line.provider_number,
        approval_number=line.approval_number,
        code=certificate.code,
    )


def has_approval(session: Session, rule_slug: str) -> bool:
    """Say whether an administrator entered a provider for any course under the rule; without one it awards nothing."""
    return session.scalar(select(ApprovalRecord.id).where(ApprovalRecord.rule == rule_slug).limit(1)) is not None


def list_courses(session: Session) -> list[tuple[str, str]]:
    """Return slug and title of every course, by title."""
    query = select(CourseRecord.slug, CourseRecord.title).order_by(CourseRecord.title)
    return [(slug, title) for slug, title in session.execute(query)]


def list_layouts(session: Session) -> Sequence[BoardLayout]:
    """Return every layout that administrators mapped, by name."""
    return session.scalars(select(BoardLayout).order_by(BoardLayout.name)).all()


def get_layout(session: Session, layout_id: int) -> BoardLayout:
    """Return the layout; raise NotFoundError if there is none."""
    found = session.get(BoardLayout, layout_id)
    if found is None:
        raise NotFoundError("layout")
    return found


def layout_of(kept: BoardLayout) -> Layout:
    """Return the stored layout as the rules know it."""
    columns = (Column(one["heading"], one["field"], one["is_required"]) for one in kept.columns)
    return Layout(f"layout-{kept.id}", kept.name, kept.rule, tuple(columns))


def save_layout(
    session: Session,
    layout: BoardLayout,
    *,
    name: str,
    rule: str,
    columns: Sequence[Column],
    actor_id: int,
    at: datetime,
) -> None:
    """Store a new or changed layout; raises RuleBrokenError when another has its name."""
    try:
        with session.begin_nested():
            layout.name, layout.rule, layout.changed_at = name, rule, at
            layout.columns = [asdict(column) for column in columns]
            session.add(layout)
    except IntegrityError as error:
        raise RuleBrokenError("layout-name") from error
    record(session, "boards.layout", actor_id=actor_id, at=at, layout=layout.id)


def delete_layout(session: Session, layout: BoardLayout, *, actor_id: int, at: datetime) -> None:
    """Delete the layout; files that were downloaded stay as they are."""
    record(session, "boards.layout-delete", actor_id=actor_id, at=at, layout=layout.id)
    session.delete(layout)
    session.flush()


@dataclass(frozen=True)
class Presence:
    """How an enrolment was attended: its first day, lessons finished one by one, knowledge checks submitted."""

    started_on: date
    lessons: int
    checks: int


def get_presence(session: Session, certificate: Certificate) -> Presence:
    """Return what is recorded of the presence of the certificate's holder in the course."""
    enrolment = session.get_one(Enrolment, certificate.enrolment_id)
    modules = select(FinishedLesson.module).where(FinishedLesson.enrolment_id == enrolment.id)
    checks = select(func.count(Attempt.quiz.distinct())).where(
        Attempt.enrolment_id == enrolment.id, Attempt.submitted_at.is_not(None), Attempt.quiz.in_(modules)
    )
    return Presence(
        local_day(enrolment.started_at, certificate.time_zone),
        session.scalar(select(func.count()).select_from(modules.subquery())) or 0,
        session.scalar(checks) or 0,
    )
