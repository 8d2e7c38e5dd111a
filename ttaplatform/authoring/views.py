"""My drafts and the published courses; a new course; a draft with its modules."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, modules, reviews
from ttaplatform.authoring.checking import Checked, check_files
from ttaplatform.authoring.forms import CourseForm, ModuleForm
from ttaplatform.authoring.models import CourseDraft, DraftFile
from ttaplatform.authoring.rules import DRAFT, module_folders, slug_of
from ttaplatform.authoring.settings import module_title
from ttaplatform.authoring.starter import course_files
from ttaplatform.authoring.translating import languages_missing, languages_of
from ttaplatform.authoring.words import file_name, has_settings, page_name, place_of, refusal, state_word, told
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.catalogue.media import is_media
from ttaplatform.catalogue.service import Published, find_published, list_published, list_withdrawn
from ttaplatform.clock import local_day, now
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import LANGUAGES, _, day
from ttaplatform.people.service import find_agency, list_agencies
from ttaplatform.roles import Role

blueprint = Blueprint("authoring", __name__)
AUTHORS = (Role.TRAINER, Role.ADMINISTRATOR)
MOST_ERRORS = 12  # as many as one reads at once; the editor shows those of each file
READERS = (*AUTHORS, Role.SUBJECT_EXPERT, Role.SURVIVOR_REVIEWER)


@blueprint.get("/authoring")
@requires(*READERS)
def mine() -> str:
    session, person = pages.session(), pages.person()
    mine = drafts.list_drafts(session, person)
    open_slugs = {draft.slug for draft in mine}

    def lines(listed: Sequence[Published]) -> list[dict[str, Any]]:
        return [
            {"course": one.course, "is_open": one.course.slug in open_slugs, **_due(one.course.review_due)}
            for one in drafts.only_authored(session, person, listed)
        ]

    return render_template(
        "authoring/mine.html",
        drafts=mine,
        state_word=state_word,
        courses=lines(list_published(session)),
        withdrawn=lines(list_withdrawn(session)),
        reviews=reviews.list_to_review(session, person),
        writes=bool(set(AUTHORS) & person.roles),
    )


def name_of(draft_id: int, path: str) -> str:
    """Return what a file of a draft is called, and of which module it is."""
    lesson = f"{path.split('/')[0]}/module.md"
    found = pages.session().get(DraftFile, (draft_id, lesson))
    return page_name({lesson: found.text or ""} if found else {}, path)


def _due(review_due: str) -> dict[str, Any]:
    """Return the day on which a course is due for its review in words, and whether it has passed."""
    today = local_day(now(), pages.settings().site_zone).isoformat()
    return {
        "review_due": day(date.fromisoformat(review_due)) if review_due else "",
        "is_overdue": bool(review_due) and review_due < today,
    }


@blueprint.route("/authoring/new", methods=["GET", "POST"])
@requires(*AUTHORS)
def new() -> tuple[str, int] | Response:
    form = CourseForm(language="en", minutes=30, agency=0)
    form.sector.choices = [
        SelectChoice("all", _("Everyone")),
        SelectChoice("law-enforcement", _("Law enforcement")),
        SelectChoice("health", _("Health professionals")),
    ]
    form.agency.choices = owners()
    if pages.is_posted() and form.validate():
        try:
            draft = _begin(form)
        except RuleBrokenError as error:
            form.title.errors = [refusal(str(error))]
        else:
            pages.commit()
            return redirect(url_for("authoring.draft", draft_id=draft.id), 303)
    return render_template("authoring/new.html", form=form), 422 if form.errors else 200


def owners() -> list[SelectChoice]:
    """Return for whom the person may write: the site, or agencies of their scope."""
    allowed = drafts.agencies_authored(pages.session(), pages.person())
    if allowed is None:
        return [SelectChoice(0, _("Everyone who uses this site"))]
    return [SelectChoice(one.id, one.name) for one in list_agencies(pages.session()) if one.id in allowed]


def _begin(form: CourseForm) -> CourseDraft:
    values = {name: form[name].data for name in ("title", "summary", "sector", "minutes", "language")}
    values["summary"] = " ".join(values["summary"].split())
    slug = slug_of(values["title"])
    files = course_files(**values, slug=slug)
    draft = drafts.NewDraft(slug, values["title"], files, form.agency.data or None)
    return drafts.begin_draft(pages.session(), draft, pages.person(), at=now())


@blueprint.post("/authoring/courses/<slug>/edit")
@requires(*AUTHORS)
def edit_course(slug: str) -> Response:
    published = find_published(pages.session(), slug)
    if published is None:
        raise NotFoundError("course")
    try:
        draft = drafts.edit_course(pages.session(), published, pages.person(), at=now())
    except RuleBrokenError as error:
        flash(refusal(str(error)), "error")
        return redirect(url_for("authoring.mine"), 303)
    pages.commit()
    return redirect(url_for("authoring.draft", draft_id=draft.id), 303)


@blueprint.route("/authoring/<int:draft_id>", methods=["GET", "POST"])
@requires(*READERS)
def draft(draft_id: int) -> tuple[str, int] | Response:
    """Show a draft; a POST adds a module."""
    found = drafts.get_draft(pages.session(), draft_id, pages.person(), reads=not pages.is_posted())
    form = ModuleForm(minutes=10)
    if pages.is_posted() and form.validate():
        folder = modules.add_module(
            pages.session(), found, form.title.data.strip(), form.minutes.data, person=pages.person(), at=now()
        )
        pages.commit()
        return redirect(url_for("authoring.file", draft_id=draft_id, path=f"{folder}/module.md"), 303)
    files = drafts.files_of(pages.session(), draft_id)
    checked = check_files(files, pages.settings().courses_dir)
    authors = drafts.may_author(pages.session(), pages.person(), found.agency_id)
    page = render_template(
        "authoring/draft.html",
        draft=found,
        form=form,
        checked=checked,
        errors_found=[(one, page_name(files, one.path), told(one)) for one in checked.errors[:MOST_ERRORS]],
        state=state_word(found.state),
        writes=found.state == DRAFT and authors,
        authors=authors,
        agency=find_agency(pages.session(), found.agency_id) if found.agency_id else None,
        **_contents(files, checked),
    )
    return page, 422 if form.errors else 200


def _contents(files: dict[str, str], checked: Checked) -> dict[str, Any]:
    """Return the parts of a draft: the course's own pages, its modules with theirs, its languages, its pictures."""
    folders = module_folders(files)

    def line(path: str) -> dict[str, Any]:
        found = checked.of(path)
        errors = sum(not problem.is_warning for problem in found)
        return {
            "path": path,
            "name": file_name(path),
            "language": LANGUAGES.get(language_of(path), language_of(path)),
            "has_settings": has_settings(path),
            "errors": errors,
            "warnings": len(found) - errors,
        }

    def lines(paths: Iterable[str]) -> list[list[dict[str, Any]]]:
        """Return each page with its translations behind it."""
        order = sorted(paths, key=place_of)
        return [[line(path) for path in group] for _place, group in groupby(order, lambda path: place_of(path)[0])]

    return {
        "own": lines(path for path in files if "/" not in path or path.startswith("final/")),
        "modules": [
            (folder, module_title(files, folder), lines(path for path in files if path.startswith(f"{folder}/")))
            for folder in folders
        ],
        "spoken": [(one, LANGUAGES[one]) for one in languages_of(files)[1:] if one in LANGUAGES],
        "unspoken": [(one, LANGUAGES[one]) for one in languages_missing(files)],
        "parts": [
            *([("job-aid", file_name("job-aid.md"))] if "job-aid.md" not in files else []),
            *(
                (folder, page_name(files, f"{folder}/quiz.md"))
                for folder in folders
                if f"{folder}/quiz.md" not in files
            ),
        ],
        "shown_in": lambda path: [page_name(files, one) for one in sorted(files) if f"{path})" in files[one]],
        "media": [(path, digest) for path, digest in sorted(files.items()) if is_media(path)],
    }


@blueprint.post("/authoring/<int:draft_id>/discard")
@requires(*AUTHORS)
def discard(draft_id: int) -> Response:
    """Throw the draft away, once the box is ticked."""
    found = drafts.get_draft(pages.session(), draft_id, pages.person())
    if request.form.get("sure") != "yes":
        flash(_("Tick the box first: a draft that is thrown away does not come back."), "error")
        return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
    drafts.discard_draft(pages.session(), found, person=pages.person(), at=now())
    pages.commit()
    flash(_("The draft was thrown away. What is published stays."), "success")
    return redirect(url_for("authoring.mine"), 303)
