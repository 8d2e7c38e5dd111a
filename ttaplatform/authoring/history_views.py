"""The history of a file: who wrote what and when, the difference, and a way back."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, versions
from ttaplatform.authoring.rules import DRAFT
from ttaplatform.authoring.views import AUTHORS, blueprint, name_of
from ttaplatform.clock import now
from ttaplatform.i18n import _


@blueprint.get("/authoring/<int:draft_id>/history/<path:path>")
@requires(*AUTHORS)
def history(draft_id: int, path: str) -> str:
    """List the versions of a file, and show what one of them changed."""
    session = pages.session()
    draft = drafts.get_draft(session, draft_id, pages.person())
    chosen = request.args.get("version", "")
    shown = versions.get_version(session, draft_id, int(chosen)) if chosen.isdecimal() and len(chosen) < 12 else None
    before = versions.text_before(session, shown) if shown else ""
    return render_template(
        "authoring/history.html",
        draft=draft,
        path=path,
        name=name_of(draft_id, path),
        listed=versions.list_versions(session, draft_id, path),
        shown=shown,
        lines=versions.difference(before, shown.text or "") if shown else [],
        writes=draft.state == DRAFT,
    )


@blueprint.post("/authoring/<int:draft_id>/history/<int:version_id>/restore")
@requires(*AUTHORS)
def restore(draft_id: int, version_id: int) -> Response:
    """Put a version back in its file, as a new one: what stood there stays in the history."""
    session, person = pages.session(), pages.person()
    draft = drafts.get_draft(session, draft_id, person)
    version = versions.get_version(session, draft_id, version_id)
    drafts.add_file(session, draft, version.path, version.text or "", person=person, at=now())
    pages.commit()
    flash(_("The earlier text is back. What stood there before is in the history."), "success")
    return redirect(url_for("authoring.file", draft_id=draft_id, path=version.path), 303)
