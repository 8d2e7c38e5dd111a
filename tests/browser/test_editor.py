"""The editor of a course's file: by keyboard alone, by two people, without a connection, without a script."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import wait_for
from tests.browser.test_types import tab_to
from tests.browser.walk import check_accessibility, sign_in
from tests.make import course_files
from ttaplatform.authoring.drafts import NewDraft, begin_draft
from ttaplatform.catalogue.service import store_media
from ttaplatform.clock import now
from ttaplatform.db import make_engine
from ttaplatform.db import writer as writer_session
from ttaplatform.demo import PASSWORD as DEMO_PASSWORD
from ttaplatform.people.models import Account

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
PICTURE = {"name": "A map.png", "mimeType": "image/png", "buffer": base64.b64decode(DOT)}
LESSON, CHECK = "01-one/module.md", "01-one/quiz.md"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective))"


@pytest.fixture(scope="module")
def signed_in(site, chromium) -> dict[str, dict]:
    """Return the cookies of two writers: signing in costs a second each time."""
    states = {}
    for who in ("admin", "trainer"):
        context = chromium.new_context(base_url=site.url, locale="en-US")
        sign_in(context.new_page(), f"{who}@example.org", DEMO_PASSWORD)
        states[who] = context.storage_state()
        context.close()
    return states


@pytest.fixture(scope="module")
def draft(site) -> str:
    """Begin a draft of a small course, and return its address."""
    files = course_files()
    files[LESSON] = files[LESSON].split("## Question:")[0]
    engine = make_engine(f"sqlite:///{site.folder / 'tta.db'}")
    with writer_session(engine) as session:
        admin = session.scalars(select(Account).where(Account.email == "admin@example.org")).one()
        files["media/map.svg"] = store_media(session, "media/map.svg", files["media/map.svg"].encode())
        begun = begin_draft(session, NewDraft("edited", "Edited course", files), admin, at=now())
        session.commit()
        number = begun.id
    engine.dispose()
    return f"{site.url}/authoring/{number}"


@pytest.fixture
def writer(site, chromium, signed_in):
    """Return a function that opens pages of writers; afterwards no page may have complained."""
    contexts, said = [], []

    def open_page(who: str = "admin", viewport: dict | None = None, **options) -> Page:
        context = chromium.new_context(
            base_url=site.url, storage_state=signed_in[who], viewport=viewport or DESK, locale="en-US", **options
        )
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [words for words in said if "Failed to load resource" not in words] == []


def enter(page: Page, draft: str, path: str) -> None:
    """Open the file, and go into its text by the Tab key."""
    page.goto(f"{draft}/files/{path}")
    expect(page.locator("[data-preview-status]")).to_be_empty()
    tab_to(page, "[data-field]")


def write(page: Page, words: str) -> None:
    """Type a paragraph at the end of the text."""
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(words)


def status(page: Page):
    """Return where the editor says whether the text is saved."""
    return page.locator("[data-status]")


def text(page: Page):
    """Return the field that is sent; the editor draws only the lines in sight."""
    return page.locator("#text")


def holding(words: str) -> re.Pattern[str]:
    """Return a pattern for a value with these words."""
    return re.compile(re.escape(words))


def pick(page: Page, name: str) -> None:
    """Go to the toolbar by Tab, to its button by the arrow, and press it."""
    tab_to(page, "[data-toolbar] > [tabindex='0']")
    button = page.locator("[data-toolbar] > button").filter(has_text=name)
    for _ in range(20):
        if button.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"the button {name} cannot be reached by the arrow")


def test_a_lesson_is_written_seen_and_saved_by_keyboard_alone(writer, draft):
    page = writer()
    enter(page, draft, LESSON)

    write(page, "A sentence typed by hand.")
    expect(page.locator("[data-shown]")).to_contain_text("A sentence typed by hand.")
    expect(page.locator(".cm-content")).to_contain_text("A sentence typed by hand.")
    expect(status(page)).to_have_text(re.compile("Saved at"))
    page.keyboard.press("Tab")
    expect(page.locator("[data-field]")).not_to_be_focused()
    check_accessibility(page)
    page.reload()

    expect(text(page)).to_have_value(holding("A sentence typed by hand."))
    expect(page.locator("[data-shown]")).to_contain_text("A sentence typed by hand.")


def test_a_question_is_inserted_and_its_problem_mended_by_keyboard_alone(writer, draft):
    page = writer()
    enter(page, draft, CHECK)
    page.keyboard.press("Control+End")

    pick(page, "Insert a question")
    check_accessibility(page)
    page.keyboard.press("Enter")
    page.keyboard.insert_text("Which of these is new?")
    expect(page.locator("[data-shown]")).to_contain_text("Which of these is new?")
    expect(page.locator("[data-problems]")).to_have_text("Nothing to mend.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.insert_text("points=0 ")
    problem = page.locator("[data-problems]").get_by_role("button")
    expect(problem).to_have_count(1)
    check_accessibility(page)
    page.keyboard.press("Control+Home")
    tab_to(page, "[data-problems] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-field]")).to_be_focused()
    page.keyboard.press("Control+z")

    expect(page.locator("[data-problems]")).to_have_text("Nothing to mend.")
    expect(status(page)).to_have_text(re.compile("Saved at"))
    page.reload()
    expect(page.locator("[data-shown]")).to_contain_text("Which of these is new?")


def test_f8_and_the_address_lead_to_a_line(writer, draft):
    page = writer()
    enter(page, draft, "02-two/module.md")

    write(page, "[click here](https://example.org/)")
    expect(page.locator("[data-problems]").get_by_role("button")).to_have_count(1)
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")

    expect(page.locator(".cm-announced")).to_have_text(re.compile(r"^line \d+: "))
    page.keyboard.press("Control+Home")
    page.keyboard.press("Delete")
    page.goto(f"{draft}/files/{LESSON}#line-7")
    expect(page.locator("[data-field]")).to_be_focused()


@pytest.mark.slow
def test_a_picture_is_added_with_its_words(writer, draft):
    page = writer()
    enter(page, draft, LESSON)
    page.keyboard.press("Control+End")

    pick(page, "Picture")
    check_accessibility(page)
    page.get_by_label("The file", exact=True).set_input_files(PICTURE)
    tab_to(page, "dialog [type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What does it show?")).to_be_focused()
    check_accessibility(page)
    page.keyboard.type("A map of the county")
    page.keyboard.press("Enter")

    expect(page.locator("[data-field]")).to_be_focused()
    expect(text(page)).to_have_value(holding("![A map of the county](../media/a-map"))
    shown = page.locator("[data-shown]").get_by_role("img", name="A map of the county")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1
    expect(status(page)).to_have_text(re.compile("Saved at"))


@pytest.mark.slow
def test_a_pasted_picture_is_asked_what_it_shows_at_once(writer, draft):
    page = writer()
    enter(page, draft, LESSON)

    page.locator(".cm-content").evaluate(
        """(text, data) => {
            const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }));
            text.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        DOT,
    )

    expect(page.get_by_label("What does it show?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("What does it show?")).to_be_hidden()


@pytest.mark.slow
def test_a_video_is_not_added_without_captions(writer, draft):
    page = writer()
    enter(page, draft, LESSON)

    pick(page, "Picture")
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": "talk.mp4", "mimeType": "video/mp4", "buffer": b"\0\0\0\x18ftypmp42"}
    )
    page.get_by_label("What does it show?").fill("Two people talk")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Captions of the video")).to_be_focused()
    expect(page.get_by_text("Choose a file with captions, too.")).to_be_visible()


def test_two_people_in_one_file_lose_nothing(writer, draft):
    first, second = writer(), writer("trainer")
    enter(first, draft, "job-aid.md")
    enter(second, draft, "job-aid.md")
    write(first, "- The words of the first.")
    first.keyboard.press("Control+s")
    expect(status(first)).to_have_text(re.compile("Saved at"))

    write(second, "- The words of the second.")
    expect(second.locator("[data-others]")).to_contain_text("Demo Administrator")
    second.keyboard.press("Control+s")
    box = second.get_by_role("region", name="Two people wrote in this file")
    expect(box).to_contain_text("The words of the first.")
    expect(box).to_contain_text("The words of the second.")
    expect(second.locator("[data-field]")).to_be_focused()
    check_accessibility(second)
    tab_to(second, "[data-take]")
    second.keyboard.press("Enter")
    expect(text(second)).to_have_value(holding("The words of the first."))
    second.keyboard.press("Control+z")
    expect(text(second)).to_have_value(holding("The words of the second."))
    second.keyboard.press("Control+s")
    expect(status(second)).to_have_text(re.compile("Saved at"))

    write(first, "- More of the first.")
    first.keyboard.press("Control+s")
    expect(first.get_by_role("region", name="Two people wrote in this file")).to_contain_text("words of the second")
    tab_to(first, "[data-keep]")
    first.keyboard.press("Enter")
    expect(status(first)).to_have_text(re.compile("Saved at"))
    first.reload()
    expect(text(first)).to_have_value(holding("More of the first."))


@pytest.mark.slow
def test_own_saves_are_no_conflict(writer, draft):
    page = writer()
    enter(page, draft, LESSON)
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    for number in range(5):
        write(page, f"Saved in haste: {number}.")
        page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile("Saved at"))
    page.route(f"**/files/{LESSON}", lose, times=1)
    write(page, "Its answer is lost.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile("No connection"))
    write(page, "More is written.")

    expect(status(page)).to_have_text(re.compile("Saved at"))
    assert lost == [200]
    expect(page.locator("[data-conflict]")).to_be_hidden()


@pytest.mark.slow
def test_a_dropped_connection_is_said_and_the_text_is_saved_later(writer, draft):
    page = writer()
    enter(page, draft, LESSON)

    page.context.set_offline(True)
    write(page, "Written on a train.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile("No connection"))
    expect(page.locator("[data-preview-status]")).to_have_text(re.compile("connection failed"))
    page.context.set_offline(False)

    expect(status(page)).to_have_text(re.compile("Saved at"))
    page.reload()
    expect(text(page)).to_have_value(holding("Written on a train."))


@pytest.mark.slow
def test_what_was_not_saved_when_the_browser_ended_is_offered_again(writer, draft):
    page = writer()
    context = page.context
    enter(page, draft, LESSON)
    context.set_offline(True)
    write(page, "Written on an empty battery.")
    expect(status(page)).to_have_text(re.compile("No connection"))
    wait_for(lambda: "empty battery" in page.evaluate("JSON.stringify(localStorage)"), "the copy")
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"{draft}/files/{LESSON}")
    expect(again.get_by_role("heading", name="This browser kept text")).to_be_visible()
    check_accessibility(again)
    tab_to(again, "[data-restore]")
    again.keyboard.press("Enter")

    expect(status(again)).to_have_text(re.compile("Saved at"))
    expect(text(again)).to_have_value(holding("Written on an empty battery."))
    wait_for(lambda: again.evaluate("localStorage.length") == 0, "the copy to be gone")
    again.reload()
    expect(again.get_by_role("heading", name="This browser kept text")).to_be_hidden()


@pytest.mark.slow
def test_who_was_signed_out_keeps_the_text_and_saves_it_after_signing_in(writer, draft):
    page = writer()
    enter(page, draft, LESSON)

    page.context.clear_cookies()
    write(page, "Written after the session ended.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile("You were signed out"))
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new window").click()
    other = opened.value
    other.get_by_label("E-mail address").fill("admin@example.org")
    other.get_by_label("Password").fill(DEMO_PASSWORD)
    other.get_by_role("main").get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/authoring/*")
    other.close()
    tab_to(page, "[data-field]")
    page.keyboard.press("Control+s")

    expect(status(page)).to_have_text(re.compile("Saved at"))


@pytest.mark.slow
def test_on_a_phone_one_side_is_shown(writer, draft):
    page = writer(viewport=PHONE)
    page.goto(f"{draft}/files/{LESSON}")

    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.locator("[data-shown]")).to_be_hidden()
    check_accessibility(page)
    page.get_by_role("button", name="What learners see").press("Enter")
    expect(page.locator("[data-shown]")).to_be_visible()
    expect(page.locator("[data-field]")).to_be_hidden()
    check_accessibility(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_a_script_a_text_is_shown_and_saved(writer, draft):
    page = writer(java_script_enabled=False)
    page.goto(f"{draft}/files/course.md")
    field = page.get_by_label("Text", exact=True)

    field.fill(f"{field.input_value()}\n\nWritten without a script.\n")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.locator("[data-shown]")).to_contain_text("Written without a script.")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.get_by_label("The file", exact=True).set_input_files(PICTURE)
    page.get_by_label("What does it show?").fill("A dot")
    page.get_by_role("button", name="Send the file").press("Enter")

    expect(page.get_by_text("The file is kept.")).to_be_visible()
