"""Pictures, videos and captions of a draft: uploaded or pasted, with the words for those who do not see them."""

import re
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts
from ttaplatform.authoring.uploads import MAX_UPLOAD_BYTES, read_upload
from ttaplatform.authoring.views import AUTHORS, blueprint
from ttaplatform.authoring.words import refusal
from ttaplatform.catalogue.service import store_media
from ttaplatform.clock import now
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.people.service import record

MOST_ALT = 300


@blueprint.url_value_preprocessor
def allow_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a picture or a video be sent; every other form stays small."""
    if endpoint == "authoring.media":
        request.max_content_length = MAX_UPLOAD_BYTES


@blueprint.post("/authoring/<int:draft_id>/media")
@requires(*AUTHORS)
def media(draft_id: int) -> Response | tuple[Response, int]:
    """Keep an uploaded file and answer with the Markdown that shows it: as JSON to the editor, else on the draft."""
    sent = request.files.get("file")
    alt = re.sub(r"[\[\]<>\s]+", " ", request.form.get("alt", "")).strip()[:MOST_ALT]
    try:
        path = _keep(draft_id, sent.filename or "" if sent else "", sent.read() if sent else b"", alt)
    except RuleBrokenError as error:
        return _answer(draft_id, error=refusal(str(error)))
    pages.commit()
    return _answer(draft_id, path=path, markdown="" if path.endswith(".vtt") else f"![{alt}](../{path})")


def _keep(draft_id: int, name: str, content: bytes, alt: str) -> str:
    session, person = pages.session(), pages.person()
    drafts.get_draft(session, draft_id, person)
    taken = drafts.files_of(session, draft_id)
    pages.unlock()
    upload = read_upload(name, content, taken)
    draft = drafts.get_draft(session, draft_id, person)
    if not alt and not upload.path.endswith(".vtt"):
        raise RuleBrokenError("no-alt")
    digest = store_media(session, upload.path, upload.content)
    drafts.add_file(session, draft, upload.path, digest, person=person, at=now())
    record(session, "draft.add-media", actor_id=person.id, at=now(), draft=draft_id, digest=digest[:16])
    return upload.path


def _answer(draft_id: int, error: str = "", **found: str) -> Response | tuple[Response, int]:
    if request.headers.get("X-Saved-As-Typed") == "1":
        return (jsonify(error=error), 422) if error else jsonify(found)
    shown = found.get("markdown") or found.get("path", "")
    said = error or _("The file is kept. In a lesson it is shown by %(markdown)s", markdown=shown)
    flash(said, "error" if error else "success")
    return redirect(url_for("authoring.draft", draft_id=draft_id, _anchor="media"), 303)


@blueprint.post("/authoring/<int:draft_id>/media/remove")
@requires(*AUTHORS)
def remove_media(draft_id: int) -> Response:
    """Take a picture out of the draft; the checker says where it is still shown."""
    draft = drafts.get_draft(pages.session(), draft_id, pages.person())
    path = request.form.get("path", "")
    if path.startswith("media/"):
        drafts.remove_files(pages.session(), draft, [path], person=pages.person(), at=now())
        pages.commit()
        flash(_("%(name)s was removed.", name=path.removeprefix("media/")), "success")
    return redirect(url_for("authoring.draft", draft_id=draft_id, _anchor="media"), 303)
