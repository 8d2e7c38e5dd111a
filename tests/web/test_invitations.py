"""The pages behind mailed links: no signing in, a GET changes nothing, a link is used once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make import AT, complete, course_files, enrolled, make_account, publish_changed, sit
from ttaplatform.learning import service
from ttaplatform.learning.invitations import invite_later, send_due
from ttaplatform.learning.letters import invitation
from ttaplatform.learning.models import Attempt, Invitation, Reply
from ttaplatform.people.accommodations import wants_boosters
from ttaplatform.people.tokens import INVITATION, Token, make_token


@pytest.fixture
def invited(session, settings):
    """Return a maker of links: a course taken with a wrong final, and an invitation of the kind."""

    def make(kind: str):
        account = make_account(session)
        one = enrolled(session, account)
        for module in one.course.modules:
            service.finish_lesson(session, one, module.slug, at=AT)
            if module.quiz:
                sit(session, one, module.slug)
        sit(session, one, "final", right=False)
        due = AT + timedelta(30)
        row = Invitation(enrolment_id=one.id, account_id=account.id, kind=kind, days=30, due_at=due)
        session.add(row)
        session.commit()
        return row, make_token(settings.secret_key, INVITATION, Token(row.id, ""))

    return make


def answered(page: str) -> dict[str, str]:
    """Return the first option of each question on the page."""
    return dict.fromkeys(re.findall(r'name="(final-\d+)"', page), "a")


def test_a_follow_up_with_practice_only_keeps_no_score(browser, session, invited):
    _row, token = invited("follow-up")
    browser.send(f"/follow-up/{token}", {"practice": ["taught"]}, status=200)

    assert session.scalars(select(Attempt.id).where(Attempt.quiz.startswith("follow"))).all() == []
    assert session.scalars(select(Reply.form)).all() == ["follow-up-30"]


def test_a_follow_up_is_answered_without_signing_in_and_once(browser, session, invited):
    row, token = invited("follow-up")
    page = browser.show(f"/follow-up/{token}").text
    assert "is_right" not in page
    assert "does not depend on your answers" in page
    session.refresh(row)
    assert row.answered_at is None
    session.rollback()

    fields = {"practice": ["taught"], "barriers": ["time"], **answered(page)}
    sent = browser.send(f"/follow-up/{token}", fields, status=200)
    browser.send(f"/follow-up/{token}", {"practice": ["nothing"]}, status=200)

    assert "This link is used up" in sent.text
    assert session.scalars(select(Attempt.quiz).where(Attempt.quiz.startswith("follow"))).all() == ["follow-up-30"]


def test_a_booster_shows_what_was_missed_and_stores_nothing(browser, session, invited):
    _row, token = invited("booster")
    attempts = session.scalars(select(Attempt.id)).all()
    page = browser.show(f"/booster/{token}").text
    assert "Do it." in page

    answered = browser.show(f"/booster/{token}?final-1=b").text

    assert "No, because." in answered
    assert session.scalars(select(Attempt.id)).all() == attempts


def test_a_get_stops_nothing_and_the_button_does(browser, session, invited):
    row, token = invited("booster")
    browser.show(f"/no-more-mail/{token}")
    assert wants_boosters(session, row.account_id)
    session.rollback()

    browser.send(f"/no-more-mail/{token}", status=200)

    session.rollback()
    assert not wants_boosters(session, row.account_id)
    session.refresh(row)
    assert row.stopped_at is not None


@pytest.mark.parametrize("path", ["/follow-up/{}", "/booster/{}", "/no-more-mail/{}"])
def test_a_link_that_is_not_ours_or_of_another_kind_is_not_there(browser, invited, path):
    _row, token = invited("booster" if "follow" in path else "follow-up")

    browser.show(path.format("nonsense"), status=404)
    if "no-more" not in path:
        browser.show(path.format(token), status=404)


def test_the_letter_says_nothing_of_the_topic_in_its_subject_and_can_be_stopped(app, session, settings, invited):
    row, _token = invited("follow-up")
    with app.app_context():
        letter = invitation(session, settings, row.id)

    assert "trafficking" not in letter.subject
    assert "/follow-up/" in letter.text
    assert "/no-more-mail/" in letter.text


def test_reviews_by_mail_are_turned_off_and_on_in_the_account(browser, session):
    account = make_account(session)
    session.commit()
    browser.sign_in()

    for wanted, button in (("no", "Send me reviews"), ("yes", "Send me no more reviews")):
        assert browser.send("/account/reviews", {"wanted": wanted}) == "/account"
        assert button in browser.show("/account").text
        session.rollback()
        assert wants_boosters(session, account.id) == (wanted == "yes")
        session.rollback()


def test_a_follow_up_is_walked_from_the_course_to_the_last_reminder(app, browser, session, settings, tmp_path):
    files = course_files()["course.md"].replace("---\n", "---\nfollow_up_days: [30, 90]\n", 1)
    publish_changed(session, tmp_path / "changed", **{"course.md": files})
    one = enrolled(session, make_account(session))
    complete(session, one)
    invite_later(session, enrolment_id=one.id, at=AT)
    session.commit()

    def day(number: int) -> list[str]:
        """Do what is due on that day after completion; return the links of the letters sent."""
        send_due(session, at=AT + timedelta(number))
        session.commit()
        links = []
        for row in session.scalars(select(Invitation).where(Invitation.mailed_at == AT + timedelta(number))):
            with app.app_context():
                text = invitation(session, settings, row.id).text
            links.append(re.search(r"(/follow-up/\S+)", text)[1])
        session.rollback()
        return links

    assert day(29) == []
    (first,) = day(30)
    assert day(36) == []
    (reminder,) = day(37)
    browser.send(reminder, {"practice": ["taught"], **answered(browser.show(reminder).text)}, status=200)
    assert "used up" in browser.show(first).text
    assert day(44) == [], "who answered is not reminded"
    (ninety,) = day(90)
    stop = ninety.replace("/follow-up/", "/no-more-mail/")
    browser.send(stop, status=200)
    assert day(97) == []
    assert session.scalars(select(Attempt.quiz).where(Attempt.quiz.startswith("follow"))).all() == ["follow-up-30"]
    assert service.find_milestone(session, one.id, "passed").score_percent == 100, "the certificate's score stays"
