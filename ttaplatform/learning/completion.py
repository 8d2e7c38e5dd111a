"""What is done and what is left of a course: the checklist, completed, passed (contract.md)."""

from dataclasses import dataclass

from ttaplatform.catalogue.rules import FINAL, Course
from ttaplatform.learning.rules import AttemptResult, Progress


@dataclass(frozen=True)
class Step:
    """A thing to do in a course: a lesson, a knowledge check ("check") or the final assessment ("final")."""

    kind: str
    key: str
    title: str
    minutes: int
    is_done: bool


def steps(course: Course, progress: Progress) -> list[Step]:
    """Return every step of the course in order, each with whether it is done."""
    listed = []
    for module in course.modules:
        listed.append(
            Step("lesson", module.slug, module.title, module.minutes, module.slug in progress.finished_lessons)
        )
        if module.quiz:
            is_done = bool(progress.results_of(module.slug))
            listed.append(Step("check", module.slug, module.quiz.title, 0, is_done))
    final_minutes = max(0, course.minutes - sum(module.minutes for module in course.modules))
    listed.append(Step("final", FINAL, course.final.title, final_minutes, has_passed(progress)))
    return listed


def next_step(course: Course, progress: Progress) -> Step | None:
    """Return the first step that is not done, or None."""
    return next((step for step in steps(course, progress) if not step.is_done), None)


def minutes_left(course: Course, progress: Progress) -> int:
    """Return the minutes of the steps that are not done."""
    return sum(step.minutes for step in steps(course, progress) if not step.is_done)


def is_completed(course: Course, progress: Progress) -> bool:
    """Say whether every lesson is finished and every knowledge check submitted (contract: completed)."""
    return all(step.is_done for step in steps(course, progress) if step.kind != "final")


def has_passed(progress: Progress) -> bool:
    """Say whether an attempt at the final assessment reached the passing percent (contract: passed)."""
    return any(result.has_passed for result in progress.results_of(FINAL))


def best_final(progress: Progress) -> AttemptResult | None:
    """Return the best attempt at the final assessment, the earliest of equals; None before the first."""
    return max(progress.results_of(FINAL), key=lambda result: (result.score_percent, -result.number), default=None)


def attempts_left(course: Course, quiz: str, progress: Progress) -> int | None:
    """Return how many attempts at `quiz` are left; None means as many as one likes."""
    allowed = (course.quiz(quiz) or course.final).attempts
    return None if allowed is None else max(0, allowed - len(progress.results_of(quiz)))


def refusal(course: Course, quiz: str, progress: Progress) -> str | None:
    """Return why a new attempt at `quiz` cannot start: "passed", "lessons", "attempts"; None if it can."""
    if quiz == FINAL and has_passed(progress):
        return "passed"
    if quiz == FINAL and not is_completed(course, progress):
        return "lessons"
    return "attempts" if attempts_left(course, quiz, progress) == 0 else None
