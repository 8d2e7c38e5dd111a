"""A person's own certificates: download, transcript, correction of a name or a licence number."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.certificates import service
from ttaplatform.certificates.bundles import file_of
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.signing import TimeStampError
from ttaplatform.clock import now
from ttaplatform.credit.folder import sound_rules
from ttaplatform.i18n import _
from ttaplatform.people.service import get_account
from ttaplatform.roles import Role

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates/<code>.pdf")
@requires(Role.LEARNER)
def pdf(code: str) -> Response | tuple[str, int, dict[str, str]]:
    certificate = service.get_for(pages.session(), code, pages.person())
    try:
        data = prepare_pdf(pages.engine(), certificate.id, pages.settings())
    except TimeStampError:
        return render_template("certificates/preparing.html"), 503, {"Retry-After": "60", "Refresh": "60"}
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_of(certificate)}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/certificates/<code>/correct", methods=["GET", "POST"])
@requires(Role.LEARNER)
def correct(code: str) -> str | BaseResponse:
    certificate = service.find_by_code(pages.session(), code)
    if certificate is None or certificate.account_id != pages.person().id:
        abort(404)
    account = get_account(pages.session(), pages.person().id)
    changes = service.corrections(certificate, account)
    if not changes or certificate.superseded_at is not None:
        return redirect(url_for("transcript.transcript"), 303)
    if not pages.is_posted():
        return render_template("certificates/correct.html", certificate=certificate, changes=changes)
    service.correct_certificate(
        pages.session(),
        certificate,
        changes,
        actor_id=account.id,
        at=now(),
        rules=sound_rules(pages.settings().courses_dir),
    )
    pages.commit()
    flash(_("The corrected certificate is issued. The earlier one says that it was replaced."), "success")
    return redirect(url_for("transcript.transcript"), 303)
