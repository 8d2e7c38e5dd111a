"""What belongs to a course beside its lessons and quizzes: scenarios, job aids, pictures."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, abort, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from ttaplatform import pages
from ttaplatform.access import public, requires
from ttaplatform.catalogue.item_scenario import walk
from ttaplatform.catalogue.rules import Item
from ttaplatform.catalogue.service import find_media, find_published
from ttaplatform.learning import service
from ttaplatform.learning.views import blueprint, filled, printed, seen, spoken
from ttaplatform.markup import plain
from ttaplatform.roles import Role


@blueprint.get("/courses/<slug>/job-aid")
@public
def job_aid(slug: str) -> str:
    """Show the one printable page that a learner takes along."""
    published = find_published(pages.session(), slug) or abort(404)
    course = spoken(published.course)
    if course.job_aid is None:
        abort(404)
    return render_template("learning/job_aid.html", course=course, words=printed(course.job_aid.html))


@blueprint.get("/media/<digest>/<name>")
@public
def media(digest: str, name: str) -> Response:
    """Send a picture; its address holds its digest, so that it may be kept for a year."""
    found = find_media(pages.session(), digest) or abort(404)
    # A player asks for parts of a video, and some play none without getting them.
    response = send_file(BytesIO(found.content), mimetype=found.media_type, conditional=True, etag=digest)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@blueprint.get("/learn/<int:enrolment_id>/lessons/<module>/scenarios/<item_id>")
@requires(Role.LEARNER)
def scenario(enrolment_id: int, module: str, item_id: str) -> str | BaseResponse:
    """Show the scene that the path in the address leads to; nothing is stored, and every step can be taken back."""
    enrolled = seen(service.get_enrolment(pages.session(), enrolment_id, pages.person().id))
    shown = enrolled.course.module(module) or abort(404)
    item: Item = next((one for one in shown.lesson.items if one.id == item_id and one.scenes), None) or abort(404)
    here = partial(url_for, "learning.scenario", enrolment_id=enrolment_id, module=module, item_id=item_id)
    return render_template(
        "learning/scenario.html",
        course=enrolled.course,
        module=shown,
        lesson_url=url_for("learning.lesson", enrolment_id=enrolment_id, module=module),
        **scene_values(item, here),
    )


def scene_values(item: Item, address: Callable[..., str]) -> dict[str, Any]:
    """Return what the page of a scenario shows at the path in its address; `address` makes one with another path."""
    path = [int(word) for word in request.args.get("path", "").split(".") if word.isdigit() and len(word) <= 2]
    here = walk(item, path)
    title, _end, introduction = item.stem_html.partition("</p>")  # the first paragraph is the title
    taken = path[: len(here.moves)]

    def at(places: list[int]) -> str:
        return address(path=".".join(map(str, places)) or None)

    return {
        "title": plain(title),
        "introduction": filled(introduction),
        "scene": filled(here.scene.html),
        "last": here.moves[-1] if here.moves else None,
        "moves": [(move, at([*taken, place])) for place, move in enumerate(here.scene.moves)],
        "taken": here.moves,
        "back_url": at(taken[:-1]) if taken else None,
        "start_url": at([]),
    }
