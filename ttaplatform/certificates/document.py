"""A certificate as HTML and as a tagged PDF (PDF/UA-1), letter landscape."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import segno
from flask import current_app, render_template
from flask_babel import force_locale, refresh

from ttaplatform import paths
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.rules import hours, name_size
from ttaplatform.credit.rules import CreditLine, line_from
from ttaplatform.i18n import _, day


@dataclass(frozen=True)
class Pictures:
    """The pictures of a certificate as PNG (None for none), and the name and title below the signature."""

    seal: bytes | None = None
    signature: bytes | None = None
    signer: str = ""


@dataclass(frozen=True)
class Attached:
    """A file that travels inside the PDF."""

    name: str
    description: str
    content: bytes


def certificate_html(
    certificate: Certificate, base_url: str, *, supersedes: str = "", pictures: Pictures | None = None
) -> str:
    """Return the finished HTML of the certificate, whose QR code opens its verification page under `base_url`."""
    verify_url, pictures = f"{base_url}/verify/{certificate.code}", pictures or Pictures()
    with current_app.test_request_context(), force_locale(certificate.language):
        refresh()
        lines = [line_from(kept) for kept in certificate.credits or ()]
        return render_template(
            "certificates/document.html",
            certificate=certificate,
            length=length(certificate.minutes),
            credits=lines,
            layout=("plain", "credited")[bool(lines)] if len(lines) < 2 else "dense",
            printed=dict(pair for line in lines for pair in line.printed),
            ends=day(certificate.expires_on) if certificate.expires_on else "",
            supersedes=supersedes,
            name_size=name_size(certificate.name),
            verify_url=verify_url,
            qr=_qr(verify_url),
            seal=_png(pictures.seal),
            signature=_png(pictures.signature),
            signer=pictures.signer,
            language=certificate.language,
        )


def length(minutes: int) -> str:
    """Return the length of a course in plain words of the page's language: "60 minutes (1 hour)"."""
    spent = hours(minutes)
    if spent == "1":
        return str(_("%(minutes)s minutes (1 hour)", minutes=minutes))
    return str(_("%(minutes)s minutes (%(hours)s hours)", minutes=minutes, hours=spent))


def credit_ends(line: CreditLine) -> str:
    """Return the day on which the credit ends, in the page's language; "" when it does not."""
    return day(date.fromisoformat(line.expires_on)) if line.expires_on else ""


def _qr(url: str) -> str:
    buffer = BytesIO()
    segno.make(url, error="m", micro=False).save(buffer, kind="svg", scale=4, border=2, xmldecl=False)
    return "data:image/svg+xml;base64," + b64encode(buffer.getvalue()).decode()


def _png(picture: bytes | None) -> str:
    return "data:image/png;base64," + b64encode(picture).decode() if picture else ""


def html_to_pdf(html: str, attached: Attached | None = None) -> bytes:
    """Return the PDF/UA-1 bytes of `html`; fonts are embedded and subset, nothing is fetched from the network."""
    from weasyprint import HTML, Attachment  # noqa: PLC0415 - heavy: loaded when the first is made
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    files = []
    if attached is not None:
        files = [Attachment(string=attached.content, name=attached.name, description=attached.description)]
    base = paths.shipped("static").as_uri() + "/"
    document = HTML(string=html, base_url=base, url_fetcher=URLFetcher(allowed_protocols=("data", "file")))
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", attachments=files)
    return pdf
