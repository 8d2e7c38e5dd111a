"""Publish a draft, now or at a time that was set; withdraw a course; remind of reviews that are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.authoring.checking import check_files
from ttaplatform.authoring.drafts import NewDraft, begin_draft, files_of, may_author
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.authoring.reviews import colophon, missing_for, needed_for, signatures_of
from ttaplatform.authoring.rules import IN_REVIEW, MATERIAL, PUBLISHED, SAFETY_CRITICAL, SCHEDULED
from ttaplatform.catalogue.folder import content_hash
from ttaplatform.catalogue.models import CourseRecord, Publication
from ttaplatform.catalogue.service import Change, current_release_id, list_published, publish_course
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.learning.moving import move_learners
from ttaplatform.people.models import RoleGrant
from ttaplatform.people.service import record
from ttaplatform.roles import Person, Role

REVIEW_STAGES = (30, 0)  # days before a review is due on which authors are reminded


@dataclass(frozen=True)
class Released:
    """What publishing did: the publication, and the enrolments that are earned by being moved to it."""

    publication: Publication
    earned: tuple[int, ...] = ()


def publish_draft(
    session: Session,
    draft: CourseDraft,
    facts_folder: Path,
    *,
    actor_id: int | None,
    at: datetime,
    is_required: bool = False,
) -> Released:
    """Publish the draft in this transaction, as its author called the change.

    Raises RuleBrokenError: "not-sent" (neither sent to review nor free of it), "unsigned", "broken", "base-changed"
    (another release was published since the draft began).
    """
    if draft.state not in (IN_REVIEW, SCHEDULED):
        raise RuleBrokenError("not-sent")
    files = files_of(session, draft.id)
    needed = needed_for(session, files, is_required=is_required)
    if content_hash(files) != draft.content_hash or missing_for(session, draft.content_hash, needed):
        raise RuleBrokenError("unsigned")
    if is_behind(session, draft):
        raise RuleBrokenError("base-changed")
    checked = check_files(files, facts_folder)
    if checked.course is None:
        raise RuleBrokenError("broken")
    signed = colophon(signatures_of(session, draft.content_hash))
    change = Change(draft.kind or MATERIAL, draft.note, actor_id, signed, draft.agency_id)
    publication = publish_course(session, checked.course, files, change, at=at)
    draft.state, draft.publish_at = PUBLISHED, None
    draft.course_id, draft.base_release_id = publication.course_id, publication.release_id
    session.flush()
    record(session, "course.publish", actor_id=actor_id, at=at, draft=draft.id, publication=publication.id,
           kind=publication.kind, hash=draft.content_hash)  # fmt: skip
    earned = move_learners(session, publication, at=at) if publication.kind == SAFETY_CRITICAL else []
    return Released(publication, tuple(earned))


def is_behind(session: Session, draft: CourseDraft) -> bool:
    """Say whether another release was published since the draft began."""
    if draft.course_id is None or draft.state == PUBLISHED:
        return False
    return current_release_id(session, draft.course_id) != draft.base_release_id


def rebase_draft(session: Session, draft: CourseDraft, *, person: Person, at: datetime) -> None:
    """Let the draft take the place of what was published since it began, once its author has compared both."""
    if draft.course_id is None:
        raise NotFoundError("course")
    draft.base_release_id = current_release_id(session, draft.course_id)
    session.flush()
    record(session, "draft.rebase", actor_id=person.id, at=at, draft=draft.id)


def schedule_draft(session: Session, draft: CourseDraft, publish_at: datetime, *, person: Person, at: datetime) -> None:
    """Have the draft published at a time to come.

    Raises RuleBrokenError: "not-sent", "unsigned", "past" for a time that is not to come.
    """
    if draft.state not in (IN_REVIEW, SCHEDULED):
        raise RuleBrokenError("not-sent")
    if publish_at <= at:
        raise RuleBrokenError("past")
    if missing_for(session, draft.content_hash, needed_for(session, files_of(session, draft.id))):
        raise RuleBrokenError("unsigned")
    draft.state, draft.publish_at = SCHEDULED, publish_at
    session.flush()
    record(session, "draft.schedule", actor_id=person.id, at=at, draft=draft.id, publish_at=publish_at.isoformat())


def unschedule_draft(session: Session, draft: CourseDraft, *, person: Person, at: datetime) -> None:
    """Let the draft wait in review again instead of being published at its time."""
    if draft.state != SCHEDULED:
        raise RuleBrokenError("not-scheduled")
    draft.state, draft.publish_at = IN_REVIEW, None
    session.flush()
    record(session, "draft.unschedule", actor_id=person.id, at=at, draft=draft.id)


def list_due(session: Session, at: datetime) -> list[int]:
    """Return the drafts whose time to be published has come."""
    due = select(CourseDraft.id).where(CourseDraft.state == SCHEDULED, CourseDraft.publish_at <= at)
    return list(session.scalars(due.order_by(CourseDraft.publish_at)))


def publish_due(
    session: Session, draft_id: int, facts_folder: Path, *, at: datetime, is_required: bool = False
) -> Released | None:
    """Publish a draft whose time has come; when a rule refuses it, it waits in review again and its author is told."""
    draft = session.get_one(CourseDraft, draft_id)
    try:
        return publish_draft(session, draft, facts_folder, actor_id=draft.created_by_id, at=at, is_required=is_required)
    except RuleBrokenError as error:
        draft.state, draft.publish_at = IN_REVIEW, None
        session.flush()
        record(session, f"draft.not-published-{error}", actor_id=None, at=at, draft=draft.id)
        if draft.created_by_id is not None:
            payload = {"draft_id": draft.id, "account_id": draft.created_by_id}
            enqueue(session, "mail-not-published", payload, key=f"{draft.id}:{at.isoformat()}")
        return None


def withdraw_course(session: Session, slug: str, *, person: Person, at: datetime) -> None:
    """Offer the course to nobody new; who is in it goes on, and records and certificates stay.

    Raises NotFoundError outside the person's scope; a withdrawn one stays withdrawn.
    """
    course = session.scalar(select(CourseRecord).where(CourseRecord.slug == slug))
    if course is None or not may_author(session, person, course.agency_id):
        raise NotFoundError("course")
    if course.withdrawn_at is None:
        course.withdrawn_at = at
        session.flush()
        record(session, "course.withdraw", actor_id=person.id, at=at, course=course.id)


def remind_reviews(session: Session, *, today: date) -> int:
    """Enqueue a letter about each course whose review is due within 30 days, and again on its day; return how many.

    It goes to whoever published the course last, and to the site's administrators when that was an operator.
    """
    sent = 0
    for one in list_published(session):
        stage = review_stage(one.course.review_due, today)
        course = session.get_one(CourseRecord, one.course_id)
        told = f"{one.course.review_due}:{stage}"
        if stage is None or course.review_told == told:
            continue
        course.review_told = told
        for account_id in _authors(session, one.course_id):
            payload = {"course_id": one.course_id, "account_id": account_id}
            enqueue(session, "mail-review-due", payload, key=f"{one.course_id}:{told}:{account_id}")
            sent += 1
    session.flush()
    return sent


def review_stage(review_due: str, today: date) -> int | None:
    """Return 30 or 0, the stage that is reached of a review due on that day (ISO 8601); None before the first."""
    if not review_due:
        return None
    left = date.fromisoformat(review_due) - today
    return next((days for days in sorted(REVIEW_STAGES) if left <= timedelta(days=days)), None)


def _authors(session: Session, course_id: int) -> list[int]:
    last = select(Publication.published_by_id).where(Publication.course_id == course_id)
    author = session.scalar(last.order_by(Publication.id.desc()).limit(1))
    if author is not None:
        return [author]
    administrators = select(RoleGrant.account_id).where(RoleGrant.role == Role.ADMINISTRATOR).distinct()
    return list(session.scalars(administrators.order_by(RoleGrant.account_id)))


def import_draft(
    session: Session, slug: str, title: str, files: Mapping[str, str], *, person: Person, agency_id: int | None,
    at: datetime,
) -> CourseDraft:  # fmt: skip
    """Begin a draft from a course folder that was sent: of the course of that slug, if the person authors it.

    Raises RuleBrokenError("slug-taken") for a course of others, ("draft-exists").
    """
    course = session.scalar(select(CourseRecord).where(CourseRecord.slug == slug))
    if course is None:
        return begin_draft(session, NewDraft(slug, title, files, agency_id), person, at=at)
    if not may_author(session, person, course.agency_id):
        raise RuleBrokenError("slug-taken")
    base = current_release_id(session, course.id)
    new = NewDraft(slug, title, files, course.agency_id, course.id, base)
    return begin_draft(session, new, person, at=at)
