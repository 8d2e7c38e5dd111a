"""Credits of an enrolment: what is offered, what the learner chose, what is still needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ttaplatform.catalogue.rules import FINAL
from ttaplatform.clock import local_day
from ttaplatform.credit.rules import (
    Approval,
    CreditRule,
    Need,
    Situation,
    field_problem,
    is_earned,
    is_on,
    needs,
    serves,
)
from ttaplatform.credit.service import approvals_of, has_approval
from ttaplatform.db import INSERT
from ttaplatform.errors import RuleBrokenError
from ttaplatform.learning.completion import counted, has_passed
from ttaplatform.learning.models import CreditChoice, Enrolment, LessonTime, MilestoneRecord
from ttaplatform.learning.rules import Milestone
from ttaplatform.learning.service import Enrolled, progress_of
from ttaplatform.learning.sittings import find_sitting
from ttaplatform.people.models import Account, Agency, Profession
from ttaplatform.people.service import primary_agency_id

Rules = Mapping[str, CreditRule]


@dataclass(frozen=True)
class Offer:
    """A credit that the course can give: by which rule and approval, and how the learner stands to it."""

    rule: CreditRule
    approval: Approval
    situation: Situation
    is_theirs: bool
    is_chosen: bool
    attested_at: datetime | None = None

    @property
    def needs(self) -> tuple[Need, ...]:
        """Return what the credit asks beyond the course itself."""
        return needs(self.rule, self.approval, self.situation)

    @property
    def is_earned(self) -> bool:
        """Say whether the credit is chosen and due."""
        return self.is_chosen and is_earned(self.rule, self.approval, self.situation)


def list_offered(session: Session, course_slug: str, rules: Rules, today: date) -> list[tuple[CreditRule, Approval]]:
    """Return the credits that whoever begins the course today can earn."""
    approvals = approvals_of(session, course_slug, today)
    return [
        (rules[slug], approval)
        for slug, approval in sorted(approvals.items())
        if slug in rules and is_on(rules[slug], approval) and approval.covers(today)
    ]


def list_offers(session: Session, enrolled: Enrolled, rules: Rules) -> list[Offer]:
    """Return the credits of the enrolment: offered when it began, or chosen."""
    if not has_approval(session, enrolled.course.slug):
        return []
    chosen = {one.rule: one for one in _choices(session, enrolled.id)}
    base = _situation(session, enrolled)
    approvals = approvals_of(session, enrolled.course.slug, base.started_on)
    offers = []
    for slug, approval in sorted(approvals.items()):
        rule = rules.get(slug)
        if rule is not None and is_on(rule, approval) and (slug in chosen or approval.covers(base.started_on)):
            offers.append(_offer(rule, approval, base, chosen.get(slug)))
    return offers


def _offer(rule: CreditRule, approval: Approval, base: Situation, choice: CreditChoice | None) -> Offer:
    situation = Situation(
        **vars(base) | {"fields": dict(choice.fields), "has_attested": choice.attested_at is not None}
        if choice
        else vars(base)
    )
    is_theirs = serves(rule, base.profession, base.state)
    return Offer(rule, approval, situation, is_theirs, choice is not None, choice.attested_at if choice else None)


def _choices(session: Session, enrolment_id: int) -> list[CreditChoice]:
    return list(session.scalars(select(CreditChoice).where(CreditChoice.enrolment_id == enrolment_id)))


def _situation(session: Session, enrolled: Enrolled) -> Situation:
    """Return where the learner stands, before anything that a single credit asks."""
    account = session.get_one(Account, enrolled.account_id)
    started_at = session.scalars(select(Enrolment.started_at).where(Enrolment.id == enrolled.id)).one()
    progress = progress_of(session, enrolled.id)
    best = counted(enrolled.course, FINAL, progress)
    profession_id, agency_id, completed_at = _day_of_completion(session, enrolled, account)
    return Situation(
        profession=session.get_one(Profession, profession_id).slug,
        state=session.get_one(Agency, agency_id).state if agency_id else "",
        started_on=local_day(started_at, account.time_zone),
        completed_on=local_day(completed_at, account.time_zone) if completed_at else None,
        score_percent=best.score_percent if best else None,
        has_evaluation=progress.has_evaluated,
        active_minutes=active_seconds(session, enrolled.id) // 60,
    )


def _day_of_completion(
    session: Session, enrolled: Enrolled, account: Account
) -> tuple[int, int | None, datetime | None]:
    """Return profession, agency and the instant at which the course was earned; those of now while it was not."""
    kinds = (Milestone.COMPLETED, Milestone.PASSED)
    reached = session.scalars(
        select(MilestoneRecord)
        .where(MilestoneRecord.enrolment_id == enrolled.id, MilestoneRecord.kind.in_(kinds))
        .order_by(MilestoneRecord.reached_at, MilestoneRecord.id)
    ).all()
    if len(reached) == len(kinds):
        return reached[-1].profession_id, reached[-1].agency_id, reached[-1].reached_at
    return account.profession_id, primary_agency_id(session, account.id), None


def choose_credit(
    session: Session, offer: Offer, enrolled: Enrolled, fields: Mapping[str, str], *, attests: bool, at: datetime
) -> None:
    """Keep that the learner wants the credit, what they typed, and when they stated what it asks them to state.

    Raises RuleBrokenError: "field" when a value is not of its pattern, "attest-late" when the statement comes after
    an attempt at the final assessment was begun, or it was passed.
    """
    if any(field_problem(one, fields.get(one.key, "")) for one in offer.rule.fields if fields.get(one.key, "").strip()):
        raise RuleBrokenError("field")
    is_new_statement = attests and offer.attested_at is None
    if is_new_statement and is_too_late(session, enrolled):
        raise RuleBrokenError("attest-late")
    choice = session.get(CreditChoice, (enrolled.id, offer.rule.slug))
    if choice is None:
        choice = CreditChoice(enrolment_id=enrolled.id, rule=offer.rule.slug, chosen_at=at)
        session.add(choice)
    choice.fields = {one.key: fields.get(one.key, "").strip() for one in offer.rule.fields}
    choice.attested_at = offer.attested_at or (at if attests else None)
    session.flush()


def is_too_late(session: Session, enrolled: Enrolled) -> bool:
    """Say whether a statement that must come before the final assessment would come after its beginning."""
    is_begun = find_sitting(session, enrolled, FINAL) is not None
    return is_begun or has_passed(progress_of(session, enrolled.id))


def leave_credit(session: Session, enrolled: Enrolled, rule: str) -> None:
    """Forget that the learner wanted the credit; one that was awarded stays awarded."""
    session.execute(delete(CreditChoice).where(CreditChoice.enrolment_id == enrolled.id, CreditChoice.rule == rule))


def forget_fields(session: Session, *, account_id: int, at: datetime) -> None:
    """Forget the numbers that the account typed for credits, when it is deleted."""
    mine = select(Enrolment.id).where(Enrolment.account_id == account_id)
    session.execute(update(CreditChoice).where(CreditChoice.enrolment_id.in_(mine)).values(fields={}))


def waits_for_statement(offers: list[Offer]) -> bool:
    """Say whether a chosen credit asks a statement before the final assessment that was not given."""
    return any(
        offer.is_chosen and any(need.code == "attestation" and not need.is_met for need in offer.needs)
        for offer in offers
    )


def minutes_asked(offers: list[Offer]) -> int:
    """Return the active minutes that the chosen credits ask, 0 for none."""
    return max((offer.rule.minimum_active_minutes for offer in offers if offer.is_chosen), default=0)


def active_seconds(session: Session, enrolment_id: int) -> int:
    """Return how long the learner was active in the lessons, as far as it was counted."""
    total = select(func.sum(LessonTime.seconds)).where(LessonTime.enrolment_id == enrolment_id)
    return session.scalar(total) or 0


def count_active(
    session: Session, enrolled: Enrolled, module: str, seconds: int, *, opened_at: datetime, at: datetime
) -> None:
    """Add active seconds to a lesson: never more than went by since the page was opened or any lesson was counted."""
    if not enrolled.is_open:
        return
    row = INSERT[session.get_bind().dialect.name](LessonTime).on_conflict_do_nothing()
    session.execute(row.values(enrolment_id=enrolled.id, module=module, seconds=0, counted_until=opened_at))
    mine = select(Enrolment.id).where(Enrolment.account_id == enrolled.account_id)
    rows = session.scalars(select(LessonTime).where(LessonTime.enrolment_id.in_(mine)).with_for_update()).all()
    since = max(opened_at, *(one.counted_until for one in rows))  # no moment counts in two lessons
    kept = next(one for one in rows if (one.enrolment_id, one.module) == (enrolled.id, module))
    kept.seconds += max(0, min(seconds, int((at - since).total_seconds())))
    kept.counted_until = max(at, since)
    session.flush()
