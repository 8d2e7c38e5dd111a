"""The pages of statistics: for trainers and administrators, with a file for a spreadsheet."""

import csv
import io

import pytest

from tests.make import SLUG, enrolled, make_account, sit
from ttaplatform.roles import Role

PATHS = ("/reports/questions", f"/reports/questions/{SLUG}", f"/reports/questions/{SLUG}/final")


@pytest.mark.parametrize("path", PATHS)
def test_a_learner_may_not_see_how_questions_work(browser, session, path):
    make_account(session)
    session.commit()
    browser.sign_in()

    browser.show(path, status=403)


@pytest.mark.parametrize("path", PATHS)
def test_a_trainer_sees_every_page_also_when_nobody_took_the_course(browser, session, path):
    make_account(session, role=Role.TRAINER)
    session.commit()
    browser.sign_in()

    browser.show(path)


def test_the_figures_of_a_quiz_are_on_the_page_and_in_the_file(browser, session):
    for number in range(31):
        one = enrolled(session, make_account(session, f"p{number}@example.org"))
        sit(session, one, "01-one", right=number % 3 > 0)
    make_account(session, role=Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in()
    where = f"/reports/questions/{SLUG}/01-one"

    page = browser.show(where).text
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{where}.csv").text.removeprefix("\ufeff"))))

    assert "First attempts" in page
    assert "65%" in page
    assert [row["item"] for row in rows] == ["one-1", "one-2"]
    assert rows[0]["facility"] == "0.6452"
    assert float(rows[0]["discrimination"]) == pytest.approx(1)


def test_an_unknown_course_or_quiz_is_not_there(browser, session):
    make_account(session, role=Role.TRAINER)
    session.commit()
    browser.sign_in()

    browser.show("/reports/questions/nothing", status=404)
    browser.show(f"/reports/questions/{SLUG}/nothing", status=404)
