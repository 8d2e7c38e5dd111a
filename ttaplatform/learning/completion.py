"""What is done and what is left of a course: the checklist, completed, passed (contract.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ttaplatform.catalogue.rules import EVALUATION, FINAL, PRETEST, Course
from ttaplatform.learning.rules import AttemptResult, Progress


@dataclass(frozen=True)
class Step:
    """A thing to do in a course: the pre-test, a lesson, a knowledge check ("check"), the final, the evaluation."""

    kind: str
    key: str
    title: str
    minutes: int
    is_done: bool


def steps(course: Course, progress: Progress) -> list[Step]:
    """Return every step of the course in order, each with whether it is done."""
    listed = []
    if course.has_pretest and (progress.results_of(PRETEST) or not progress.finished_lessons):
        listed.append(Step("pretest", PRETEST, "", 0, bool(progress.results_of(PRETEST))))
    for module in course.modules:
        listed.append(
            Step("lesson", module.slug, module.title, module.minutes, module.slug in progress.finished_lessons)
        )
        if module.quiz:
            is_done = bool(progress.results_of(module.slug))
            listed.append(Step("check", module.slug, module.quiz.title, 0, is_done))
    final_minutes = max(0, course.minutes - sum(module.minutes for module in course.modules))
    listed.append(Step("final", FINAL, course.final.title, final_minutes, has_passed(progress)))
    if course.evaluation:
        listed.append(Step("evaluation", EVALUATION, course.evaluation.title, 0, progress.has_evaluated))
    return listed


def next_step(course: Course, progress: Progress) -> Step | None:
    """Return the first step that is not done, or None; an evaluation that is not required is no step to wait for."""
    open_ones = [step for step in steps(course, progress) if not step.is_done]
    return next((step for step in open_ones if step.kind != "evaluation" or needs_evaluation(course)), None)


def needs_evaluation(course: Course) -> bool:
    """Say whether the course is completed only when its evaluation was sent."""
    return course.evaluation is not None and course.evaluation.is_required


def minutes_left(course: Course, progress: Progress) -> int:
    """Return the minutes of the steps that are not done."""
    return sum(step.minutes for step in steps(course, progress) if not step.is_done)


def is_prepared(course: Course, progress: Progress) -> bool:
    """Say whether every lesson is finished and every knowledge check submitted: then the final assessment opens."""
    return all(step.is_done for step in steps(course, progress) if step.kind in ("lesson", "check"))


def is_completed(course: Course, progress: Progress) -> bool:
    """Say whether all lessons, knowledge checks and a required evaluation are done (contract: completed)."""
    return is_prepared(course, progress) and (progress.has_evaluated or not needs_evaluation(course))


def has_passed(progress: Progress) -> bool:
    """Say whether an attempt at the final assessment reached the passing percent (contract: passed)."""
    return any(result.has_passed for result in progress.results_of(FINAL))


def counted(course: Course, quiz: str, progress: Progress) -> AttemptResult | None:
    """Return the attempt that counts: the best (the earliest of equals) or the last; None before the first."""
    results = progress.results_of(quiz)
    if (course.quiz(quiz) or course.final).counts == "last":
        return results[-1] if results else None
    return max(results, key=lambda result: (result.score_percent, -result.number), default=None)


def attempts_left(course: Course, quiz: str, progress: Progress) -> int | None:
    """Return how many attempts at `quiz` are left; None means as many as one likes."""
    allowed = (course.quiz(quiz) or course.final).attempts
    return None if allowed is None else max(0, allowed - len(progress.results_of(quiz)))


def opens_at(course: Course, quiz: str, progress: Progress) -> datetime | None:
    """Return when the next attempt may begin after the last one, None when there was none or nothing to wait for."""
    results = progress.results_of(quiz)
    minutes = (course.quiz(quiz) or course.final).cooldown_minutes
    return results[-1].submitted_at + timedelta(minutes=minutes) if results and minutes else None


def refusal(course: Course, quiz: str, progress: Progress, *, at: datetime) -> str | None:
    """Return why no attempt at `quiz` can start now: passed, lessons, begun, attempts, cooldown; None if one can."""
    if quiz == FINAL and has_passed(progress):
        return "passed"
    if quiz == FINAL and not is_prepared(course, progress):
        return "lessons"
    if quiz == PRETEST and progress.finished_lessons:
        return "begun"
    if attempts_left(course, quiz, progress) == 0:
        return "attempts"
    waits_until = opens_at(course, quiz, progress)
    return "cooldown" if waits_until and at < waits_until else None


def shows_feedback(course: Course, quiz: str, progress: Progress) -> bool:
    """Say whether the result of a submitted attempt explains each question, as the author wants it."""
    if quiz == PRETEST:
        return False
    if (course.quiz(quiz) or course.final).feedback != "after-passing":
        return True
    best = max((result.score_percent for result in progress.results_of(quiz)), default=0)
    return best >= course.passing_percent or attempts_left(course, quiz, progress) == 0
