"""Move learners in progress to another release, as a safety-critical change asks; what they did stays where it can."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session, aliased

from ttaplatform.catalogue.models import Publication
from ttaplatform.catalogue.rules import Course, Quiz
from ttaplatform.catalogue.service import get_release
from ttaplatform.learning.grading import Shown, redraw
from ttaplatform.learning.models import Attempt, Enrolment, EnrolmentMove, FinishedLesson, MilestoneRecord, Response
from ttaplatform.learning.rules import Milestone
from ttaplatform.learning.service import get_enrolment, record_milestones


@dataclass(frozen=True)
class News:
    """What a learner who was moved is told: when, and what changed."""

    publication_id: int
    moved_at: datetime
    note: str


def move_learners(session: Session, publication: Publication, *, at: datetime) -> list[int]:
    """Move whoever is in progress in the course to the release of `publication`; return who has earned it by that.

    Finished lessons and knowledge checks stay done where the module is still there; an open attempt keeps its answers
    to items that ask the same, and gets others for the rest.
    """
    new = get_release(session, publication.release_id)
    earned = []
    for release_id in _left_behind(session, publication):
        ids = _in_progress(session, publication.course_id, release_id)
        if not ids:
            continue
        names = renamed(get_release(session, release_id), new)
        _rename(session, FinishedLesson.module, FinishedLesson.enrolment_id, ids, names)
        _rename(session, Attempt.quiz, Attempt.enrolment_id, ids, names)
        _move_attempts(session, ids, new, publication.release_id)
        moved = {"publication_id": publication.id, "from_release_id": release_id, "moved_at": at}
        session.execute(insert(EnrolmentMove), [{"enrolment_id": one, **moved} for one in ids])
        session.execute(update(Enrolment).where(Enrolment.id.in_(ids)).values(release_id=publication.release_id))
        earned += _reached(session, ids, at)
    return earned


def _left_behind(session: Session, publication: Publication) -> Sequence[int]:
    wanted = select(Enrolment.release_id).where(
        Enrolment.course_id == publication.course_id,
        Enrolment.closed_at.is_(None),
        Enrolment.release_id != publication.release_id,
    )
    return session.scalars(wanted.distinct().order_by(Enrolment.release_id)).all()


def _in_progress(session: Session, course_id: int, release_id: int) -> list[int]:
    """Return the open enrolments on a release that were not both completed and passed."""
    completed, passed = aliased(MilestoneRecord), aliased(MilestoneRecord)
    is_earned = exists().where(
        completed.enrolment_id == Enrolment.id,
        completed.kind == Milestone.COMPLETED,
        passed.enrolment_id == Enrolment.id,
        passed.kind == Milestone.PASSED,
    )
    wanted = select(Enrolment.id).where(
        Enrolment.course_id == course_id, Enrolment.release_id == release_id, Enrolment.closed_at.is_(None), ~is_earned
    )
    return list(session.scalars(wanted))


def renamed(old: Course, new: Course) -> dict[str, str]:
    """Return old to new folder of modules that are the same by name and only stand in another place."""
    places = {module.slug[3:]: module.slug for module in new.modules}
    found = {module.slug: places.get(module.slug[3:], module.slug) for module in old.modules}
    return {before: after for before, after in found.items() if before != after}


def _rename(session: Session, column: Any, owner: Any, ids: Sequence[int], names: Mapping[str, str]) -> None:
    """Give rows their new module, by way of a name that nobody has: two modules may have changed places."""
    steps = [*((old, f"~{new}") for old, new in names.items()), *((f"~{new}", new) for new in names.values())]
    for old, new in steps:
        session.execute(update(column.class_).where(owner.in_(ids), column == old).values({column.key: new}))


def _move_attempts(session: Session, ids: Sequence[int], new: Course, release_id: int) -> None:
    """Let open attempts ask what the new release asks."""
    for attempt in session.scalars(
        select(Attempt).where(Attempt.enrolment_id.in_(ids), Attempt.submitted_at.is_(None))
    ).all():
        quiz = new.quiz(attempt.quiz)
        if quiz is None:
            session.execute(delete(Response).where(Response.attempt_id == attempt.id))
            session.delete(attempt)
        else:
            _adapt(session, attempt, quiz)
            attempt.release_id = release_id
    session.flush()


def _adapt(session: Session, attempt: Attempt, quiz: Quiz) -> None:
    before = tuple(Shown(one["item_id"], one["item_hash"], tuple(one["option_keys"])) for one in attempt.shown)
    shown = redraw(quiz, before, attempt.seed)
    kept = {one.item_id for one in shown if one in before}
    session.execute(delete(Response).where(Response.attempt_id == attempt.id, Response.item_id.not_in(kept)))
    attempt.shown = [asdict(one) for one in shown]
    attempt.marked = [one for one in attempt.marked if one in {shown.item_id for shown in shown}]


def _reached(session: Session, ids: Sequence[int], at: datetime) -> list[int]:
    """Record what is reached on the new release, as when the last open lesson was taken out; return who earned it."""
    begun = select(MilestoneRecord.enrolment_id, MilestoneRecord.account_id).where(
        MilestoneRecord.enrolment_id.in_(ids), MilestoneRecord.kind.in_((Milestone.COMPLETED, Milestone.PASSED))
    )
    return [
        row.enrolment_id
        for row in session.execute(begun).all()
        if record_milestones(session, get_enrolment(session, row.enrolment_id, row.account_id), at=at)
    ]


def list_news(session: Session, enrolment_id: int) -> list[News]:
    """Return what the learner was not told yet of the changes that moved them."""
    rows = session.execute(
        select(EnrolmentMove.publication_id, EnrolmentMove.moved_at, Publication.note)
        .join(Publication, Publication.id == EnrolmentMove.publication_id)
        .where(EnrolmentMove.enrolment_id == enrolment_id, EnrolmentMove.seen_at.is_(None))
        .order_by(EnrolmentMove.publication_id)
    )
    return [News(row.publication_id, row.moved_at, row.note) for row in rows]


def see_news(session: Session, enrolment_id: int, *, at: datetime) -> None:
    """Note that the learner has read what changed."""
    session.execute(
        update(EnrolmentMove)
        .where(EnrolmentMove.enrolment_id == enrolment_id, EnrolmentMove.seen_at.is_(None))
        .values(seen_at=at)
    )
