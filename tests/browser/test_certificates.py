"""The life of a certificate in Chromium: issued, corrected, revoked, verified after its account is gone."""

import io
import re

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.test_story import download
from tests.browser.walk import keys_of, look, sign_in, sign_up, take_course
from tests.conftest import write_course
from tests.make import PASSWORD, REFERENCE, course_files
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.catalogue.rules import Item
from ttaplatform.demo import PASSWORD as DEMO_PASSWORD


def verify_file(page, pdf: bytes) -> str:
    """Upload a file to the verification page; return what it answers."""
    page.goto("/verify")
    page.get_by_label("Certificate (PDF)").set_input_files(
        {"name": "c.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    page.get_by_role("button", name="Verify this file").click()
    page.wait_for_url("**/verify/file")
    return page.get_by_role("heading", level=1).inner_text()


def short_course(site, folder) -> dict[str, Item]:
    """Publish a course of a few pages; return its questions by their words."""
    files = course_files()
    files["course.md"] = files["course.md"].replace("Small course", "Short course").replace("small-", "short-")
    site.tta("course", "publish", str(write_course(folder / "short-course", files)))
    return keys_of(parse_course(files, REFERENCE)[0])


def test_issue_rename_reissue_revoke_delete_the_account_and_verify(page, site, chromium, tmp_path):
    sign_up(page, site, name="Robin Tyop", email="robin@example.org", profession="Patrol officer",
            agency="Example City Police")  # fmt: skip
    take_course(page, "short-course", items=short_course(site, tmp_path))
    first = download(page)
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", PdfReader(io.BytesIO(first)).pages[0].extract_text())[0]

    page.goto("/account")
    page.locator("#name").fill("Robin Typo")
    page.get_by_role("button", name="Save my account").click()
    page.get_by_text("Your account is saved").wait_for()
    page.goto("/transcript")
    page.get_by_role("link", name=re.compile("^Correct")).click()
    page.get_by_role("button", name="Issue the corrected certificate").click()
    page.get_by_text("The corrected certificate is issued").wait_for()
    look(page, "/transcript")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("^Download Short course")).first.click()
    second = waiting.value.path().read_bytes()

    stranger = chromium.new_context(base_url=site.url).new_page()
    assert verify_file(stranger, first) == "Replaced certificate"
    assert verify_file(stranger, second) == "Genuine certificate"
    assert verify_file(stranger, second[:-1]) == "Altered file"
    stranger.goto(f"/verify/{code}")
    stranger.get_by_role("link", name=re.compile("^[0-9A-Z]{4}-")).click()
    expect(stranger.get_by_text("Robin Typo")).to_be_visible()
    new_code = stranger.url.rpartition("/")[2]

    admin = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}).new_page()
    sign_in(admin, "admin@example.org", DEMO_PASSWORD)
    for path in ("/admin", "/admin/certificates", "/admin/certificates/design", "/admin/credits",
                 "/admin/certificates/bulk", f"/admin/certificates/{new_code}"):  # fmt: skip
        look(admin, path)
    admin.get_by_label("Reason").fill("Taken by another person")
    admin.get_by_role("button", name="Revoke this certificate").click()
    admin.get_by_text("The certificate is revoked").wait_for()

    page.goto("/account/delete")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Delete my account").click()
    page.get_by_text("Your account is deleted").wait_for()

    assert verify_file(stranger, second) == "Revoked certificate"
    expect(stranger.get_by_text("Taken by another person")).to_be_visible()
    expect(stranger.get_by_text("Robin Typo")).to_be_visible()
    look(stranger, f"/verify/{new_code}")
