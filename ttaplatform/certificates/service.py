"""Issue, correct and revoke certificates, store their bytes once, and answer who holds what."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.catalogue.models import Release
from ttaplatform.catalogue.service import load_release
from ttaplatform.certificates.awards import (
    course_end,
    ends_of,
    expires_on,
    lines_due,
    lines_mended,
    next_end,
    record_awards,
    with_number,
)
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.rules import (
    ALPHABET,
    CODE_LENGTH,
    LIST_FILL,
    LIST_LENGTH,
    TEMPLATE_VERSION,
    code_from,
    status_places,
)
from ttaplatform.clock import local_day
from ttaplatform.credit.rules import CreditRule, line_from
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.learning.models import Enrolment, MilestoneRecord
from ttaplatform.learning.rules import Milestone
from ttaplatform.learning.service import find_milestone, list_earned
from ttaplatform.people.models import Account, Agency, Profession
from ttaplatform.people.service import agencies_below, allowed_agencies, record
from ttaplatform.roles import Person

Rules = Mapping[str, CreditRule]
NO_CREDITS: Rules = MappingProxyType({})
MOST_FOUND = 100
COPIED = (
    "enrolment_id", "account_id", "agency_id", "name", "course_slug", "course_title", "release_hash", "minutes",
    "score_percent", "agency_name", "profession_name", "licence_number", "credits", "language", "completed_on",
    "expires_on", "course_ends_on",
)  # fmt: skip


def issue_certificate(
    session: Session, *, enrolment_id: int, at: datetime, rules: Rules = NO_CREDITS
) -> Certificate | None:
    """Issue the certificate of an enrolment that was completed and passed; once, and again returns the same.

    It bears the credits that are due by `rules`. Returns None while the learner's address is not confirmed, or when
    the course gives none.
    """
    found = find_by_enrolment(session, enrolment_id)
    completed = find_milestone(session, enrolment_id, Milestone.COMPLETED)
    passed = find_milestone(session, enrolment_id, Milestone.PASSED)
    if found is not None or completed is None or passed is None:
        return found
    account = session.get_one(Account, completed.account_id)
    certificate = _draft(session, account, completed, passed, at)
    if account.email_confirmed_at is None or certificate is None:
        return None
    lines = lines_due(session, enrolment_id, rules, language=account.language)
    certificate.credits = [line.as_json() for line in lines]
    certificate.expires_on = expires_on(lines, certificate.course_ends_on)
    certificate.next_end_on = next_end(lines, certificate.course_ends_on, certificate.issued_on)
    try:
        with session.begin_nested():
            session.add(certificate)
            session.flush()
            record_awards(session, certificate, lines, at=at)
    except IntegrityError:  # a doubled request issued it
        return find_by_enrolment(session, enrolment_id)
    record(session, "certificate.issue", actor_id=account.id, at=at, certificate=certificate.id)
    _announce(session, certificate)
    return certificate


def add_credits(session: Session, *, enrolment_id: int, at: datetime, rules: Rules = NO_CREDITS) -> None:
    """Award what became due after the certificate was issued, as by a license number: by one that supersedes it."""
    certificate = issue_certificate(session, enrolment_id=enrolment_id, at=at, rules=rules)
    if certificate is None or certificate.revoked_at is not None or certificate.account_id is None:
        return
    lines = lines_due(session, enrolment_id, rules, language=certificate.language)
    mended = lines_mended(session, certificate, rules)
    if lines or mended != certificate.credits:
        every = [*map(line_from, mended), *lines]
        ends = expires_on(every, certificate.course_ends_on)
        changes = {"credits": [line.as_json() for line in every], "expires_on": ends}
        new = correct_certificate(session, certificate, changes, actor_id=certificate.account_id, at=at)
        record_awards(session, new, lines, at=at)


def _announce(session: Session, certificate: Certificate) -> None:
    """Have the bytes made and its holder told: once for each certificate, whatever runs again."""
    enqueue(session, "certificate", {"certificate_id": certificate.id}, key=str(certificate.id))
    enqueue(session, "mail-certificate", {"certificate_id": certificate.id}, key=str(certificate.id))


def _draft(
    session: Session, account: Account, completed: MilestoneRecord, passed: MilestoneRecord, at: datetime
) -> Certificate | None:
    release = session.execute(
        select(Release.id, Release.content_hash)
        .join(Enrolment, Enrolment.release_id == Release.id)
        .where(Enrolment.id == completed.enrolment_id)
    ).one()
    course = load_release(session, release.id, release.content_hash)
    agency = session.get(Agency, completed.agency_id) if completed.agency_id else None
    if not course.gives_certificate:
        return None
    certificate = Certificate(
        **_numbers(session),
        enrolment_id=completed.enrolment_id,
        account_id=account.id,
        agency_id=completed.agency_id,
        name=account.name,
        course_slug=course.slug,
        course_title=course.title,
        release_hash=release.content_hash,
        minutes=completed.minutes,
        score_percent=passed.score_percent,
        agency_name=agency.name if agency else "",
        profession_name=session.get_one(Profession, completed.profession_id).name,
        licence_number=account.licence_number,
        credits=[],
        language=account.language,
        completed_on=local_day(max(completed.reached_at, passed.reached_at), account.time_zone),
        issued_at=at,
        issued_on=local_day(at, account.time_zone),
        time_zone=account.time_zone,
        template_version=TEMPLATE_VERSION,
    )
    certificate.course_ends_on = course_end(session, certificate, course.expires_after_months)
    return certificate


def _numbers(session: Session) -> dict[str, Any]:
    """Return a new code, and a free place in the status list; both random, so that they tell nothing."""
    issued = session.scalar(select(func.count()).select_from(Certificate)) or 0
    places = status_places(issued)
    code = code_from([secrets.randbelow(len(ALPHABET)) for _ in range(CODE_LENGTH)])
    while True:
        place = secrets.choice(places)
        if session.scalar(select(Certificate.id).where(Certificate.status_index == place)) is None:
            return {"code": code, "status_index": place}


def correct_certificate(
    session: Session,
    old: Certificate,
    changes: dict[str, Any],
    *,
    actor_id: int,
    at: datetime,
    rules: Rules = NO_CREDITS,
) -> Certificate:
    """Issue a certificate that says `changes` (name, licence_number, credits) and supersedes the old one.

    What was completed, when and where stays as it was certified; the old bytes stay too. Raises RuleBrokenError
    when the old one is revoked or superseded, or when nothing would change.
    """
    session.refresh(old, with_for_update=True)  # another may be correcting or revoking it
    changed = {name: value for name, value in changes.items() if value != getattr(old, name)}
    if old.licence_number and "licence_number" in changed and "credits" not in changed:
        changed["credits"] = with_number(old.credits, old.licence_number, changed["licence_number"], rules)
    if old.revoked_at is not None or old.superseded_at is not None or not changed:
        raise RuleBrokenError("not-correctable")
    kept = {name: getattr(old, name) for name in COPIED}
    new = Certificate(
        **kept | changed | _numbers(session),
        correction=next(one for one in ("name", "licence_number", "credits", "expires_on") if one in changed),
        supersedes_id=old.id,
        issued_at=at,
        issued_on=local_day(at, old.time_zone),
        time_zone=old.time_zone,
        template_version=TEMPLATE_VERSION,
    )
    _remind_on(new, old)
    old.superseded_at = at
    session.flush()
    session.add(new)
    session.flush()
    record(session, "certificate.correct", actor_id=actor_id, at=at, certificate=new.id, supersedes=old.id)
    _announce(session, new)
    return new


def _remind_on(new: Certificate, old: Certificate) -> None:
    """Have the holder reminded of the next end: where the old one stood, unless the ends are others now."""
    ends = [ends_of([*map(line_from, one.credits)], one.course_ends_on) for one in (old, new)]
    new.next_end_on, new.reminded_days = old.next_end_on, old.reminded_days
    if ends[0] != ends[1]:
        new.next_end_on = next_end([*map(line_from, new.credits)], new.course_ends_on, new.issued_on)
        new.reminded_days = None


def corrections(certificate: Certificate, account: Account) -> dict[str, str]:
    """Return what the account says otherwise than its certificate: the name, the license number."""
    says = {"name": account.name, "licence_number": account.licence_number}
    return {name: value for name, value in says.items() if value != getattr(certificate, name)}


def revoke_certificate(session: Session, certificate: Certificate, reason: str, *, actor_id: int, at: datetime) -> None:
    """Revoke the certificate, and those that replaced it, for a reason that verification shows.

    Raises RuleBrokenError when it is revoked already, or without a reason.
    """
    session.refresh(certificate, with_for_update=True)
    if certificate.revoked_at is not None or not reason.strip():
        raise RuleBrokenError("not-revocable")
    revoked: Certificate | None = certificate
    while revoked is not None:
        if revoked.revoked_at is None:
            revoked.revoked_at, revoked.revoked_by_id = at, actor_id
            revoked.revoke_reason = " ".join(reason.split())[:300]
            session.flush()
            record(session, "certificate.revoke", actor_id=actor_id, at=at, certificate=revoked.id)
        revoked = find_successor(session, revoked)


def let_go(session: Session, *, account_id: int, at: datetime) -> None:
    """Keep the certificates of an account that is deleted, without saying whose they were."""
    session.execute(update(Certificate).where(Certificate.account_id == account_id).values(account_id=None))


def issue_waiting(session: Session, *, account_id: int, at: datetime, rules: Rules = NO_CREDITS) -> None:
    """Issue what was earned before the address was confirmed."""
    for enrolment_id in list_earned(session, account_id):
        issue_certificate(session, enrolment_id=enrolment_id, at=at, rules=rules)


def store_pdf(session: Session, certificate_id: int, pdf: bytes, badge: str | None, signing_key_id: str) -> bytes:
    """Store the bytes of the certificate unless it has some; return those that are stored, never replaced."""
    session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.pdf.is_(None))
        .values(pdf=pdf, pdf_sha256=hashlib.sha256(pdf).hexdigest(), badge=badge, signing_key_id=signing_key_id)
        .execution_options(synchronize_session=False)
    )
    return find_pdf(session, certificate_id) or b""


def find_pdf(session: Session, certificate_id: int) -> bytes | None:
    """Return the stored bytes of the certificate, or None before they are made."""
    return session.scalars(select(Certificate.pdf).where(Certificate.id == certificate_id)).one()


def find_badge(session: Session, certificate_id: int) -> str | None:
    """Return the stored badge (JSON) of the certificate, or None where there is none, as of one made before badges."""
    return session.scalars(select(Certificate.badge).where(Certificate.id == certificate_id)).one()


def store_badge(session: Session, certificate_id: int, badge: str) -> str:
    """Store the badge of a certificate unless it has one; return the one that is stored."""
    session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.badge.is_(None))
        .values(badge=badge)
        .execution_options(synchronize_session=False)
    )
    return find_badge(session, certificate_id) or ""


def has_status_list(session: Session, number: int) -> bool:
    """Say whether the status list of that number is in use."""
    return number < 1 + (session.scalar(select(func.count()).select_from(Certificate)) or 0) // LIST_FILL


def list_gone(session: Session, number: int) -> list[int]:
    """Return the places, in the status list of that number, of certificates that were revoked or superseded."""
    first = number * LIST_LENGTH
    query = select(Certificate.status_index - first).where(
        Certificate.status_index.between(first, first + LIST_LENGTH - 1),
        Certificate.revoked_at.is_not(None) | Certificate.superseded_at.is_not(None),
    )
    return list(session.scalars(query))


def find_by_enrolment(session: Session, enrolment_id: int) -> Certificate | None:
    """Return the current certificate of the enrolment, or None."""
    return session.scalar(
        select(Certificate).where(Certificate.enrolment_id == enrolment_id, Certificate.superseded_at.is_(None))
    )


def find_by_code(session: Session, code: str) -> Certificate | None:
    """Return the certificate with the (normal) code, or None."""
    return session.scalar(select(Certificate).where(Certificate.code == code))


def find_successor(session: Session, certificate: Certificate) -> Certificate | None:
    """Return the certificate that superseded this one, or None."""
    return session.scalar(select(Certificate).where(Certificate.supersedes_id == certificate.id))


def find_predecessor(session: Session, certificate: Certificate) -> Certificate | None:
    """Return the certificate that this one superseded, or None."""
    return session.get(Certificate, certificate.supersedes_id) if certificate.supersedes_id else None


def get_for(session: Session, code: str, person: Person) -> Certificate:
    """Return the certificate for its owner, their coordinator or an administrator; NotFoundError for others."""
    certificate = find_by_code(session, code)
    if certificate is None or not _may_open(session, certificate, person):
        raise NotFoundError("certificate")
    return certificate


def _may_open(session: Session, certificate: Certificate, person: Person) -> bool:
    if certificate.account_id == person.id:
        return True
    allowed = allowed_agencies(session, person)
    return allowed is None or certificate.agency_id in allowed


def search_certificates(session: Session, words: str) -> Sequence[Certificate]:
    """Return the newest certificates whose name, course or code holds every word."""
    query = select(Certificate).order_by(Certificate.id.desc()).limit(MOST_FOUND)
    for word in words.split()[:6]:
        fields = (Certificate.name, Certificate.course_title, Certificate.code)
        query = query.where(or_(*(field.icontains(word, autoescape=True) for field in fields)))
    return session.scalars(query).all()


def list_issued(session: Session, *, agency_id: int | None = None, since: date | None = None) -> Sequence[Certificate]:
    """Return certificates in order of issue: of an agency and those below it, issued on `since` or later."""
    query = select(Certificate).order_by(Certificate.id)
    if agency_id is not None:
        query = query.where(Certificate.agency_id.in_(agencies_below(session, [agency_id])))
    if since is not None:
        query = query.where(Certificate.issued_on >= since)
    return session.scalars(query).all()


def list_certificates(session: Session, account_id: int) -> Sequence[Certificate]:
    """Return the person's certificates, the newest first."""
    return session.scalars(
        select(Certificate).where(Certificate.account_id == account_id).order_by(Certificate.id.desc())
    ).all()
