"""A certificate as HTML and as a tagged PDF (PDF/UA-1), letter landscape."""

from base64 import b64encode
from io import BytesIO

import segno
from flask import current_app, render_template
from flask_babel import force_locale, refresh

from ttaplatform import paths
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.rules import hours, name_size


def make_pdf(certificate: Certificate, base_url: str) -> bytes:
    """Return the PDF of the certificate, whose QR code opens its verification page under `base_url`."""
    return html_to_pdf(certificate_html(certificate, f"{base_url}/verify/{certificate.code}"))


def certificate_html(certificate: Certificate, verify_url: str) -> str:
    """Return the finished HTML of the certificate; `verify_url` is what the QR code opens."""
    with current_app.test_request_context(), force_locale(certificate.language):
        refresh()
        return render_template(
            "certificates/document.html",
            certificate=certificate,
            hours=hours(certificate.minutes),
            name_size=name_size(certificate.name),
            verify_url=verify_url,
            qr=_qr(verify_url),
            language=certificate.language,
        )


def _qr(url: str) -> str:
    buffer = BytesIO()
    segno.make(url, error="m", micro=False).save(buffer, kind="svg", scale=4, border=2, xmldecl=False)
    return "data:image/svg+xml;base64," + b64encode(buffer.getvalue()).decode()


def html_to_pdf(html: str) -> bytes:
    """Return the PDF/UA-1 bytes of `html`; fonts are embedded and subset, nothing is fetched from the network."""
    from weasyprint import HTML  # noqa: PLC0415 - heavy: loaded when the first is made
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    base = paths.shipped("static").as_uri() + "/"
    document = HTML(string=html, base_url=base, url_fetcher=URLFetcher(allowed_protocols=("data", "file")))
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf
