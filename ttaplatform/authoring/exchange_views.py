"""Files in and out: a course as a zip, questions as GIFT, a lesson from Word."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, importing
from ttaplatform.authoring.checking import check_page
from ttaplatform.authoring.views import AUTHORS, blueprint, name_of, owners
from ttaplatform.authoring.words import page_name, refusal
from ttaplatform.catalogue.lesson import item_ids
from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.catalogue.rules import Quiz
from ttaplatform.catalogue.service import find_media, find_published, load_source
from ttaplatform.clock import now
from ttaplatform.errors import ContentError, NotFoundError, RuleBrokenError
from ttaplatform.exchange.archive import MAX_ARCHIVE_BYTES, Unpacked, pack, unpack
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.gift_writing import write_gift
from ttaplatform.exchange.word import WordError, read_word
from ttaplatform.i18n import _

MAX_FILE_BYTES = 20_000_000  # a Word document with pictures
GIFT, WORD = {".gift", ".txt"}, {".docx"}


@blueprint.url_value_preprocessor
def allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a course or a document be sent; every other form stays small."""
    if endpoint == "authoring.import_course":
        request.max_content_length = MAX_ARCHIVE_BYTES + 100_000
    elif endpoint == "authoring.import_file":
        request.max_content_length = MAX_FILE_BYTES


@blueprint.route("/authoring/import", methods=["GET", "POST"])
@requires(*AUTHORS)
def import_course() -> tuple[str, int] | BaseResponse:
    """Begin a draft from a zip of a course folder; what is refused is named with its place."""
    problems: list[str] = []
    if pages.is_posted():
        pages.unlock()
        try:
            unpacked = unpack(_sent()[1])
            draft = importing.bring_course(
                pages.session(), unpacked, person=pages.person(), agency_id=_owner(), at=now()
            )
        except ContentError as error:
            problems = list(error.problems)
        except RuleBrokenError as error:
            problems = [refusal(str(error))]
        else:
            pages.commit()
            _tell_left_out(unpacked)
            return redirect(url_for("authoring.draft", draft_id=draft.id), 303)
    page = render_template("authoring/import_course.html", problems=problems, owners=owners())
    return page, 422 if problems else 200


def _sent() -> tuple[str, bytes]:
    """Return name and bytes of the file that was sent; RuleBrokenError("empty-file") when there is none."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise RuleBrokenError("empty-file")
    return sent.filename, sent.read()


def _owner() -> int | None:
    """Return the agency that was chosen for the course, None for the site; only one that the person writes for."""
    typed = request.form.get("agency", "0")
    chosen = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    if chosen not in {choice.value for choice in owners()}:
        raise NotFoundError("agency")
    return chosen or None


def _tell_left_out(unpacked: Unpacked) -> None:
    if unpacked.notes:
        flash(_("Left out: %(paths)s", paths=", ".join(note.path for note in unpacked.notes[:20])), "warning")
    flash(_("The course is here as a draft."), "success")


@blueprint.route("/authoring/<int:draft_id>/import/<path:path>", methods=["GET", "POST"])
@requires(*AUTHORS)
def import_file(draft_id: int, path: str) -> tuple[str, int]:
    """Bring questions or a Word document into a file, and report what changed or was lost."""
    drafts.get_draft(pages.session(), draft_id, pages.person())
    drafts.get_file(pages.session(), draft_id, path)
    brought, problem = None, ""
    if pages.is_posted():
        try:
            brought = _bring(draft_id, path)
            pages.commit()
        except WordError as error:
            problem = str(error)
        except RuleBrokenError as error:
            problem = refusal(str(error))
    draft = drafts.get_draft(pages.session(), draft_id, pages.person())
    page = render_template("authoring/import_file.html", draft=draft, path=path, name=name_of(draft_id, path),
                           brought=brought, problem=problem, takes_word="/module." in path)  # fmt: skip
    return page, 422 if problem else 200


def _bring(draft_id: int, path: str) -> importing.Brought:
    """Read the file while nobody waits for the database, then add what is in it."""
    session, person = pages.session(), pages.person()
    name, content = _sent()
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix not in (WORD if "/module." in path else GIFT):
        raise RuleBrokenError("wrong-file")
    taken = item_ids(drafts.files_of(session, draft_id))
    pages.unlock()
    if suffix in WORD:
        document = read_word(content)
        draft = drafts.get_draft(session, draft_id, person)
        return importing.bring_lesson(session, draft, path, document, person=person, at=now())
    found = read_gift(content, taken)
    draft = drafts.get_draft(session, draft_id, person)
    return importing.bring_questions(session, draft, path, found, person=person, at=now())


@blueprint.get("/authoring/<int:draft_id>/export.zip")
@requires(*AUTHORS)
def export_draft(draft_id: int) -> Response:
    """Send the draft as a zip of its folder."""
    draft = drafts.get_draft(pages.session(), draft_id, pages.person())
    return _zip(drafts.files_of(pages.session(), draft_id), draft.slug)


@blueprint.get("/authoring/courses/<slug>/export.zip")
@requires(*AUTHORS)
def export_course(slug: str) -> Response:
    """Send a published course as a zip of its folder, byte for byte as it was published."""
    session = pages.session()
    published = find_published(session, slug)
    if published is None:
        raise NotFoundError("course")
    course = session.get_one(CourseRecord, published.course_id)
    files = load_source(session, published.release_id)
    if not files or not drafts.may_author(session, pages.person(), course.agency_id):
        raise NotFoundError("course")
    return _zip(files, slug)


def _zip(files: dict[str, str], slug: str) -> Response:
    found = {digest: find_media(pages.session(), digest) for digest in importing.media_of(files)}
    media = {digest: one.content for digest, one in found.items() if one is not None}
    headers = {"Content-Disposition": f'attachment; filename="{slug}.zip"'}
    return Response(pack(files, media, slug), mimetype="application/zip", headers=headers)


@blueprint.get("/authoring/<int:draft_id>/export/<path:path>")
@requires(*AUTHORS)
def export_gift(draft_id: int, path: str) -> str | Response:
    """Tell what GIFT cannot say of a quiz; with `download` in the address send it."""
    draft = drafts.get_draft(pages.session(), draft_id, pages.person())
    files = drafts.files_of(pages.session(), draft_id)
    if path not in files:
        raise NotFoundError("file")
    quiz, _problems = check_page(path, files, pages.settings().courses_dir)
    if not isinstance(quiz, Quiz):
        raise NotFoundError("quiz")
    exported = write_gift(quiz)
    if "download" in request.args:
        headers = {"Content-Disposition": f'attachment; filename="{draft.slug}-{path.split("/")[0]}.gift"'}
        return Response(exported.text, mimetype="text/plain", headers=headers)
    return render_template("authoring/export_gift.html", draft=draft, path=path, name=page_name(files, path),
                           notes=exported.notes, count=len(quiz.items))  # fmt: skip
