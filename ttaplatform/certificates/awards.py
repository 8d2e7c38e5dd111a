"""Award credits: each once for an enrolment, as lines of its certificate."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.certificates.models import Certificate, CreditAward
from ttaplatform.credit.rules import CreditLine, CreditRule, award, line_from
from ttaplatform.learning.credits import list_offers
from ttaplatform.learning.models import Enrolment
from ttaplatform.learning.service import get_enrolment


def lines_due(
    session: Session, enrolment_id: int, rules: Mapping[str, CreditRule], *, language: str
) -> list[CreditLine]:
    """Return a line for each chosen credit of the enrolment that is earned and was not awarded yet."""
    account_id = session.scalars(select(Enrolment.account_id).where(Enrolment.id == enrolment_id)).one()
    enrolled = get_enrolment(session, enrolment_id, account_id)
    awarded = set(session.scalars(select(CreditAward.rule).where(CreditAward.enrolment_id == enrolment_id)))
    lines = []
    for offer in list_offers(session, enrolled, rules):
        done_on = offer.situation.completed_on
        if offer.is_earned and offer.rule.slug not in awarded and done_on is not None:
            previous = _previous_expiry(session, account_id, offer.rule.slug, enrolment_id)
            lines.append(
                award(
                    offer.rule,
                    offer.approval,
                    offer.situation,
                    minutes=enrolled.course.minutes,
                    on=done_on,
                    language=language,
                    previous=previous,
                )
            )
    return lines


def _previous_expiry(session: Session, account_id: int, rule: str, enrolment_id: int) -> date | None:
    """Return when the same credit of an earlier enrolment in the same course expires."""
    course = select(Enrolment.course_id).where(Enrolment.id == enrolment_id).scalar_subquery()
    held = session.scalars(
        select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.account_id == account_id, Certificate.revoked_at.is_(None),
               Enrolment.course_id == course, Enrolment.id != enrolment_id)
    ).all()  # fmt: skip
    days = [line.expires_on for one in held for line in map(line_from, one.credits) if line.rule == rule]
    return max((date.fromisoformat(day) for day in days if day), default=None)


def expires_on(lines: Sequence[CreditLine]) -> date | None:
    """Return the day until which a certificate holds: the last of its credits; None when one of them never ends."""
    days = [line.expires_on for line in lines]
    return None if not days or "" in days else max(date.fromisoformat(day) for day in days)


def with_number(lines: Sequence[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]]:
    """Return the credits with a license number corrected wherever the old one stands."""

    def mended(pairs: Sequence[Sequence[str]]) -> list[list[str]]:
        return [[label, new if value == old else value] for label, value in pairs]

    return [kept | {name: mended(kept.get(name, ())) for name in ("fields", "printed")} for kept in lines]


def record_awards(session: Session, certificate: Certificate, lines: Sequence[CreditLine], *, at: datetime) -> None:
    """Record that the enrolment earned these credits; the database refuses one of them a second time."""
    session.add_all(
        CreditAward(enrolment_id=certificate.enrolment_id, rule=line.rule, certificate_id=certificate.id, awarded_at=at)
        for line in lines
    )
    session.flush()
