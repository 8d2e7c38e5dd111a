"""Axe on every page, in every state that a learner can reach, in both languages."""

from dataclasses import dataclass

import pytest

from tests.browser.walk import check_accessibility, look
from tests.conftest import COURSES, write_course
from tests.make import PASSWORD, SLUG, complete, enrolled, make_account, sit, spanish_files
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.catalogue.service import publish
from ttaplatform.certificates.service import find_by_enrolment, issue_certificate
from ttaplatform.clock import now
from ttaplatform.db import make_engine, writer
from ttaplatform.demo import PASSWORD as DEMO_PASSWORD
from ttaplatform.learning import attempts, service
from ttaplatform.learning.later import BOOSTER, FOLLOW_UP
from ttaplatform.learning.models import Invitation
from ttaplatform.people.tokens import CONFIRM, INVITATION, Token, make_token
from ttaplatform.people.tokens import PASSWORD as NEW_PASSWORD

NOW = now()
STATES = ("new", "going", "failed-once", "failed", "earned", "unconfirmed")


@dataclass
class Reached:
    """A learner in a state: how to sign in, the enrolment and the certificate, where there is one."""

    email: str
    enrolment: int = 0
    code: str = ""
    confirm: str = ""
    password: str = ""
    follow_up: str = ""
    booster: str = ""


@pytest.fixture(scope="module")
def reached(site, tmp_path_factory) -> dict[tuple[str, str], Reached]:
    """Publish the small course and bring a learner of each language into each state."""
    engine = make_engine(f"sqlite:///{site.folder / 'tta.db'}")
    secret = (site.folder / "secret-key").read_text().strip()
    found = {}
    with writer(engine) as session:
        publish(session, write_course(tmp_path_factory.mktemp("small"), spanish_files()), COURSES, at=NOW)
        session.commit()
    for language in ("en", "es"):
        for state in STATES:
            with writer(engine) as session:
                found[language, state] = _bring(session, language, state, secret)
                session.commit()
    engine.dispose()
    return found


def _bring(session, language: str, state: str, secret: str) -> Reached:
    email = f"{state}-{language}@example.org"
    account = make_account(session, email, language=language, is_confirmed=state != "unconfirmed")
    one = Reached(email)
    one.confirm = make_token(secret, CONFIRM, Token(account.id, email))
    one.password = make_token(secret, NEW_PASSWORD, Token(account.id, account.password_hash))
    if state == "new":
        return one
    enrolment = enrolled(session, account, at=NOW)
    one.enrolment = enrolment.id
    one.follow_up, one.booster = (_invite(session, enrolment, kind, secret) for kind in (FOLLOW_UP, BOOSTER))
    if state in {"earned", "unconfirmed"}:
        complete(session, enrolment, at=NOW)
        issue_certificate(session, enrolment_id=enrolment.id, at=NOW)
        certificate = find_by_enrolment(session, enrolment.id)
        one.code = certificate.code if certificate else ""
        return one
    service.finish_lesson(session, enrolment, "01-one", at=NOW)
    sit(session, enrolment, "01-one", right=False, at=NOW)
    if state == "going":
        return one
    service.finish_lesson(session, enrolment, "02-two", at=NOW)
    for _ in range(1 if state == "failed-once" else 2):
        sit(session, enrolment, FINAL, right=False, at=NOW)
    if state == "failed-once":
        attempts.start_attempt(session, enrolment, FINAL, at=NOW)
    return one


def _invite(session, enrolment, kind: str, secret: str) -> str:
    row = Invitation(enrolment_id=enrolment.id, account_id=enrolment.account_id, kind=kind, days=30, due_at=NOW)
    session.add(row)
    session.flush()
    return make_token(secret, INVITATION, Token(row.id, ""))


def _sign_in(page, who: Reached) -> None:
    page.goto("/signin")
    page.locator("#email").fill(who.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/learning")


def _press(page, path: str) -> None:
    """Open the page, press its main button with nothing filled in, and check the answer."""
    page.goto(path)
    page.locator("main form button.usa-button").last.click()
    page.locator("[data-errors]").first.wait_for()
    check_accessibility(page)


# The pages are the same templates in both languages: the second run is for `make test-slow`.
languages = pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.slow)])


@languages
def test_axe_finds_nothing_on_the_pages_of_a_stranger(chromium, site, reached, language):
    phone = {"width": 390, "height": 844}
    page = chromium.new_context(base_url=site.url, viewport=phone, locale=language).new_page()
    who = reached[language, "earned"]
    for path in ("/", "/courses", "/courses?sector=health", f"/courses/{SLUG}", "/help", "/accessibility", "/privacy",
                 f"/courses/{SLUG}/job-aid", "/verify", "/verify/nothing", f"/verify/{who.code}",
                 "/signup/check-mail", "/demo/mail", "/nowhere",
                 "/confirm/spent", f"/confirm/{reached[language, 'unconfirmed'].confirm}",
                 "/password/spent", f"/password/{who.password}"):  # fmt: skip
        look(page, path)
    assert page.locator("html").get_attribute("lang") == language
    for path in ("/signin", "/signup", "/forgot", f"/password/{who.password}"):
        _press(page, path)
    page.goto("/signin")
    page.locator("#email").fill(who.email)
    page.locator("#password").fill("not the password at all")
    page.locator("main form button").click()
    page.locator("[data-errors]").first.wait_for()
    check_accessibility(page)
    page.goto("/signup")
    page.locator("#agency").fill("Example")
    page.locator("#profession").select_option(index=3)
    page.locator("main form button.usa-button").last.click()
    page.locator("[name=agency_choice]").first.wait_for()
    check_accessibility(page)


@languages
def test_axe_finds_nothing_before_and_in_a_course(page, reached, language):
    who = reached[language, "new"]
    _sign_in(page, who)
    for path in ("/learning", "/transcript", "/account", f"/courses/{SLUG}", "/reports/completions"):
        look(page, path)
    page.goto("/account")
    page.locator("#name").fill("")
    page.locator("form.field-list button.usa-button").last.click()
    page.locator("[data-errors]").first.wait_for()
    check_accessibility(page)
    page.goto(f"/courses/{SLUG}")
    page.locator("main form button").first.click()
    page.locator("summary").first.click()
    page.locator(".self-check label").last.click()
    page.locator(".self-check button").first.click()
    page.locator(".self-check .option.is-chosen").first.wait_for()
    check_accessibility(page)


@languages
def test_axe_finds_nothing_in_a_quiz_and_its_results(page, reached, language):
    who = reached[language, "going"]
    learn = f"/learn/{who.enrolment}"
    scene = f"{learn}/lessons/02-two/scenarios/two-scenario"
    _sign_in(page, who)
    for path in ("/learning", f"/courses/{SLUG}", f"{learn}/lessons/02-two", scene, f"{scene}?path=0",
                 f"{scene}?path=0.0", f"{learn}/quizzes/final",
                 f"{learn}/quizzes/01-one", f"{learn}/quizzes/01-one/results/1"):  # fmt: skip
        look(page, path)
    page.goto(f"{learn}/quizzes/01-one")
    page.locator("main form button").first.click()
    page.locator("form[data-save-as-given] button").click()
    page.locator("[data-errors]").wait_for()
    check_accessibility(page)
    page.locator("fieldset label").first.click()
    page.locator(".saved", has_text="✓").wait_for()
    check_accessibility(page)
    question = page.url
    look(page, f"{learn}/quizzes/01-one/review")
    page.context.clear_cookies()
    page.goto(question)
    page.locator(".usa-alert").first.wait_for()
    check_accessibility(page)


@languages
@pytest.mark.parametrize(
    "state", [pytest.param("failed-once", marks=pytest.mark.slow), "failed", "unconfirmed", "earned"]
)
def test_axe_finds_nothing_at_the_end_of_a_course(page, reached, language, state):
    who = reached[language, state]
    learn = f"/learn/{who.enrolment}"
    _sign_in(page, who)
    for path in ("/learning", f"/courses/{SLUG}", f"{learn}/quizzes/final", f"{learn}/quizzes/final/results/1",
                 f"{learn}/lessons/01-one", "/transcript", "/account"):  # fmt: skip
        look(page, path)
    if state == "failed-once":
        for path in ("questions/1", "questions/4", "review"):
            look(page, f"{learn}/quizzes/final/{path}")


@languages
def test_axe_finds_nothing_in_an_evaluation(page, reached, language):
    who = reached[language, "going"]
    _sign_in(page, who)
    where = f"/learn/{who.enrolment}/evaluation"
    look(page, where)
    _press(page, where)
    for group in page.locator("fieldset:has(input[type=radio])").all():
        group.locator("label").first.click()
    page.locator("main form button.usa-button").last.click()
    page.locator("fieldset").first.wait_for(state="detached")
    check_accessibility(page)


@languages
def test_axe_finds_nothing_behind_the_links_that_are_mailed_later(chromium, site, reached, language):
    who = reached[language, "failed"]
    phone = {"width": 390, "height": 844}
    page = chromium.new_context(base_url=site.url, viewport=phone, locale=language).new_page()
    for path in (f"/booster/{who.booster}", f"/no-more-mail/{who.booster}", f"/follow-up/{who.follow_up}"):
        look(page, path)
    page.locator("main form button").click()
    page.locator("fieldset").first.wait_for(state="detached")
    check_accessibility(page)
    page.goto(f"/no-more-mail/{who.follow_up}")
    page.locator("main form button").click()
    page.locator("main form").wait_for(state="detached")
    check_accessibility(page)


def test_axe_finds_nothing_on_the_pages_of_a_trainer(page, site, reached):
    page.goto("/signin")
    page.locator("#email").fill("trainer@example.org")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/learning")
    for path in ("", f"/{SLUG}", f"/{SLUG}/final", "/soar-in-health-care", "/soar-in-health-care/pretest"):
        look(page, f"/reports/questions{path}")
