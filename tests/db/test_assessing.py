"""Statistics from the database: first attempts only, by item hash, with options, omissions and seconds."""

from datetime import timedelta
from math import isnan

import pytest

from tests.make import AT, SLUG, enrolled, make_account, published, sit
from ttaplatform.assessing.service import course_gains, quiz_figures
from ttaplatform.errors import NotFoundError
from ttaplatform.learning import answers, attempts, service, sittings
from ttaplatform.people.service import find_account


def take(session, number: int, given: str, *, quiz: str = "01-one") -> None:
    """Answer the first question with the option, the second never; seconds are the learner's number."""
    one = enrolled(session, make_account(session, f"p{number}@example.org"))
    attempts.start_attempt(session, one, quiz, at=AT)
    sitting = sittings.find_sitting(session, one, quiz)
    answers.save_response(session, sitting, 1, [given], at=AT + timedelta(seconds=number))
    attempts.submit_attempt(session, one, sitting, quiz, at=AT + timedelta(minutes=1))


def test_a_question_has_its_share_omissions_options_and_median_time(session):
    for number in range(1, 41):
        take(session, number, "a" if number > 10 else "b")
    figures = quiz_figures(session, SLUG, "01-one")
    first, second = figures.lines

    assert figures.attempts == 40
    assert (first.asked, first.omitted, first.facility, first.median_seconds) == (40, 0, 0.75, 20.5)
    assert (second.omitted, second.facility) == (40, 0)
    assert {key: count.chosen for key, count in first.options.items()} == {"a": 30, "b": 10}
    assert figures.histogram[0] == 10
    assert figures.histogram[5] == 30


def test_few_attempts_are_too_few_to_say_and_only_the_first_counts(session):
    take(session, 1, "b")
    one = enrolled(session, make_account(session))
    sit(session, one, "01-one", right=False)
    sit(session, one, "01-one", right=True)
    figures = quiz_figures(session, SLUG, "01-one")

    assert figures.attempts == 2
    assert figures.lines[0].facility == 0
    assert isnan(figures.alpha)
    assert isnan(figures.lines[0].discrimination)
    assert figures.lines[0].flags == []


def test_somebody_who_begins_the_course_again_is_counted_with_the_first_attempt_only(session):
    one = enrolled(session, make_account(session))
    sit(session, one, "01-one", right=False)
    service.enrol_again(session, one, published(session), at=AT)
    again = enrolled(session, find_account(session, "pat@example.org"))
    assert again.id != one.id
    sit(session, again, "01-one", right=True)
    figures = quiz_figures(session, SLUG, "01-one")

    assert figures.attempts == 1
    assert figures.lines[0].facility == 0


def test_a_quiz_that_never_was_is_not_there(session):
    with pytest.raises(NotFoundError):
        quiz_figures(session, SLUG, "09-none")


def test_a_course_without_a_pre_test_has_no_gain(session):
    take(session, 1, "a")

    assert course_gains(session, SLUG).retention == []
    assert course_gains(session, SLUG).gains == []
