"""Evaluations: sent once, kept without the person, and read for reports."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import EVALUATION, Quiz
from ttaplatform.errors import NotFoundError
from ttaplatform.learning.models import Enrolment, Reply
from ttaplatform.learning.rules import points_to_somebody
from ttaplatform.learning.service import Enrolled, finish, record_milestones, refuse_closed
from ttaplatform.people.service import agency_and_profession

Answers = dict[str, list[str]]


def read_answers(form: Quiz, given: Mapping[str, list[str]]) -> tuple[Answers, dict[str, str]]:
    """Return the answers by item id, and for each item that is not in order why: "missing", "long" or "person".

    Open questions may stay empty; everything else is asked.
    """
    answers: Answers = {}
    wrong: dict[str, str] = {}
    for item in form.items:
        value = ITEM_TYPES[item.type].read(item, given[item.id])
        if value is None and (item.type != "open" or any(map(str.strip, given[item.id]))):
            wrong[item.id] = "long" if item.type == "open" else "missing"
        elif value and item.type == "open" and points_to_somebody(value[0]):
            wrong[item.id] = "person"
        elif value:
            answers[item.id] = value
    return answers, wrong


def send_evaluation(session: Session, enrolled: Enrolled, answers: Answers, *, at: datetime) -> bool:
    """Keep the answers without the person, note that the evaluation was sent; return whether the course is earned now.

    Sent again, nothing is kept. Raises NotFoundError when the course has no evaluation.
    """
    if enrolled.course.evaluation is None:
        raise NotFoundError("evaluation")
    refuse_closed(enrolled)
    if finish(session, enrolled, EVALUATION, at=at):
        keep(session, enrolled, EVALUATION, answers, at=at)
    return record_milestones(session, enrolled, at=at)


def keep(session: Session, enrolled: Enrolled, form: str, answers: Answers, *, at: datetime) -> None:
    """Keep answers to `form` by course, profession and month only."""
    release_id = session.scalar(select(Enrolment.release_id).where(Enrolment.id == enrolled.id))
    _agency, profession_id = agency_and_profession(session, enrolled.account_id)
    session.add(
        Reply(
            id=secrets.randbelow(2**62),
            course_id=enrolled.course_id,
            release_id=release_id,
            form=form,
            month=at.date().replace(day=1),
            profession_id=profession_id,
            answers=answers,
        )
    )
