"""Credits of a course: choose them, say what their rules ask, and count active minutes."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.clock import now
from ttaplatform.credit.rules import amount, amount_text, field_problem, filled_statement
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.learning import credits
from ttaplatform.learning.active_time import count_active_time, rules
from ttaplatform.learning.credits import Offer
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.sitting_pages import my_enrolment
from ttaplatform.learning.views import blueprint, seen
from ttaplatform.people.service import get_account
from ttaplatform.roles import Role


@blueprint.route("/learn/<int:enrolment_id>/credit", methods=["GET", "POST"])
@requires(Role.LEARNER)
def credit(enrolment_id: int) -> tuple[str, int] | BaseResponse:
    """Show the credits that the course can give, and keep which of them the learner wants."""
    enrolled = my_enrolment(enrolment_id)
    offers = credits.list_offers(pages.session(), enrolled, rules())
    if not offers:
        abort(404)
    wrong: dict[str, str] = {}
    if pages.is_posted():
        wrong = _problems(offers)
        if not wrong:
            _keep(enrolled, offers)
            pages.announce("credit-changed", enrolment_id=enrolled.id)
            pages.commit()
            flash(_("Your credits are saved."), "success")
            return redirect(url_for("learning.course", slug=enrolled.course.slug), 303)
    licence = get_account(pages.session(), pages.person().id).licence_number
    page = render_template(
        "learning/credit.html",
        course=seen(enrolled).course,
        enrolled=enrolled,
        offers=[_told(offer, enrolled, licence) for offer in offers],
        is_too_late=credits.is_too_late(pages.session(), enrolled),
        wrong=wrong,
    )
    return page, 422 if wrong else 200


def _told(offer: Offer, enrolled: Enrolled, licence: str) -> dict[str, object]:
    language, minutes = str(get_locale()), enrolled.course.minutes
    rule = offer.rule
    return {
        "offer": offer,
        "name": rule.name_in(language),
        "amount": amount_text(rule, amount(rule, minutes), language),
        "statement": filled_statement(rule, offer.approval, minutes=minutes, language=language),
        "attestation": rule.attestation_in(language),
        "is_wanted": request.form.get(f"want.{rule.slug}") == "yes" if pages.is_posted() else offer.is_chosen,
        "fields": [
            (f"{rule.slug}.{one.key}", one.label_in(language), _typed(offer, one.key, licence)) for one in rule.fields
        ],
    }


def _typed(offer: Offer, key: str, licence: str) -> str:
    """Return what was typed, what was kept, or for the first time the license number of the account."""
    if pages.is_posted():
        return request.form.get(f"{offer.rule.slug}.{key}", "")
    return offer.situation.fields.get(key, "" if offer.is_chosen or key == "birth-day" else licence)


def _problems(offers: list[Offer]) -> dict[str, str]:
    """Return what is wrong with what was typed, by field."""
    wrong = {}
    for offer in offers:
        if request.form.get(f"want.{offer.rule.slug}") != "yes":
            continue
        for one in offer.rule.fields:
            name = f"{offer.rule.slug}.{one.key}"
            typed = request.form.get(name, "").strip()
            if typed and field_problem(one, typed):
                wrong[name] = _(
                    "%(label)s: this does not look like one. Look at it again.", label=one.label_in(str(get_locale()))
                )
    return wrong


def _keep(enrolled: Enrolled, offers: list[Offer]) -> None:
    for offer in offers:
        slug = offer.rule.slug
        if request.form.get(f"want.{slug}") != "yes":
            credits.leave_credit(pages.session(), enrolled, slug)
            continue
        fields = {one.key: request.form.get(f"{slug}.{one.key}", "") for one in offer.rule.fields}
        attests = request.form.get(f"attest.{slug}") == "yes"
        try:
            credits.choose_credit(pages.session(), offer, enrolled, fields, attests=attests, at=now())
        except RuleBrokenError:  # the statement came too late: the page says so
            credits.choose_credit(pages.session(), offer, enrolled, fields, attests=False, at=now())


@blueprint.post("/learn/<int:enrolment_id>/lessons/<module>/time")
@requires(Role.LEARNER)
def lesson_time(enrolment_id: int, module: str) -> Response:
    """Count active seconds, as the lesson's page tells them while somebody reads it."""
    enrolled = my_enrolment(enrolment_id)
    count_active_time(enrolled, module)
    pages.announce("credit-changed", enrolment_id=enrolled.id)
    pages.commit()
    return Response(status=204)
