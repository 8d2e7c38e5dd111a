"""Read attempts: what one shows, what was saved in it, whether its time is over."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.rules import Course, Item, Quiz
from ttaplatform.catalogue.service import get_release
from ttaplatform.errors import NotFoundError
from ttaplatform.learning.grading import Shown
from ttaplatform.learning.models import Attempt, Response
from ttaplatform.learning.service import Enrolled

GRACE = timedelta(seconds=15)  # an answer that was under way when the time ended still counts
# Built once: these are asked for every question.
_SITTING = select(
    Attempt.id,
    Attempt.number,
    Attempt.shown,
    Attempt.submitted_at,
    Attempt.score_percent,
    Attempt.has_passed,
    Attempt.due_at,
    Attempt.marked,
    Attempt.release_id,
).where(Attempt.enrolment_id == bindparam("enrolment_id"), Attempt.quiz == bindparam("quiz"))
_OPEN = _SITTING.where(Attempt.submitted_at.is_(None))
_LOCKED = _OPEN.with_for_update()  # PostgreSQL; SQLite's writers take turns anyway
_NUMBERED = _SITTING.where(Attempt.number == bindparam("number"))
_RESPONSES = select(Response.item_id, Response.value, Response.version, Response.is_final).where(
    Response.attempt_id == bindparam("attempt_id")
)


@dataclass(frozen=True)
class Sitting:
    """An attempt with the items it shows. `due_at` None: as long as one likes."""

    id: int
    number: int
    quiz: Quiz
    shown: tuple[Shown, ...]
    submitted_at: datetime | None
    score_percent: int | None
    has_passed: bool
    due_at: datetime | None
    marked: tuple[str, ...]

    def item(self, position: int) -> tuple[Item, Shown]:
        """Return the item at `position` (from 1); raise NotFoundError outside."""
        if not 1 <= position <= len(self.shown):
            raise NotFoundError("question")
        shown = self.shown[position - 1]
        return self.quiz.item(shown.item_id), shown

    def is_over(self, at: datetime) -> bool:
        """Say whether the time that the author set has ended."""
        return self.due_at is not None and at > self.due_at + GRACE


@dataclass(frozen=True)
class Saved:
    """An answer as it was last saved; see Response."""

    value: list[str]
    version: int
    is_final: bool


def get_quiz(enrolled: Enrolled, quiz_key: str) -> Quiz:
    """Return the quiz of the course; raise NotFoundError if it has none of that key."""
    quiz = enrolled.course.quiz(quiz_key)
    if quiz is None:
        raise NotFoundError("quiz")
    return quiz


def find_sitting(
    session: Session, enrolled: Enrolled, quiz_key: str, *, number: int | None = None, locks: bool = False
) -> Sitting | None:
    """Return the open attempt at the quiz, or the one with this `number`; None if there is none.

    With `locks` nobody else may change the attempt before the commit: who saves and who hands in take turns.
    """
    quiz = get_quiz(enrolled, quiz_key)
    keys = {"enrolment_id": enrolled.id, "quiz": quiz_key}
    if number is None:
        row = session.execute(_LOCKED if locks else _OPEN, keys).one_or_none()
    else:
        row = session.execute(_NUMBERED, {**keys, "number": number}).one_or_none()
    if row is None:
        return None
    if row.release_id != enrolled.release_id:  # submitted before the learner was moved to another release
        quiz = get_quiz(replace(enrolled, course=_asked(session, enrolled, row.release_id)), quiz_key)
    shown = tuple(Shown(s["item_id"], s["item_hash"], tuple(s["option_keys"])) for s in row.shown)
    return Sitting(
        id=row.id,
        number=row.number,
        quiz=quiz,
        shown=shown,
        submitted_at=row.submitted_at,
        score_percent=row.score_percent,
        has_passed=row.has_passed,
        due_at=row.due_at,
        marked=tuple(row.marked),
    )


def _asked(session: Session, enrolled: Enrolled, release_id: int) -> Course:
    """Return the course as it was asked of the learner then, in the language of the page."""
    return get_release(session, release_id).spoken(enrolled.course.language)


def saved_in(session: Session, sitting: Sitting) -> dict[str, Saved]:
    """Return what was answered so far, by item id."""
    rows = session.execute(_RESPONSES, {"attempt_id": sitting.id})
    return {row.item_id: Saved(row.value, row.version, row.is_final) for row in rows}


def responses_of(session: Session, sitting: Sitting) -> dict[str, list[str]]:
    """Return the answers given so far, by item id."""
    return {item_id: saved.value for item_id, saved in saved_in(session, sitting).items()}
