"""A person's own certificates: download, transcript, correction of a name or a licence number."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.certificates import service
from ttaplatform.certificates.bundles import file_of
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.rules import State, hours
from ttaplatform.certificates.signing import TimeStampError
from ttaplatform.certificates.verification import state_on
from ttaplatform.clock import local_day, now
from ttaplatform.i18n import _, day
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


@blueprint.get("/transcript")
@requires(Role.LEARNER)
def transcript() -> str:
    account = get_account(pages.session(), pages.person().id)
    today = local_day(now(), account.time_zone)
    held = service.list_certificates(pages.session(), account.id)
    states = {one.id: state_on(one, today) for one in held}
    counted = [one for one in held if states[one.id] in {State.GENUINE, State.EXPIRED}]
    lines = [(one, hours(one.minutes), day(one.issued_on), _ends(one, states[one.id])) for one in counted]
    earlier = [(one, states[one.id], day(one.issued_on)) for one in held if one not in counted]
    total = hours(sum(one.minutes for one in counted))
    correctable = {one.code for one in counted if service.corrections(one, account)}
    return render_template(
        "certificates/transcript.html", lines=lines, earlier=earlier, total=total, correctable=correctable
    )


def _ends(certificate: Certificate, state: State) -> str:
    if certificate.expires_on is None:
        return ""
    last = day(certificate.expires_on)
    words: str = _("Expired on %(day)s", day=last) if state is State.EXPIRED else _("Valid until %(day)s", day=last)
    return words


@blueprint.route("/certificates/<code>/correct", methods=["GET", "POST"])
@requires(Role.LEARNER)
def correct(code: str) -> str | BaseResponse:
    certificate = service.find_by_code(pages.session(), code)
    if certificate is None or certificate.account_id != pages.person().id:
        abort(404)
    account = get_account(pages.session(), pages.person().id)
    changes = service.corrections(certificate, account)
    if not changes or certificate.superseded_at is not None:
        return redirect(url_for("certificates.transcript"), 303)
    if not pages.is_posted():
        return render_template("certificates/correct.html", certificate=certificate, changes=changes)
    service.correct_certificate(pages.session(), certificate, changes, actor_id=account.id, at=now())
    pages.commit()
    flash(_("The corrected certificate is issued. The earlier one says that it was replaced."), "success")
    return redirect(url_for("certificates.transcript"), 303)
