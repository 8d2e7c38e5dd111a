"""Statistics of questions and courses: pages with pictures and tables, and CSV."""

import csv
from io import StringIO
from math import isnan
from types import ModuleType

from flask import Blueprint, Response, abort, render_template
from flask_babel import get_locale

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.assessing.flags import Flag
from ttaplatform.assessing.picture import item_bars, score_columns
from ttaplatform.assessing.voices import voices
from ttaplatform.catalogue.rules import FINAL, PRETEST, Course
from ttaplatform.catalogue.service import find_published, list_published
from ttaplatform.i18n import _
from ttaplatform.learning.invitation_views import barrier_words, practice_words
from ttaplatform.roles import Role
from ttaplatform.spreadsheet import BOM, safe_cell

blueprint = Blueprint("assessing", __name__)
COLUMNS = (
    "item", "hash", "type", "objective", "asked", "omitted", "facility", "discrimination", "upper_lower",
    "median_seconds", "flags",
)  # fmt: skip


def _figures() -> ModuleType:
    """Return the service that counts; numpy comes with it and takes 10 MB of each process that has it."""
    from ttaplatform.assessing import service  # noqa: PLC0415 - heavy: only when figures are asked for

    return service


@blueprint.get("/reports/questions")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def courses() -> str:
    listed = [one.course.spoken(str(get_locale())) for one in list_published(pages.session())]
    return render_template("assessing/courses.html", courses=[(course, _quizzes(course)) for course in listed])


def _quizzes(course: Course) -> list[tuple[str, str]]:
    listed = [(module.slug, module.quiz.title) for module in course.modules if module.quiz]
    before = [(PRETEST, str(_("Before you begin")))] if course.has_pretest else []
    return [*before, *listed, (FINAL, course.final.title)]


def _course(slug: str) -> Course:
    published = find_published(pages.session(), slug) or abort(404)
    return published.course.spoken(str(get_locale()))


@blueprint.get("/reports/questions/<slug>")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def gains(slug: str) -> str:
    """Show what a course changed: paired gains, drop-out, retention."""
    course = _course(slug)
    found = _figures().course_gains(pages.session(), slug)
    return render_template(
        "assessing/gains.html",
        course=course,
        found=found,
        quizzes=_quizzes(course),
        voices=voices(pages.session(), course),
        practice_words=practice_words(),
        barrier_words=barrier_words(),
    )


@blueprint.get("/reports/questions/<slug>/<quiz_key>")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def quiz(slug: str, quiz_key: str) -> str:
    """Show the figures of a quiz and of each of its questions, on first attempts."""
    course = _course(slug)
    titles = dict(_quizzes(course))
    figures = _figures().quiz_figures(pages.session(), slug, quiz_key)
    return render_template(
        "assessing/quiz.html",
        course=course,
        slug=slug,
        quiz_key=quiz_key,
        quiz_title=titles.get(quiz_key, quiz_key),
        figures=figures,
        scores=score_columns(figures.histogram, _("How many first attempts reached each ten percent")),
        bars=item_bars(
            [(line.item.id, line.facility) for line in figures.lines], _("Share that was right, question by question")
        ),
        say=_say,
    )


def _say(flag: Flag) -> str:
    sentences = {
        "easy": _("easy: %(about)s right", about=flag.about),
        "hard": _("hard: %(about)s right", about=flag.about),
        "key": _("the key may be wrong: strong learners choose %(about)s", about=flag.about),
        "weak": _("does not tell strong from weak learners"),
        "idle": _("almost nobody chooses %(about)s", about=flag.about),
    }
    return str(sentences[flag.kind])


@blueprint.get("/reports/questions/<slug>/<quiz_key>.csv")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def quiz_csv(slug: str, quiz_key: str) -> Response:
    _course(slug)
    figures = _figures().quiz_figures(pages.session(), slug, quiz_key)
    buffer = StringIO(BOM)
    buffer.seek(len(BOM))
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for line in figures.lines:
        item = line.item
        numbers = [_number(n) for n in (line.facility, line.discrimination, line.upper_lower, line.median_seconds)]
        cells = [item.id, item.hash, item.type, item.objective, str(line.asked), str(line.omitted)]
        writer.writerow([*map(safe_cell, cells), *numbers, "; ".join(map(_say, line.flags))])
    response = Response(buffer.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="questions-{slug}-{quiz_key}.csv"'
    return response


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.4f}"
