"""Attempts at a quiz: start, save each answer, submit once."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL, Item, Quiz
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.learning.completion import refusal
from ttaplatform.learning.grading import Shown, draw, grade
from ttaplatform.learning.models import Attempt, Response
from ttaplatform.learning.service import Enrolled, progress_of, record_milestones, refuse_closed

_ATTEMPT: Any = Attempt.__table__
_RESPONSE: Any = Response.__table__
# Built once: these are asked for every question.
_SITTING = select(
    Attempt.id, Attempt.number, Attempt.shown, Attempt.submitted_at, Attempt.score_percent, Attempt.has_passed
).where(Attempt.enrolment_id == bindparam("enrolment_id"), Attempt.quiz == bindparam("quiz"))
_OPEN = _SITTING.where(Attempt.submitted_at.is_(None))
_NUMBERED = _SITTING.where(Attempt.number == bindparam("number"))
_RESPONSES = select(Response.item_id, Response.value).where(Response.attempt_id == bindparam("attempt_id"))
_CLOSE = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt_id"), _ATTEMPT.c.submitted_at.is_(None))
    .values(submitted_at=bindparam("at"), score_percent=bindparam("percent"), has_passed=bindparam("passed"))
)


def _save(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["attempt_id", "item_id"],
        set_={"value": insert.excluded.value, "saved_at": insert.excluded.saved_at},
    )


_SAVE = {
    "sqlite": _save(sqlite.insert(_RESPONSE)),
    "postgresql": _save(postgresql.insert(_RESPONSE)),
}


@dataclass(frozen=True)
class Sitting:
    """An attempt with the items it shows."""

    id: int
    number: int
    quiz: Quiz
    shown: tuple[Shown, ...]
    submitted_at: datetime | None
    score_percent: int | None
    has_passed: bool

    def item(self, position: int) -> tuple[Item, Shown]:
        """Return the item at `position` (from 1); raise NotFoundError outside."""
        if not 1 <= position <= len(self.shown):
            raise NotFoundError("question")
        shown = self.shown[position - 1]
        return self.quiz.item(shown.item_id), shown


def start_attempt(session: Session, enrolled: Enrolled, quiz_key: str, *, at: datetime) -> None:
    """Begin an attempt, unless one is open; raise RuleBrokenError when the rules refuse it."""
    quiz = get_quiz(enrolled, quiz_key)
    refuse_closed(enrolled)
    if find_sitting(session, enrolled, quiz_key) is not None:
        return
    progress = progress_of(session, enrolled.id)
    if reason := refusal(enrolled.course, quiz_key, progress):
        raise RuleBrokenError(reason)
    seed = secrets.randbelow(2**31)
    attempt = Attempt(
        enrolment_id=enrolled.id,
        quiz=quiz_key,
        number=len(progress.results_of(quiz_key)) + 1,
        seed=seed,
        shown=[asdict(shown) for shown in draw(quiz, seed)],
        started_at=at,
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return  # a doubled request began it already


def get_quiz(enrolled: Enrolled, quiz_key: str) -> Quiz:
    """Return the quiz of the course; raise NotFoundError if it has none of that key."""
    quiz = enrolled.course.quiz(quiz_key)
    if quiz is None:
        raise NotFoundError("quiz")
    return quiz


def find_sitting(session: Session, enrolled: Enrolled, quiz_key: str, *, number: int | None = None) -> Sitting | None:
    """Return the open attempt at the quiz, or the one with this `number`; None if there is none."""
    quiz = get_quiz(enrolled, quiz_key)
    keys = {"enrolment_id": enrolled.id, "quiz": quiz_key}
    if number is None:
        row = session.execute(_OPEN, keys).one_or_none()
    else:
        row = session.execute(_NUMBERED, {**keys, "number": number}).one_or_none()
    if row is None:
        return None
    shown = tuple(Shown(s["item_id"], s["item_hash"], tuple(s["option_keys"])) for s in row.shown)
    return Sitting(row.id, row.number, quiz, shown, row.submitted_at, row.score_percent, row.has_passed)


def responses_of(session: Session, sitting: Sitting) -> dict[str, list[str]]:
    """Return what was answered so far, by item id."""
    rows = session.execute(_RESPONSES, {"attempt_id": sitting.id})
    return {row.item_id: row.value for row in rows}


def save_response(session: Session, sitting: Sitting, position: int, given: Sequence[str], *, at: datetime) -> None:
    """Save the answer to the question at `position`; the same again changes nothing.

    Raises RuleBrokenError("not-an-option") when it is none of the options, ("submitted") after the end.
    """
    if sitting.submitted_at is not None:
        raise RuleBrokenError("submitted")
    item, _shown = sitting.item(position)
    value = ITEM_TYPES[item.type].read(item, given)
    if value is None:
        raise RuleBrokenError("not-an-option")
    session.execute(
        _SAVE[session.get_bind().dialect.name],
        {"attempt_id": sitting.id, "item_id": item.id, "value": value, "saved_at": at},
    )


def submit_attempt(session: Session, enrolled: Enrolled, sitting: Sitting, quiz_key: str, *, at: datetime) -> bool:
    """Grade what was saved and close the attempt, once; return whether the course was earned by it."""
    items = [sitting.quiz.item(shown.item_id) for shown in sitting.shown]
    score = grade(items, responses_of(session, sitting))
    passing = enrolled.course.passing_percent if quiz_key == FINAL else 0
    closed = session.connection().execute(
        _CLOSE,
        {"attempt_id": sitting.id, "at": at, "percent": score.percent, "passed": score.reaches(passing)},
    )
    if closed.rowcount == 0:  # a doubled submit: the first one counts
        return False
    return record_milestones(session, enrolled, at=at)
