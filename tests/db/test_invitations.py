"""Follow-ups and boosters: planned, mailed, reminded, answered once, stopped; with a clock that the test holds."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from tests.make import AT, complete, enrolled, make_account, sit
from ttaplatform.learning import follow_ups, invitations
from ttaplatform.learning.later import follow_up_items
from ttaplatform.learning.models import Attempt, Invitation, Reply, Response


def earned(session, email="pat@example.org"):
    """Return an enrolment whose course was earned, and that has its follow-ups planned."""
    one = enrolled(session, make_account(session, email))
    complete(session, one)
    invitations.invite_later(session, enrolment_id=one.id, at=AT)
    return one


def plan(session, one, kind="follow-up", days=30):
    """Plan an invitation, as a course that names these days would."""
    due = AT + timedelta(days)
    row = Invitation(enrolment_id=one.id, account_id=one.account_id, kind=kind, days=days, due_at=due)
    session.add(row)
    session.flush()
    return row


def mails(session, row, *days: float) -> list[int]:
    """Return how many mails went out after each of the days."""
    counts = []
    for day in days:
        invitations.send_due(session, at=AT + timedelta(day))
        session.refresh(row)
        counts.append(row.mails)
    return counts


def test_a_follow_up_is_mailed_when_due_and_reminded_three_times_a_week_apart(session):
    row = plan(session, earned(session))

    assert mails(session, row, 29.9, 30, 31, 37, 44, 51, 58, 300) == [0, 1, 1, 2, 3, 4, 4, 4]


def test_an_answer_ends_the_reminders_and_is_taken_once(session):
    one = earned(session)
    row = plan(session, one)
    mails(session, row, 30)
    invited = invitations.get_invitation(session, row.id)
    asked = follow_ups.asked_in(session, invited)
    given = {item.id: ["a"] for item, _shown in asked}
    at = AT + timedelta(31)

    assert follow_ups.answer_follow_up(session, invited, given, ["taught", "bogus"], ["time"], at=at)
    assert not follow_ups.answer_follow_up(session, invited, given, ["nothing"], [], at=at)
    assert mails(session, row, 40, 50) == [1, 1]
    attempt = session.scalars(select(Attempt).where(Attempt.quiz == "follow-up-30")).one()
    assert attempt.score_percent is not None
    assert session.scalars(select(Response).where(Response.attempt_id == attempt.id)).all() != []
    assert session.scalars(select(Reply)).one().answers == {"practice": ["taught"], "barriers": ["time"]}


def test_stopping_ends_the_mails(session):
    row = plan(session, earned(session))
    mails(session, row, 30)
    invitations.stop(session, invitations.get_invitation(session, row.id), at=AT)

    assert mails(session, row, 40) == [1]


def test_nobody_is_mailed_at_an_address_that_was_not_confirmed(session):
    one = enrolled(session, make_account(session, is_confirmed=False))
    row = plan(session, one)

    assert mails(session, row, 31) == [0]


def test_follow_ups_and_boosters_are_planned_when_the_course_is_earned_and_once(session):
    one = enrolled(session, make_account(session))
    complete(session, one)
    for _ in range(2):
        invitations.invite_later(session, enrolment_id=one.id, at=AT)

    planned = session.execute(select(Invitation.kind, Invitation.days)).all()
    assert planned == [("follow-up", days) for days in one.course.follow_up_days], "all was right: no booster"


def test_a_person_gets_one_booster_a_week(session):
    account = make_account(session)
    one = enrolled(session, account)
    first, second = plan(session, one, "booster", 28), plan(session, one, "booster", 30)

    assert mails(session, first, 30) == [1]
    assert mails(session, second, 30, 36, 38) == [0, 0, 1]


def test_what_was_missed_in_the_last_final_is_what_a_booster_is_about(session):
    one = enrolled(session, make_account(session))
    for module in one.course.modules:
        from ttaplatform.learning import service

        service.finish_lesson(session, one, module.slug, at=AT)
        if module.quiz:
            sit(session, one, module.slug)
    sit(session, one, "final", right=False)
    assert invitations.missed_objectives(session, one) == ["LO1"]
    sit(session, one, "final", right=True)

    assert invitations.missed_objectives(session, one) == []


def test_a_follow_up_asks_the_same_families_in_words_not_seen():
    from tests.make import REFERENCE, course_files, question
    from ttaplatform.catalogue.parser import parse_course

    text = "---\ntitle: Final\n---\n\n" + "\n".join(
        question(f"f-{family}{n}", settings=f"family={family}") for family in "abcd" for n in (1, 2)
    )
    quiz = parse_course(course_files(**{"final__quiz.md": text}), REFERENCE)[0].final
    seen = {"f-a1", "f-b1", "f-c1"}

    for seed in range(20):
        chosen = {shown.item_id for shown in follow_up_items(quiz, seen, seed)}
        assert chosen == {"f-a2", "f-b2", "f-c2"}
    assert len(follow_up_items(replace(quiz, items=quiz.items[:2]), seen, 1)) == 2
