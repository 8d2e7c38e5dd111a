"""Every type of question, answered right, partly right and wrong by keyboard only; axe looks at each state."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import check_accessibility, sign_in
from tests.conftest import write_course
from tests.make import course_files, question
from tests.web.test_quiz import EVERY_TYPE
from ttaplatform.demo import PASSWORD as DEMO_PASSWORD

LEARNERS = {"right": "learner@example.org", "partly": "nurse@example.org", "wrong": "trainer@example.org"}
TYPED = {
    "text": {"right": ["988"], "partly": ["nine eight eight"], "wrong": ["911"]},
    "number": {"right": ["15"], "partly": ["35"], "wrong": ["99"]},
    "match": {
        "right": ["Control", "Control", "Harm"],
        "partly": ["Control", "Luck", "Luck"],
        "wrong": ["Harm", "Luck", "Luck"],
    },
    "cloze": {"right": ["alone", "an int"], "partly": ["alone", "a child"], "wrong": ["aloud", "a child"]},
}
PLACES = {
    "right": {"Stop": "1", "Observe": "2", "Ask": "3", "Respond": "4"},
    "partly": {"Stop": "2", "Observe": "3", "Ask": "4", "Respond": "1"},
    "wrong": {"Stop": "4", "Observe": "3", "Ask": "2", "Respond": "1"},
}
CHOSEN = {
    "single": {"right": ["The right one"], "partly": ["The wrong one"], "wrong": ["The wrong one"]},
    "multiple": {
        "right": ["The right one", "Another right one"],
        "partly": ["Another right one"],
        "wrong": ["The wrong one"],
    },
    "scenario": {"right": ["Ask", "Call"], "partly": ["Ask", "Wait"], "wrong": ["Leave"]},
}


@pytest.fixture(scope="module")
def course(site, tmp_path_factory) -> str:
    """Publish a course whose first knowledge check has a question of every type; return its address."""
    every = (
        EVERY_TYPE
        + "\n"
        + question("q-single").replace("What of q-single?", "A question of type single")
        + "\n"
        + question("q-multiple", kind="multiple", settings="credit=partial").replace(
            "What of q-multiple?", "A question of type multiple"
        )
    )
    files = course_files(**{"01-one__quiz.md": every})
    files["course.md"] = files["course.md"].replace("slug: small-course", "slug: every-type")
    site.tta("course", "publish", str(write_course(tmp_path_factory.mktemp("courses") / "every-type", files)))
    return "/courses/every-type"


def tab_to(page: Page, selector: str, number: int = 0) -> None:
    """Press Tab until the element has the focus."""
    target = page.locator(selector).nth(number)
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def press(page: Page, name: str) -> None:
    """Tab to the button and press Enter."""
    button = page.get_by_role("main").get_by_role("button", name=re.compile(name))
    for _ in range(60):
        if button.first.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the button {name} cannot be reached by Tab")


def begin(page: Page, course: str, email: str) -> None:
    """Sign in, start the course, and open the first question of its knowledge check."""
    sign_in(page, email, DEMO_PASSWORD)
    page.goto(course)
    press(page, "^Start this course")
    page.get_by_role("heading", name="First lesson").wait_for()
    page.goto(page.url.replace("/lessons/01-one", "/quizzes/01-one"))
    press(page, "^Start")
    page.wait_for_url("**/questions/1")


def choose(page: Page, words: str) -> None:
    """Tab to the group, move to the option with the arrows or Tab, and choose it with Space."""
    option = page.get_by_label(words, exact=True)
    if option.get_attribute("type") == "radio":
        tab_to(page, "fieldset input[type=radio]:checked, fieldset input[type=radio]")
        for _ in range(5):
            if option.evaluate("element => element === document.activeElement"):
                break
            page.keyboard.press("ArrowDown")
    else:
        tab_to(page, f"#{option.get_attribute('id')}")
    page.keyboard.press("Space")


def give(page: Page, kind: str, how: str) -> None:
    """Answer the question on the page."""
    if kind in TYPED:
        for number, words in enumerate(TYPED[kind][how]):
            tab_to(page, "fieldset input[type=text], fieldset select", number)
            page.keyboard.type(words)
    elif kind == "order":
        for number, label in enumerate(page.locator("fieldset label").all_inner_texts()):
            tab_to(page, "fieldset select", number)
            page.keyboard.type(PLACES[how][label])
    else:
        for number, words in enumerate(CHOSEN[kind][how]):
            if number and kind == "scenario":
                press(page, "^Save and")
                page.get_by_label(words, exact=True).wait_for()
            choose(page, words)


@pytest.mark.parametrize("how", ["right", *(pytest.param(how, marks=pytest.mark.slow) for how in ("partly", "wrong"))])
def test_every_type_is_answered_by_keyboard_only(page, course, how):
    begin(page, course, LEARNERS[how])
    order = []
    for _ in range(8):
        heading = page.get_by_role("heading", level=1, name=re.compile("^A question of type"))
        kind = re.search(r"type (\w+)", heading.inner_text())[1]
        order.append(kind)
        check_accessibility(page)
        give(page, kind, how)
        expect(page.locator(".saved")).to_have_text(re.compile("Saved"))
        here = page.url
        press(page, "^Save and")
        if kind == "scenario":  # how it ends is shown before one goes on
            expect(page.locator("fieldset input[type=radio]")).to_have_count(0)
            press(page, "^Save and")
        page.wait_for_url(lambda url, here=here: url != here)
    check_accessibility(page)
    press(page, "^Hand in")
    page.get_by_role("heading", name="Question by question").wait_for()
    check_accessibility(page)

    verdict = {"right": "Right", "partly": "Partly right", "wrong": "Not right yet"}
    found = dict(zip(order, page.locator(".verdict-line").all_inner_texts(), strict=True))
    expected = dict.fromkeys(order, verdict[how])
    if how == "partly":
        expected["single"] = verdict["wrong"]
    assert found == expected


def test_two_windows_do_not_overwrite_newer_answers(page, course):
    begin(page, course, "coordinator@example.org")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#answer-1").fill("988")
    expect(other.locator(".saved")).to_have_text(re.compile("Saved"))

    page.locator("#answer-1").fill("911")
    expect(page.locator(".saved")).to_have_text(re.compile("That answer is kept"))
    page.reload()
    expect(page.locator("#answer-1")).to_have_value("988")


def test_a_dropped_connection_is_retried_and_said(page, course):
    begin(page, course, "admin@example.org")
    page.context.set_offline(True)
    page.locator("#answer-1").fill("988")
    expect(page.locator(".saved")).to_have_text(re.compile("No connection"))
    page.context.set_offline(False)

    expect(page.locator(".saved")).to_have_text(re.compile("Saved"))
    page.reload()
    expect(page.locator("#answer-1")).to_have_value("988")
