"""Award credits: each once for an enrolment, as lines of its certificate."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.certificates.models import Certificate, CreditAward
from ttaplatform.credit.rules import CreditLine, CreditRule, award, end_of, field_problem, line_from
from ttaplatform.learning.credits import list_offers
from ttaplatform.learning.models import CreditChoice, Enrolment
from ttaplatform.learning.service import get_enrolment

COURSE_RENEWAL_DAYS = 90  # who takes a course again after the first reminder of its end loses no time


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
    held = _held_before(session, account_id, enrolment_id)
    days = [line.expires_on for one in held for line in map(line_from, one.credits) if line.rule == rule]
    return max((date.fromisoformat(day) for day in days if day), default=None)


def _held_before(session: Session, account_id: int, enrolment_id: int) -> Sequence[Certificate]:
    """Return the certificates of the account's other enrolments in the course of this one."""
    course = select(Enrolment.course_id).where(Enrolment.id == enrolment_id).scalar_subquery()
    return session.scalars(
        select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.account_id == account_id, Certificate.revoked_at.is_(None),
               Certificate.superseded_at.is_(None),
               Enrolment.course_id == course, Enrolment.id != enrolment_id)
    ).all()  # fmt: skip


def course_end(session: Session, certificate: Certificate, months: int) -> date | None:
    """Return the day until which the course itself holds, `months` after its completion; None when it never ends."""
    if not months or certificate.account_id is None:
        return None
    held = _held_before(session, certificate.account_id, certificate.enrolment_id)
    previous = max((one.course_ends_on for one in held if one.course_ends_on), default=None)
    return end_of(months, COURSE_RENEWAL_DAYS, certificate.completed_on, previous)


def expires_on(lines: Sequence[CreditLine], course_ends_on: date | None = None) -> date | None:
    """Return the day until which a certificate holds: the last end of its course and credits.

    None when the course never ends and a credit does not either, or there is none.
    """
    never_ends = course_ends_on is None and (not lines or any(not line.expires_on for line in lines))
    return None if never_ends else max(ends_of(lines, course_ends_on))


def next_end(lines: Sequence[CreditLine], course_ends_on: date | None, after: date) -> date | None:
    """Return the first day later than `after` on which the course or a credit ends; None when nothing does."""
    return min((day for day in ends_of(lines, course_ends_on) if day > after), default=None)


def ends_of(lines: Sequence[CreditLine], course_ends_on: date | None) -> set[date]:
    """Return every day on which the course or a credit ends."""
    ends = {date.fromisoformat(line.expires_on) for line in lines if line.expires_on}
    return ends | ({course_ends_on} if course_ends_on else set())


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
