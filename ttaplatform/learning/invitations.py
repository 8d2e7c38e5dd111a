"""Invitations after a course: planned when it is earned, mailed when due, answered once, stopped at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.errors import NotFoundError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.learning.later import BOOSTER, BOOSTER_DAYS, DAYS_BETWEEN, FOLLOW_UP, MOST_MAILS
from ttaplatform.learning.models import Attempt, Enrolment, Invitation
from ttaplatform.learning.service import Enrolled, get_enrolment
from ttaplatform.learning.sittings import find_sitting, responses_of
from ttaplatform.people.accommodations import wants_boosters
from ttaplatform.people.models import Account


@dataclass(frozen=True)
class Invited:
    """An invitation with the enrolment that it is about."""

    id: int
    kind: str
    days: int
    is_answered: bool
    is_stopped: bool
    enrolled: Enrolled


def invite_later(session: Session, *, enrolment_id: int, at: datetime) -> None:
    """Plan follow-ups and, where an objective was missed, boosters for a course that was earned; once."""
    if session.scalar(select(exists().where(Invitation.enrolment_id == enrolment_id))):
        return
    account_id = session.scalars(select(Enrolment.account_id).where(Enrolment.id == enrolment_id)).one()
    enrolled = get_enrolment(session, enrolment_id, account_id)
    planned = [(FOLLOW_UP, days) for days in enrolled.course.follow_up_days]
    if missed_objectives(session, enrolled) and wants_boosters(session, account_id):
        planned += [(BOOSTER, days) for days in BOOSTER_DAYS]
    session.add_all(
        Invitation(enrolment_id=enrolment_id, account_id=account_id, kind=kind, days=days, due_at=at + timedelta(days))
        for kind, days in planned
    )
    session.flush()


def stop_all(session: Session, *, account_id: int, at: datetime) -> None:
    """Send the account nothing more, as when it is deleted."""
    mine = update(Invitation).where(Invitation.account_id == account_id, Invitation.stopped_at.is_(None))
    session.execute(mine.values(stopped_at=at))


def missed_objectives(session: Session, enrolled: Enrolled) -> list[str]:
    """Return the objectives of which the last final attempt had not every item right, in the course's order."""
    number = session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.enrolment_id == enrolled.id, Attempt.quiz == FINAL, Attempt.submitted_at.is_not(None)
        )
    )
    sitting = find_sitting(session, enrolled, FINAL, number=number) if number else None
    if sitting is None:
        return []
    given = responses_of(session, sitting)
    items = [sitting.quiz.item(shown.item_id) for shown in sitting.shown]
    missed = {
        item.objective
        for item in items
        if item.id not in given or ITEM_TYPES[item.type].grade(item, given[item.id]) < 1
    }
    return [name for name in enrolled.course.objectives if name in missed]


def seen_items(session: Session, enrolled: Enrolled) -> set[str]:
    """Return the ids of the items that the learner was asked in this enrolment."""
    shown = session.scalars(select(Attempt.shown).where(Attempt.enrolment_id == enrolled.id))
    return {one["item_id"] for listed in shown for one in listed}


def send_due(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Enqueue the mails that are due and return how many: reminders a week apart, one booster a week to a person."""
    week_ago = at - timedelta(days=DAYS_BETWEEN)
    due = (
        select(Invitation)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.due_at <= at,
            Invitation.answered_at.is_(None),
            Invitation.stopped_at.is_(None),
            Account.email_confirmed_at.is_not(None),
            or_(Invitation.mailed_at.is_(None), Invitation.mailed_at <= week_ago),
            or_(Invitation.kind != BOOSTER, Account.wants_boosters & ~_boosted_since(week_ago)),
            or_(*((Invitation.kind == kind) & (Invitation.mails < most) for kind, most in MOST_MAILS.items())),
        )
        .order_by(Invitation.due_at)
        .limit(limit)
    )
    sent = 0
    boosted: set[int] = set()
    for invitation in session.scalars(due):
        if invitation.kind == BOOSTER:
            if invitation.account_id in boosted:
                continue  # its other one is in this very batch
            boosted.add(invitation.account_id)
        invitation.mails += 1
        invitation.mailed_at = at
        session.flush()
        key = f"{invitation.id}-{invitation.mails}"
        enqueue(session, "mail-invitation", {"invitation_id": invitation.id}, key=key)
        sent += 1
    return sent


def _boosted_since(week_ago: datetime) -> Any:
    """Return the condition that the person of an invitation had a booster lately."""
    other = aliased(Invitation)
    recent = exists().where(other.account_id == Invitation.account_id, other.kind == BOOSTER)
    return recent.where(other.mailed_at > week_ago)


def get_invitation(session: Session, invitation_id: int) -> Invited:
    """Return the invitation; raise NotFoundError when there is none."""
    found = session.get(Invitation, invitation_id)
    if found is None:
        raise NotFoundError("invitation")
    enrolled = get_enrolment(session, found.enrolment_id, found.account_id)
    answered, stopped = found.answered_at is not None, found.stopped_at is not None
    return Invited(found.id, found.kind, found.days, answered, stopped, enrolled)


def spend(session: Session, invited: Invited, *, at: datetime) -> bool:
    """Note that the invitation was answered; return False when it was already."""
    changed = session.connection().execute(
        update(Invitation.__table__)  # type: ignore[arg-type]
        .where(Invitation.id == invited.id, Invitation.answered_at.is_(None))
        .values(answered_at=at)
    )
    return changed.rowcount == 1


def stop(session: Session, invited: Invited, *, at: datetime) -> None:
    """Send no further mails of this kind about this course."""
    session.execute(
        update(Invitation)
        .where(Invitation.enrolment_id == invited.enrolled.id, Invitation.kind == invited.kind)
        .values(stopped_at=at)
    )
