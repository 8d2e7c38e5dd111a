"""Verify a certificate by code, QR or file without signing in, and publish the keys that signed."""

from datetime import date, datetime

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import public
from ttaplatform.certificates import verification
from ttaplatform.certificates.document import credit_ends, length
from ttaplatform.certificates.emblems import list_keys
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.rules import State, normal_code
from ttaplatform.certificates.verification import ALTERED, MAX_PDF_BYTES, SIGNED, UNKNOWN, Answer
from ttaplatform.certificates.views import blueprint
from ttaplatform.clock import local_day, now
from ttaplatform.credit.rules import line_from
from ttaplatform.i18n import _, day


@blueprint.get("/verify")
@public
def verify() -> str | BaseResponse:
    if code := request.args.get("code", "").strip():
        return redirect(url_for("certificates.verified", code=normal_code(code) or "-"), 303)
    return render_template("certificates/verify.html")


@blueprint.get("/verify/<code>")
@public
def verified(code: str) -> tuple[str, int]:
    pages.limit_rate("verify")
    answer = verification.verify_code(pages.session(), normal_code(code), today=_today())
    return _page(answer, code[:40])


@blueprint.post("/verify/file")
@public
def verified_file() -> tuple[str, int]:
    pages.limit_rate("verify")
    file = request.files.get("file")
    pdf = file.stream.read(MAX_PDF_BYTES + 1) if file else b""
    if not pdf or len(pdf) > MAX_PDF_BYTES:
        problem = _("Choose the PDF file of a certificate. It has at most 1 MB.")
        return render_template("certificates/verify.html", problem=problem), 422
    return _page(verification.verify_pdf(pages.session(), pdf, today=_today()), "")


def _today() -> date:
    return local_day(now(), pages.settings().site_zone)


def _page(answer: Answer, code: str) -> tuple[str, int]:
    certificate = answer.certificate
    page = render_template(
        "certificates/verified.html",
        answer=answer,
        heading=_heading(answer),
        sentence=_sentence(answer, code),
        ended=_ended(answer.meant, certificate) if answer.meant else "",
        superseded=_day_of(certificate.superseded_at, certificate.time_zone) if certificate else "",
        credits=[line_from(kept) for kept in certificate.credits] if certificate else [],
        length=length,
        credit_ends=credit_ends,
    )
    return page, 404 if answer.state == UNKNOWN and not answer.is_of_file else 200


def _day_of(instant: datetime | None, zone: str) -> str:
    return day(local_day(instant, zone)) if instant else ""


def _heading(answer: Answer) -> str:
    headings: dict[str, str] = {
        State.GENUINE: _("Genuine certificate"),
        State.EXPIRED: _("Expired certificate"),
        State.SUPERSEDED: _("Replaced certificate"),
        State.REVOKED: _("Revoked certificate"),
        ALTERED: _("Altered file"),
        SIGNED: _("Signed here and unchanged"),
        UNKNOWN: _("Unknown certificate"),
    }
    return headings[answer.state]


def _sentence(answer: Answer, code: str) -> str:
    sentences: dict[tuple[str, bool], str] = {
        (ALTERED, True): _(
            "This file is not as it was issued here. Trust only what you see below, or ask its holder for the original."
        ),
        (UNKNOWN, True): _(
            "This file was not issued here as it is. A scan or a printed copy cannot be recognized: "
            "type the code that stands on it."
        ),
        (UNKNOWN, False): _(
            "No certificate has the code %(code)s. Look at it again: it has no 0, 1, I, L, O or U. "
            "If it is typed right, this certificate was not issued here.",
            code=code,
        ),
        (SIGNED, True): _(
            "This is a transcript or an affidavit of this site, as it was made. What it says held on that day: "
            "verify the codes that stand in it."
        ),
        (State.GENUINE, True): _("This file is, byte for byte, what was issued here."),
        (State.GENUINE, False): _("This certificate was issued here. Compare what it says with the lines below."),
    }
    return sentences.get((answer.state, answer.is_of_file)) or _ended(answer.state, answer.certificate)


def _ended(state: str, certificate: Certificate | None) -> str:
    """Return what is said of a certificate that was issued here and holds no longer."""
    if certificate is None:
        return ""
    on = _day_of(certificate.revoked_at, certificate.time_zone)
    until = day(certificate.expires_on) if certificate.expires_on else ""
    ended: dict[str, str] = {
        State.REVOKED: _("It was revoked on %(day)s: %(reason)s", day=on, reason=certificate.revoke_reason),
        State.SUPERSEDED: _("This certificate was issued here. A corrected one took its place."),
        State.EXPIRED: _("This certificate was issued here. What it certified was valid until %(day)s.", day=until),
    }
    return ended.get(state, "")


@blueprint.get("/.well-known/certificate-keys")
@public
def signing_keys() -> str:
    keys = list_keys(pages.session(), "document")
    return render_template(
        "certificates/signing_keys.html", keys=[(key, day(key.first_used_at.date())) for key in keys]
    )


@blueprint.get("/.well-known/certificate-keys/<key_id>.pem")
@public
def signing_key(key_id: str) -> Response:
    found = next((key for key in list_keys(pages.session(), "document") if key.id == key_id), None) or abort(404)
    response = Response(found.public_pem, mimetype="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.pem"'
    return response
