"""Administrators turn credits on: which provider may award what for which course."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.service import list_published
from ttaplatform.clock import local_day, now
from ttaplatform.credit import service
from ttaplatform.credit.folder import sound_rules
from ttaplatform.credit.forms import ApprovalForm
from ttaplatform.credit.rules import Approval, CreditRule
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _, day
from ttaplatform.roles import Role

blueprint = Blueprint("credit", __name__)


@blueprint.route("/admin/credits", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def credits() -> tuple[str, int] | Response:
    rules = sound_rules(pages.settings().courses_dir)
    courses = {one.course.slug: one.course for one in list_published(pages.session())}
    form = ApprovalForm()
    language = str(get_locale())
    form.rule.choices = [SelectChoice(one.slug, one.name_in(language)) for one in rules.values() if not one.is_plain]
    form.course.choices = [SelectChoice(slug, one.spoken(language).title) for slug, one in sorted(courses.items())]
    if pages.is_posted() and form.validate() and _approve(form, rules, courses):
        pages.commit()
        flash(_("The credit is on for this course from its first day."), "success")
        return redirect(url_for("credit.credits"), 303)
    page = render_template(
        "credit/credits.html",
        form=form,
        lines=[_line(one, rules, courses, language) for one in service.list_approvals(pages.session())],
        templates=[one for one in rules.values() if not one.is_plain],
        language=language,
    )
    return page, 422 if pages.is_posted() else 200


def _approve(form: ApprovalForm, rules: dict[str, CreditRule], courses: dict[str, Any]) -> bool:
    names = ("provider_name", "provider_number", "provider_address", "approval_number")
    texts = {name: " ".join((form[name].data or "").split()) for name in names}
    approval = Approval(
        form.rule.data, form.course.data, **texts, valid_from=form.valid_from.data, valid_until=form.valid_until.data
    )
    rule, course = rules[form.rule.data], courses[form.course.data]
    try:
        service.approve(pages.session(), rule, course, approval, actor_id=pages.person().id, at=now())
    except RuleBrokenError as error:
        _explain(form, str(error))
        return False
    return True


def _explain(form: ApprovalForm, reason: str) -> None:
    if reason == "dates":
        form.valid_until.errors = [_("The last day is before the first.")]
    elif reason == "passing":
        form.course.errors = [
            _("This credit asks a higher score than the course, and nobody can try again after passing.")
        ]
    elif reason == "evaluation":
        form.course.errors = [_("This credit asks an evaluation, and the course has none.")]
    else:
        form.provider_number.errors = [
            _("This cannot be a real number. Only accredited providers award credit: type the number they were given.")
        ]


def _line(one: Any, rules: dict[str, CreditRule], courses: dict[str, Any], language: str) -> dict[str, Any]:
    today = local_day(now(), pages.settings().site_zone)
    rule, course = rules.get(one.rule), courses.get(one.course_slug)
    return {
        "approval": one,
        "rule": rule.name_in(language) if rule else one.rule,
        "course": course.spoken(language).title if course else one.course_slug,
        "since": day(one.valid_from),
        "until": day(one.valid_until) if one.valid_until else "",
        "is_over": bool(one.valid_until and one.valid_until < today),
    }


@blueprint.post("/admin/credits/<int:approval_id>/end")
@requires(Role.ADMINISTRATOR)
def end(approval_id: int) -> Response:
    today = local_day(now(), pages.settings().site_zone)
    service.end_approval(pages.session(), approval_id, today=today, actor_id=pages.person().id, at=now())
    pages.commit()
    flash(_("The credit is off. Certificates that bear it keep it."), "success")
    return redirect(url_for("credit.credits"), 303)
