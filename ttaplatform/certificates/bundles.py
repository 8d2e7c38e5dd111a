"""Bundles: the certificates of an agency or course as one zip; ttaplatform/bulk.py makes them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.certificates.models import Bundle, Certificate
from ttaplatform.certificates.rules import file_name
from ttaplatform.certificates.service import Rules, find_pdf, issue_certificate
from ttaplatform.clock import now
from ttaplatform.config import Settings
from ttaplatform.jobs.queue import enqueue
from ttaplatform.learning.models import MilestoneRecord
from ttaplatform.learning.rules import Milestone
from ttaplatform.people.service import agencies_below, record
from ttaplatform.spreadsheet import BOM, safe_cell

DAYS_KEPT = 7


def ask_bundle(session: Session, *, agency_id: int | None, course_slug: str, actor_id: int, at: datetime) -> Bundle:
    """Have a zip made of the current certificates of an agency and those below it, of one course or all."""
    bundle = Bundle(asked_by_id=actor_id, agency_id=agency_id, course_slug=course_slug, asked_at=at)
    session.add(bundle)
    session.flush()
    record(session, "bundle.ask", actor_id=actor_id, at=at, bundle=bundle.id)
    enqueue(session, "bundle", {"bundle_id": bundle.id}, key=str(bundle.id))
    return bundle


def list_bundles(session: Session) -> list[Bundle]:
    """Return the bundles that are kept, the newest first."""
    return list(session.scalars(select(Bundle).order_by(Bundle.id.desc()).limit(50)))


def bundle_file(settings: Settings, bundle_id: int) -> Path:
    """Return the file of a bundle: outside anything that is served."""
    return settings.data_dir / "bundles" / f"{bundle_id}.zip"


def begin_bundle(session: Session, bundle_id: int, settings: Settings, rules: Rules) -> list[Certificate] | None:
    """Issue what was earned and waits, and return what belongs into the zip; None when it was made already."""
    bundle = session.get(Bundle, bundle_id)
    if bundle is None or bundle.finished_at is not None:
        return None
    _issue_missing(session, bundle, rules)
    certificates = list(session.scalars(_chosen(session, bundle)))
    bundle.total, bundle.done = len(certificates), 0
    session.flush()
    return certificates


def _chosen(session: Session, bundle: Bundle) -> Select[Certificate]:
    query = select(Certificate).where(Certificate.superseded_at.is_(None), Certificate.revoked_at.is_(None))
    if bundle.agency_id is not None:
        query = query.where(Certificate.agency_id.in_(agencies_below(session, [bundle.agency_id])))
    if bundle.course_slug:
        query = query.where(Certificate.course_slug == bundle.course_slug)
    return query.order_by(Certificate.id)


def _issue_missing(session: Session, bundle: Bundle, rules: Rules) -> None:
    """Issue what was earned in the agency and course without a certificate, as while an address was not confirmed."""
    reached = select(MilestoneRecord.enrolment_id).where(
        MilestoneRecord.kind.in_((Milestone.COMPLETED, Milestone.PASSED)),
        MilestoneRecord.enrolment_id.not_in(select(Certificate.enrolment_id)),
    )
    if bundle.agency_id is not None:
        reached = reached.where(MilestoneRecord.agency_id.in_(agencies_below(session, [bundle.agency_id])))
    if bundle.course_slug:
        course = select(CourseRecord.id).where(CourseRecord.slug == bundle.course_slug)
        reached = reached.where(MilestoneRecord.course_id.in_(course))
    earned = reached.group_by(MilestoneRecord.enrolment_id).having(func.count() == 2)
    for enrolment_id in session.scalars(earned).all():
        issue_certificate(session, enrolment_id=enrolment_id, at=now(), rules=rules)


def tell_progress(session: Session, bundle_id: int, done: int, finished_at: datetime | None = None) -> None:
    """Keep how many files are made, and when the zip was finished."""
    session.execute(update(Bundle).where(Bundle.id == bundle_id).values(done=done, finished_at=finished_at))


def tell_problem(session: Session, bundle_id: int, problem: str, at: datetime) -> None:
    """Keep that the bundle could not be made, so that nobody waits for it."""
    session.execute(update(Bundle).where(Bundle.id == bundle_id).values(problem=problem[:200], finished_at=at))


def write_zip(session: Session, file: Path, certificates: Sequence[Certificate]) -> None:
    """Write the zip of the certificates' files with an index; it appears only when it is whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        for one in certificates:
            archive.writestr(file_of(one), find_pdf(session, one.id) or b"")
        archive.writestr("index.csv", _index(certificates))
    part.rename(file)


def file_of(certificate: Certificate) -> str:
    """Return the name of the certificate's file."""
    return file_name(certificate.course_slug, certificate.issued_on, certificate.code)


def _index(certificates: Sequence[Certificate]) -> str:
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(["code", "name", "course", "issued_on", "file"])
    table.writerows(
        [one.code, safe_cell(one.name), one.course_title, one.issued_on, file_of(one)] for one in certificates
    )
    return BOM + lines.getvalue()


def forget_old(session: Session, settings: Settings) -> None:
    """Delete the bundles that were kept long enough: they can be asked for again."""
    old = select(Bundle.id).where(Bundle.asked_at < now() - timedelta(days=DAYS_KEPT))
    for bundle_id in session.scalars(old).all():
        file = bundle_file(settings, bundle_id)
        file.unlink(missing_ok=True)
        file.with_suffix(".part").unlink(missing_ok=True)
        session.execute(delete(Bundle).where(Bundle.id == bundle_id))
