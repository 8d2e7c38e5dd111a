"""Issue certificates, make their bytes once, and answer who holds what."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.catalogue.models import Release
from ttaplatform.catalogue.service import load_release
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.rules import ALPHABET, CODE_LENGTH, TEMPLATE_VERSION, code_from
from ttaplatform.clock import local_day
from ttaplatform.errors import NotFoundError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.learning.models import Enrolment, MilestoneRecord
from ttaplatform.learning.rules import Milestone
from ttaplatform.learning.service import find_milestone, list_earned
from ttaplatform.people.models import Account, Agency, Profession
from ttaplatform.people.service import agencies_below, record
from ttaplatform.roles import Person, Role


def issue_certificate(session: Session, *, enrolment_id: int, at: datetime) -> Certificate | None:
    """Issue the certificate of an enrolment that was completed and passed; once, and again returns the same.

    Returns None while the learner's address is not confirmed, or when the course gives none.
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
    try:
        with session.begin_nested():
            session.add(certificate)
    except IntegrityError:  # a doubled request issued it
        return find_by_enrolment(session, enrolment_id)
    record(session, "certificate.issue", actor_id=account.id, at=at, certificate=certificate.id)
    enqueue(session, "certificate", {"certificate_id": certificate.id}, key=str(certificate.id))
    return certificate


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
    return Certificate(
        code=code_from([secrets.randbelow(len(ALPHABET)) for _ in range(CODE_LENGTH)]),
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
        language=account.language,
        issued_at=at,
        issued_on=local_day(at, account.time_zone),
        time_zone=account.time_zone,
        template_version=TEMPLATE_VERSION,
    )


def issue_waiting(session: Session, *, account_id: int, at: datetime) -> None:
    """Issue what was earned before the address was confirmed."""
    for enrolment_id in list_earned(session, account_id):
        issue_certificate(session, enrolment_id=enrolment_id, at=at)


def store_pdf(session: Session, certificate_id: int, pdf: bytes) -> bytes:
    """Store the bytes of the certificate unless it has some; return those that are stored, never replaced."""
    session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.pdf.is_(None))
        .values(pdf=pdf, pdf_sha256=hashlib.sha256(pdf).hexdigest())
        .execution_options(synchronize_session=False)
    )
    return find_pdf(session, certificate_id) or b""


def find_pdf(session: Session, certificate_id: int) -> bytes | None:
    """Return the stored bytes of the certificate, or None before they are made."""
    return session.scalars(select(Certificate.pdf).where(Certificate.id == certificate_id)).one()


def find_by_enrolment(session: Session, enrolment_id: int) -> Certificate | None:
    """Return the certificate of the enrolment, or None."""
    return session.scalar(select(Certificate).where(Certificate.enrolment_id == enrolment_id))


def find_by_code(session: Session, code: str) -> Certificate | None:
    """Return the certificate with the (normal) code, or None."""
    return session.scalar(select(Certificate).where(Certificate.code == code))


def get_for(session: Session, code: str, person: Person) -> Certificate:
    """Return the certificate for its owner, their coordinator or an administrator; NotFoundError for others."""
    certificate = find_by_code(session, code)
    if certificate is None or not _may_open(session, certificate, person):
        raise NotFoundError("certificate")
    return certificate


def _may_open(session: Session, certificate: Certificate, person: Person) -> bool:
    if certificate.account_id == person.id or Role.ADMINISTRATOR in person.roles:
        return True
    whole_site, roots = person.scope(Role.COORDINATOR)
    return whole_site or (bool(roots) and certificate.agency_id in agencies_below(session, roots))


def list_certificates(session: Session, account_id: int) -> Sequence[Certificate]:
    """Return the person's certificates, the newest first."""
    return session.scalars(
        select(Certificate).where(Certificate.account_id == account_id).order_by(Certificate.id.desc())
    ).all()
