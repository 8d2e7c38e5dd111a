"""Files for boards: checked before they are downloaded, their layouts, and affidavits of attendance."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.boards import service
from ttaplatform.boards.document import prepare_affidavit
from ttaplatform.boards.forms import FileForm, LayoutForm
from ttaplatform.boards.models import BoardLayout
from ttaplatform.boards.rules import FIELDS, SHIPPED, Failure, Layout, Row, blank_columns, check_row, csv_lines
from ttaplatform.certificates.service import get_for
from ttaplatform.certificates.signing import TimeStampError
from ttaplatform.clock import local_day, now
from ttaplatform.credit.folder import sound_rules
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import _, day
from ttaplatform.people.service import allowed_agencies
from ttaplatform.roles import Role

MOST_SHOWN = 200
blueprint = Blueprint("boards", __name__)


def _layouts() -> dict[str, Layout]:
    """Return every layout by its key: those that ship, then those that administrators mapped."""
    mapped = [service.layout_of(kept) for kept in service.list_layouts(pages.session())]
    return {one.key: one for one in (*SHIPPED, *mapped)}


def _form(layouts: dict[str, Layout]) -> FileForm:
    form = FileForm(request.args)
    shipped = {one.key for one in SHIPPED}
    form.file.choices = [SelectChoice(key, _(one.name) if key in shipped else one.name) for key, one in layouts.items()]
    form.file.data = form.file.data or SHIPPED[0].key
    courses = service.list_courses(pages.session())
    form.course.choices = [SelectChoice("", _("All courses")), *(SelectChoice(slug, title) for slug, title in courses)]
    return form


def _rows(form: FileForm, layout: Layout) -> list[Row]:
    session = pages.session()
    return service.list_rows(
        session,
        layout.rule,
        since=form.since.data,
        until=form.until.data,
        agencies=allowed_agencies(session, pages.person()),
        course=form.course.data or "",
    )


@blueprint.get("/reports/boards")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def boards() -> tuple[str, int]:
    layouts = _layouts()
    form = _form(layouts)
    if not form.validate():
        return render_template("boards/boards.html", form=form, layout=None), 422
    layout = layouts[form.file.data]
    checked = [(row, check_row(layout.columns, row)) for row in _rows(form, layout)]
    sound = [row for row, failures in checked if not failures]
    failing = [(row, day(row.completed_on), list(map(_reason, failures))) for row, failures in checked if failures]
    page = render_template(
        "boards/boards.html",
        form=form,
        layout=layout,
        name={choice.value: choice.label for choice in form.file.choices}[layout.key],
        sound=sound,
        failing=failing[:MOST_SHOWN],
        left_out=len(failing),
        blanks=blank_columns(layout.columns, sound),
        is_off=not service.has_approval(pages.session(), layout.rule),
        query=request.query_string.decode(),
    )
    return page, 200


def _reason(failure: Failure) -> str:
    """Return in words why a row is left out, and who can mend it."""
    if failure.why == "too-long":
        return str(_("%(heading)s is too long.", heading=failure.heading))
    if failure.why == "formula":
        return str(_("%(heading)s begins with a sign that spreadsheets calculate with.", heading=failure.heading))
    missing = str(_("%(heading)s is missing.", heading=failure.heading))
    return f"{missing} {_mending(failure.field)}".strip()


def _mending(field: str) -> str:
    """Return what helps where a field is missing; "" where nothing can be said."""
    if field == "agency":
        return str(_("The person had named no agency on the day of completion."))
    if field == "ori":
        return str(_("The agency has none on this site."))
    if field in {"approval-number", "provider-number", "provider-name"}:
        return str(_("It is what an administrator enters with the provider of the credit, before it is awarded."))
    if field == "attestation":
        return str(_("The credit did not ask for a statement when it was awarded."))
    if field in {"post-id", "pid", "nabp-id", "birth-day", "first-typed", "licence"}:
        return str(_("The person had typed none when the credit was awarded."))
    return ""


@blueprint.get("/reports/boards.csv")
@requires(Role.COORDINATOR, Role.ADMINISTRATOR)
def boards_csv() -> Response:
    layouts = _layouts()
    form = _form(layouts)
    if not form.validate():
        return Response(_("This choice cannot be read. Go back and choose once more."), 422)
    layout = layouts[form.file.data]
    sound = [row for row in _rows(form, layout) if not check_row(layout.columns, row)]
    response = Response("".join(csv_lines(layout.columns, sound)), mimetype="text/csv; charset=utf-8")
    today = local_day(now(), pages.settings().site_zone)
    response.headers["Content-Disposition"] = f'attachment; filename="{layout.key}-{today.isoformat()}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/admin/board-layouts")
@requires(Role.ADMINISTRATOR)
def layouts() -> str:
    names = {slug: rule.name_in("en") for slug, rule in sound_rules(pages.settings().courses_dir).items()}
    lines = [(one, names.get(one.rule, one.rule), len(one.columns)) for one in service.list_layouts(pages.session())]
    return render_template("boards/layouts.html", lines=lines)


@blueprint.route("/admin/board-layouts/new", methods=["GET", "POST"], defaults={"layout_id": 0})
@blueprint.route("/admin/board-layouts/<int:layout_id>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def layout(layout_id: int) -> tuple[str, int] | BaseResponse:
    kept = service.get_layout(pages.session(), layout_id) if layout_id else BoardLayout(columns=[])
    form = LayoutForm(data={"name": kept.name, "rule": kept.rule})
    _choices(form)
    if not pages.is_posted():
        form.set_columns(list(service.layout_of(kept).columns))
    elif form.validate() and _save(kept, form):
        pages.commit()
        flash(_("The layout is saved. Choose it under Files for boards."), "success")
        return redirect(url_for("boards.layouts"), 303)
    title = kept.name if layout_id else _("New layout")
    return render_template(
        "boards/layout.html", form=form, title=title, layout_id=layout_id
    ), 422 if form.errors else 200


def _choices(form: LayoutForm) -> None:
    rules = sound_rules(pages.settings().courses_dir).values()
    form.rule.choices = [SelectChoice(one.slug, one.name_in("en")) for one in rules if not one.is_plain]
    fields = [SelectChoice("", _("Choose")), *(SelectChoice(key, _(one.label)) for key, one in FIELDS.items())]
    for _number, _heading, field, _box in form.lines:
        field.choices = fields


def _save(kept: BoardLayout, form: LayoutForm) -> bool:
    values = {"name": " ".join(form.name.data.split()), "rule": form.rule.data, "columns": form.columns()}
    try:
        service.save_layout(pages.session(), kept, **values, actor_id=pages.person().id, at=now())
    except RuleBrokenError:
        form.name.errors = [_("Another layout has this name. Type another.")]
        return False
    return True


@blueprint.post("/admin/board-layouts/<int:layout_id>/delete")
@requires(Role.ADMINISTRATOR)
def delete_layout(layout_id: int) -> BaseResponse:
    kept = service.get_layout(pages.session(), layout_id)
    service.delete_layout(pages.session(), kept, actor_id=pages.person().id, at=now())
    pages.commit()
    flash(_("The layout is deleted. Files that were downloaded stay as they are."), "success")
    return redirect(url_for("boards.layouts"), 303)


@blueprint.get("/certificates/<code>/affidavit.pdf")
@requires(Role.LEARNER)
def affidavit(code: str) -> Response | tuple[str, int, dict[str, str]]:
    certificate = get_for(pages.session(), code, pages.person())
    if certificate.superseded_at is not None or certificate.revoked_at is not None:
        raise NotFoundError("affidavit")
    try:
        data = prepare_affidavit(pages.engine(), certificate.id, pages.settings())
    except TimeStampError:
        return render_template("certificates/preparing.html"), 503, {"Retry-After": "60", "Refresh": "60"}
    response = Response(data, mimetype="application/pdf")
    name = f"affidavit-{certificate.course_slug}-{certificate.code[:4]}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
