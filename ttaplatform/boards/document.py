"""An affidavit of attendance as a tagged and signed PDF, letter portrait; made anew each time, never stored."""

from flask import current_app, render_template
from flask_babel import force_locale, refresh
from sqlalchemy import Engine

from ttaplatform.boards.service import Presence, get_presence
from ttaplatform.certificates.document import html_to_pdf, length
from ttaplatform.certificates.emblems import record_keys
from ttaplatform.certificates.keys import ensure_keys, load_keys
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.signing import Statement, sign_pdf
from ttaplatform.clock import now
from ttaplatform.config import Settings
from ttaplatform.credit.rules import line_from
from ttaplatform.db import reader, writer

REASON = "Affidavit of attendance"


def prepare_affidavit(engine: Engine, certificate_id: int, settings: Settings) -> bytes:
    """Return the signed affidavit of the certificate's course, made outside any transaction, for it takes long.

    Needs an application context. Raises KeyFileError or TimeStampError when it cannot be signed now.
    """
    with reader(engine) as session:
        certificate = session.get_one(Certificate, certificate_id)
        presence = get_presence(session, certificate)
    ensure_keys(settings, at=now())
    keys = load_keys(settings)
    pdf = html_to_pdf(affidavit_html(certificate, presence, settings))
    statement = Statement(settings.site_name, REASON, certificate.code)
    signed = sign_pdf(pdf, keys.document, statement, settings.tsa_url)
    with writer(engine) as session:
        record_keys(session, keys, at=now())
        session.commit()
    return signed


def affidavit_html(certificate: Certificate, presence: Presence, settings: Settings) -> str:
    """Return the finished HTML of the affidavit, in the language of the certificate."""
    lines = [line_from(kept) for kept in certificate.credits or ()]
    with current_app.test_request_context(), force_locale(certificate.language):
        refresh()
        return render_template(
            "boards/affidavit_document.html",
            certificate=certificate,
            presence=presence,
            length=length(certificate.minutes),
            printed=dict(pair for line in lines for pair in line.printed),
            attestations=list(dict.fromkeys(line.attestation for line in lines if line.attestation)),
            verify_url=f"{settings.base_url}/verify/{certificate.code}",
            language=certificate.language,
        )
