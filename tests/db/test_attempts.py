"""Attempts: versions of answers, marks, limits, and what is left behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make import AT, enrolled, make_account, sit
from ttaplatform.errors import RuleBrokenError
from ttaplatform.learning import answers, attempts, service, sittings
from ttaplatform.learning.models import Attempt, Response
from ttaplatform.people.accommodations import set_extra_time


def limited(session, **rules):
    """Return an enrolment whose first knowledge check has the rules, and its learner."""
    account = make_account(session)
    one = enrolled(session, account)
    first, *others = one.course.modules
    first = replace(first, quiz=replace(first.quiz, **rules))
    return replace(one, course=replace(one.course, modules=(first, *others))), account


def begin(session, one, quiz="01-one", at=AT):
    attempts.start_attempt(session, one, quiz, at=at)
    return sittings.find_sitting(session, one, quiz)


def save(session, sitting, given, *, seen, at=AT, is_final=False, writer=""):
    page = answers.Page(seen, writer)
    return answers.save_response(session, sitting, 1, given, at=at, page=page, is_final=is_final)


def test_a_page_that_was_opened_earlier_overwrites_no_newer_answer(session):
    one, _account = limited(session)
    sitting = begin(session, one)

    assert save(session, sitting, ["a"], seen=0) == 1
    assert save(session, sitting, ["b"], seen=1) == 2
    with pytest.raises(RuleBrokenError, match="newer-answer"):
        save(session, sitting, ["a"], seen=1)
    with pytest.raises(RuleBrokenError, match="newer-answer"):
        save(session, sitting, ["a"], seen=0)
    assert save(session, sitting, ["b"], seen=0) == 2, "the same answer again is no conflict"
    assert session.scalars(select(Response.value)).all() == [["b"]]


def test_a_page_whose_saving_went_unnoticed_may_go_on(session):
    one, _account = limited(session)
    sitting = begin(session, one)
    save(session, sitting, ["a"], seen=0, writer="page-1")

    assert save(session, sitting, ["b"], seen=0, writer="page-1") == 2, "the reply was lost, the page is the same"
    with pytest.raises(RuleBrokenError, match="newer-answer"):
        save(session, sitting, ["a"], seen=0, writer="page-2")


def test_an_answer_can_be_taken_away_by_the_page_that_shows_it(session):
    one, _account = limited(session)
    sitting = begin(session, one)
    save(session, sitting, ["a"], seen=0)

    with pytest.raises(RuleBrokenError, match="newer-answer"):
        answers.clear_response(session, sitting, 1, at=AT, page=answers.Page(0))
    answers.clear_response(session, sitting, 1, at=AT, page=answers.Page(1))
    assert sittings.saved_in(session, sitting) == {}


def test_an_answer_whose_feedback_was_shown_stays(session):
    one, _account = limited(session)
    sitting = begin(session, one)
    save(session, sitting, ["b"], seen=0, is_final=True)

    with pytest.raises(RuleBrokenError, match="final"):
        save(session, sitting, ["a"], seen=1)
    assert sittings.saved_in(session, sitting)[sitting.shown[0].item_id].is_final


def test_a_limit_is_the_learners_own_and_extra_time_lengthens_it(session):
    one, account = limited(session, time_limit_minutes=10)
    set_extra_time(session, account.email, 50)

    assert begin(session, one).due_at == AT + timedelta(minutes=15)


def test_an_answer_after_the_time_is_refused_but_for_one_under_way(session):
    one, _account = limited(session, time_limit_minutes=10)
    sitting = begin(session, one)

    save(session, sitting, ["a"], seen=0, at=AT + timedelta(minutes=10, seconds=10))
    with pytest.raises(RuleBrokenError, match="time-over"):
        save(session, sitting, ["b"], seen=1, at=AT + timedelta(minutes=10, seconds=16))


def test_what_was_saved_is_handed_in_when_the_time_ends(session):
    one, _account = limited(session, time_limit_minutes=10)
    save(session, begin(session, one), ["a"], seen=0)

    assert attempts.close_left_attempts(session, at=AT + timedelta(minutes=10)) == []
    assert session.scalar(select(Attempt.submitted_at)) is None
    attempts.close_left_attempts(session, at=AT + timedelta(minutes=11))
    assert session.execute(select(Attempt.submitted_at, Attempt.score_percent)).one() == (
        AT + timedelta(minutes=11),
        50,
    )


def test_an_abandoned_attempt_is_closed_with_what_was_saved_and_an_empty_one_costs_nothing(session):
    one, _account = limited(session)
    save(session, begin(session, one), ["a"], seen=0, at=AT + timedelta(days=5))
    other = enrolled(session, make_account(session, "other@example.org"))
    begin(session, other)

    attempts.close_left_attempts(session, at=AT + timedelta(days=34))
    assert session.scalars(select(Attempt.submitted_at)).all() == [None]
    attempts.close_left_attempts(session, at=AT + timedelta(days=36))
    assert session.scalars(select(Attempt.submitted_at)).all() == [AT + timedelta(days=36)]


def test_an_abandoned_pre_test_leaves_nothing(session):
    one = enrolled(session, make_account(session))
    one = replace(one, course=replace(one.course, has_pretest=True))
    save(session, begin(session, one, "pretest"), ["a"], seen=0)

    attempts.close_left_attempts(session, at=AT + timedelta(days=36))
    assert session.scalars(select(Attempt.id)).all() == []


def test_the_next_attempt_waits_for_the_cool_down(session):
    one, _account = limited(session, cooldown_minutes=30)
    sit(session, one, "01-one")

    with pytest.raises(RuleBrokenError, match="cooldown"):
        begin(session, one, at=AT + timedelta(minutes=29))
    assert begin(session, one, at=AT + timedelta(minutes=30)).number == 2


def test_a_mark_comes_and_goes(session):
    one, _account = limited(session)
    sitting = begin(session, one)

    answers.mark_question(session, sitting, 2, is_marked=True)
    marked = sittings.find_sitting(session, one, "01-one")
    assert marked.marked == (sitting.shown[1].item_id,)
    answers.mark_question(session, marked, 2, is_marked=False)
    assert sittings.find_sitting(session, one, "01-one").marked == ()


def test_the_pre_test_comes_before_the_first_lesson_once_and_never_counts(session):
    one = enrolled(session, make_account(session))
    one = replace(one, course=replace(one.course, has_pretest=True))

    sit(session, one, "pretest")
    with pytest.raises(RuleBrokenError, match="attempts"):
        begin(session, one, "pretest")
    service.finish_lesson(session, one, "01-one", at=AT)
    with pytest.raises(RuleBrokenError, match="begun"):
        begin(session, one, "pretest")
    assert service.progress_of(session, one.id).results_of("final") == []
