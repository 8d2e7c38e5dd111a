"""Sign a PDF with PAdES and say what a signature covers; pyHanko is loaded when the first is made."""

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from ttaplatform.certificates.keys import SigningKey, certificate_key_id
from ttaplatform.certificates.rules import CODE_PATTERN

FIELD = "Signature"
CERTIFICATE = "Certificate of completion"  # the reason of a certificate's signature; other documents have others


class TimeStampError(Exception):
    """The time-stamp authority did not answer; trying again later may help."""


@dataclass(frozen=True)
class Signature:
    """What a signature says: whether what it covers is unchanged, whether that is all, which key made it, and why."""

    is_intact: bool
    is_whole: bool
    key_id: str
    reason: str = ""


@dataclass(frozen=True)
class Statement:
    """What stands in the signature beside the key: who signs, why, and the certificate's code."""

    name: str
    reason: str
    code: str


def sign_pdf(pdf: bytes, key: SigningKey, statement: Statement, tsa_url: str = "") -> bytes:
    """Return the PDF with one PAdES signature over the total document (B-T with a time stamp, otherwise B-B).

    The field is hidden: a certificate shows no box for it, and PDF/UA-1 then asks for no tag (ISO 14289-1, 7.18.1).
    Raises TimeStampError when the authority at `tsa_url` cannot be asked.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - heavy
    from pyhanko.sign import fields, signers  # noqa: PLC0415
    from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError  # noqa: PLC0415

    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256",
        name=statement.name, reason=statement.reason, contact_info=statement.code,
    )  # fmt: skip
    hidden = fields.InvisSigSettings(set_print_flag=False, set_hidden_flag=True)
    field = fields.SigFieldSpec(FIELD, invis_sig_settings=hidden, readable_field_name=statement.reason)
    stamper = HTTPTimeStamper(tsa_url, timeout=20) if tsa_url else None
    signer = signers.PdfSigner(metadata, _signer(key), timestamper=stamper, new_field_spec=field)
    try:
        signed: BytesIO = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    except (TimestampRequestError, OSError) as error:
        raise TimeStampError(f"{tsa_url} gave no time stamp") from error
    return signed.getvalue()


@lru_cache(maxsize=4)
def _signer(key: SigningKey) -> Any:
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data  # noqa: PLC0415 - heavy
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    chain = list(load_certs_from_pemder_data(key.chain_pem))
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(chain)
    return SimpleSigner(chain[0], load_private_key_from_pemder_data(key.key_pem, None), registry)


def read_signature(pdf: bytes) -> Signature | None:
    """Return what the last signature of a PDF says; None when there is none that can be read.

    Only the arithmetic is judged: whether the key is ours is for the caller to say, and whether an authority
    vouches for it is for the reader's own software.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - heavy
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    try:
        signature = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures[-1]
        own = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
        status = validate_pdf_signature(signature, own, skip_diff=True)
        is_whole = signature.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
        key_id = certificate_key_id(signature.signer_cert.dump())
        reason = str(signature.sig_object.get("/Reason", ""))
    except Exception:  # noqa: BLE001 - an untrusted file can break a parser anywhere: then it says nothing
        return None
    return Signature(bool(status.intact and status.valid), is_whole, key_id, reason)


def codes_in(pdf: bytes) -> list[str]:
    """Return what looks like codes of certificates in the bytes of a PDF: in its metadata and its signature."""
    text = pdf.replace(rb"\055", b"-")  # how strings of a PDF write a hyphen
    return list(dict.fromkeys(found.decode() for found in re.findall(CODE_PATTERN.encode(), text)))[:20]
