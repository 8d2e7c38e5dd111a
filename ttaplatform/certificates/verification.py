"""Verify a certificate by its code or its file: without an account, and keeping nothing of the file."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.certificates.models import Certificate, SigningKeyRecord
from ttaplatform.certificates.rules import State, state_of
from ttaplatform.certificates.service import find_by_code, find_predecessor, find_successor
from ttaplatform.certificates.signing import CERTIFICATE, codes_in, read_signature

ALTERED, UNKNOWN, SIGNED = "altered", "unknown", "signed"
MAX_PDF_BYTES = 1_000_000  # ten times a certificate with a seal and a signature


@dataclass(frozen=True)
class Answer:
    """What verification found: a state, or "altered", "unknown" or "signed"; and what was certified, where known."""

    state: str
    certificate: Certificate | None = None
    successor: Certificate | None = None
    predecessor: Certificate | None = None
    is_of_file: bool = False
    meant: str = ""  # of an altered file: the state of the certificate that it names


def verify_code(session: Session, code: str, *, today: date) -> Answer:
    """Return the state of the certificate with the (normal) code."""
    certificate = find_by_code(session, code)
    return Answer(UNKNOWN) if certificate is None else _answer(session, certificate, today)


def verify_pdf(session: Session, pdf: bytes, *, today: date) -> Answer:
    """Return what is to be said of a PDF: it is genuine only byte for byte.

    A file with other bytes is altered when it names a certificate or carries a signature of this site; unknown
    otherwise, as a scan or a print is. Transcripts and affidavits are signed and not stored: an unchanged one is
    "signed", and the codes that stand in it say the rest.
    """
    sealed = session.scalar(select(Certificate).where(Certificate.pdf_sha256 == hashlib.sha256(pdf).hexdigest()))
    if sealed is not None:
        found = _answer(session, sealed, today)
        return Answer(found.state, found.certificate, found.successor, found.predecessor, is_of_file=True)
    signature = read_signature(pdf)
    is_ours = signature is not None and session.get(SigningKeyRecord, signature.key_id) is not None
    if signature and is_ours and signature.is_intact and signature.is_whole and signature.reason != CERTIFICATE:
        return Answer(SIGNED, is_of_file=True)
    for code in codes_in(pdf):
        if (meant := find_by_code(session, code)) is not None:
            known = _answer(session, meant, today)
            return Answer(ALTERED, meant, known.successor, known.predecessor, is_of_file=True, meant=known.state)
    return Answer(ALTERED if is_ours else UNKNOWN, is_of_file=True)


def _answer(session: Session, certificate: Certificate, today: date) -> Answer:
    successor = find_successor(session, certificate)
    return Answer(state_on(certificate, today), certificate, successor, find_predecessor(session, certificate))


def state_on(certificate: Certificate, today: date) -> State:
    """Return the state of the certificate on the day `today`."""
    return state_of(
        revoked_at=certificate.revoked_at,
        superseded_at=certificate.superseded_at,
        expires_on=certificate.expires_on,
        today=today,
    )
