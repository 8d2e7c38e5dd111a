"""Statistics of a quiz and of a course, from the database: first attempts of people in every release."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from ttaplatform.assessing.flags import Flag, OptionCount, flags_of
from ttaplatform.assessing.gains import Gain, paired_gain
from ttaplatform.assessing.items import FEWEST, ItemFigures, alpha, histogram, item_figures, standard_error, tails
from ttaplatform.assessing.reading import Answered, Matrix, read_matrix
from ttaplatform.catalogue.models import CourseRecord, Release
from ttaplatform.catalogue.rules import FINAL, PRETEST, Course, Item
from ttaplatform.catalogue.service import load_release
from ttaplatform.errors import NotFoundError
from ttaplatform.learning.later import FOLLOW_UP
from ttaplatform.learning.models import Attempt, Enrolment, Response
from ttaplatform.people.models import Account, Profession

PASSED = "passed"
MOST_ATTEMPTS = 20_000  # of the newest; more would keep a page waiting


@dataclass(frozen=True)
class ItemLine:
    """An item with its figures, as a row of the table."""

    item: Item
    asked: int
    omitted: int
    facility: float
    discrimination: float
    upper_lower: float
    median_seconds: float
    options: dict[str, OptionCount]
    flags: list[Flag]


@dataclass(frozen=True)
class QuizFigures:
    """A quiz with the figures of its first attempts. `mean` and `error` are in percent."""

    attempts: int
    mean: float
    alpha: float
    error: float
    histogram: list[int]
    lines: list[ItemLine]


def quiz_figures(session: Session, slug: str, quiz: str) -> QuizFigures:
    """Return the figures of a quiz; raise NotFoundError when the course never had it."""
    releases = _releases(session, slug)
    quizzes = [found for course in releases if (found := course.quiz(quiz))]
    if not quizzes:
        raise NotFoundError("quiz")
    items = [item for one in quizzes for item in one.items]
    attempts = _first_attempts(session, slug, quiz)
    matrix = read_matrix(attempts, items)
    totals = _percents(matrix)
    reliability = alpha(matrix.scores, quizzes[0].length) if matrix.scores.size else float("nan")
    return QuizFigures(
        len(attempts),
        float(totals.mean()) if len(totals) else float("nan"),
        reliability,
        standard_error(totals, reliability),
        histogram(totals),
        _lines(matrix, totals),
    )


def _percents(matrix: Matrix) -> NDArray[np.float64]:
    """Return each attempt's score in percent, its items weighed by their points as in grading."""
    points = np.array([item.points for item in matrix.items], float)
    if not matrix.scores.size:
        return np.array([])
    possible = (~np.isnan(matrix.scores) * points).sum(axis=1)
    return np.asarray(100 * np.nansum(matrix.scores * points, axis=1) / np.maximum(possible, 1))


def _releases(session: Session, slug: str) -> list[Course]:
    """Return every release of the course, the newest first."""
    rows = session.execute(
        select(Release.id, Release.content_hash)
        .join(CourseRecord, CourseRecord.id == Release.course_id)
        .where(CourseRecord.slug == slug)
        .order_by(Release.id.desc())
    ).all()
    return [load_release(session, row.id, row.content_hash) for row in rows]


def _first_attempts(session: Session, slug: str, quiz: str) -> list[Answered]:
    taken = (
        select(Attempt.id, Attempt.started_at, Attempt.shown)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
        .where(
            CourseRecord.slug == slug,
            Attempt.quiz == quiz,
            Attempt.number == 1,
            Attempt.submitted_at.is_not(None),
            _is_first_enrolment(),
        )
        .order_by(Attempt.id.desc())
        .limit(MOST_ATTEMPTS)
    )
    rows = session.execute(taken).all()
    within = taken.with_only_columns(Attempt.id).subquery()
    answers: dict[int, dict[str, Any]] = defaultdict(dict)
    for response in session.execute(
        select(Response.attempt_id, Response.item_id, Response.value, Response.saved_at, Response.version).where(
            Response.attempt_id.in_(select(within.c.id))
        )
    ):
        answers[response.attempt_id][response.item_id] = (response.value, response.saved_at, response.version == 1)
    return [
        Answered(row.started_at, [(one["item_id"], one["item_hash"]) for one in row.shown], answers[row.id])
        for row in rows
    ]


def _is_first_enrolment() -> ColumnElement[bool]:
    """Return the condition that the person took this course for the first time: later, the feedback is known."""
    earlier = aliased(Enrolment)
    return ~exists().where(
        earlier.account_id == Enrolment.account_id,
        earlier.course_id == Enrolment.course_id,
        earlier.id < Enrolment.id,
    )


def _lines(matrix: Matrix, totals: NDArray[np.float64]) -> list[ItemLine]:
    if not matrix.scores.size:
        return []
    figures = item_figures(matrix.scores)
    lower, upper = tails(totals)
    return [
        _line(item, matrix, place, figures, _options(item, matrix.given[place], lower, upper))
        for place, item in enumerate(matrix.items)
    ]


def _line(item: Item, matrix: Matrix, place: int, figures: ItemFigures, options: dict[str, OptionCount]) -> ItemLine:
    asked, facility = int(figures.asked[place]), float(figures.facility[place])
    discrimination = float(figures.discrimination[place])
    seconds = matrix.seconds[place]
    return ItemLine(
        item=item,
        asked=asked,
        omitted=matrix.omitted[place],
        facility=facility,
        discrimination=discrimination,
        upper_lower=float(figures.upper_lower[place]),
        median_seconds=float(np.median(seconds)) if seconds else float("nan"),
        options=options,
        flags=flags_of(asked, facility, discrimination, options) if asked >= FEWEST else [],
    )


def _options(
    item: Item, given: Sequence[tuple[int, list[str]]], lower: NDArray[np.bool_], upper: NDArray[np.bool_]
) -> dict[str, OptionCount]:
    """Return how often each option was chosen, for items that are answered by choosing options."""
    if item.type not in ("single", "multiple"):
        return {}
    counts = {option.key: [0, 0, 0] for option in item.options}
    for row, value in given:
        for key in value:
            if key in counts:
                counts[key][0] += 1
                counts[key][1] += bool(upper[row])
                counts[key][2] += bool(lower[row])
    rights = {option.key: option.is_right for option in item.options}
    return {key: OptionCount(key, rights[key], *three) for key, three in counts.items()}


@dataclass(frozen=True)
class CourseGains:
    """The gain of everybody and of each profession from the pre-test to the first final, and what was kept later."""

    gains: list[tuple[str, Gain]]
    retention: list[tuple[int, Gain]]


def course_gains(session: Session, slug: str) -> CourseGains:
    """Return paired gains: from the pre-test to the first final, and from the passed final to each follow-up."""
    rows = session.execute(
        select(
            Attempt.enrolment_id,
            Attempt.quiz,
            Attempt.number,
            Attempt.score_percent,
            Attempt.has_passed,
            Profession.name,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseRecord, CourseRecord.id == Enrolment.course_id)
        .join(Account, Account.id == Enrolment.account_id)
        .join(Profession, Profession.id == Account.profession_id)
        .where(CourseRecord.slug == slug, Attempt.submitted_at.is_not(None), _is_first_enrolment())
    ).all()
    scores: dict[int, dict[str, float]] = defaultdict(dict)
    professions = {row.enrolment_id: row.name for row in rows}
    for row in rows:
        if row.number == 1:
            scores[row.enrolment_id][row.quiz] = float(row.score_percent or 0)
        if row.quiz == FINAL and row.has_passed:
            scores[row.enrolment_id][PASSED] = float(row.score_percent or 0)
    people = list(scores)

    def column(quiz: str, of: Sequence[int]) -> NDArray[np.float64]:
        return np.array([scores[one].get(quiz, np.nan) for one in of], float)

    gains = [("", paired_gain(column(PRETEST, people), column(FINAL, people)))]
    for name in sorted(set(professions.values())):
        group = [one for one in people if professions[one] == name]
        gains.append((name, paired_gain(column(PRETEST, group), column(FINAL, group))))
    days = sorted(
        {int(quiz.rsplit("-", 1)[1]) for one in scores.values() for quiz in one if quiz.startswith(FOLLOW_UP)}
    )
    kept = [(day, paired_gain(column(PASSED, people), column(f"{FOLLOW_UP}-{day}", people))) for day in days]
    return CourseGains([one for one in gains if one[1].pairs or one[1].left], kept)
