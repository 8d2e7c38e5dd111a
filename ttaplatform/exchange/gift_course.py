"""All quizzes of a course as one GIFT file, each in a category of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ttaplatform.catalogue.rules import FINAL, Course, Quiz
from ttaplatform.exchange.gift_writing import write_gift
from ttaplatform.exchange.report import Unsaid

TOP = "$CATEGORY: $course$/top/"
POOL = re.compile(rf"(?m)^{re.escape(TOP)}")


@dataclass(frozen=True)
class ExportedCourse:
    """The quizzes of a course in GIFT, and what that cannot say: path of a quiz, and what of it."""

    text: str
    notes: tuple[tuple[str, Unsaid], ...]


def write_course_gift(course: Course) -> ExportedCourse:
    """Return the knowledge checks and the final assessment in GIFT; a pool is a category below that of its quiz.

    Questions within lessons and the evaluation are no quizzes; that they stay behind is among the notes.
    """
    parts: list[str] = []
    notes: list[tuple[str, Unsaid]] = []
    for key, quiz in _quizzes(course):
        exported = write_gift(quiz)
        heading = f"{TOP}{course.slug}/{key}"
        text = POOL.sub(lambda _match, heading=heading: f"{heading}/", exported.text)  # type: ignore[misc]
        parts.append(text if text.startswith("// quiz-pool:") else f"{heading}\n\n{text}")
        notes += [(f"{key}/quiz.md", note) for note in exported.notes]
    for module in course.modules:
        message = "a question within a lesson is no part of a quiz; it was left out"
        notes += [(f"{module.slug}/module.md", Unsaid(item.id, message, is_lost=True)) for item in module.lesson.items]
    if course.evaluation:
        notes.append(("evaluation.md", Unsaid("", "an evaluation is no quiz; it was left out", is_lost=True)))
    return ExportedCourse("\n".join(parts), tuple(notes))


def _quizzes(course: Course) -> Iterator[tuple[str, Quiz]]:
    for module in course.modules:
        if module.quiz:
            yield module.slug, module.quiz
    yield FINAL, course.final
