"""Scenarios, job aids, pictures, and the same course in Spanish."""

import re

import pytest

from tests.make import PICTURE, enrolled, make_account, sit

SCENARIO = "/learn/{}/lessons/02-two/scenarios/two-scenario"


@pytest.fixture(params=["en", "es"])
def learner(request, session, browser):
    """Return an enrolment of a learner who reads in the language, signed in."""
    enrolment = enrolled(session, make_account(session, language=request.param))
    session.commit()
    browser.sign_in()
    return enrolment, request.param


def test_a_scenario_shows_one_scene_and_what_the_last_choice_did(browser, learner):
    enrolment, language = learner
    start = browser.show(SCENARIO.format(enrolment.id)).text

    assert ("Pregunte a solas" if language == "es" else "Ask alone") in start
    assert "They cannot answer" not in start
    after = browser.show(SCENARIO.format(enrolment.id) + "?path=0").text
    assert "They cannot answer" in after
    end = browser.show(SCENARIO.format(enrolment.id) + "?path=0.0").text
    assert "You offer a number" in end
    assert "They cannot answer" in end
    assert "Better late" in end


@pytest.mark.parametrize(
    ("path", "scene"),
    [("9", "Someone answers"), ("x", "Someone answers"), ("9" * 300, "Someone answers"), ("-1", "Someone answers"),
     (".", "Someone answers"), ("0.9", "Nobody speaks"), ("0.0.0.0", "They nod")],
)  # fmt: skip
def test_a_choice_that_was_not_offered_shows_the_same_scene_again(browser, session, path, scene):
    enrolment = enrolled(session, make_account(session))
    session.commit()
    browser.sign_in()

    assert scene in browser.show(SCENARIO.format(enrolment.id) + f"?path={path}").text


def test_a_scenario_that_is_not_there_is_a_404(browser, session):
    enrolment = enrolled(session, make_account(session))
    session.commit()
    browser.sign_in()

    browser.show(f"/learn/{enrolment.id}/lessons/02-two/scenarios/one-self", status=404)
    browser.show(f"/learn/{enrolment.id}/lessons/01-one/scenarios/two-scenario", status=404)
    browser.show("/learn/999/lessons/02-two/scenarios/two-scenario", status=404)


def test_a_picture_is_served_for_a_year_and_can_run_nothing(browser, learner):
    lesson = browser.show(f"/learn/{learner[0].id}/lessons/02-two").text
    address = re.search(r'<img[^>]*src="(/media/[^"]+)"', lesson)[1]

    answer = browser.get(address)

    assert answer.text == PICTURE
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    browser.show(address.replace("map.svg", "other.svg").replace("/media/", "/media/0"), status=404)


def test_a_job_aid_is_there_for_anyone_with_its_facts(browser):
    page = browser.show("/courses/small-course/job-aid")

    assert "1-888-373-7888" in page.text
    assert 'href="https://example.org/"' in page.text
    browser.show("/courses/nothing/job-aid", status=404)


def test_a_spanish_learner_reads_the_course_and_its_quiz_in_spanish(browser, session):
    enrolment = enrolled(session, make_account(session, language="es"))
    session.commit()
    browser.sign_in()

    assert "Curso breve" in browser.show("/courses").text
    assert "Primera lección" in browser.show(f"/learn/{enrolment.id}/lessons/01-one").text
    browser.send(f"/learn/{enrolment.id}/quizzes/01-one")
    question = browser.show(f"/learn/{enrolment.id}/quizzes/01-one/questions/1").text
    assert "La correcta" in question
    assert "The right one" not in question


def test_an_attempt_in_spanish_is_graded_by_the_same_key_and_explained_in_spanish(browser, session):
    enrolment = enrolled(session, make_account(session, language="es"))
    sit(session, enrolment, "01-one")
    session.commit()
    browser.sign_in()

    result = browser.show(f"/learn/{enrolment.id}/quizzes/01-one/results/1").text

    assert "100%" in result
    assert "Así es." in result
