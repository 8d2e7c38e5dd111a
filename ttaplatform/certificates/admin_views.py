"""What an administrator does with certificates: find one, correct it, revoke it, and set seals and signatures."""

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.certificates import emblems, service
from ttaplatform.certificates.emblems import SEAL, SIGNATURE, SITE, agency_scope, rule_scope
from ttaplatform.certificates.forms import CorrectionForm, EmblemForm, RevocationForm
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.verification import state_on
from ttaplatform.certificates.views import blueprint
from ttaplatform.clock import local_day, now
from ttaplatform.credit.folder import sound_rules
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import _, day
from ttaplatform.people.service import list_agencies
from ttaplatform.roles import Role


@blueprint.get("/admin/certificates")
@requires(Role.ADMINISTRATOR)
def certificates() -> str:
    words = request.args.get("q", "").strip()[:100]
    found = service.search_certificates(pages.session(), words)
    today = local_day(now(), pages.settings().site_zone)
    lines = [(one, state_on(one, today), day(one.issued_on)) for one in found]
    return render_template("certificates/certificates.html", lines=lines, words=words, most=service.MOST_FOUND)


@blueprint.route("/admin/certificates/<code>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def certificate(code: str) -> tuple[str, int] | BaseResponse:
    found = service.find_by_code(pages.session(), code)
    if found is None:
        raise NotFoundError("certificate")
    correction = CorrectionForm(data={"name": found.name, "licence_number": found.licence_number})
    revocation = RevocationForm()
    if pages.is_posted():
        is_revocation = "reason" in request.form
        form = revocation if is_revocation else correction
        if form.validate():
            return _revoke(found, revocation) if is_revocation else _correct(found, correction)
    today = local_day(now(), pages.settings().site_zone)
    page = render_template(
        "certificates/certificate.html",
        certificate=found,
        state=state_on(found, today),
        successor=service.find_successor(pages.session(), found),
        predecessor=service.find_predecessor(pages.session(), found),
        correction=correction,
        revocation=revocation,
    )
    return page, 422 if pages.is_posted() else 200


def _correct(found: Certificate, form: CorrectionForm) -> BaseResponse:
    changes = {"name": " ".join(form.name.data.split()), "licence_number": form.licence_number.data or ""}
    try:
        new = service.correct_certificate(
            pages.session(),
            found,
            changes,
            actor_id=pages.person().id,
            at=now(),
            rules=sound_rules(pages.settings().courses_dir),
        )
    except RuleBrokenError:
        flash(_("Nothing was changed: the certificate says this already."), "info")
        return redirect(url_for("certificates.certificate", code=found.code), 303)
    pages.commit()
    flash(_("The corrected certificate is issued; the earlier one says that it was replaced."), "success")
    return redirect(url_for("certificates.certificate", code=new.code), 303)


def _rules() -> service.Rules:
    return sound_rules(pages.settings().courses_dir)


def _revoke(found: Certificate, form: RevocationForm) -> BaseResponse:
    service.revoke_certificate(pages.session(), found, form.reason.data, actor_id=pages.person().id, at=now())
    pages.commit()
    flash(_("The certificate is revoked. Whoever verifies it is told when and why."), "success")
    return redirect(url_for("certificates.certificate", code=found.code), 303)


@blueprint.route("/admin/certificates/design", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def design() -> tuple[str, int] | BaseResponse:
    form = EmblemForm()
    form.place.choices = _places()
    if pages.is_posted() and form.validate() and _set(form):
        pages.commit()
        flash(_("Saved for certificates to come. Those that were issued stay as they are."), "success")
        return redirect(url_for("certificates.design"), 303)
    names = {choice.value: choice.label for choice in form.place.choices}
    kept = [(one, names.get(f"{one.kind} {one.scope}", one.scope)) for one in emblems.list_emblems(pages.session())]
    return render_template("certificates/design.html", form=form, kept=kept), 422 if pages.is_posted() else 200


def _places() -> list[SelectChoice]:
    rules = _rules().values()
    agencies = list_agencies(pages.session())
    return [
        SelectChoice(f"{SEAL} {SITE}", _("Seal of this site")),
        *(SelectChoice(f"{SEAL} {agency_scope(one.id)}", _("Seal: %(name)s", name=one.name)) for one in agencies),
        SelectChoice(f"{SIGNATURE} {SITE}", _("Signature for this site")),
        *(
            SelectChoice(f"{SIGNATURE} {rule_scope(one.slug)}", _("Signature: %(name)s", name=one.name_in("en")))
            for one in rules
            if not one.is_plain
        ),
    ]


def _set(form: EmblemForm) -> bool:
    kind, _blank, scope = form.place.data.partition(" ")
    emblem = (kind, scope, " ".join((form.caption.data or "").split()))
    try:
        emblems.set_emblem(
            pages.session(), emblem, form.picture.data.stream.read(), actor_id=pages.person().id, at=now()
        )
    except RuleBrokenError:
        form.picture.errors = [
            _("This is no PNG or JPEG picture that can be read. Save it as PNG and choose it again.")
        ]
        return False
    return True


@blueprint.post("/admin/certificates/design/<int:emblem_id>/remove")
@requires(Role.ADMINISTRATOR)
def remove_emblem(emblem_id: int) -> BaseResponse:
    found = emblems.find_emblem(pages.session(), emblem_id)
    if found is not None:
        emblems.remove_emblem(pages.session(), found.kind, found.scope, actor_id=pages.person().id, at=now())
        pages.commit()
        flash(_("Removed for certificates to come."), "success")
    return redirect(url_for("certificates.design"), 303)


@blueprint.get("/admin/certificates/design/<int:emblem_id>.png")
@requires(Role.ADMINISTRATOR)
def emblem(emblem_id: int) -> Response:
    found = emblems.find_emblem(pages.session(), emblem_id)
    if found is None:
        raise NotFoundError("picture")
    return Response(found.png, mimetype="image/png")
