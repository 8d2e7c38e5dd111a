"""Follow-ups: a few unseen items, graded and kept with the learner; what changed in practice, kept without the name."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item
from ttaplatform.learning.grading import Shown, grade
from ttaplatform.learning.invitations import Invited, seen_items, spend
from ttaplatform.learning.later import FOLLOW_UP, follow_up_items
from ttaplatform.learning.models import Attempt, Response
from ttaplatform.learning.replies import keep

PRACTICE = ("spoke-alone", "interpreter", "called", "protocol", "taught", "nothing")
BARRIERS = ("no-case", "time", "unsure", "no-partner", "policy", "language", "none")


def asked_in(session: Session, invited: Invited) -> list[tuple[Item, Shown]]:
    """Return the items of the follow-up with their order; the same until something else of the course is asked."""
    quiz = invited.enrolled.course.final
    seen = seen_items(session, invited.enrolled)
    return [(quiz.item(one.item_id), one) for one in follow_up_items(quiz, seen, seed=invited.id)]


def answer_follow_up(
    session: Session,
    invited: Invited,
    given: Mapping[str, Sequence[str]],
    practice: Sequence[str],
    barriers: Sequence[str],
    *,
    at: datetime,
) -> bool:
    """Keep a follow-up and return True; False when it was answered already. It touches no certificate.

    Answers that were not offered are left out, as questions that were not answered.
    """
    asked = asked_in(session, invited)
    if not spend(session, invited, at=at):
        return False
    read = {item.id: ITEM_TYPES[item.type].read(item, given.get(item.id, ())) for item, _shown in asked}
    responses = {item_id: value for item_id, value in read.items() if value is not None}
    form = f"{FOLLOW_UP}-{invited.days}"
    if responses:  # nothing answered is not the same as nothing known
        _keep_attempt(session, invited, form, asked, responses, at)
    answers = {
        "practice": [one for one in PRACTICE if one in practice],
        "barriers": [one for one in BARRIERS if one in barriers],
    }
    keep(session, invited.enrolled, form, answers, at=at)
    return True


def _keep_attempt(  # noqa: PLR0917
    session: Session,
    invited: Invited,
    form: str,
    asked: Sequence[tuple[Item, Shown]],
    responses: Mapping[str, list[str]],
    at: datetime,
) -> None:
    attempt = Attempt(
        enrolment_id=invited.enrolled.id,
        release_id=invited.enrolled.release_id,
        quiz=form,
        number=1,
        seed=invited.id,
        shown=[asdict(shown) for _item, shown in asked],
        started_at=at,
        submitted_at=at,
        score_percent=grade([item for item, _shown in asked], responses).percent,
    )
    session.add(attempt)
    session.flush()
    session.add_all(
        Response(attempt_id=attempt.id, item_id=item_id, value=value, saved_at=at)
        for item_id, value in responses.items()
    )
