"""What the pages of an attempt share: its enrolment, addresses, and the list of its questions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import url_for

from ttaplatform import pages
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import PRETEST
from ttaplatform.clock import now
from ttaplatform.learning import service
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.sittings import Saved, Sitting


def my_enrolment(enrolment_id: int) -> Enrolled:
    """Return the enrolment of the person who is signed in; 404 when it is another's."""
    return service.get_enrolment(pages.session(), enrolment_id, pages.person().id)


def spoken_sitting(sitting: Sitting, enrolled: Enrolled, quiz_key: str) -> Sitting:
    """Return the attempt with its items as the learner reads them; what is stored and graded is the original's."""
    return replace(sitting, quiz=enrolled.course.quiz(quiz_key) or sitting.quiz)


def question_url(enrolment_id: int, quiz_key: str, position: int) -> str:
    """Return the page of the question at `position`, from 1."""
    return url_for("learning.question", enrolment_id=enrolment_id, quiz_key=quiz_key, position=position)


def review_url(enrolment_id: int, quiz_key: str) -> str:
    """Return the page that lists the questions before handing in."""
    return url_for("learning.review", enrolment_id=enrolment_id, quiz_key=quiz_key)


def is_running(enrolled: Enrolled, quiz_key: str, sitting: Sitting) -> bool:
    """Say whether answers are still taken.

    The time has not ended, the course was not begun again, and, in a pre-test, no lesson was finished.
    """
    if sitting.is_over(now()) or not enrolled.is_open:
        return False
    return quiz_key != PRETEST or not service.progress_of(pages.session(), enrolled.id).finished_lessons


@dataclass(frozen=True)
class Place:
    """A question in the list of all: its number, whether it is answered (wholly), marked, and its address."""

    number: int
    is_answered: bool
    is_partly: bool
    is_marked: bool
    url: str


def places(sitting: Sitting, saved: Mapping[str, Saved], enrolment_id: int, quiz_key: str) -> list[Place]:
    """Return every question of the attempt as a place."""
    listed = []
    for number, one in enumerate(sitting.shown, 1):
        item = sitting.quiz.item(one.item_id)
        is_given = item.id in saved
        is_whole = is_given and ITEM_TYPES[item.type].is_complete(item, saved[item.id].value)
        url = question_url(enrolment_id, quiz_key, number)
        listed.append(Place(number, is_whole, is_given and not is_whole, item.id in sitting.marked, url))
    return listed
