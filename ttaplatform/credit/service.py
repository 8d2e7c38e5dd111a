"""Approvals: enter what an accredited provider may award for a course, end it, and ask what is offered."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.rules import Course
from ttaplatform.credit.models import ApprovalRecord
from ttaplatform.credit.rules import Approval, CreditRule, is_on
from ttaplatform.errors import RuleBrokenError
from ttaplatform.people.service import record

COLUMNS = ("provider_name", "provider_number", "provider_address", "approval_number", "valid_from", "valid_until")


def approve(
    session: Session, rule: CreditRule, course: Course, approval: Approval, *, actor_id: int, at: datetime
) -> None:
    """Enter or replace the approval of a course under a rule; certificates that were issued keep what they say.

    Raises RuleBrokenError: "plain" (it needs none), "provider" (no name, or a number that cannot be real), "dates"
    (they end before they begin, or have no beginning), "evaluation" (the rule asks one that the course has not),
    "passing" (the rule asks more than the course, and nobody tries again after passing).
    """
    if rule.is_plain:
        raise RuleBrokenError("plain")
    if not is_on(rule, approval):
        raise RuleBrokenError("provider")
    if approval.valid_from is None or (approval.valid_until and approval.valid_until < approval.valid_from):
        raise RuleBrokenError("dates")
    if rule.needs_evaluation and course.evaluation is None:
        raise RuleBrokenError("evaluation")
    if rule.passing_percent > course.passing_percent:
        raise RuleBrokenError("passing")
    kept = _find(session, approval)
    if kept is None:
        kept = ApprovalRecord(rule=approval.rule, course_slug=approval.course)
        session.add(kept)
    for column in COLUMNS:
        setattr(kept, column, getattr(approval, column))
    kept.entered_at = at
    session.flush()
    record(session, "credit.approve", actor_id=actor_id, at=at, approval=kept.id)


def _find(session: Session, approval: Approval) -> ApprovalRecord | None:
    return session.scalar(
        select(ApprovalRecord).where(
            ApprovalRecord.rule == approval.rule,
            ApprovalRecord.course_slug == approval.course,
            ApprovalRecord.valid_from == approval.valid_from,
        )
    )


def end_approval(session: Session, approval_id: int, *, today: date, actor_id: int, at: datetime) -> None:
    """Let the approval end with yesterday, so that it counts no more; what it covered stays covered."""
    kept = session.get(ApprovalRecord, approval_id)
    if kept is None:
        return
    last = today - timedelta(days=1)
    if kept.valid_until and kept.valid_until <= last:
        return  # it has ended already
    if kept.valid_from > last:
        session.delete(kept)
    else:
        kept.valid_until = last
    record(session, "credit.end", actor_id=actor_id, at=at, approval=approval_id)


def list_approvals(session: Session) -> list[ApprovalRecord]:
    """Return every approval by rule and course."""
    return list(session.scalars(select(ApprovalRecord).order_by(ApprovalRecord.rule, ApprovalRecord.course_slug)))


def has_approval(session: Session, course_slug: str) -> bool:
    """Say whether any credit was ever on for the course."""
    query = select(ApprovalRecord.id).where(ApprovalRecord.course_slug == course_slug).limit(1)
    return session.scalar(query) is not None


def approvals_of(session: Session, course_slug: str, on: date) -> dict[str, Approval]:
    """Return by rule the approval of the course that covers the day; where none does, the last one."""
    query = select(ApprovalRecord).where(ApprovalRecord.course_slug == course_slug)
    found: dict[str, Approval] = {}
    for one in map(_approval, session.scalars(query.order_by(ApprovalRecord.valid_from))):
        if one.rule not in found or one.covers(on) or not found[one.rule].covers(on):
            found[one.rule] = one
    return found


def _approval(kept: ApprovalRecord) -> Approval:
    return Approval(kept.rule, kept.course_slug, **{column: getattr(kept, column) for column in COLUMNS})
