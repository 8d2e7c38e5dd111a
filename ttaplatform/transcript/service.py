"""Training elsewhere with its proof, the lines of a transcript, and the reminders before something expires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ttaplatform.certificates.awards import next_end
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.service import list_certificates
from ttaplatform.certificates.verification import state_on
from ttaplatform.clock import local_day
from ttaplatform.credit.rules import ENGLISH, CreditLine, CreditRule, line_from
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.people.models import Account, Agency
from ttaplatform.people.service import agencies_below, primary_agency_id, record
from ttaplatform.roles import Person, Role
from ttaplatform.transcript.models import ExternalTraining
from ttaplatform.transcript.proofs import checked
from ttaplatform.transcript.rules import (
    CONFIRMED,
    MOST_ENTRIES,
    REMINDERS,
    SELF_REPORTED,
    Credit,
    Line,
    reminder_due,
)

Rules = Mapping[str, CreditRule]
MOST_SHOWN = 200


@dataclass(frozen=True)
class Elsewhere:
    """What a learner says of training that they did elsewhere."""

    title: str
    provider: str
    minutes: int
    completed_on: date
    expires_on: date | None = None


@dataclass(frozen=True)
class ToConfirm:
    """An entry that waits for a coordinator, with whose it is."""

    training: ExternalTraining
    name: str
    agency: str


def list_lines(session: Session, account_id: int, rules: Rules, *, language: str, today: date) -> list[Line]:
    """Return a line for each certificate of the person, the newest first, also those replaced or revoked."""
    return [
        Line(
            one.id,
            one.course_title,
            one.issued_on,
            one.minutes,
            expires_on=one.expires_on,
            ends_on=one.course_ends_on,
            state=state_on(one, today).value,
            code=one.code,
            slug=one.course_slug,
            credits=tuple(_credit(line_from(kept), rules, language) for kept in one.credits or ()),
        )
        for one in list_certificates(session, account_id)
    ]


def _credit(line: CreditLine, rules: Rules, language: str) -> Credit:
    """Return the credit with the rule's words in `language`; with the certificate's own when the rule is gone."""
    rule, unit = rules.get(line.rule), line.amount_text.partition(" ")[2]
    return Credit(
        line.rule,
        rule.name_in(language) if rule else line.name,
        Decimal(line.amount or 0),
        line.amount_text,
        (rule.units.get(language) or rule.units[ENGLISH]) if rule else (unit, unit),
        line.provider_name,
        date.fromisoformat(line.expires_on) if line.expires_on else None,
    )


def list_external(session: Session, account_id: int) -> Sequence[ExternalTraining]:
    """Return the person's training elsewhere, the newest first, without the proofs."""
    query = select(ExternalTraining).where(ExternalTraining.account_id == account_id)
    return session.scalars(query.order_by(ExternalTraining.completed_on.desc(), ExternalTraining.id.desc())).all()


def external_lines(session: Session, account_id: int, *, today: date) -> list[Line]:
    """Return a line for each entry of training elsewhere, the newest first."""
    return [
        Line(
            one.id,
            one.title,
            one.completed_on,
            one.minutes,
            kind=SELF_REPORTED if one.confirmed_at is None else CONFIRMED,
            provider=one.provider,
            expires_on=one.expires_on,
            ends_on=one.expires_on,
            state="expired" if one.expires_on and one.expires_on < today else "genuine",
        )
        for one in list_external(session, account_id)
    ]


def add_external(
    session: Session, account_id: int, details: Elsewhere, proof: bytes, *, at: datetime
) -> ExternalTraining:
    """Keep training elsewhere as self-reported, with a checked copy of its proof, for the agency of this day.

    Raises RuleBrokenError: "proof" when the file is no PDF or picture that can be kept, "full" for too many entries.
    """
    kind, kept = checked(proof)  # it can take a second: before this session begins a transaction, if it has not
    count = select(func.count()).select_from(ExternalTraining).where(ExternalTraining.account_id == account_id)
    if (session.scalar(count) or 0) >= MOST_ENTRIES:
        raise RuleBrokenError("full")
    training = ExternalTraining(
        account_id=account_id,
        agency_id=primary_agency_id(session, account_id),
        **vars(details),
        proof_kind=kind,
        proof=kept,
        entered_at=at,
    )
    session.add(training)
    session.flush()
    record(session, "training.add", actor_id=account_id, at=at, training=training.id)
    return training


def remove_external(session: Session, training_id: int, account_id: int, *, at: datetime) -> None:
    """Remove one's own entry with its proof; NotFoundError for another's, RuleBrokenError once it is confirmed."""
    training = session.get(ExternalTraining, training_id)
    if training is None or training.account_id != account_id:
        raise NotFoundError("training")
    if training.confirmed_at is not None:
        raise RuleBrokenError("confirmed")
    session.delete(training)
    session.flush()
    record(session, "training.remove", actor_id=account_id, at=at, training=training_id)


def confirm_external(session: Session, training_id: int, person: Person, *, at: datetime) -> None:
    """Confirm that the proof shows what the entry says; again changes nothing.

    Raises NotFoundError outside the person's scope, RuleBrokenError("own") for their own entry.
    """
    training = session.get(ExternalTraining, training_id)
    if training is None or not (_may_confirm(session, training, person) or training.account_id == person.id):
        raise NotFoundError("training")
    if training.account_id == person.id:
        raise RuleBrokenError("own")
    if training.confirmed_at is None:
        training.confirmed_at, training.confirmed_by_id = at, person.id
        session.flush()
        record(session, "training.confirm", actor_id=person.id, at=at, training=training_id)


def _may_confirm(session: Session, training: ExternalTraining, person: Person) -> bool:
    scope = _scope(session, person)
    return scope is None or training.agency_id in scope


def _scope(session: Session, person: Person) -> set[int] | None:
    """Return the agencies for which the person confirms; None means every one."""
    whole_site, roots = person.scope(Role.COORDINATOR)
    if whole_site or Role.ADMINISTRATOR in person.roles:
        return None
    return agencies_below(session, roots) if roots else set()


def list_to_confirm(session: Session, person: Person) -> list[ToConfirm]:
    """Return what waits in the person's scope, the oldest first; nobody is asked to confirm their own."""
    query = (
        select(ExternalTraining, Account.name, func.coalesce(Agency.name, ""))
        .join(Account, Account.id == ExternalTraining.account_id)
        .outerjoin(Agency, Agency.id == ExternalTraining.agency_id)
        .where(ExternalTraining.confirmed_at.is_(None), ExternalTraining.account_id != person.id)
        .order_by(ExternalTraining.id)
        .limit(MOST_SHOWN)
    )
    scope = _scope(session, person)
    if scope is not None:
        query = query.where(ExternalTraining.agency_id.in_(scope))
    return [ToConfirm(*row) for row in session.execute(query)]


def get_proof(session: Session, training_id: int, person: Person) -> tuple[str, bytes]:
    """Return the kind (pdf or png) and the bytes of a proof for its owner and whoever may confirm it.

    Raises NotFoundError for everyone else.
    """
    training = session.get(ExternalTraining, training_id)
    if training is None or not (training.account_id == person.id or _may_confirm(session, training, person)):
        raise NotFoundError("training")
    proof = select(ExternalTraining.proof).where(ExternalTraining.id == training_id)
    return training.proof_kind, session.scalars(proof).one()


def let_go(session: Session, *, account_id: int, at: datetime) -> None:
    """Delete the entries and proofs of an account that is deleted: nobody can be told whose they were."""
    mine = delete(ExternalTraining).where(ExternalTraining.account_id == account_id)
    if gone := session.scalars(mine.returning(ExternalTraining.id)).all():
        record(session, "training.let-go", actor_id=account_id, at=at, trainings=sorted(gone))


def remind_expiring(session: Session, *, at: datetime, limit: int = MOST_SHOWN) -> int:
    """Enqueue the letters before something expires, each of 90, 30 and 7 days once; return how many.

    Each end of a course or credit in its turn. Nobody is reminded of what they renewed, nor again because a certificate
    was corrected.
    """
    sent = 0
    for certificate, zone in session.execute(_expiring(at).limit(limit)).all():
        ends_on = certificate.next_end_on
        days = reminder_due(ends_on, certificate.reminded_days, local_day(at, zone))
        if days is not None:
            certificate.reminded_days = days
            session.flush()
            told = {"certificate_id": certificate.id, "ends_on": ends_on.isoformat()}
            enqueue(session, "mail-renewal", told, key=f"{certificate.id}:{ends_on}:{days}")
            record(session, "certificate.remind", actor_id=None, at=at, certificate=certificate.id, days=days)
            sent += 1
        if days == min(REMINDERS):
            _look_ahead(certificate)
    past = select(Certificate).where(Certificate.next_end_on < at.date() - timedelta(days=1))
    for certificate in session.scalars(past.limit(limit)):
        _look_ahead(certificate)
    session.flush()
    return sent


def _look_ahead(certificate: Certificate) -> None:
    """Turn to the next end, once the last reminder of this one was sent or it has passed."""
    lines = [*map(line_from, certificate.credits)]
    certificate.next_end_on = next_end(lines, certificate.course_ends_on, certificate.next_end_on or date.max)
    certificate.reminded_days = None


def _expiring(at: datetime) -> Any:
    """Return the query of (certificate, zone of its holder) that may be due now."""
    renewed, reminded, ends_on = aliased(Certificate), Certificate.reminded_days, Certificate.next_end_on
    today = at.date()  # a day of margin on both sides, for the zones of the holders
    is_reached = [
        (ends_on <= today + timedelta(days=days + 1)) & or_(reminded.is_(None), reminded > days) for days in REMINDERS
    ]
    has_renewed = exists().where(
        renewed.account_id == Certificate.account_id,
        renewed.course_slug == Certificate.course_slug,
        renewed.superseded_at.is_(None),
        renewed.revoked_at.is_(None),
        renewed.id > Certificate.id,
        renewed.next_end_on > ends_on,
    )
    return (
        select(Certificate, Account.time_zone)
        .join(Account, Account.id == Certificate.account_id)
        .where(
            ends_on >= today - timedelta(days=1),
            Certificate.superseded_at.is_(None),
            Certificate.revoked_at.is_(None),
            Account.email_confirmed_at.is_not(None),
            or_(*is_reached),
            ~has_renewed,
        )
        .order_by(ends_on, Certificate.id)
    )
