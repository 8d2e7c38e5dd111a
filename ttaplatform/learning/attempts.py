"""Attempts at a quiz: begin, submit once, and close those whose time is over or that were left."""

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.catalogue.rules import FINAL, PRETEST, Quiz
from ttaplatform.errors import RuleBrokenError
from ttaplatform.learning.completion import refusal
from ttaplatform.learning.grading import draw, grade
from ttaplatform.learning.models import Attempt, Enrolment, Response
from ttaplatform.learning.service import Enrolled, get_enrolment, progress_of, record_milestones, refuse_closed
from ttaplatform.learning.sittings import GRACE, Sitting, find_sitting, get_quiz, responses_of
from ttaplatform.people.accommodations import extra_time_percent

ABANDONED_AFTER = timedelta(days=30)
_ATTEMPT: Any = Attempt.__table__
_CLOSE = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt_id"), _ATTEMPT.c.submitted_at.is_(None))
    .values(submitted_at=bindparam("at"), score_percent=bindparam("percent"), has_passed=bindparam("passed"))
)


def start_attempt(session: Session, enrolled: Enrolled, quiz_key: str, *, at: datetime) -> None:
    """Begin an attempt, unless one is open; raise RuleBrokenError when the rules refuse it."""
    quiz = get_quiz(enrolled, quiz_key)
    refuse_closed(enrolled)
    if find_sitting(session, enrolled, quiz_key) is not None:
        return
    progress = progress_of(session, enrolled.id)
    if reason := refusal(enrolled.course, quiz_key, progress, at=at):
        raise RuleBrokenError(reason)
    seed = secrets.randbelow(2**31)
    attempt = Attempt(
        enrolment_id=enrolled.id,
        release_id=enrolled.release_id,
        quiz=quiz_key,
        number=len(progress.results_of(quiz_key)) + 1,
        seed=seed,
        shown=[asdict(shown) for shown in draw(quiz, seed)],
        started_at=at,
        due_at=_due(session, enrolled, quiz, at),
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return  # a doubled request began it already


def _due(session: Session, enrolled: Enrolled, quiz: Quiz, at: datetime) -> datetime | None:
    """Return when the attempt ends: the author's limit and the learner's own extra time; None without a limit."""
    if not quiz.time_limit_minutes:
        return None
    extra = extra_time_percent(session, enrolled.account_id)
    return at + timedelta(minutes=quiz.time_limit_minutes) * (100 + extra) / 100


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


def _void(session: Session, which: ColumnElement[bool]) -> None:
    """Take open attempts away with their answers."""
    ids = list(session.scalars(select(Attempt.id).where(Attempt.submitted_at.is_(None), which)))
    session.execute(delete(Response).where(Response.attempt_id.in_(ids)))
    session.execute(delete(Attempt).where(Attempt.id.in_(ids)))


def close_left_attempts(session: Session, *, at: datetime, limit: int = 100) -> list[int]:
    """Submit attempts whose time is over, or in which nothing was saved for ABANDONED_AFTER; with what was saved.

    An attempt without any answer is taken away instead: it costs nobody one. So is a pre-test: half of one would look
    like little knowledge. Returns the enrolments that were earned.
    """
    earned = []
    answered = exists().where(Response.attempt_id == Attempt.id)
    recent = answered.where(Response.saved_at > at - ABANDONED_AFTER)
    is_left = (Attempt.started_at < at - ABANDONED_AFTER) & ~recent
    _void(session, is_left & ~answered & Attempt.due_at.is_(None))
    _void(session, is_left & (Attempt.quiz == PRETEST))
    rows = session.execute(
        select(Attempt.enrolment_id, Attempt.quiz, Enrolment.account_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.submitted_at.is_(None), or_(Attempt.due_at < at - GRACE, is_left))
        .limit(limit)
    ).all()
    for enrolment_id, quiz_key, account_id in rows:
        enrolled = get_enrolment(session, enrolment_id, account_id)
        sitting = find_sitting(session, enrolled, quiz_key, locks=True)
        if sitting and submit_attempt(session, enrolled, sitting, quiz_key, at=at):
            earned.append(enrolment_id)
    return earned
