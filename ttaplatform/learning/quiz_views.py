"""Quizzes: before the start, one question a page, review, result."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL, PRETEST, Course
from ttaplatform.clock import now
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.learning import answers, attempts, completion, service, sittings
from ttaplatform.learning.rules import Progress
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.showing import Told, ask, given_in, tell
from ttaplatform.learning.sittings import Saved, Sitting
from ttaplatform.learning.views import blueprint, filled, seen, step_url
from ttaplatform.people.accommodations import extra_time_percent
from ttaplatform.roles import Role


def _enrolled(enrolment_id: int) -> Enrolled:
    return service.get_enrolment(pages.session(), enrolment_id, pages.person().id)


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def quiz(enrolment_id: int, quiz_key: str) -> str | Response:
    """Tell what a quiz asks before the start; a POST begins an attempt."""
    enrolled = _enrolled(enrolment_id)
    shown = sittings.get_quiz(enrolled, quiz_key)
    if request.method == "POST":
        attempts.start_attempt(pages.session(), enrolled, quiz_key, at=now())
        pages.commit()
        return redirect(_question_url(enrolment_id, quiz_key, 1), 303)
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
        first_lesson_url=url_for("learning.lesson", enrolment_id=enrolment_id, module=enrolled.course.modules[0].slug),
        **_rules(enrolled, quiz_key, progress, sitting),
    )


def _rules(enrolled: Enrolled, quiz_key: str, progress: Progress, sitting: Sitting | None) -> dict[str, Any]:
    """Return what decides whether and until when one can go on or begin."""
    course = enrolled.course
    extra = extra_time_percent(pages.session(), enrolled.account_id) if _limit(course, quiz_key) else 0
    is_over = sitting is not None and sitting.is_over(now())
    return {
        "is_final": quiz_key == FINAL,
        "is_pretest": quiz_key == PRETEST,
        "refusal": completion.refusal(course, quiz_key, progress, at=now()),
        "opens_at": completion.opens_at(course, quiz_key, progress),
        "attempts_left": completion.attempts_left(course, quiz_key, progress),
        "counted": completion.counted(course, quiz_key, progress),
        "minutes": _limit(course, quiz_key) * (100 + extra) // 100,
        "is_over": is_over,
        "finish_url": _review_url(enrolled.id, quiz_key),
        "resume_url": _question_url(enrolled.id, quiz_key, _first_open(sitting)) if sitting and not is_over else None,
    }


def _limit(course: Course, quiz_key: str) -> int:
    return (course.quiz(quiz_key) or course.final).time_limit_minutes


def _first_open(sitting: Sitting) -> int:
    answered = sittings.responses_of(pages.session(), sitting)
    open_ones = [i for i, shown in enumerate(sitting.shown, 1) if shown.item_id not in answered]
    return open_ones[0] if open_ones else len(sitting.shown)


def _spoken(sitting: Sitting, enrolled: Enrolled, quiz_key: str) -> Sitting:
    """Return the attempt with its items as the learner reads them; what is stored and graded is the original's."""
    return replace(sitting, quiz=enrolled.course.quiz(quiz_key) or sitting.quiz)


def _question_url(enrolment_id: int, quiz_key: str, position: int) -> str:
    return url_for("learning.question", enrolment_id=enrolment_id, quiz_key=quiz_key, position=position)


def _review_url(enrolment_id: int, quiz_key: str) -> str:
    return url_for("learning.review", enrolment_id=enrolment_id, quiz_key=quiz_key)


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>/questions/<int:position>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def question(enrolment_id: int, quiz_key: str, position: int) -> str | Response | tuple[str, int]:
    """Show one question; a POST saves its answer."""
    enrolled = _enrolled(enrolment_id)
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key)
    is_background = request.headers.get("X-Saved-As-Given") == "1"
    if sitting is None or sitting.is_over(now()):
        return _over(enrolment_id, quiz_key, is_background=is_background)
    if request.method == "GET":
        return _question_page(enrolled, sitting, quiz_key, position)
    try:
        version = answers.save_response(
            pages.session(),
            sitting,
            position,
            given_in(request.form),
            at=now(),
            seen=request.form.get("seen", answers.ANY_VERSION, type=int),
            is_final=sitting.quiz.feedback == "at-once" and not is_background,
        )
    except RuleBrokenError as error:
        return _refused(enrolled, sitting, quiz_key, position, str(error), is_background=is_background)
    pages.commit()
    if is_background:
        return jsonify(saved=True, version=version)
    return redirect(_after_saving(enrolled, sitting, quiz_key, position), 303)


def _refused(
    enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int, reason: str, *, is_background: bool
) -> Response | tuple[str, int]:
    """Say why an answer was not saved, and show what stands."""
    messages = {
        "newer-answer": _(
            "You answered this question in another window after this page was opened. That answer is kept."
        ),
        "final": _("This question is answered; its feedback was shown."),
    }
    if is_background:
        message = messages.get(reason, _("This answer could not be saved."))
        return jsonify(error=message), 409 if reason in messages else 422  # type: ignore[return-value]
    error = messages.get(reason, _("Choose an answer, then save."))
    status = 409 if reason in messages else 422
    return _question_page(enrolled, sitting, quiz_key, position, error=error), status


def _after_saving(enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int) -> str:
    """Return where one goes after an answer: its feedback, the next scene, the next question, the review."""
    item, _shown = sitting.item(position)
    stays = sitting.quiz.feedback == "at-once" or ITEM_TYPES[item.type].goes_on(item, given_in(request.form))
    if stays:
        return _question_url(enrolled.id, quiz_key, position)
    if position < len(sitting.shown):
        return _question_url(enrolled.id, quiz_key, position + 1)
    return _review_url(enrolled.id, quiz_key)


@blueprint.post("/learn/<int:enrolment_id>/quizzes/<quiz_key>/questions/<int:position>/mark")
@requires(Role.LEARNER)
def mark(enrolment_id: int, quiz_key: str, position: int) -> Response:
    """Mark a question for later, or take the mark away."""
    enrolled = _enrolled(enrolment_id)
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key) or abort(404)
    answers.mark_question(pages.session(), sitting, position, is_marked=request.form.get("marked") == "yes")
    pages.commit()
    return redirect(_question_url(enrolment_id, quiz_key, position), 303)


def _over(enrolment_id: int, quiz_key: str, *, is_background: bool) -> Response | tuple[str, int]:
    if is_background:
        return jsonify(error=_("This attempt has ended.")), 409  # type: ignore[return-value]
    return redirect(url_for("learning.quiz", enrolment_id=enrolment_id, quiz_key=quiz_key), 303)


def _question_page(enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int, *, error: str = "") -> str:
    enrolled = seen(enrolled)
    sitting = _spoken(sitting, enrolled, quiz_key)
    item, shown = sitting.item(position)
    saved = sittings.saved_in(pages.session(), sitting)
    mine = saved.get(item.id, Saved([], 0, False))
    is_last = position == len(sitting.shown)
    return render_template(
        "learning/question.html",
        enrolled=enrolled,
        course=enrolled.course,
        sitting=sitting,
        quiz_key=quiz_key,
        is_final=quiz_key == FINAL,
        position=position,
        asked=ask(item, shown.option_keys, mine.value, filled),
        told=tell(item, shown.option_keys, mine.value, filled) if mine.is_final else None,
        version=mine.version,
        is_saved=bool(mine.version),
        is_marked=item.id in sitting.marked,
        navigator=_navigator(sitting, saved, enrolled.id, quiz_key),
        previous_url=_question_url(enrolled.id, quiz_key, position - 1) if position > 1 else None,
        next_url=_review_url(enrolled.id, quiz_key) if is_last else _question_url(enrolled.id, quiz_key, position + 1),
        review_url=_review_url(enrolled.id, quiz_key),
        error=error,
    )


@dataclass(frozen=True)
class Place:
    """A question in the list of all: its number, whether it is answered, marked, and its address."""

    number: int
    is_answered: bool
    is_marked: bool
    url: str


def _navigator(sitting: Sitting, saved: Mapping[str, object], enrolment_id: int, quiz_key: str) -> list[Place]:
    return [
        Place(i, one.item_id in saved, one.item_id in sitting.marked, _question_url(enrolment_id, quiz_key, i))
        for i, one in enumerate(sitting.shown, 1)
    ]


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>/review", methods=["GET", "POST"])
@requires(Role.LEARNER)
def review(enrolment_id: int, quiz_key: str) -> str | Response:
    """List the questions with what is still open; a POST hands the attempt in."""
    enrolled = _enrolled(enrolment_id)
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key)
    if sitting is None:
        return _last_result(enrolled, quiz_key)
    if request.method == "POST":
        if attempts.submit_attempt(pages.session(), enrolled, sitting, quiz_key, at=now()):
            pages.announce("course-earned", enrolment_id=enrolled.id)
        pages.commit()
        return redirect(_result_url(enrolment_id, quiz_key, sitting.number), 303)
    enrolled = seen(enrolled)
    sitting = _spoken(sitting, enrolled, quiz_key)
    responses = sittings.responses_of(pages.session(), sitting)
    stems = [filled(sitting.quiz.item(shown.item_id).stem_html) for shown in sitting.shown]
    navigator = _navigator(sitting, responses, enrolment_id, quiz_key)
    return render_template(
        "learning/review.html",
        enrolled=enrolled,
        course=enrolled.course,
        sitting=sitting,
        quiz_key=quiz_key,
        lines=list(zip(navigator, stems, strict=True)),
        missing=len(sitting.shown) - len(responses),
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
    enrolled = seen(_enrolled(enrolment_id))
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
    )


def _told(sitting: Sitting, position: int, responses: dict[str, list[str]]) -> Told:
    item, shown = sitting.item(position)
    return tell(item, shown.option_keys, responses.get(item.id, []), filled)


def _to_review(course: Course, sitting: Sitting, told: list[Told]) -> list[str]:
    """Return the objectives of which not every question was right, in the course's words and order."""
    missed = {sitting.item(position)[0].objective for position, one in enumerate(told, 1) if one.state != "right"}
    return [words for name, words in course.objectives.items() if name in missed]
