"""The parts of a draft: its modules and their order, what it lacks, its translations."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, modules
from ttaplatform.authoring.translating import add_translation, remove_translation
from ttaplatform.authoring.views import AUTHORS, blueprint
from ttaplatform.clock import now
from ttaplatform.i18n import _


@blueprint.post("/authoring/<int:draft_id>/modules/<folder>/<any(earlier, later, remove):what>")
@requires(*AUTHORS)
def change_module(draft_id: int, folder: str, what: str) -> Response:
    """Move a module by one place, or take it out of the draft."""
    session, person = pages.session(), pages.person()
    found = drafts.get_draft(session, draft_id, person)
    if what == "remove":
        modules.remove_module(session, found, folder, person=person, at=now())
        flash(_("The module was removed. Its texts stay in the history."), "success")
    else:
        by = -1 if what == "earlier" else 1
        folder = modules.move_module(session, found, folder, by, person=person, at=now())
    pages.commit()
    return redirect(url_for("authoring.draft", draft_id=draft_id, _anchor=f"{folder[3:]}-{what}"), 303)


@blueprint.post("/authoring/<int:draft_id>/parts")
@requires(*AUTHORS)
def add_part(draft_id: int) -> Response:
    """Add what a draft lacks: a job aid, or the knowledge check of a module."""
    session, person = pages.session(), pages.person()
    found = drafts.get_draft(session, draft_id, person)
    path = modules.add_part(session, found, request.form.get("part", ""), person=person, at=now())
    pages.commit()
    return redirect(url_for("authoring.file", draft_id=draft_id, path=path), 303)


@blueprint.post("/authoring/<int:draft_id>/translations/<any(add, remove):what>")
@requires(*AUTHORS)
def change_translation(draft_id: int, what: str) -> Response:
    """Add a language to the draft, or what its translation lacks; or take a translation out."""
    session, person = pages.session(), pages.person()
    found = drafts.get_draft(session, draft_id, person)
    language = request.form.get("language", "")
    if what == "add":
        add_translation(session, found, language, person=person, at=now())
        flash(_("Each page has a translation now that begins with the original's words. Write over them."), "success")
    else:
        remove_translation(session, found, language, person=person, at=now())
        flash(_("The translation was removed. Its texts stay in the history."), "success")
    pages.commit()
    return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
