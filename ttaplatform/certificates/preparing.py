"""Make a certificate's file and badge: outside any transaction, for it takes long, then stored in a short one."""

import json
from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import Engine

from ttaplatform.certificates.badge import BadgeFacts, CreditAmount, Issuer, sign, unsigned_credential
from ttaplatform.certificates.document import Attached, Pictures, certificate_html, html_to_pdf, length
from ttaplatform.certificates.emblems import pictures_for, record_keys
from ttaplatform.certificates.keys import Keys, ensure_keys, load_keys
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.rules import LIST_LENGTH
from ttaplatform.certificates.service import find_badge, find_pdf, find_predecessor, store_badge, store_pdf
from ttaplatform.certificates.signing import CERTIFICATE, Statement, sign_pdf
from ttaplatform.clock import now
from ttaplatform.config import Settings
from ttaplatform.credit.rules import line_from
from ttaplatform.db import reader, writer
from ttaplatform.i18n import _


@dataclass(frozen=True)
class Made:
    """What is made of a record: the signed PDF, and the signed badge as JSON."""

    pdf: bytes
    badge: str


def prepare_pdf(engine: Engine, certificate_id: int, settings: Settings) -> bytes:
    """Return the stored bytes of the certificate, made and signed first if there are none yet.

    Two that make them at once store one: the first. Needs an application context (templates, languages). Raises
    KeyFileError or TimeStampError when it cannot be signed now.
    """
    with reader(engine) as session:
        stored = find_pdf(session, certificate_id)
        if stored is not None:
            return stored
        certificate = session.get_one(Certificate, certificate_id)
        predecessor = find_predecessor(session, certificate)
        pictures = pictures_for(session, certificate)
    ensure_keys(settings, at=now())
    keys = load_keys(settings)
    made = make(certificate, settings, keys, supersedes=predecessor.code if predecessor else "", pictures=pictures)
    with writer(engine) as session:
        record_keys(session, keys, at=now())
        stored = store_pdf(session, certificate_id, made.pdf, made.badge, keys.document.id)
        session.commit()
    return stored


def prepare_badge(engine: Engine, certificate_id: int, settings: Settings) -> str:
    """Return the stored badge of the certificate, made first if there is none, as of one from before badges."""
    prepare_pdf(engine, certificate_id, settings)
    with reader(engine) as session:
        stored = find_badge(session, certificate_id)
        certificate = session.get_one(Certificate, certificate_id)
    if stored is not None:
        return stored
    keys = load_keys(settings)
    badge = make_badge(certificate, settings, keys)
    with writer(engine) as session:
        record_keys(session, keys, at=now())
        stored = store_badge(session, certificate_id, badge)
        session.commit()
    return stored


def make(
    certificate: Certificate,
    settings: Settings,
    keys: Keys,
    *,
    supersedes: str = "",
    pictures: Pictures | None = None,
) -> Made:
    """Return the signed PDF and badge of the certificate; `supersedes` is the code of the one that it replaces."""
    html = certificate_html(certificate, settings.base_url, supersedes=supersedes, pictures=pictures)
    badge = make_badge(certificate, settings, keys)
    attached = Attached("badge.json", "Open Badges 3.0 credential of this certificate", badge.encode())
    statement = Statement(settings.site_name, CERTIFICATE, certificate.code)
    return Made(sign_pdf(html_to_pdf(html, attached), keys.document, statement, settings.tsa_url), badge)


def make_badge(certificate: Certificate, settings: Settings, keys: Keys) -> str:
    """Return the signed Open Badges 3.0 credential of the certificate as JSON."""
    issuer = issuer_of(settings, keys)
    document = unsigned_credential(_facts(certificate), issuer)
    return json.dumps(sign(document, issuer, at=now()), ensure_ascii=False)


def issuer_of(settings: Settings, keys: Keys) -> Issuer:
    """Return who issues badges here."""
    return Issuer(settings.base_url, settings.site_name, keys.badge.id, keys.badge.key_pem)


def _facts(certificate: Certificate) -> BadgeFacts:
    lines = [line_from(kept) for kept in certificate.credits or ()]
    number, place = divmod(certificate.status_index, LIST_LENGTH)
    with current_app.test_request_context(), force_locale(certificate.language):
        summary = length(certificate.minutes)
        criteria = _("completed the course and passed its final assessment")
    return BadgeFacts(
        code=certificate.code,
        name=certificate.name,
        course_slug=certificate.course_slug,
        course_title=certificate.course_title,
        summary=f"{certificate.course_title}: {summary}",
        criteria=criteria[:1].upper() + criteria[1:] + ".",
        issued_at=certificate.issued_at,
        expires_on=certificate.expires_on,
        minutes=certificate.minutes,
        credits=tuple(CreditAmount(line.name, line.amount, line.kind) for line in lines),
        status_list=number,
        status_index=place,
    )
