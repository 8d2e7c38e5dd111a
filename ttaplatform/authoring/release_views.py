"""From a draft to a release: compare, send to review, publish or schedule, withdraw."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, releasing, reviews
from ttaplatform.authoring.checking import Checked, check_files
from ttaplatform.authoring.comparing import Section, sections
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.authoring.rules import (
    APPROVED,
    DRAFT,
    IN_REVIEW,
    KINDS,
    SURVIVOR_REVIEWER,
    VERDICTS,
    items_changed,
    kinds_allowed,
)
from ttaplatform.authoring.versions import changed_paths, difference
from ttaplatform.authoring.views import AUTHORS, READERS, blueprint
from ttaplatform.authoring.words import kind_word, page_name, refusal, review_word, state_word
from ttaplatform.catalogue.media import is_media
from ttaplatform.catalogue.rules import Course, Item
from ttaplatform.catalogue.service import get_release, load_source
from ttaplatform.clock import now
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _, moment
from ttaplatform.learning.views import filled
from ttaplatform.roles import Person, Role


@dataclass(frozen=True)
class Compared:
    """A draft beside the release that it changes (None for a new course)."""

    old: Course | None
    old_files: dict[str, str]
    files: dict[str, str]
    checked: Checked


@blueprint.get("/authoring/<int:draft_id>/release")
@requires(*READERS)
def release(draft_id: int) -> str:
    """Show what the draft changes, what its reviews say, and what can be done with it now."""
    return _page(draft_id)


def _page(draft_id: int, *, error: str = "") -> str:
    session, person = pages.session(), pages.person()
    draft = drafts.get_draft(session, draft_id, person, reads=True)
    compared = _compared(draft)
    needed = _needed(compared.files)
    signatures = reviews.list_signatures(session, draft)
    missing = reviews.missing_for(session, draft.content_hash or compared.checked.content_hash, needed)
    return render_template(
        "authoring/release.html",
        draft=draft,
        error=error,
        typed=request.form,
        state=state_word(draft.state),
        checked=compared.checked,
        writes=drafts.may_author(session, person, draft.agency_id),
        needed=[(review_word(kind), kind not in missing) for kind in needed],
        is_signed=draft.state != DRAFT and not missing,
        missing=missing,
        signatures=_signed(draft, signatures),
        comments=[one for one in reviews.list_comments(session, draft.id) if one.resolved_at is None],
        kinds=[(kind, *kind_word(kind)) for kind in KINDS if kind in _allowed(compared)],
        may_sign=_may_sign(draft, person, signatures),
        page_name=partial(page_name, compared.files),
        is_behind=releasing.is_behind(session, draft),
        **_changes(compared),
    )


def _compared(draft: CourseDraft) -> Compared:
    session = pages.session()
    files = drafts.files_of(session, draft.id)
    old_files = load_source(session, draft.base_release_id) if draft.base_release_id else {}
    old = get_release(session, draft.base_release_id) if draft.base_release_id else None
    return Compared(old, old_files, files, check_files(files, pages.settings().courses_dir))


def _needed(files: dict[str, str]) -> tuple[str, ...]:
    return reviews.needed_for(pages.session(), files, is_required=pages.settings().review_required)


def _allowed(compared: Compared) -> tuple[str, ...]:
    return kinds_allowed(compared.old, compared.checked.course) if compared.checked.course else ()


def _changes(compared: Compared) -> dict[str, Any]:
    """Return the difference to the last release: of texts, of pages as learners see them, and of items."""
    changed = changed_paths(compared.old_files, compared.files)
    texts = [
        (path, difference(compared.old_files.get(path, ""), compared.files.get(path, "")))
        for path in changed
        if not is_media(path)
    ]
    seen: list[Section] = []
    items: dict[str, list[Item]] = {"added": [], "changed": [], "gone": []}
    if compared.old and compared.checked.course:
        seen = sections(compared.old, compared.checked.course)
        items = dict(zip(items, items_changed(compared.old, compared.checked.course), strict=True))
    return {
        "is_new": compared.old is None,
        "texts": texts if compared.old else [],
        "pictures": [path for path in changed if is_media(path)] if compared.old else [],
        "seen": [(one.title, [(block.mark, _shown(block.html)) for block in one.blocks]) for one in seen],
        "items": items,
    }


def _shown(html: str) -> Markup:
    return filled(html)


def _signed(draft: CourseDraft, signatures: Any) -> list[dict[str, Any]]:
    names = reviews.names_of(pages.session(), signatures)
    return [
        {
            "what": review_word(one.kind),
            "name": names[one.id] or _("without a name"),
            "verdict": one.verdict,
            "note": one.note,
            "at": moment(one.signed_at),
            "is_current": one.content_hash == draft.content_hash and draft.state != DRAFT,
        }
        for one in signatures
    ]


def _may_sign(draft: CourseDraft, person: Person, signatures: Any) -> list[tuple[str, str]]:
    """Return the kinds of review that the person may sign now: none after signing, none for who wrote of it."""
    session = pages.session()
    has_signed = any(one.account_id == person.id and one.content_hash == draft.content_hash for one in signatures)
    if draft.state != IN_REVIEW or has_signed or person.id in drafts.writers_of(session, draft.id):
        return []
    return [(kind, review_word(kind)) for kind in sorted(drafts.reviews_here(session, person, draft.agency_id))]


@blueprint.post("/authoring/<int:draft_id>/release/<any(send, back, publish, schedule, unschedule, rebase):what>")
@requires(*AUTHORS)
def change_release(draft_id: int, what: str) -> Response | tuple[str, int]:
    """Do the next thing on the way to a release."""
    _compile_first(draft_id)
    draft = drafts.get_draft(pages.session(), draft_id, pages.person())
    try:
        said = {"send": _send, "back": _back, "publish": _publish, "schedule": _schedule, "unschedule": _unschedule,
                "rebase": _rebase}[what](draft)  # fmt: skip
    except RuleBrokenError as error:
        pages.unlock()
        return _page(draft_id, error=refusal(str(error))), 422
    pages.commit()
    flash(said, "success")
    if what == "publish":
        return redirect(url_for("learning.course", slug=draft.slug), 303)
    return redirect(url_for("authoring.draft" if what == "back" else "authoring.release", draft_id=draft_id), 303)


def _compile_first(draft_id: int) -> None:
    """Compile the draft before the transaction begins: on SQLite, others who save wait for it."""
    drafts.get_draft(pages.session(), draft_id, pages.person())
    files = drafts.files_of(pages.session(), draft_id)
    pages.unlock()
    check_files(files, pages.settings().courses_dir)


def _send(draft: CourseDraft) -> str:
    session, person = pages.session(), pages.person()
    compared = _compared(draft)
    plan = reviews.Plan(request.form.get("kind", ""), request.form.get("note", ""))
    reviews.send_to_review(session, draft, compared.checked, plan, _allowed(compared), person=person, at=now())
    missing = reviews.missing_for(session, draft.content_hash, _needed(compared.files))
    reviews.ask_reviewers(session, draft, missing)
    said: str = _("The draft is with its reviewers.") if missing else _("No review is missing: you can publish it.")
    return said


def _back(draft: CourseDraft) -> str:
    reviews.take_back(pages.session(), draft, person=pages.person(), at=now())
    said: str = _("The draft is open for writing again. What changes is signed anew.")
    return said


def _publish(draft: CourseDraft) -> str:
    person = pages.person()
    settings = pages.settings()
    released = releasing.publish_draft(
        pages.session(), draft, settings.courses_dir, actor_id=person.id, at=now(), is_required=settings.review_required
    )
    for enrolment_id in released.earned:
        pages.announce("course-earned", enrolment_id=enrolment_id)
    said: str = _("The course is published.")
    return said


def _schedule(draft: CourseDraft) -> str:
    person = pages.person()
    releasing.schedule_draft(pages.session(), draft, _typed_moment(person.time_zone), person=person, at=now())
    said: str = _("The course will be published at its time.")
    return said


def _typed_moment(zone: str) -> datetime:
    """Return the day and time of the form, in the person's own zone; RuleBrokenError("no-moment") when it is none."""
    try:
        return datetime.fromisoformat(request.form.get("publish_at", "")).replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise RuleBrokenError("no-moment") from error


def _unschedule(draft: CourseDraft) -> str:
    releasing.unschedule_draft(pages.session(), draft, person=pages.person(), at=now())
    said: str = _("The course will not be published by itself.")
    return said


def _rebase(draft: CourseDraft) -> str:
    releasing.rebase_draft(pages.session(), draft, person=pages.person(), at=now())
    said: str = _("The draft is compared with the newer release now. Look at the difference before you publish.")
    return said


@blueprint.post("/authoring/<int:draft_id>/sign")
@requires(Role.SUBJECT_EXPERT, Role.SURVIVOR_REVIEWER)
def sign(draft_id: int) -> Response | tuple[str, int]:
    """Sign the content of a draft, or ask for changes; what was typed stays where that is refused."""
    session, person = pages.session(), pages.person()
    draft = drafts.get_draft(session, draft_id, person, reads=True)
    kind, verdict = request.form.get("kind", ""), request.form.get("verdict", "")
    try:
        if verdict not in VERDICTS:
            raise RuleBrokenError("no-verdict")
        reviews.sign(session, draft, kind, verdict, note=request.form.get("note", ""),
                     shows_name=request.form.get("shows_name") == "yes" or kind != SURVIVOR_REVIEWER,
                     person=person, at=now())  # fmt: skip
    except RuleBrokenError as error:
        pages.unlock()
        return _page(draft_id, error=refusal(str(error))), 422
    pages.commit()
    flash(_("Thank you. Your signature is kept with this content.") if verdict == APPROVED
          else _("Thank you. The author is told what you ask for."), "success")  # fmt: skip
    return redirect(url_for("authoring.mine"), 303)


@blueprint.post("/authoring/courses/<slug>/withdraw")
@requires(*AUTHORS)
def withdraw(slug: str) -> Response:
    """Withdraw a published course, once the box is ticked."""
    if request.form.get("sure") != "yes":
        flash(_("Tick the box first: nobody new can begin a course that is withdrawn."), "error")
    else:
        releasing.withdraw_course(pages.session(), slug, person=pages.person(), at=now())
        pages.commit()
        flash(_("The course is withdrawn. Records and certificates stay, and who is in it can finish."), "success")
    return redirect(url_for("authoring.mine"), 303)
