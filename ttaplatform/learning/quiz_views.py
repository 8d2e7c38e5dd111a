"""Quizzes: before the start, review, result."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.rules import FINAL, PRETEST, Course
from ttaplatform.clock import now
from ttaplatform.i18n import _
from ttaplatform.learning import attempts, completion, service, sittings
from ttaplatform.learning.active_time import rules
from ttaplatform.learning.credits import list_offers, waits_for_statement
from ttaplatform.learning.rules import Progress
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.showing import Told, tell
from ttaplatform.learning.sitting_pages import (
    is_running,
    my_enrolment,
    places,
    question_url,
    review_url,
    spoken_sitting,
)
from ttaplatform.learning.sittings import Sitting
from ttaplatform.learning.views import blueprint, filled, news_of, seen, step_url
from ttaplatform.people.accommodations import extra_time_percent
from ttaplatform.roles import Role


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def quiz(enrolment_id: int, quiz_key: str) -> str | Response:
    """Tell what a quiz asks before the start; a POST begins an attempt."""
    enrolled = my_enrolment(enrolment_id)
    shown = sittings.get_quiz(enrolled, quiz_key)
    if request.method == "POST":
        if quiz_key == FINAL and waits_for_statement(list_offers(pages.session(), enrolled, rules())):
            flash(_("One of your credits asks you to state something before the final assessment."), "info")
            return redirect(url_for("learning.credit", enrolment_id=enrolment_id), 303)
        attempts.start_attempt(pages.session(), enrolled, quiz_key, at=now())
        pages.commit()
        return redirect(question_url(enrolment_id, quiz_key, 1), 303)
    enrolled = seen(enrolled)
    progress = service.progress_of(pages.session(), enrolment_id)
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key)
    return render_template(
        "learning/quiz.html",
        enrolled=enrolled,
        course=enrolled.course,
        quiz=enrolled.course.quiz(quiz_key) or shown,
        quiz_key=quiz_key,
        results=progress.results_of(quiz_key),
        upcoming_url=step_url(enrolment_id, completion.next_step(enrolled.course, progress)),
        news=news_of(enrolled),
        first_lesson_url=url_for("learning.lesson", enrolment_id=enrolment_id, module=enrolled.course.modules[0].slug),
        **_rules(enrolled, quiz_key, progress, sitting),
    )


def _rules(enrolled: Enrolled, quiz_key: str, progress: Progress, sitting: Sitting | None) -> dict[str, Any]:
    """Return what decides whether and until when one can go on or begin."""
    course = enrolled.course
    extra = extra_time_percent(pages.session(), enrolled.account_id) if _limit(course, quiz_key) else 0
    is_over = sitting is not None and sitting.is_over(now())
    runs = sitting is not None and is_running(enrolled, quiz_key, sitting)
    return {
        "is_final": quiz_key == FINAL,
        "is_pretest": quiz_key == PRETEST,
        "refusal": completion.refusal(course, quiz_key, progress, at=now()),
        "opens_at": completion.opens_at(course, quiz_key, progress),
        "attempts_left": completion.attempts_left(course, quiz_key, progress),
        "counted": completion.counted(course, quiz_key, progress),
        "minutes": _limit(course, quiz_key) * (100 + extra) // 100,
        "is_over": is_over,
        "finish_url": review_url(enrolled.id, quiz_key),
        "resume_url": question_url(enrolled.id, quiz_key, _first_open(sitting)) if sitting and runs else None,
    }


def _limit(course: Course, quiz_key: str) -> int:
    return (course.quiz(quiz_key) or course.final).time_limit_minutes


def _first_open(sitting: Sitting) -> int:
    answered = sittings.responses_of(pages.session(), sitting)
    open_ones = [i for i, shown in enumerate(sitting.shown, 1) if shown.item_id not in answered]
    return open_ones[0] if open_ones else len(sitting.shown)


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>/review", methods=["GET", "POST"])
@requires(Role.LEARNER)
def review(enrolment_id: int, quiz_key: str) -> str | Response:
    """List the questions with what is still open; a POST hands the attempt in."""
    enrolled = my_enrolment(enrolment_id)
    is_posted = request.method == "POST"
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key, locks=is_posted)
    if sitting is None:
        return _last_result(enrolled, quiz_key)
    if not sitting.is_over(now()) and not is_running(enrolled, quiz_key, sitting):
        return redirect(url_for("learning.quiz", enrolment_id=enrolment_id, quiz_key=quiz_key), 303)
    if is_posted:
        if attempts.submit_attempt(pages.session(), enrolled, sitting, quiz_key, at=now()):
            pages.announce("course-earned", enrolment_id=enrolled.id)
        pages.commit()
        return redirect(_result_url(enrolment_id, quiz_key, sitting.number), 303)
    enrolled = seen(enrolled)
    sitting = spoken_sitting(sitting, enrolled, quiz_key)
    saved = sittings.saved_in(pages.session(), sitting)
    stems = [filled(sitting.quiz.item(shown.item_id).stem_html) for shown in sitting.shown]
    navigator = places(sitting, saved, enrolment_id, quiz_key)
    return render_template(
        "learning/review.html",
        enrolled=enrolled,
        course=enrolled.course,
        sitting=sitting,
        quiz_key=quiz_key,
        lines=list(zip(navigator, stems, strict=True)),
        missing=sum(not place.is_answered for place in navigator),
        news=news_of(enrolled),
    )


def _last_result(enrolled: Enrolled, quiz_key: str) -> Response:
    results = service.progress_of(pages.session(), enrolled.id).results_of(quiz_key)
    if not results:
        return redirect(url_for("learning.quiz", enrolment_id=enrolled.id, quiz_key=quiz_key), 303)
    return redirect(_result_url(enrolled.id, quiz_key, results[-1].number), 303)


def _result_url(enrolment_id: int, quiz_key: str, number: int) -> str:
    return url_for("learning.result", enrolment_id=enrolment_id, quiz_key=quiz_key, number=number)


@blueprint.get("/learn/<int:enrolment_id>/quizzes/<quiz_key>/results/<int:number>")
@requires(Role.LEARNER)
def result(enrolment_id: int, quiz_key: str, number: int) -> str:
    """Show the score of a submitted attempt, and each question with its feedback."""
    enrolled = seen(my_enrolment(enrolment_id))
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key, number=number)
    if sitting is None or sitting.submitted_at is None:
        abort(404)
    responses = sittings.responses_of(pages.session(), sitting)
    progress = service.progress_of(pages.session(), enrolment_id)
    upcoming = completion.next_step(enrolled.course, progress)
    told = [_told(sitting, position, responses) for position in range(1, len(sitting.shown) + 1)]
    return render_template(
        "learning/result.html",
        enrolled=enrolled,
        course=enrolled.course,
        sitting=sitting,
        quiz_key=quiz_key,
        is_final=quiz_key == FINAL,
        is_pretest=quiz_key == PRETEST,
        answers=told if completion.shows_feedback(enrolled.course, quiz_key, progress) else None,
        to_review=_to_review(enrolled.course, sitting, told) if quiz_key != PRETEST else [],
        attempts_left=completion.attempts_left(enrolled.course, quiz_key, progress),
        upcoming=upcoming,
        upcoming_url=step_url(enrolment_id, upcoming),
        certificate=pages.ask("certificate-of", enrolment_id=enrolment_id),
        news=news_of(enrolled),
    )


def _told(sitting: Sitting, position: int, responses: dict[str, list[str]]) -> Told:
    item, shown = sitting.item(position)
    return tell(item, shown.option_keys, responses.get(item.id, []), filled)


def _to_review(course: Course, sitting: Sitting, told: list[Told]) -> list[str]:
    """Return the objectives of which not every question was right, in the course's words and order."""
    missed = {sitting.item(position)[0].objective for position, one in enumerate(told, 1) if one.state != "right"}
    return [words for name, words in course.objectives.items() if name in missed]
