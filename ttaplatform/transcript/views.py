"""The transcript of a person, training elsewhere with its proof, and what coordinators confirm."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.service import find_published
from ttaplatform.certificates.awards import COURSE_RENEWAL_DAYS
from ttaplatform.certificates.rules import hours
from ttaplatform.certificates.service import corrections, find_by_enrolment, list_certificates
from ttaplatform.clock import local_day, now
from ttaplatform.credit.folder import sound_rules
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _, day
from ttaplatform.learning import completion
from ttaplatform.learning.service import Enrolled, list_enrolments, progress_of
from ttaplatform.learning.views import seen
from ttaplatform.people.models import Account
from ttaplatform.people.service import get_account
from ttaplatform.roles import Role
from ttaplatform.transcript import service
from ttaplatform.transcript.document import ends, hour_rows, signed_pdf, transcript_html
from ttaplatform.transcript.forms import ElsewhereForm
from ttaplatform.transcript.rules import Line, can_renew, minutes_from, renews_on

blueprint = Blueprint("transcript", __name__)
MAX_REQUEST_BYTES = 6_000_000  # a proof and the fields beside it
TYPES = {"pdf": "application/pdf", "png": "image/png"}


@blueprint.url_value_preprocessor
def allow_proofs(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the form with a proof be larger than others: before anything reads it, as the check of its token does."""
    if endpoint == "transcript.elsewhere":
        request.max_content_length = MAX_REQUEST_BYTES


@blueprint.get("/transcript")
@requires(Role.LEARNER)
def transcript() -> str:
    account, today = _me()
    lines, elsewhere = _lines(account, today), service.external_lines(pages.session(), account.id, today=today)
    counted = [line for line in lines if line.is_counted]
    enrolments = list_enrolments(pages.session(), account.id)
    open_ones = [one for one in map(_still_open, enrolments) if one]
    held = list_certificates(pages.session(), account.id)
    return render_template(
        "transcript/transcript.html",
        lines=[(line, ends(line)) for line in counted],
        elsewhere=[(line, ends(line)) for line in elsewhere],
        earlier=[line for line in lines if not line.is_counted],
        rows=hour_rows([*counted, *elsewhere]),
        total=hours(sum(line.minutes for line in counted)),
        hours=hours,
        correctable={one.code for one in held if corrections(one, account)},
        renewals=_renewals(counted, enrolments, {one["slug"] for one in open_ones}, today),
        still_open=open_ones,
    )


def _me() -> tuple[Account, date]:
    account = get_account(pages.session(), pages.person().id)
    return account, local_day(now(), account.time_zone)


def _lines(account: Account, today: date) -> list[Line]:
    rules = sound_rules(pages.settings().courses_dir)
    return service.list_lines(pages.session(), account.id, rules, language=pages.person().language, today=today)


def _still_open(enrolled: Enrolled) -> dict[str, Any] | None:
    """Return what is left of an enrolment without a certificate, so that a missing one explains itself."""
    if not (enrolled.is_open and enrolled.course.gives_certificate):
        return None
    progress = progress_of(pages.session(), enrolled.id)
    upcoming = completion.next_step(enrolled.course, progress)
    if upcoming is None and find_by_enrolment(pages.session(), enrolled.id) is not None:
        return None
    listed = completion.steps(enrolled.course, progress)
    return {
        "slug": enrolled.course.slug,
        "title": seen(enrolled).course.title,
        "done": sum(step.is_done for step in listed),
        "all": len(listed),
        "url": url_for("learning.resume", enrolment_id=enrolled.id) if upcoming else "",
        "needs_confirmation": upcoming is None and not pages.person().is_confirmed,
    }


def _renewals(lines: list[Line], enrolments: list[Enrolled], going: set[str], today: date) -> dict[str, dict[str, str]]:
    """Return by code how what expires is renewed: the address of the button, or in words when that opens."""
    rules = sound_rules(pages.settings().courses_dir)
    opened = {enrolled.course.slug for enrolled in enrolments if enrolled.is_open}
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        if line.first_end is None or line.slug in going or _is_renewed(line, lines):
            continue
        last, slug = line.first_end
        window = rules[slug].renewal_days if slug in rules else COURSE_RENEWAL_DAYS
        offered = find_published(pages.session(), line.slug)
        if offered is None or offered.is_withdrawn:
            continue
        if can_renew(last, window, today):
            endpoint = "learning.enrol_again" if line.slug in opened else "learning.enrol"
            found[line.code] = {"url": url_for(endpoint, slug=line.slug)}
        else:
            words = _("You can renew it from %(day)s on without losing time.", day=day(renews_on(last, window)))
            found[line.code] = {"words": words}
    return found


def _is_renewed(line: Line, lines: list[Line]) -> bool:
    ending = [(one.first_end, one) for one in lines if one.slug == line.slug and one.first_end]
    return any(end[0] > line.first_end[0] for end, _one in ending if end and line.first_end)


@blueprint.get("/transcript.pdf")
@requires(Role.LEARNER)
def pdf() -> Response:
    account, today = _me()
    elsewhere = service.external_lines(pages.session(), account.id, today=today)
    settings = pages.settings()
    html = transcript_html(account, _lines(account, today), elsewhere, base_url=settings.base_url, made_on=today)
    response = Response(signed_pdf(html, pages.engine(), settings, at=now()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="transcript-{today.isoformat()}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/transcript/elsewhere", methods=["GET", "POST"])
@requires(Role.LEARNER)
def elsewhere() -> tuple[str, int] | BaseResponse:
    form = ElsewhereForm()
    if pages.is_posted() and form.validate() and _is_past(form) and _add(form):
        pages.commit()
        flash(_("Added as self-reported. The coordinator of your agency can confirm it."), "success")
        return redirect(url_for("transcript.transcript"), 303)
    return render_template("transcript/elsewhere.html", form=form), 422 if pages.is_posted() else 200


def _is_past(form: Any) -> bool:
    _account, today = _me()
    if form.completed_on.data > today:
        form.completed_on.errors = [_("This day is still to come. Choose the day on which you completed it.")]
        return False
    return True


def _add(form: Any) -> bool:
    details = service.Elsewhere(
        title=" ".join(form.title.data.split()),
        provider=" ".join(form.provider.data.split()),
        minutes=minutes_from(form.hours.data) or 0,
        completed_on=form.completed_on.data,
        expires_on=form.expires_on.data,
    )
    words = {
        "proof": _("This file cannot be kept. Choose a PDF without scripts, attachments or a password, or a PNG or "
                   "JPEG picture, of at most 5 MB; a photo of the page is good."),
        "full": _("You have 100 entries already. Remove one that is not confirmed, or ask for help."),
    }  # fmt: skip
    pages.unlock()
    try:
        service.add_external(pages.session(), pages.person().id, details, form.proof.data.stream.read(), at=now())
    except RuleBrokenError as error:
        form.proof.errors = [words[str(error)]]
        return False
    return True


@blueprint.get("/transcript/elsewhere/<int:training_id>/proof")
@requires(Role.LEARNER)
def proof(training_id: int) -> Response:
    kind, content = service.get_proof(pages.session(), training_id, pages.person())
    response = Response(content, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{training_id}.{kind}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/transcript/elsewhere/<int:training_id>/remove")
@requires(Role.LEARNER)
def remove(training_id: int) -> BaseResponse:
    service.remove_external(pages.session(), training_id, pages.person().id, at=now())
    pages.commit()
    flash(_("The entry and its proof are removed."), "success")
    return redirect(url_for("transcript.transcript"), 303)


@blueprint.get("/reports/elsewhere")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def to_confirm() -> str:
    waiting = service.list_to_confirm(pages.session(), pages.person())
    return render_template("transcript/to_confirm.html", waiting=waiting, hours=hours, most=service.MOST_SHOWN)


@blueprint.post("/reports/elsewhere/<int:training_id>/confirm")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def confirm(training_id: int) -> BaseResponse:
    service.confirm_external(pages.session(), training_id, pages.person(), at=now())
    pages.commit()
    flash(_("Confirmed. It stands so in the person's transcript from now on."), "success")
    return redirect(url_for("transcript.to_confirm"), 303)
