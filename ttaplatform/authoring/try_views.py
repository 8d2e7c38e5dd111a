"""Try a draft's questions as a learner would: nothing of it is stored."""

from functools import partial

from flask import render_template, request, url_for

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts
from ttaplatform.authoring.previewing import preview_of
from ttaplatform.authoring.views import READERS, blueprint
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item, Module, Quiz
from ttaplatform.errors import NotFoundError
from ttaplatform.learning.grading import grade, show
from ttaplatform.learning.material_views import scene_values
from ttaplatform.learning.showing import Asked, Told, ask, given_to, is_given, tell
from ttaplatform.learning.views import filled


@blueprint.get("/authoring/<int:draft_id>/scenes/<item_id>/<path:place>")
@requires(*READERS)
def scenario(draft_id: int, item_id: str, place: str) -> str:
    """Walk through a scenario of the draft's file `place`."""
    shown = _shown(draft_id, place)
    page = shown.get("module") or shown.get("quiz")
    item = next((one for one in _items(page) if one.id == item_id and one.scenes), None)
    if item is None:
        raise NotFoundError("scenario")
    here = partial(url_for, "authoring.scenario", draft_id=draft_id, item_id=item_id, place=place)
    return render_template(
        "authoring/scenario.html",
        course=shown["course"],
        lesson_url=url_for("authoring.file", draft_id=draft_id, path=place),
        **scene_values(item, here),
    )


def _shown(draft_id: int, path: str) -> dict[str, object]:
    drafts.get_draft(pages.session(), draft_id, pages.person(), reads=True)
    files = drafts.files_of(pages.session(), draft_id)
    if path not in files:
        raise NotFoundError("file")
    return preview_of(draft_id, path, files).values


def _items(page: object) -> tuple[Item, ...]:
    return page.lesson.items if isinstance(page, Module) else page.items if isinstance(page, Quiz) else ()


@blueprint.route("/authoring/<int:draft_id>/try/<path:path>", methods=["GET", "POST"])
@requires(*READERS)
def try_quiz(draft_id: int, path: str) -> str:
    """Ask a quiz of a draft on one page; a POST tells how it would be graded."""
    shown = _shown(draft_id, path)
    quiz = shown.get("quiz")
    if not isinstance(quiz, Quiz):
        raise NotFoundError("quiz")
    lines: list[tuple[Asked, Told | None]] = []
    given: dict[str, list[str]] = {}
    for item in quiz.items:
        order = show(item, draft_id).option_keys
        read = _response(item, order)
        given[item.id] = read
        goes_on = not read or ITEM_TYPES[item.type].goes_on(item, read)
        lines.append((ask(item, order, read, filled), None if goes_on else tell(item, order, read, filled)))
    return render_template(
        "authoring/try_quiz.html",
        draft_id=draft_id,
        path=path,
        course=shown["course"],
        quiz=quiz,
        lines=lines,
        score=grade(quiz.items, given) if pages.is_posted() else None,
    )


def _response(item: Item, order: tuple[str, ...]) -> list[str]:
    """Return what was answered to the item, an empty list for nothing that could be taken."""
    given = given_to(item, order, request.form, item.id)
    return (ITEM_TYPES[item.type].read(item, given) or []) if is_given(given) else []
