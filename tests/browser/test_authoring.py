"""From a blank draft to a passed course: a trainer, two reviewers and learners, in Chromium."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.browser.walk import answer, check_accessibility, keys_of, sign_in, take_course, words
from tests.conftest import COURSES
from ttaplatform.authoring.guide import guide
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.catalogue.reference import load_reference
from ttaplatform.demo import PASSWORD
from ttaplatform.paths import shipped

SLUG, TITLE = "finding-the-way", "Finding the way"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
PICTURE = {"name": "slope.png", "mimeType": "image/png", "buffer": base64.b64decode(DOT)}
EXAMPLES = [part.example for part in guide(shipped("docs") / "authoring.md") if part.items]
SCENARIO = next(one for one in EXAMPLES if "type=scenario" in one)
QUESTIONS = [one for one in EXAMPLES if "type=scenario" not in one and "type=likert" not in one]


@contextmanager
def as_person(chromium, site, email: str) -> Iterator[Page]:
    """Open the site at a desk, signed in with a demonstration account."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, f"{email}@example.org", PASSWORD)
    yield page
    context.close()


def write(page: Page, url: str, change) -> None:
    """Change the text of a file in its editor, and wait until that is saved."""
    page.goto(url)
    before = page.locator("#text").input_value()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(change(before))
    page.keyboard.press("Control+s")
    expect(page.locator("[data-status]")).to_contain_text("Saved at")


def head(before: str) -> str:
    """Return the settings of a file."""
    return "---" + before.split("---")[1] + "---\n\n"


def problems(page: Page):
    """Return the list of what the checker says."""
    return page.locator("[data-problems]")


def publish(page: Page, draft: str, kind: str, note: str) -> None:
    """Send a changed draft as this kind of change, have it signed by both, and publish it."""
    page.goto(f"{draft}/release")
    page.locator(f"label[for=kind-{kind}]").click()
    page.get_by_label("What changed, in a sentence for learners").fill(note)
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("The draft is with its reviewers.")).to_be_visible()


def sign(chromium, site, draft: str) -> None:
    """Let the demonstration's reviewers approve the draft."""
    for who in ("expert", "reviewer"):
        with as_person(chromium, site, who) as page:
            page.goto("/authoring")
            page.get_by_role("main").get_by_role("link", name=TITLE).click()
            check_accessibility(page)
            page.locator("label[for=approve]").click()
            page.get_by_role("button", name="Send my decision").click()
            expect(page.get_by_text("Thank you. Your signature is kept")).to_be_visible()


def release_hash(site, address: str) -> str:
    """Return the release of the person's newest certificate."""
    engine = create_engine(f"sqlite:///{site.folder / 'tta.db'}")
    query = "select release_hash from certificate c join account a on a.id = c.account_id where a.email = :email"
    with engine.connect() as connection:
        found = connection.execute(text(f"{query} order by c.id desc limit 1"), {"email": address}).scalar_one()
    engine.dispose()
    return found


def current(site) -> tuple[str, dict[str, str]]:
    """Return hash and files of the course as it is offered now."""
    import json

    engine = create_engine(f"sqlite:///{site.folder / 'tta.db'}")
    query = (
        "select r.content_hash, r.source from publication p join release r on r.id = p.release_id "
        "join course c on c.id = p.course_id where c.slug = :slug order by p.id desc limit 1"
    )
    with engine.connect() as connection:
        row = connection.execute(text(query), {"slug": SLUG}).one()
    engine.dispose()
    return row[0], json.loads(row[1])


def items_now(site):
    """Return the questions of the course as it is offered now, by their words."""
    course, found = parse_course(current(site)[1], load_reference(COURSES))
    assert course is not None, found
    return keys_of(course)


@pytest.fixture(scope="module")
def draft(chromium, site) -> str:
    """Write a course of two modules with every type of question, a picture and a scenario; return its draft."""
    with as_person(chromium, site, "trainer") as page:
        page.goto("/authoring")
        check_accessibility(page)
        page.get_by_role("link", name="Write a new course").click()
        page.get_by_label("Title").fill(TITLE)
        page.get_by_label("What it is about, in one sentence").fill("How a victim of a fall is found and helped.")
        page.get_by_label("Length in minutes").fill("30")
        page.get_by_role("button", name="Begin the draft").click()
        expect(page.get_by_text("The checker finds no errors.")).to_be_visible()
        check_accessibility(page)
        draft = page.url
        page.locator("summary", has_text="Add a module").click()
        page.get_by_label("Title of the module").fill("On the path")
        page.get_by_label("Length in minutes").fill("10")
        page.get_by_role("button", name="Add the module").click()
        page.wait_for_url("**/02-on-the-path/module.md")
        write(page, page.url, lambda before: head(before) + f"## A fall\n\nLook, then help.\n\n{SCENARIO}")
        add_picture(page, f"{draft}/files/01-first-module/module.md")
        broken = "\n".join(QUESTIONS).replace("2. [x] The brown one", "2. [ ] The brown one")
        write(page, f"{draft}/files/01-first-module/quiz.md", lambda before: head(before) + broken)
        expect(problems(page)).to_contain_text("no option is marked [x]")
        expect(problems(page).locator("li.is-wrong").first).to_be_visible()
        check_accessibility(page)
        write(page, page.url, lambda before: before.replace("2. [ ] The brown one", "2. [x] The brown one"))
        expect(problems(page).locator("li.is-wrong")).to_have_count(0)
        page.goto(draft)
        expect(page.get_by_text("The checker finds no errors.")).to_be_visible()
        page.goto(f"{draft}/release")
        check_accessibility(page)
        page.get_by_role("button", name="Send to review").click()
        expect(page.get_by_text("The draft is with its reviewers.")).to_be_visible()
    return draft


def add_picture(page: Page, url: str) -> None:
    """Upload a picture in the editor; its words are asked at once."""
    page.goto(url)
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.get_by_role("button", name=re.compile("Picture")).click()
    page.locator("dialog[open] input[type=file]").first.set_input_files(PICTURE)
    page.locator("dialog[open]").get_by_label("What does it show?").fill("A steep slope")
    page.locator("dialog[open]").get_by_role("button", name="Add it to the text").click()
    expect(page.locator("#text")).to_have_value(re.compile(re.escape("![A steep slope](../media/slope.png)")))
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+s")
    expect(page.locator("[data-status]")).to_contain_text("Saved at")


@pytest.fixture(scope="module")
def released(chromium, site, draft) -> str:
    """Have the draft signed and published; return the course's address."""
    sign(chromium, site, draft)
    with as_person(chromium, site, "trainer") as page:
        page.goto(f"{draft}/release")
        check_accessibility(page)
        page.get_by_role("button", name="Publish now").click()
        expect(page.get_by_text("The course is published.")).to_be_visible()
        expect(page.get_by_text("a survivor reviewer")).to_be_visible()
        check_accessibility(page)
    return f"/courses/{SLUG}"


def test_a_learner_passes_what_a_trainer_wrote_and_two_reviewers_signed(chromium, site, released):
    with as_person(chromium, site, "nurse") as page:
        page.goto(released)
        take_course(page, SLUG, items=items_now(site))
        expect(page.get_by_role("main")).to_contain_text("100%")

    assert release_hash(site, "nurse@example.org") == current(site)[0]


def change(chromium, site, old: str, new: str, kind: str, note: str) -> None:
    """Change the final assessment of the published course, and publish that as this kind of change."""
    with as_person(chromium, site, "trainer") as page:
        page.goto("/authoring")
        page.locator(f"form[action$='{SLUG}/edit'] button").click()
        draft = page.url
        write(page, f"{draft}/files/final/quiz.md", lambda before: before.replace(old, new))
        publish(page, draft, kind, note)
    sign(chromium, site, draft)
    with as_person(chromium, site, "trainer") as page:
        page.goto(f"{draft}/release")
        page.get_by_role("button", name="Publish now").click()
        expect(page.get_by_text("The course is published.")).to_be_visible()


def begin(page: Page, items) -> None:
    """Go from the course page to the first question of the final assessment."""
    page.get_by_role("button", name="Start this course").click()
    for _ in range(60):
        if "/quizzes/final" in page.url:
            page.get_by_role("button", name="Start").click()
            return
        if "/lessons/" in page.url:
            page.get_by_role("button", name=re.compile("^Next")).click()
        elif "/questions/" in page.url:
            answer(page, items)
        elif page.url.endswith("/review"):
            page.get_by_role("button", name="Hand in my answers").click()
        elif "/results/" in page.url:
            page.get_by_role("link", name=re.compile("^(Next|Continue)")).first.click()
        else:
            page.get_by_role("button", name="Start").click()


@pytest.mark.slow
def test_a_material_change_leaves_a_learner_on_the_release_that_they_began(chromium, site, released):
    before, items = current(site)[0], items_now(site)
    with as_person(chromium, site, "learner") as page:
        page.goto(released)
        begin(page, items)
        question = page.url
        change(chromium, site, "Write the question here", "What do you do first?", "material", "A clearer question.")
        page.goto(question)
        assert words(page.locator("legend h1").inner_text()) == "Write the question here"
        answer(page, items)
        page.get_by_role("button", name="Hand in my answers").click()
        expect(page.get_by_role("main")).to_contain_text("100%")

    assert current(site)[0] != before
    assert release_hash(site, "learner@example.org") == before


@pytest.mark.slow
def test_a_safety_critical_change_moves_a_learner_and_says_so(chromium, site, released):
    items = items_now(site)
    with as_person(chromium, site, "coordinator") as page:
        page.goto(released)
        begin(page, items)
        change(
            chromium, site, "The right answer", "The safe answer", "safety-critical", "The answer could harm someone."
        )
        page.goto(released)
        expect(page.get_by_text("The answer could harm someone.")).to_be_visible()
        check_accessibility(page)
        page.get_by_role("button", name="I have read it").click()
        expect(page.get_by_text("The answer could harm someone.")).to_have_count(0)
        page.get_by_role("link", name=re.compile("^(Continue|Take)")).first.click()
        page.get_by_role("link", name=re.compile("^(Continue|Go on)")).first.click()
        expect(page.get_by_text("The safe answer")).to_be_visible()
        answer(page, items_now(site))
        page.get_by_role("button", name="Hand in my answers").click()
        expect(page.get_by_role("main")).to_contain_text("100%")

    assert release_hash(site, "coordinator@example.org") == current(site)[0]


@pytest.mark.parametrize("path", ["/authoring/new", "/authoring/guide", "/authoring/import", "/admin/reviews"])
def test_axe_finds_nothing_on_pages_of_authoring(chromium, site, path):
    with as_person(chromium, site, "admin") as page:
        page.goto(path)
        check_accessibility(page)


def test_axe_finds_nothing_on_the_pages_of_a_draft(chromium, site, released):
    with as_person(chromium, site, "admin") as page:
        page.goto("/authoring")
        page.locator("form[action$='soar-in-health-care/edit'] button").click()
        draft = page.url
        for path in ("", "/settings/course.md", "/settings/01-stop/module.md", "/history/01-stop/module.md",
                     "/comments/01-stop/module.md?line=8", "/try/01-stop/quiz.md", "/import/01-stop/module.md",
                     "/import/01-stop/quiz.md", "/export/final/quiz.md", "/release"):  # fmt: skip
            page.goto(f"{draft}{path}")
            check_accessibility(page)
