"""The main job: two learners, a trainer and an administrator, in Chromium, against the real server and worker."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.walk import check_accessibility, evaluate, look, sign_in, sign_up, take_course
from tests.conftest import COURSES
from ttaplatform.demo import PASSWORD as DEMO_PASSWORD


def download(page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Get your certificate").first.click()
    return waiting.value.path().read_bytes()


def test_an_officer_and_a_nurse_earn_certificates_and_an_administrator_counts_them(page, site, chromium):
    sign_up(page, site, name="Łucja Ortega Nguyễn", email="officer@example.org", profession="Patrol officer",
            agency="Example City Police")  # fmt: skip
    take_course(page, "law-enforcement-first-contact")
    expect(page.get_by_role("heading", name="You passed")).to_be_visible()
    evaluate(page)
    first = download(page)
    assert download(page) == first
    text = PdfReader(io.BytesIO(first)).pages[0].extract_text()
    assert "Łucja Ortega Nguyễn" in text
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text)[0]
    for path in ("/learning", "/transcript", "/account", "/courses/law-enforcement-first-contact"):
        look(page, path)

    nurse = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}).new_page()
    sign_up(nurse, site, name="محمد عبد الرحمن", email="night-nurse@example.org", profession="Registered nurse",
            agency="Example County Hospital")  # fmt: skip
    take_course(nurse, "soar-in-health-care")
    evaluate(nurse)
    assert download(nurse).startswith(b"%PDF")

    stranger = chromium.new_context(base_url=site.url).new_page()
    look(stranger, f"/verify/{code}")
    expect(stranger.get_by_text("Łucja Ortega Nguyễn")).to_be_visible()
    look(stranger, "/verify/AAAA-AAAA-AAAA-AAAA")

    trainer = chromium.new_context(base_url=site.url).new_page()
    sign_in(trainer, "trainer@example.org", DEMO_PASSWORD)
    trainer.goto("/courses/soar-in-health-care")
    trainer.get_by_role("button", name="Start this course").click()
    expect(trainer.get_by_role("heading", level=1)).to_have_text("Before you begin")
    trainer.get_by_role("link", name="Skip it and begin").click()
    expect(trainer.get_by_role("heading", level=1)).to_have_text("Stop: know what trafficking is")
    trainer.goto("/reports/completions")
    expect(trainer.get_by_role("heading", level=1)).to_have_text("This page is not for your role")

    admin = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}).new_page()
    sign_in(admin, "admin@example.org", DEMO_PASSWORD)
    look(admin, "/reports/completions")
    row = admin.get_by_role("row", name=re.compile("Example City Police Patrol officer"))
    expect(row).to_be_visible()
    with admin.expect_download() as waiting:
        admin.get_by_role("link", name="Download one row for each completion (CSV)").click()
    rows = waiting.value.path().read_text("utf-8-sig")
    assert "Łucja Ortega Nguyễn,Example City Police,Patrol officer" in rows
    assert "محمد عبد الرحمن,Example County Hospital,Registered nurse" in rows


def test_public_pages_hold_in_both_languages(page):
    for path in ("/", "/courses", "/courses/soar-in-health-care", "/signin", "/signup", "/forgot", "/verify", "/help",
                 "/accessibility", "/privacy", "/nowhere"):  # fmt: skip
        look(page, path)
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    check_accessibility(page)
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    for path in ("/", "/courses", "/signup", "/help"):
        look(page, path)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_job_aid_prints_on_one_letter_page(chromium, site, language):
    page = chromium.new_context(base_url=site.url, locale=language).new_page()
    page.goto("/courses")
    listed = [link.get_attribute("href").rsplit("/", 1)[1] for link in page.locator(".card a").all()]
    slugs = [slug for slug in listed if (COURSES / slug).is_dir()]  # other tests write courses, too
    assert len(slugs) >= 10

    for slug in slugs:
        page.goto(f"/courses/{slug}/job-aid")
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(".job-aid li").count() > 0, slug
        assert len(PdfReader(io.BytesIO(page.pdf(format="Letter"))).pages) == 1, slug


def test_the_quick_exit_leaves_at_once_and_replaces_the_page(page):
    page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="<title>Weather</title>"))
    page.goto("/help")
    page.goto("/courses")

    for _ in range(3):
        page.keyboard.press("Shift")

    page.wait_for_url("https://www.weather.gov/**")
    page.go_back()
    assert page.url.endswith("/help")


def test_the_exit_button_replaces_the_page_too(page):
    page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="<title>Weather</title>"))
    page.goto("/help")
    page.goto("/courses")

    page.get_by_role("link", name="Leave this site").click()

    page.wait_for_url("https://www.weather.gov/**")
    page.go_back()
    assert page.url.endswith("/help")


def test_a_course_is_taken_without_a_script_and_by_keyboard_alone(chromium, site):
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "learner@example.org", DEMO_PASSWORD)
    page.goto("/courses/law-enforcement-first-contact")
    page.get_by_role("button", name="Start this course").press("Enter")
    page.get_by_role("link", name="Skip it and begin").press("Enter")
    page.get_by_role("button", name=re.compile("^Next")).press("Enter")
    page.get_by_role("button", name="Start").press("Enter")
    page.locator("input[name=answer]").first.press("Space")
    page.get_by_role("button", name="Save and next").press("Enter")

    expect(page.get_by_text("Question 2 of 4")).to_be_visible()
    page.goto("/learning")
    page.get_by_role("link", name=re.compile("^Continue")).first.press("Enter")
    page.get_by_role("link", name="Go on where you stopped").press("Enter")
    expect(page.get_by_text("Question 2 of 4")).to_be_visible()


def test_a_cold_lesson_page_is_light(chromium, site):
    page = chromium.new_context(base_url=site.url).new_page()
    sign_in(page, "nurse@example.org", DEMO_PASSWORD)
    page.goto("/courses/soar-in-health-care")
    page.get_by_role("button", name="Start this course").click()
    page.get_by_role("link", name="Skip it and begin").click()
    page.get_by_role("button", name=re.compile("^Next")).wait_for()
    where = page.url
    state = page.context.storage_state()
    cold = chromium.new_context(base_url=site.url, storage_state=state).new_page()
    sizes: dict[str, int] = {}
    session = cold.context.new_cdp_session(cold)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    session.on("Network.responseReceived", lambda e: urls.__setitem__(e["requestId"], e["response"]["url"]))
    session.on("Network.loadingFinished", lambda e: sizes.__setitem__(e["requestId"], int(e["encodedDataLength"])))

    cold.goto(where, wait_until="networkidle")

    # An icon inside the stylesheet (data:) is part of its bytes; the browser reports it, but asks nobody for it.
    by_url = {urls[key]: size for key, size in sizes.items() if key in urls and not urls[key].startswith("data:")}
    assert all(url.startswith(site.url) for url in by_url), by_url
    assert len(by_url) <= 8, by_url
    assert sum(by_url.values()) <= 120_000, by_url
    assert sum(size for url, size in by_url.items() if ".js" in url) <= 25_000
    assert sum(".woff2" in url for url in by_url) <= 2


@pytest.mark.slow
def test_an_acknowledged_answer_survives_a_killed_server(tmp_path, chromium, playwright):
    import os
    import signal
    import subprocess

    from tests.browser.conftest import Site

    site = Site(tmp_path)
    site.tta("init")
    site.tta("demo", "--learners", "0")
    site.start()
    page = chromium.new_context(base_url=site.url).new_page()
    sign_in(page, "nurse@example.org", DEMO_PASSWORD)
    page.goto("/courses/soar-in-health-care")
    page.get_by_role("button", name="Start this course").click()
    page.get_by_role("link", name="Skip it and begin").click()
    page.get_by_role("button", name=re.compile("^Next")).click()
    page.get_by_role("button", name="Start").click()
    page.locator("fieldset label").nth(1).click()
    page.get_by_text("Saved. You can leave and come back.").wait_for()
    children = subprocess.run(["pgrep", "-P", str(site.process.pid)], capture_output=True, text=True).stdout.split()
    grandchildren = subprocess.run(["pgrep", "-P", ",".join(children)], capture_output=True, text=True).stdout.split()
    for pid in [str(site.process.pid), *children, *grandchildren]:
        os.kill(int(pid), signal.SIGKILL)
    site.process.wait(10)

    site.start()
    page.reload()

    expect(page.locator("input[name=answer]").nth(1)).to_be_checked()
    site.stop()
