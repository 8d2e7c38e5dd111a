"""Administrators ask for the certificates of an agency or a course as one zip, and see how far it is."""

from flask import Response, abort, flash, redirect, render_template, send_file, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.service import list_published
from ttaplatform.certificates.bundles import DAYS_KEPT, ask_bundle, bundle_file, list_bundles
from ttaplatform.certificates.forms import BundleForm
from ttaplatform.certificates.views import blueprint
from ttaplatform.clock import now
from ttaplatform.i18n import _, moment
from ttaplatform.people.service import list_agencies
from ttaplatform.roles import Role


@blueprint.route("/admin/certificates/bulk", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def bulk() -> tuple[str, int, dict[str, str]] | BaseResponse:
    form = _form()
    if pages.is_posted() and form.validate():
        agency_id = int(form.agency.data) if form.agency.data else None
        ask_bundle(
            pages.session(), agency_id=agency_id, course_slug=form.course.data, actor_id=pages.person().id, at=now()
        )
        pages.commit()
        flash(_("The certificates are being collected. You can leave this page and come back."), "success")
        return redirect(url_for("certificates.bulk"), 303)
    agencies = {choice.value: choice.label for choice in form.agency.choices}
    courses = {choice.value: choice.label for choice in form.course.choices}
    lines = [
        (one, agencies.get(str(one.agency_id or ""), ""), courses.get(one.course_slug, ""), moment(one.asked_at))
        for one in list_bundles(pages.session())
    ]
    is_running = any(one.finished_at is None for one, *_words in lines)
    page = render_template("certificates/bulk.html", form=form, lines=lines, days=DAYS_KEPT)
    return page, 422 if pages.is_posted() else 200, {"Refresh": "10"} if is_running else {}


def _form() -> BundleForm:
    form = BundleForm()
    language = str(get_locale())
    agencies = [SelectChoice(str(one.id), one.name) for one in list_agencies(pages.session())]
    courses = [one.course.spoken(language) for one in list_published(pages.session())]
    form.agency.choices = [SelectChoice("", _("All agencies")), *agencies]
    form.course.choices = [SelectChoice("", _("All courses")), *(SelectChoice(one.slug, one.title) for one in courses)]
    return form


@blueprint.get("/admin/certificates/bulk/<int:bundle_id>.zip")
@requires(Role.ADMINISTRATOR)
def bundle(bundle_id: int) -> Response:
    file = bundle_file(pages.settings(), bundle_id)
    if not file.is_file():
        abort(404)
    return send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=f"certificates-{bundle_id}.zip"
    )
