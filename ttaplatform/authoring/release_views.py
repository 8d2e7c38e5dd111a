"""From a draft to a release: publish it."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts
from ttaplatform.authoring.releasing import publish_draft
from ttaplatform.authoring.views import AUTHORS, blueprint
from ttaplatform.authoring.words import refusal
from ttaplatform.clock import now
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _


@blueprint.post("/authoring/<int:draft_id>/publish")
@requires(*AUTHORS)
def publish(draft_id: int) -> Response:
    """Publish the draft; whoever begins the course from now on gets it."""
    session, person = pages.session(), pages.person()
    draft = drafts.get_draft(session, draft_id, person)
    try:
        publish_draft(session, draft, pages.settings().courses_dir, person=person, at=now())
    except RuleBrokenError as error:
        flash(refusal(str(error)), "error")
        return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
    pages.commit()
    flash(_("The course is published."), "success")
    return redirect(url_for("learning.course", slug=draft.slug), 303)
