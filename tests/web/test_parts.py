"""A trainer adds what a draft lacks: a job aid, a knowledge check, a translation."""

import html

import pytest

from tests.make import make_account
from ttaplatform.people.service import find_person
from ttaplatform.roles import Role


@pytest.fixture
def draft_url(session, browser) -> str:
    find_person(session, make_account(session, "trainer@example.org", role=Role.TRAINER).id, 0)
    session.commit()
    browser.sign_in("trainer@example.org")
    fields = {"title": "Reading a map", "summary": "How to read it.", "sector": "all", "minutes": "30",
              "language": "en", "agency": "0"}  # fmt: skip
    draft_url = browser.send("/authoring/new", fields)
    browser.send(draft_url, {"title": "Second lesson", "minutes": "12"})
    return draft_url


def test_a_translation_is_added_written_and_removed(draft_url, browser):
    page = browser.show(draft_url)
    assert "Add a translation: Español" in page.text

    browser.send(f"{draft_url}/translations/add", {"language": "es"})

    page = browser.show(draft_url)
    assert f"{draft_url}/files/01-first-module/module.es.md" in page.text
    assert "errors keep this course from being published" in page.text
    assert "nothing is translated yet" in html.unescape(page.text)
    assert "Remove the translation: Español" in page.text

    browser.send(f"{draft_url}/translations/remove", {"language": "es"})
    page = browser.show(draft_url)
    assert "module.es.md" not in page.text
    assert "The checker finds no errors." in page.text


def test_a_job_aid_is_added_and_opened_in_the_editor(draft_url, browser):
    page = browser.show(draft_url)
    assert '<option value="job-aid">Job aid</option>' in page.text

    assert browser.send(f"{draft_url}/parts", {"part": "job-aid"}) == f"{draft_url}/files/job-aid.md"

    assert "Add a part" not in browser.show(draft_url).text


def test_the_editor_says_of_which_module_a_page_is(draft_url, browser):
    page = browser.show(f"{draft_url}/files/02-second-lesson/quiz.md")

    assert "<h1>Knowledge check: Second lesson</h1>" in html.unescape(page.text)


def test_no_part_is_added_that_a_course_does_not_have(draft_url, browser):
    browser.send(f"{draft_url}/parts", {"part": "99-none"}, status=404)
    browser.send(f"{draft_url}/translations/add", {"language": "xx"}, status=404)


def test_on_a_spanish_page_the_checker_says_in_spanish_what_its_codes_mean(draft_url, browser):
    browser.send("/language", {"language": "es", "next": "/authoring"})
    browser.send(f"{draft_url}/translations/add", {"language": "es"})

    page = browser.show(draft_url)

    assert "una traducción tiene las palabras del original" in page.text
