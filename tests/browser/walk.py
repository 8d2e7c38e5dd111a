"""What people do in the browser, in their words."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import wait_for
from tests.conftest import COURSES
from tests.make import PASSWORD
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Course, Item
from ttaplatform.catalogue.service import check_folder
from ttaplatform.markup import plain

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def check_accessibility(page: Page) -> None:
    """Fail when axe finds something (WCAG 2.2 A and AA) on the page as it is."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, (page.url, found.response["violations"])


def look(page: Page, path: str) -> None:
    """Open the page and check it, also at 320 px without sideways scrolling."""
    page.goto(path)
    check_accessibility(page)
    page.set_viewport_size({"width": 320, "height": 700})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 390, "height": 844})
    assert width <= 320, f"{path} is {width} px wide"


def sign_up(page: Page, site, *, name: str, email: str, profession: str, agency: str) -> None:
    """Create an account, read the mail, and confirm the address."""
    page.goto("/signup")
    page.get_by_role("button", name="Create my account").click()
    check_accessibility(page)
    page.get_by_label("Your full name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Profession").select_option(label=profession)
    page.locator("#agency").press_sequentially(agency[:9])
    page.locator("#agency-list option").first.wait_for(state="attached")
    page.locator("#agency").fill(agency)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()

    def letter():
        page.goto("/demo/mail")
        link = page.get_by_role("link", name=f"Confirm your e-mail address” to {email}")
        return link.count() and link

    wait_for(letter, "the letter").click()
    page.get_by_role("button", name="Confirm my address").click()
    page.get_by_text("Your address is confirmed").wait_for()


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in."""
    page.goto("/signin")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My learning").wait_for()


def keys(slug: str) -> dict[str, Item]:
    """Return the questions of a course by their words."""
    return keys_of(check_folder(COURSES / slug, COURSES)[0])


def keys_of(course: Course) -> dict[str, Item]:
    """Return the questions of a compiled course by their words."""
    quizzes = [module.quiz for module in course.modules if module.quiz] + [course.final]
    return {words(item.stem_html): item for quiz in quizzes for item in quiz.items}


def words(html: str) -> str:
    """Return the words of some HTML with single blanks."""
    return " ".join(plain(html).split())


def answer(page: Page, items: dict[str, Item]) -> None:
    """Give what is right, wait until it says that it is saved, and go on."""
    item = items[words(page.locator("legend h1").inner_text())]
    options = {option.key: words(option.html) for option in item.options}
    for value in ITEM_TYPES[item.type].solve(item):
        part, _colon, rest = value.partition(":")
        if page.locator(f'input[name=answer][value="{value}"]').count():
            page.locator(f'input[name=answer][value="{value}"] + label').click()
        elif item.type == "order":
            page.get_by_label(options[part], exact=True).select_option(label=rest)
        elif item.type == "match":
            row = next(words(one.html) for one in item.parts if one.key == part)
            page.get_by_label(row, exact=True).select_option(label=options[rest])
        elif page.locator(f'select[name="answer.{part}"]').count():
            page.locator(f'select[name="answer.{part}"]').select_option(value=rest)
        else:
            page.locator(f'[name="answer.{part}"]' if rest else "#answer-1").fill(rest or value)
    page.get_by_text("Saved. You can leave and come back.").wait_for()
    here = page.url
    page.get_by_role("button", name=re.compile("^Save and")).click()
    page.wait_for_url(lambda url: url != here)


def evaluate(page: Page) -> None:
    """From a passed final assessment: send the evaluation, the first point of each scale."""
    page.get_by_role("link", name=re.compile("^Next: ")).click()
    page.get_by_role("button", name="Send my answers").wait_for()
    check_accessibility(page)
    for group in page.locator("fieldset").all():
        if group.locator("input[type=radio], input[type=checkbox]").count():
            group.locator("label").first.click()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_text("Your answers were sent without your name").wait_for()


def take_course(page: Page, slug: str, *, checks: bool = False, items: dict[str, Item] | None = None) -> None:
    """Take the course from its page to the passed final assessment; `items` are those of one that does not ship."""
    items = items or keys(slug)
    page.goto(f"/courses/{slug}")
    page.get_by_role("button", name="Start this course").click()
    seen: set[str] = set()
    for _ in range(200):
        kind = re.sub(r"\d+|/0\d[^/]*", "", page.url)
        if checks and kind not in seen:
            seen.add(kind)
            check_accessibility(page)
        if "/lessons/" in page.url:
            page.get_by_role("button", name=re.compile("^Next")).click()
        elif "/questions/" in page.url:
            answer(page, items)
        elif page.url.endswith("/review"):
            page.get_by_role("button", name="Hand in my answers").click()
        elif "/results/" in page.url:
            if "/final/" in page.url:
                return
            page.get_by_role("link", name=re.compile("^(Next|Continue)")).first.click()
        else:
            page.get_by_role("button", name="Start").click()
    raise AssertionError("the course has no end")
