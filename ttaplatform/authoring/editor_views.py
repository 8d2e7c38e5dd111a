"""The editor of one file: its text, the exact view of the learner, and the checker's problems beside their lines."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts
from ttaplatform.authoring.checking import check_files
from ttaplatform.authoring.drafts import EditConflictError
from ttaplatform.authoring.models import CourseDraft, DraftFile
from ttaplatform.authoring.previewing import preview_of
from ttaplatform.authoring.rules import DRAFT
from ttaplatform.authoring.views import AUTHORS, READERS, blueprint
from ttaplatform.authoring.words import page_name, refusal, told
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.catalogue.rules import Problem
from ttaplatform.clock import now
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import LANGUAGES, _, moment
from ttaplatform.people.service import find_names

MAX_REQUEST_BYTES = 2_000_000  # a text of the largest size, percent-encoded


@blueprint.url_value_preprocessor
def allow_long_texts(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the editor send a long text; every other form stays small."""
    if endpoint in {"authoring.file", "authoring.preview"}:
        request.max_content_length = request.max_form_memory_size = MAX_REQUEST_BYTES


@blueprint.route("/authoring/<int:draft_id>/files/<path:path>", methods=["GET", "POST"])
@requires(*READERS)
def file(draft_id: int, path: str) -> Response | tuple[str, int]:
    """Show the editor; a POST saves the text, or only shows it (the button without a script)."""
    draft = drafts.get_draft(pages.session(), draft_id, pages.person(), reads=not pages.is_posted())
    found = drafts.get_file(pages.session(), draft_id, path)
    if found.text is None:
        raise NotFoundError("file")
    if not pages.is_posted():
        return _editor(draft, found, found.text), 200
    text = request.form.get("text", "")
    if request.form.get("do") == "preview":
        return _editor(draft, found, text), 200
    try:
        saved = drafts.save_text(pages.session(), draft, path, text, seen=_seen(), person=pages.person(), at=now())
    except EditConflictError as error:
        return _conflict(draft, error.current, text)
    except RuleBrokenError as error:
        return _refused(draft, found, text, refusal(str(error)))
    pages.commit()
    if _is_background():
        return jsonify(_saved(draft, saved)), 200  # type: ignore[return-value]
    flash(_("Saved."), "success")
    return redirect(url_for("authoring.file", draft_id=draft_id, path=path), 303)


def _seen() -> int:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0


def _is_background() -> bool:
    return request.headers.get("X-Saved-As-Typed") == "1"


def _saved(draft: CourseDraft, saved: DraftFile) -> dict[str, Any]:
    path, revision, changed_at = saved.path, saved.revision, saved.changed_at
    files = drafts.files_of(pages.session(), draft.id)
    pages.unlock()
    problems = check_files(files, pages.settings().courses_dir).of(path)
    return {
        "revision": revision,
        "said": _("Saved at %(time)s.", time=moment(changed_at)),
        "problems": [_problem(one) for one in problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "code": problem.code,
        "message": told(problem),
        "is_warning": problem.is_warning,
    }


def _conflict(draft: CourseDraft, current: DraftFile, text: str) -> Response | tuple[str, int]:
    """Say that somebody saved meanwhile; what was typed stays in the page, and nothing is overwritten."""
    name = find_names(pages.session(), [current.changed_by_id]).get(current.changed_by_id or 0, _("Somebody"))
    said = _(
        "%(name)s saved this file at %(time)s, after you opened it. Your text is not saved yet: compare both below.",
        name=name,
        time=moment(current.changed_at),
    )
    if _is_background():
        return jsonify(error=said, revision=current.revision, theirs=current.text), 409  # type: ignore[return-value]
    return _editor(draft, current, text, error=said, theirs=current.text or ""), 409


def _refused(draft: CourseDraft, found: DraftFile, text: str, reason: str) -> Response | tuple[str, int]:
    if _is_background():
        return jsonify(error=reason), 422  # type: ignore[return-value]
    return _editor(draft, found, text, error=reason), 422


def _editor(draft: CourseDraft, found: DraftFile, text: str, *, error: str = "", theirs: str = "") -> str:
    session, person = pages.session(), pages.person()
    files = drafts.files_of(session, draft.id) | {found.path: text}
    checked = check_files(files, pages.settings().courses_dir)
    names = find_names(session, [found.changed_by_id])
    shown = preview_of(draft.id, found.path, files)
    spoken = language_of(found.path) or getattr(shown.values.get("course"), "language", "en")
    with force_locale(spoken if spoken in LANGUAGES else "en"):  # what a snippet says belongs to the text
        snippets = Markup(render_template("authoring/editor_snippets.html", course=shown.values.get("course")))  # noqa: S704
    return render_template(
        "authoring/file.html",
        draft=draft,
        path=found.path,
        name=page_name(files, found.path),
        text=text,
        revision=found.revision,
        problems=[_problem(one) for one in checked.of(found.path)],
        shown=shown,
        text_language=spoken,
        snippets=snippets,
        error=error,
        theirs=theirs,
        writes=draft.state == DRAFT and drafts.may_author(session, person, draft.agency_id),
        changed_by=names.get(found.changed_by_id or 0, ""),
        changed_at=found.changed_at,
        others=drafts.others_present(session, draft.id, found.path, person.id, at=now()),
        **shown.values,
    )


@blueprint.post("/authoring/<int:draft_id>/preview/<path:path>")
@requires(*AUTHORS)
def preview(draft_id: int, path: str) -> Response:
    """Answer an editor with the text as a learner will see it, its own problems, and who else has it open."""
    session, person = pages.session(), pages.person()
    drafts.get_draft(session, draft_id, person)
    files = drafts.files_of(session, draft_id)
    if path not in files:
        raise NotFoundError("file")
    pages.unlock()
    shown = preview_of(draft_id, path, files | {path: request.form.get("text", "")})
    html = render_template("authoring/preview.html", shown=shown, **shown.values)
    others = drafts.note_presence(session, draft_id, path, person.id, at=now())
    pages.commit()
    return jsonify(html=html, problems=[_problem(one) for one in shown.problems], others=others)
