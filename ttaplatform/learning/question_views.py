"""One question a page: shown, saved as it is answered, marked for later."""

import re
import secrets

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL, Item
from ttaplatform.clock import now
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.learning import answers, sittings
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.showing import ask, given_in, given_to, is_given, tell
from ttaplatform.learning.sitting_pages import (
    is_running,
    my_enrolment,
    places,
    question_url,
    review_url,
    spoken_sitting,
)
from ttaplatform.learning.sittings import Saved, Sitting
from ttaplatform.learning.views import blueprint, filled, news_of, seen
from ttaplatform.people.service import record
from ttaplatform.roles import Role


@blueprint.route("/learn/<int:enrolment_id>/quizzes/<quiz_key>/questions/<int:position>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def question(enrolment_id: int, quiz_key: str, position: int) -> str | Response | tuple[str, int]:
    """Show one question; a POST saves its answer. An answer to what is not there, or not theirs, is noted."""
    try:
        return _question(enrolment_id, quiz_key, position)
    except NotFoundError:
        if request.method == "POST":
            _note_refusal(position, "not-there", given_in(request.form))
        raise


def _question(enrolment_id: int, quiz_key: str, position: int) -> str | Response | tuple[str, int]:
    enrolled = my_enrolment(enrolment_id)
    is_posted = request.method == "POST"
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key, locks=is_posted)
    if sitting is None or not is_running(enrolled, quiz_key, sitting):
        return _over(enrolled, quiz_key, position)
    if not is_posted:
        return _question_page(enrolled, sitting, quiz_key, position)
    item, shown = sitting.item(position)
    given = given_to(item, shown.option_keys, request.form)
    try:
        version = _save(sitting, position, item, given)
    except RuleBrokenError as error:
        _note_refusal(position, str(error), given)
        return _refused(enrolled, sitting, quiz_key, position, reason=str(error), given=given)
    pages.commit()
    if _is_background():
        return jsonify(saved=True, version=version)
    return redirect(_after_saving(enrolled, sitting, quiz_key, position, given), 303)


def _is_background() -> bool:
    return request.headers.get("X-Saved-As-Given") == "1"


def _save(sitting: Sitting, position: int, item: Item, given: list[str]) -> int:
    """Save what was given, or take the answer away when the page says that nothing is given any more."""
    seen = request.form.get("seen", str(answers.ANY_VERSION))
    number = int(seen) if re.fullmatch(r"-1|[0-9]{1,9}", seen) else 0
    page = answers.Page(number, request.form.get("page", "")[:16])
    if _is_background() and not is_given(given):
        answers.clear_response(pages.session(), sitting, position, at=now(), page=page)
        return 0
    is_checked = sitting.quiz.feedback == "at-once" and not _is_background()
    is_final = is_checked and not ITEM_TYPES[item.type].goes_on(item, given)
    return answers.save_response(pages.session(), sitting, position, given, at=now(), page=page, is_final=is_final)


def _note_refusal(position: int, reason: str, given: list[str]) -> None:
    """Leave a line in the audit log when something was given that cannot be taken; a blank form leaves none."""
    if is_given(given):
        record(pages.session(), f"answer.{reason}", actor_id=pages.person().id, at=now(), question=position)
        pages.commit()


def _refused(
    enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int, *, reason: str, given: list[str]
) -> Response | tuple[str, int]:
    """Say why an answer was not saved, with what was given still in its place."""
    item, _shown = sitting.item(position)
    messages = {
        "newer-answer": _(
            "You answered this question in another window after this page was opened. That answer is kept."
        ),
        "final": _("This question is answered; its feedback was shown."),
        "number": _("Type a number, such as 15."),
        "text": _("Type an answer of 500 characters or fewer."),
        "scenario": _("Choose what you do."),
    }
    status = 409 if reason in messages else 422
    asks = ITEM_TYPES[item.type].asks
    error = messages.get(reason) or (messages.get(asks) if is_given(given) or asks == "scenario" else None)
    error = error or _("Choose an answer, then save.")
    if _is_background():
        return jsonify(error=error), status  # type: ignore[return-value]
    kept = given if status == 422 and asks in ("number", "text") else None
    return _question_page(enrolled, sitting, quiz_key, position, error=error, typed=kept), status


def _after_saving(enrolled: Enrolled, sitting: Sitting, quiz_key: str, position: int, given: list[str]) -> str:
    """Return where one goes after an answer: its feedback, the next scene, the next question, the review."""
    item, _shown = sitting.item(position)
    if sitting.quiz.feedback == "at-once" or ITEM_TYPES[item.type].goes_on(item, given) or _chose(item, given):
        return question_url(enrolled.id, quiz_key, position)
    if position < len(sitting.shown):
        return question_url(enrolled.id, quiz_key, position + 1)
    return review_url(enrolled.id, quiz_key)


def _chose(item: Item, given: list[str]) -> bool:
    """Say whether a choice of a scenario was just taken: what followed is shown before one goes on."""
    taken = request.form.get("steps", "")
    return bool(item.scenes) and taken.isdecimal() and len(given) > int(taken)


@blueprint.post("/learn/<int:enrolment_id>/quizzes/<quiz_key>/questions/<int:position>/mark")
@requires(Role.LEARNER)
def mark(enrolment_id: int, quiz_key: str, position: int) -> Response:
    """Mark a question for later, or take the mark away."""
    enrolled = my_enrolment(enrolment_id)
    sitting = sittings.find_sitting(pages.session(), enrolled, quiz_key, locks=True) or abort(404)
    answers.mark_question(pages.session(), sitting, position, is_marked=request.form.get("marked") == "yes")
    pages.commit()
    return redirect(question_url(enrolment_id, quiz_key, position), 303)


def _over(enrolled: Enrolled, quiz_key: str, position: int) -> Response | tuple[str, int]:
    """Say that the attempt has ended; an answer that came after it is refused and noted."""
    if request.method == "POST":
        _note_refusal(position, "after-the-end", given_in(request.form))
    if _is_background():
        return jsonify(error=_("This attempt has ended.")), 409  # type: ignore[return-value]
    if request.method == "POST":
        flash(_("This attempt has ended. The last answer was not saved."), "warning")
    return redirect(url_for("learning.quiz", enrolment_id=enrolled.id, quiz_key=quiz_key), 303)


def _question_page(
    enrolled: Enrolled,
    sitting: Sitting,
    quiz_key: str,
    position: int,
    *,
    error: str = "",
    typed: list[str] | None = None,
) -> str:
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
        asked=ask(item, shown.option_keys, mine.value if typed is None else typed, filled),
        page_word=secrets.token_hex(6),
        told=tell(item, shown.option_keys, mine.value, filled) if mine.is_final else None,
        version=mine.version,
        seconds_left=max(0, int((sitting.due_at - now()).total_seconds())) if sitting.due_at else None,
        is_saved=bool(mine.version),
        is_marked=item.id in sitting.marked,
        navigator=places(sitting, saved, enrolled.id, quiz_key),
        previous_url=question_url(enrolled.id, quiz_key, position - 1) if position > 1 else None,
        next_url=review_url(enrolled.id, quiz_key) if is_last else question_url(enrolled.id, quiz_key, position + 1),
        review_url=review_url(enrolled.id, quiz_key),
        error=error,
        news=news_of(enrolled),
    )
