"""Award credits: each once for an enrolment, as lines of its certificate."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.certificates.models import Certificate, CreditAward
from ttaplatform.credit.rules import CreditLine, CreditRule, award, field_problem, line_from
from ttaplatform.learning.credits import list_offers
from ttaplatform.learning.models import CreditChoice, Enrolment
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
               Certificate.superseded_at.is_(None),
               Enrolment.course_id == course, Enrolment.id != enrolment_id)
    ).all()  # fmt: skip
    days = [line.expires_on for one in held for line in map(line_from, one.credits) if line.rule == rule]
    return max((date.fromisoformat(day) for day in days if day), default=None)


def expires_on(lines: Sequence[CreditLine]) -> date | None:
    """Return the day until which a certificate holds: the last of its credits; None when one of them never ends."""
    days = [line.expires_on for line in lines]
    return None if not days or "" in days else max(date.fromisoformat(day) for day in days)


def with_number(
    lines: Sequence[dict[str, Any]], old: str, new: str, rules: Mapping[str, CreditRule]
) -> list[dict[str, Any]]:
    """Return the credits with a license number corrected wherever the old one stands and the rule accepts the new."""
    mended = []
    for kept in lines:
        rule = rules.get(kept["rule"])
        typed = {key: new if value == old else value for key, value in kept.get("fields", ())}
        mended.append(with_fields(kept, rule, typed) if rule else kept)
    return mended


def with_fields(kept: dict[str, Any], rule: CreditRule, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return a credit with other typed values, unless one is missing or not of its pattern: then as it was."""
    if any(field_problem(one, typed.get(one.key, "")) for one in rule.fields):
        return kept
    old = dict(kept.get("fields", ()))
    new = {old[one.key]: typed[one.key].strip() for one in rule.fields if old.get(one.key)}
    printed = [[label, new.get(value, value)] for label, value in kept.get("printed", ())]
    return kept | {"fields": [[one.key, typed[one.key].strip()] for one in rule.fields], "printed": printed}


def lines_mended(session: Session, certificate: Certificate, rules: Mapping[str, CreditRule]) -> list[dict[str, Any]]:
    """Return the credits of a certificate with what its holder typed since, as a wrong number put right."""
    chosen = select(CreditChoice).where(CreditChoice.enrolment_id == certificate.enrolment_id)
    typed = {one.rule: one.fields for one in session.scalars(chosen)}
    return [
        with_fields(kept, rules[kept["rule"]], typed[kept["rule"]])
        if kept["rule"] in typed and kept["rule"] in rules
        else kept
        for kept in certificate.credits
    ]


def record_awards(session: Session, certificate: Certificate, lines: Sequence[CreditLine], *, at: datetime) -> None:
    """Record that the enrolment earned these credits; the database refuses one of them a second time."""
    session.add_all(
        CreditAward(enrolment_id=certificate.enrolment_id, rule=line.rule, certificate_id=certificate.id, awarded_at=at)
        for line in lines
    )
    session.flush()
