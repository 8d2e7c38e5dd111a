"""One question a page: shown, saved as it is answered, marked for later."""

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.clock import now
from ttaplatform.errors import RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.learning import answers, sittings
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.showing import ask, given_in, tell
from ttaplatform.learning.sitting_pages import my_enrolment, places, question_url, review_url, spoken_sitting
from ttaplatform.learning.sittings import Saved, Sitting
from ttaplatform.learning.views import blueprint, filled, seen
from ttaplatform.people.service import record
from ttaplatform.roles import Role


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>/questions/<int:position>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def question(enrolment_id: int, quiz_key: str, position: int) -> str | Response | tuple[str, int]:
    """Show one question; a POST saves its answer."""
    enrolled = my_enrolment(enrolment_id)
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
        _note_refusal(sitting, position, str(error))
        return _refused(enrolled, sitting, quiz_key, position, str(error), is_background=is_background)
    pages.commit()
    if is_background:
        return jsonify(saved=True, version=version)
    return redirect(_after_saving(enrolled, sitting, quiz_key, position), 303)


def _note_refusal(sitting: Sitting, position: int, reason: str) -> None:
    """Leave a line in the audit log when something was given that cannot be taken; a blank form leaves none."""
    if any(value.rpartition(":")[2] for value in given_in(request.form)):
        details = {"attempt": sitting.id, "question": position}
        record(pages.session(), f"answer.{reason}", actor_id=pages.person().id, at=now(), **details)
        pages.commit()


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
        return question_url(enrolled.id, quiz_key, position)
    if position < len(sitting.shown):
        return question_url(enrolled.id, quiz_key, position + 1)
    return review_url(enrolled.id, quiz_key)


@blueprint.post("/learn/<int:enrolment_id>/quizzes/<quiz_key>/questions/<int:position>/mark")
@requires(Role.LEARNER)
def mark(enrolment_id: int, quiz_key: str, position: int) -> Response:
    """Mark a question for later, or take the mark away."""
    enrolled = my_enrolment(enrolment_id)
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key) or abort(404)
    answers.mark_question(pages.session(), sitting, position, is_marked=request.form.get("marked") == "yes")
    pages.commit()
    return redirect(question_url(enrolment_id, quiz_key, position), 303)


def _over(enrolment_id: int, quiz_key: str, *, is_background: bool) -> Response | tuple[str, int]:
    if is_background:
        return jsonify(error=_("This attempt has ended.")), 409  # type: ignore[return-value]
    return redirect(url_for("learning.quiz", enrolment_id=enrolment_id, quiz_key=quiz_key), 303)


def _question_page(enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int, *, error: str = "") -> str:
    enrolled = seen(enrolled)
    sitting = spoken_sitting(sitting, enrolled, quiz_key)
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
        navigator=places(sitting, saved, enrolled.id, quiz_key),
        previous_url=question_url(enrolled.id, quiz_key, position - 1) if position > 1 else None,
        next_url=review_url(enrolled.id, quiz_key) if is_last else question_url(enrolled.id, quiz_key, position + 1),
        review_url=review_url(enrolled.id, quiz_key),
        error=error,
    )
