"""Reports on completions: a page with a picture and a table, and the same figures as CSV."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_with_context
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.i18n import _, day
from ttaplatform.people.service import allowed_agencies
from ttaplatform.reporting import service
from ttaplatform.reporting.forms import ReportForm
from ttaplatform.reporting.picture import bars
from ttaplatform.reporting.rules import Question, read_groups, total
from ttaplatform.roles import Role
from ttaplatform.spreadsheet import BOM

blueprint = Blueprint("reporting", __name__)


def _form() -> ReportForm:
    form = ReportForm(request.args)
    form.course.choices = [
        SelectChoice("", _("All courses")),
        *(SelectChoice(slug, title) for slug, title in service.list_courses(pages.session())),
    ]
    form.by.data = form.by.data or "agency,profession"
    form.course.data = form.course.data or ""
    return form


def _question(form: ReportForm) -> Question | None:
    if not form.validate():
        return None
    try:
        by = read_groups(form.by.data)
    except ValueError:
        form.by.errors = [_("Choose one of the groups in the list.")]
        return None
    return Question(by, pages.settings().site_zone, form.course.data, form.since.data, form.until.data)


@blueprint.get("/reports")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def reports() -> str:
    return render_template("reporting/reports.html")


@blueprint.get("/reports/completions")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def completions() -> tuple[str, int]:
    form = _form()
    question = _question(form)
    if question is None:
        page = render_template(
            "reporting/completions.html", form=form, rows=[], title=_("Completions"), total=total([])
        )
        return page, 422
    rows = service.completions(pages.session(), question, allowed_agencies(pages.session(), pages.person()))
    title = _title(form, question)
    picture = bars(rows, title, _("A bar for each group: how many people completed a course."))
    page = render_template(
        "reporting/completions.html", form=form, rows=rows, total=total(rows), picture=picture, title=title,
        by=question.by, query=request.query_string.decode(),
    )  # fmt: skip
    return page, 200


def _title(form: ReportForm, question: Question) -> str:
    labels = {choice.value: choice.label for choice in form.by.choices}
    groups = labels.get(",".join(question.by), "")
    words = {"groups": str(groups).lower()}
    if question.since and question.until:
        words |= {"since": day(question.since), "until": day(question.until)}
        return str(_("Completions by %(groups)s, %(since)s to %(until)s", **words))
    return str(_("Completions by %(groups)s", **words))


@blueprint.get("/reports/completions.csv")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def completions_csv() -> Response:
    question = _question(_form())
    if question is None:
        return Response(_("The filters of this report cannot be read. Go back and choose them again."), 422)
    session = pages.session()
    agencies = allowed_agencies(session, pages.person())
    if request.args.get("detail") == "people":
        lines = service.detail_csv(session, question, agencies)
    else:
        lines = service.grouped_csv(question, service.completions(session, question, agencies))
    response = Response(stream_with_context(_encoded(lines)), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="completions.csv"'
    return response


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    yield BOM.encode()
    for line in lines:
        yield line.encode()
