"""Quizzes: before the start, one question a page, review, result."""

from dataclasses import replace

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.clock import now
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.learning import attempts, completion, service
from ttaplatform.learning.attempts import Sitting
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.showing import Told, ask, given_in, tell
from ttaplatform.learning.views import blueprint, filled, seen, step_url
from ttaplatform.roles import Role


def _enrolled(enrolment_id: int) -> Enrolled:
    return service.get_enrolment(pages.session(), enrolment_id, pages.person().id)


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def quiz(enrolment_id: int, quiz_key: str) -> str | Response:
    """Tell what a quiz asks before the start; a POST begins an attempt."""
    enrolled = _enrolled(enrolment_id)
    shown = attempts.get_quiz(enrolled, quiz_key)
    if request.method == "POST":
        attempts.start_attempt(pages.session(), enrolled, quiz_key, at=now())
        pages.commit()
        return redirect(_question_url(enrolment_id, quiz_key, 1), 303)
    enrolled = seen(enrolled)
    progress = service.progress_of(pages.session(), enrolment_id)
    sitting = attempts.find_sitting(pages.session(), enrolled, quiz_key)
    resume_at = _first_open(sitting) if sitting else 0
    return render_template(
        "learning/quiz.html",
        enrolled=enrolled,
        course=enrolled.course,
        quiz=enrolled.course.quiz(quiz_key) or shown,
        quiz_key=quiz_key,
        is_final=quiz_key == FINAL,
        results=progress.results_of(quiz_key),
        refusal=completion.refusal(enrolled.course, quiz_key, progress),
        attempts_left=completion.attempts_left(enrolled.course, quiz_key, progress),
        resume_url=_question_url(enrolment_id, quiz_key, resume_at) if resume_at else None,
        upcoming_url=step_url(enrolment_id, completion.next_step(enrolled.course, progress)),
    )


def _first_open(sitting: Sitting) -> int:
    answered = attempts.responses_of(pages.session(), sitting)
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
    sitting = attempts.find_sitting(pages.session(), enrolled, quiz_key)
    if sitting is None:
        return _over(enrolment_id, quiz_key)
    if request.method == "GET":
        return _question_page(enrolled, sitting, quiz_key, position)
    given = given_in(request.form)
    is_background = request.headers.get("X-Saved-As-Given") == "1"
    try:
        attempts.save_response(pages.session(), sitting, position, given, at=now())
    except RuleBrokenError:
        if is_background:
            return jsonify(error=_("This answer could not be saved.")), 422  # type: ignore[return-value]
        return _question_page(enrolled, sitting, quiz_key, position, error=_("Choose an answer, then save.")), 422
    pages.commit()
    if is_background:
        return jsonify(saved=True)
    if position < len(sitting.shown):
        return redirect(_question_url(enrolment_id, quiz_key, position + 1), 303)
    return redirect(_review_url(enrolment_id, quiz_key), 303)


def _over(enrolment_id: int, quiz_key: str) -> Response | tuple[str, int]:
    if request.headers.get("X-Saved-As-Given") == "1":
        return jsonify(error=_("This attempt was submitted.")), 409  # type: ignore[return-value]
    return redirect(url_for("learning.quiz", enrolment_id=enrolment_id, quiz_key=quiz_key), 303)


def _question_page(enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int, *, error: str = "") -> str:
    enrolled = seen(enrolled)
    sitting = _spoken(sitting, enrolled, quiz_key)
    item, shown = sitting.item(position)
    responses = attempts.responses_of(pages.session(), sitting)
    return render_template(
        "learning/question.html",
        enrolled=enrolled,
        course=enrolled.course,
        sitting=sitting,
        quiz_key=quiz_key,
        is_final=quiz_key == FINAL,
        position=position,
        asked=ask(item, shown.option_keys, responses.get(item.id, []), filled),
        is_saved=item.id in responses,
        navigator=_navigator(sitting, responses, enrolled.id, quiz_key),
        previous_url=_question_url(enrolled.id, quiz_key, position - 1) if position > 1 else None,
        review_url=_review_url(enrolled.id, quiz_key),
        error=error,
    )


def _navigator(
    sitting: Sitting, responses: dict[str, list[str]], enrolment_id: int, quiz_key: str
) -> list[tuple[int, bool, str]]:
    return [
        (i, shown.item_id in responses, _question_url(enrolment_id, quiz_key, i))
        for i, shown in enumerate(sitting.shown, 1)
    ]


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>/review", methods=["GET", "POST"])
@requires(Role.LEARNER)
def review(enrolment_id: int, quiz_key: str) -> str | Response:
    """List the questions with what is still open; a POST hands the attempt in."""
    enrolled = _enrolled(enrolment_id)
    sitting = attempts.find_sitting(pages.session(), enrolled, quiz_key)
    if sitting is None:
        return _last_result(enrolled, quiz_key)
    if request.method == "POST":
        if attempts.submit_attempt(pages.session(), enrolled, sitting, quiz_key, at=now()):
            pages.announce("course-earned", enrolment_id=enrolled.id)
        pages.commit()
        return redirect(_result_url(enrolment_id, quiz_key, sitting.number), 303)
    enrolled = seen(enrolled)
    sitting = _spoken(sitting, enrolled, quiz_key)
    responses = attempts.responses_of(pages.session(), sitting)
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
    sitting = attempts.find_sitting(pages.session(), enrolled, quiz_key, number=number)
    if sitting is None or sitting.submitted_at is None:
        abort(404)
    responses = attempts.responses_of(pages.session(), sitting)
    progress = service.progress_of(pages.session(), enrolment_id)
    upcoming = completion.next_step(enrolled.course, progress)
    return render_template(
        "learning/result.html",
        enrolled=enrolled,
        course=enrolled.course,
        sitting=sitting,
        quiz_key=quiz_key,
        is_final=quiz_key == FINAL,
        answers=[_told(sitting, position, responses) for position in range(1, len(sitting.shown) + 1)],
        attempts_left=completion.attempts_left(enrolled.course, quiz_key, progress),
        upcoming=upcoming,
        upcoming_url=step_url(enrolment_id, upcoming),
        certificate=pages.ask("certificate-of", enrolment_id=enrolment_id),
    )


def _told(sitting: Sitting, position: int, responses: dict[str, list[str]]) -> Told:
    item, shown = sitting.item(position)
    return tell(item, shown.option_keys, responses.get(item.id, []), filled)
