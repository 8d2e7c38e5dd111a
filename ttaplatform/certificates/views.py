"""Download a certificate, and verify one without signing in."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import public, requires
from ttaplatform.certificates import service
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.rules import hours, normal_code
from ttaplatform.i18n import day
from ttaplatform.roles import Role

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates/<code>.pdf")
@requires(Role.LEARNER)
def pdf(code: str) -> Response:
    certificate = service.get_for(pages.session(), code, pages.person())
    data = prepare_pdf(pages.engine(), certificate.id, pages.settings().base_url)
    response = Response(data, mimetype="application/pdf")
    filename = f"{certificate.course_slug}-{certificate.issued_on.isoformat()}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/verify")
@public
def verify() -> str | BaseResponse:
    if code := request.args.get("code", "").strip():
        return redirect(url_for("certificates.verified", code=normal_code(code) or "-"), 303)
    return render_template("certificates/verify.html")


@blueprint.get("/verify/<code>")
@public
def verified(code: str) -> tuple[str, int]:
    certificate = service.find_by_code(pages.session(), normal_code(code))
    facts = {}
    if certificate is not None:
        facts = {"hours": hours(certificate.minutes), "issued": day(certificate.issued_on)}
    page = render_template("certificates/verified.html", certificate=certificate, code=code[:40], **facts)
    return page, 200 if certificate else 404


@blueprint.get("/transcript")
@requires(Role.LEARNER)
def transcript() -> str:
    certificates = service.list_certificates(pages.session(), pages.person().id)
    total = hours(sum(certificate.minutes for certificate in certificates))
    lines = [(certificate, hours(certificate.minutes), day(certificate.issued_on)) for certificate in certificates]
    return render_template("certificates/transcript.html", lines=lines, total=total)
