"""Enrol, follow a course, and record what was reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.catalogue.models import Release
from ttaplatform.catalogue.rules import EVALUATION, FINAL, Course
from ttaplatform.catalogue.service import Published, load_release
from ttaplatform.db import INSERT
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.learning.completion import counted, has_passed, is_completed
from ttaplatform.learning.models import Attempt, CreditChoice, Enrolment, EnrolmentMove, FinishedLesson, MilestoneRecord
from ttaplatform.learning.rules import AttemptResult, Milestone, Progress
from ttaplatform.people.service import agency_and_profession


@dataclass(frozen=True)
class Enrolled:
    """An enrolment with the course (release) that it is pinned to, and whether a credit was chosen for it.

    `has_news` says that the learner was moved to another release and has not read yet what changed.
    """

    id: int
    account_id: int
    course_id: int
    course: Course
    is_open: bool
    has_credit: bool = False
    release_id: int = 0
    has_news: bool = False


def enrol(session: Session, account_id: int, published: Published, *, at: datetime) -> int:
    """Return the open enrolment in the course, a new one if there is none.

    Raises RuleBrokenError("withdrawn") when nobody new may begin it.
    """
    found = find_open_enrolment(session, account_id, published.course_id)
    if found is not None:
        return found
    if published.is_withdrawn:
        raise RuleBrokenError("withdrawn")
    enrolment = Enrolment(
        account_id=account_id, course_id=published.course_id, release_id=published.release_id, started_at=at
    )
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:  # a doubled request was faster
        return find_open_enrolment(session, account_id, published.course_id) or enrolment.id
    enrolled = Enrolled(
        enrolment.id, account_id, published.course_id, published.course, True, release_id=published.release_id
    )
    _record(session, enrolled, Milestone.STARTED, at=at)
    return enrolment.id


def enrol_again(session: Session, enrolled: Enrolled, published: Published, *, at: datetime) -> int:
    """Close the enrolment and begin the course anew, on what is offered now; what was reached stays."""
    if published.is_withdrawn:
        raise RuleBrokenError("withdrawn")
    session.execute(update(Enrolment).where(Enrolment.id == enrolled.id).values(closed_at=at))
    return enrol(session, enrolled.account_id, published, at=at)


def find_open_enrolment(session: Session, account_id: int, course_id: int) -> int | None:
    """Return the id of the learner's open enrolment in the course, or None."""
    return session.scalar(
        select(Enrolment.id).where(
            Enrolment.account_id == account_id,
            Enrolment.course_id == course_id,
            Enrolment.closed_at.is_(None),
        )
    )


# Built once: these are asked by every page of a course.
_ENROLMENTS = select(
    Enrolment.id,
    Enrolment.account_id,
    Enrolment.course_id,
    Enrolment.release_id,
    Enrolment.closed_at,
    Release.content_hash,
    exists().where(CreditChoice.enrolment_id == Enrolment.id).label("has_credit"),
    exists().where(EnrolmentMove.enrolment_id == Enrolment.id, EnrolmentMove.seen_at.is_(None)).label("has_news"),
).join(Release, Release.id == Enrolment.release_id)
_ENROLMENT = _ENROLMENTS.where(Enrolment.id == bindparam("id"), Enrolment.account_id == bindparam("account_id"))
_LESSONS = select(FinishedLesson.module).where(FinishedLesson.enrolment_id == bindparam("id"))
_RESULTS = (
    select(Attempt.quiz, Attempt.number, Attempt.score_percent, Attempt.has_passed, Attempt.submitted_at)
    .where(Attempt.enrolment_id == bindparam("id"), Attempt.submitted_at.is_not(None))
    .order_by(Attempt.number)
)
_KINDS = select(MilestoneRecord.kind).where(MilestoneRecord.enrolment_id == bindparam("id"))


def get_enrolment(session: Session, enrolment_id: int, account_id: int) -> Enrolled:
    """Return the learner's enrolment; raise NotFoundError when there is none or it is another's."""
    row = session.execute(_ENROLMENT, {"id": enrolment_id, "account_id": account_id}).one_or_none()
    if row is None:
        raise NotFoundError("enrolment")
    course = load_release(session, row.release_id, row.content_hash)
    return _enrolled(row, course)


def list_enrolments(session: Session, account_id: int) -> list[Enrolled]:
    """Return the learner's enrolments, the newest first."""
    rows = session.execute(_ENROLMENTS.where(Enrolment.account_id == account_id).order_by(Enrolment.id.desc()))
    return [_enrolled(row, load_release(session, row.release_id, row.content_hash)) for row in rows.all()]


def _enrolled(row: Any, course: Course) -> Enrolled:
    is_open = row.closed_at is None
    return Enrolled(
        row.id, row.account_id, row.course_id, course, is_open, row.has_credit, row.release_id, row.has_news
    )


def progress_of(session: Session, enrolment_id: int) -> Progress:
    """Return what was done in the enrolment."""
    results = tuple(
        AttemptResult(row.quiz, row.number, row.score_percent or 0, row.has_passed, row.submitted_at)
        for row in session.execute(_RESULTS, {"id": enrolment_id})
        if row.submitted_at is not None
    )
    finished = frozenset(session.scalars(_LESSONS, {"id": enrolment_id}))
    return Progress(finished - {EVALUATION}, results, EVALUATION in finished)


def finish_lesson(session: Session, enrolled: Enrolled, module: str, *, at: datetime) -> bool:
    """Mark the lesson as finished (again changes nothing); return whether the course was earned by it."""
    if enrolled.course.module(module) is None:
        raise NotFoundError("lesson")
    refuse_closed(enrolled)
    finish(session, enrolled, module, at=at)
    return record_milestones(session, enrolled, at=at)


def finish(session: Session, enrolled: Enrolled, step: str, *, at: datetime) -> bool:
    """Note that a lesson, or the evaluation, is done; return False when it was already."""
    insert = INSERT[session.get_bind().dialect.name](FinishedLesson.__table__).on_conflict_do_nothing()
    row = insert.values(enrolment_id=enrolled.id, module=step, finished_at=at).returning(FinishedLesson.module)
    return session.execute(row).scalar_one_or_none() is not None


def refuse_closed(enrolled: Enrolled) -> None:
    """Raise RuleBrokenError when the enrolment was closed, as by beginning the course again."""
    if not enrolled.is_open:
        raise RuleBrokenError("closed")


def record_milestones(session: Session, enrolled: Enrolled, *, at: datetime) -> bool:
    """Record what was newly reached, once; return whether the course is now both completed and passed."""
    progress = progress_of(session, enrolled.id)
    reached = {
        Milestone.COMPLETED: is_completed(enrolled.course, progress),
        Milestone.PASSED: has_passed(progress),
    }
    known = set(session.scalars(_KINDS, {"id": enrolled.id}))
    new = [kind for kind, is_reached in reached.items() if is_reached and kind not in known]
    best = counted(enrolled.course, FINAL, progress)
    for kind in new:
        score = best.score_percent if best and kind is Milestone.PASSED else None
        _record(session, enrolled, kind, at=at, score_percent=score)
    return bool(new) and all(reached.values())


def _record(
    session: Session, enrolled: Enrolled, kind: Milestone, *, at: datetime, score_percent: int | None = None
) -> None:
    agency_id, profession_id = agency_and_profession(session, enrolled.account_id)
    session.add(
        MilestoneRecord(
            enrolment_id=enrolled.id,
            kind=kind,
            reached_at=at,
            account_id=enrolled.account_id,
            course_id=enrolled.course_id,
            agency_id=agency_id,
            profession_id=profession_id,
            minutes=enrolled.course.minutes,
            score_percent=score_percent,
        )
    )
    session.flush()


def find_milestone(session: Session, enrolment_id: int, kind: Milestone) -> MilestoneRecord | None:
    """Return the record of `kind` of the enrolment, or None."""
    return session.scalar(
        select(MilestoneRecord).where(MilestoneRecord.enrolment_id == enrolment_id, MilestoneRecord.kind == kind)
    )


def list_earned(session: Session, account_id: int) -> list[int]:
    """Return the learner's enrolments that were passed and completed."""
    both = select(MilestoneRecord.enrolment_id).where(MilestoneRecord.account_id == account_id)
    completed = both.where(MilestoneRecord.kind == Milestone.COMPLETED)
    return list(session.scalars(both.where(MilestoneRecord.kind == Milestone.PASSED).intersect(completed)))
