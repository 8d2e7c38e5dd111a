"""What reviewers do: read with line numbers, comment on lines, sign or ask for changes; and the rule of this site."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, reviews
from ttaplatform.authoring.rules import NEEDS
from ttaplatform.authoring.views import READERS, blueprint, name_of
from ttaplatform.authoring.words import refusal, rule_word
from ttaplatform.clock import now
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.people.service import find_names
from ttaplatform.roles import Role


@blueprint.route("/authoring/<int:draft_id>/comments/<path:path>", methods=["GET", "POST"])
@requires(*READERS)
def comments(draft_id: int, path: str) -> str | Response:
    """Show a file line by line with what was said of it; a POST keeps a comment on a line.

    Only authors are named: among reviewers may be survivors who stay unnamed.
    """
    session, person = pages.session(), pages.person()
    draft = drafts.get_draft(session, draft_id, person, reads=True)
    text = drafts.get_file(session, draft_id, path).text
    if text is None:
        raise NotFoundError("file")
    lines = text.splitlines()
    at_line = _line(len(lines))
    if pages.is_posted():
        try:
            reviews.comment_line(session, draft, path, at_line, request.form.get("words", ""),
                                 quoted=lines[at_line - 1] if lines else "", person=person, at=now())  # fmt: skip
            pages.commit()
        except RuleBrokenError as error:
            flash(refusal(str(error)), "error")
        return redirect(url_for("authoring.comments", draft_id=draft_id, path=path, _anchor=f"line-{at_line}"), 303)
    said = [one for one in reviews.list_comments(session, draft_id) if one.path == path]
    return render_template(
        "authoring/comments.html",
        draft=draft,
        path=path,
        name=name_of(draft_id, path),
        lines=list(enumerate(lines, 1)),
        said=said,
        names=find_names(session, drafts.writers_of(session, draft_id)),
        at_line=at_line if "line" in request.args else 0,
    )


def _line(count: int) -> int:
    typed = request.values.get("line", "1")
    return max(1, min(count, int(typed))) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


@blueprint.post("/authoring/<int:draft_id>/comments/<int:comment_id>/resolve")
@requires(*READERS)
def resolve(draft_id: int, comment_id: int) -> Response:
    """Mark a comment as dealt with, or open it again."""
    draft = drafts.get_draft(pages.session(), draft_id, pages.person(), reads=True)
    comment = reviews.resolve_comment(pages.session(), draft, comment_id, person=pages.person(), at=now())
    pages.commit()
    place = url_for("authoring.comments", draft_id=draft_id, path=comment.path, _anchor=f"line-{comment.line}")
    return redirect(place, 303)


@blueprint.route("/admin/reviews", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def rule() -> str | Response:
    """Show which signatures a release needs on this site; a POST changes it."""
    session = pages.session()
    is_fixed = pages.settings().review_required
    if pages.is_posted() and not is_fixed:
        needs = request.form.get("needs", "")
        if needs in NEEDS:
            reviews.set_rule(session, needs, person=pages.person(), at=now())
            pages.commit()
            flash(_("Saved. Drafts that are in review follow the new rule."), "success")
    if pages.is_posted():
        return redirect(url_for("authoring.rule"), 303)
    current = reviews.STRICTEST if is_fixed else reviews.current_rule(session)
    return render_template(
        "authoring/rule.html", is_fixed=is_fixed, choices=[(one, *rule_word(one), one == current) for one in NEEDS]
    )
