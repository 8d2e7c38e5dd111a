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
    (they end before they begin, or have no beginning), "evaluation" (the rule asks one that the course has not).
    """
    if rule.is_plain:
        raise RuleBrokenError("plain")
    if not is_on(rule, approval):
        raise RuleBrokenError("provider")
    if approval.valid_from is None or (approval.valid_until and approval.valid_until < approval.valid_from):
        raise RuleBrokenError("dates")
    if rule.needs_evaluation and course.evaluation is None:
        raise RuleBrokenError("evaluation")
    kept = _find(session, approval.rule, approval.course)
    if kept is None:
        kept = ApprovalRecord(rule=approval.rule, course_slug=approval.course)
        session.add(kept)
    for column in COLUMNS:
        setattr(kept, column, getattr(approval, column))
    kept.entered_at = at
    session.flush()
    record(session, "credit.approve", actor_id=actor_id, at=at, approval=kept.id)


def _find(session: Session, rule: str, course: str) -> ApprovalRecord | None:
    return session.scalar(
        select(ApprovalRecord).where(ApprovalRecord.rule == rule, ApprovalRecord.course_slug == course)
    )


def end_approval(session: Session, approval_id: int, *, today: date, actor_id: int, at: datetime) -> None:
    """Let the approval end with yesterday, so that it counts no more; what it covered stays covered."""
    kept = session.get(ApprovalRecord, approval_id)
    if kept is None:
        return
    last = today - timedelta(days=1)
    if kept.valid_from > last:
        session.delete(kept)
    else:
        kept.valid_until = last
    record(session, "credit.end", actor_id=actor_id, at=at, approval=approval_id)


def list_approvals(session: Session) -> list[ApprovalRecord]:
    """Return every approval by rule and course."""
    return list(session.scalars(select(ApprovalRecord).order_by(ApprovalRecord.rule, ApprovalRecord.course_slug)))


def approvals_of(session: Session, course_slug: str) -> dict[str, Approval]:
    """Return the approvals of the course by the slug of their rule, also those that ended."""
    found = session.scalars(select(ApprovalRecord).where(ApprovalRecord.course_slug == course_slug))
    return {one.rule: _approval(one) for one in found}


def _approval(kept: ApprovalRecord) -> Approval:
    return Approval(kept.rule, kept.course_slug, **{column: getattr(kept, column) for column in COLUMNS})
