"""Files for boards on the page: who sees whom, why rows are left out, what is downloaded."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.db.test_boards import LINE, awarded
from tests.make import AT, make_account, make_agency
from ttaplatform.boards.models import BoardLayout
from ttaplatform.certificates.models import SigningKeyRecord
from ttaplatform.certificates.service import correct_certificate, revoke_certificate
from ttaplatform.certificates.signing import read_signature
from ttaplatform.credit.rules import CreditLine
from ttaplatform.roles import Role

WITHOUT_ID = CreditLine(**(LINE.as_json() | {"fields": (), "printed": ()}))
BAD_ID = CreditLine(**(LINE.as_json() | {"fields": (("post-id", "-123"),)}))
LAYOUT = {
    "name": "Board of Nursing", "rule": "california-post",
    "heading_1": "Licensee", "field_1": "name", "is_required_1": "y",
    "heading_3": "License", "field_3": "licence", "is_required_3": "y",
    "heading_4": "Office use", "field_4": "empty", "is_required_4": "y",
    "heading_12": "Done on", "field_12": "completed-on",
}  # fmt: skip


@pytest.fixture
def officers(session):
    """Return the agencies City and Elsewhere, with officers who earned credit in each."""
    city, other = make_agency(session, "City"), make_agency(session, "Elsewhere")
    for name, agency, line in (
        ("City Officer", city, LINE),
        ("=Formula Officer", city, LINE),
        ("Nameless Number", city, WITHOUT_ID),
        ("Dashing Number", city, BAD_ID),
        ("Other Officer", other, LINE),
    ):
        email = f"{name.strip('=').replace(' ', '.').lower()}@example.org"
        awarded(session, make_account(session, email, name=name, agency=agency), line)
    return city, other


def sign_in_as(session, browser, role: Role | None, scope: int | None = None):
    """Sign in a person with the role for that agency (None: the site)."""
    account = make_account(session, "boss@example.org", name="Boss", role=role, scope=scope)
    session.commit()
    browser.sign_in("boss@example.org")
    return account


def rows_of(browser, query: str = "") -> list[list[str]]:
    """Return the cells of a downloaded file."""
    answer = browser.get(f"/reports/boards.csv{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_coordinator_sees_and_downloads_the_people_of_their_agencies_only(session, browser, officers):
    sign_in_as(session, browser, Role.COORDINATOR, officers[1])

    page = browser.show("/reports/boards")

    assert "1 row can be downloaded." in page.text
    assert "None is left out." in page.text
    assert [row[0] for row in rows_of(browser)] == ["Officer name", "Other Officer"]


def test_rows_that_fail_are_listed_with_why_and_left_out_of_the_file(session, browser, officers):
    sign_in_as(session, browser, Role.COORDINATOR, officers[0])

    page = browser.show("/reports/boards?file=california-post")

    assert "2 rows can be downloaded." in page.text
    assert "2 rows are left out; the table says why." in page.text
    assert "POST ID is missing. The person had typed none when the credit was awarded." in page.text
    assert "POST ID begins with a sign that spreadsheets calculate with." in page.text
    assert "Agency ORI: 2 rows" in page.text
    assert [row[:2] for row in rows_of(browser, "?file=california-post")] == [
        ["Officer name", "POST ID"], ["'=Formula Officer", "A12-345"], ["City Officer", "A12-345"],
    ]  # fmt: skip


def test_an_administrator_sees_every_agency_and_the_period_narrows_it(session, browser, officers):
    sign_in_as(session, browser, Role.ADMINISTRATOR)

    assert "3 rows can be downloaded." in browser.show("/reports/boards").text
    assert "in this choice" not in browser.show("/reports/boards?from=2026-11-24&to=2026-11-24").text
    assert len(rows_of(browser, "?from=2026-11-25")) == 1


def test_a_choice_that_cannot_be_read_is_told_at_its_field(session, browser):
    sign_in_as(session, browser, Role.ADMINISTRATOR)

    assert "Choose a file from the list." in browser.show("/reports/boards?file=layout-99", status=422).text
    page = browser.show("/reports/boards?from=2026-11-25&to=2026-11-24", status=422)
    assert "The last day is before the first. Choose a later day." in page.text
    assert browser.get("/reports/boards.csv?from=never").status_code == 422


def test_an_empty_file_says_that_credit_is_off(session, browser):
    sign_in_as(session, browser, Role.ADMINISTRATOR)

    page = browser.show("/reports/boards?file=texas-tcole")

    assert "It is off until an administrator enters the provider" in page.text
    assert "/reports/boards.csv" not in page.text


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/reports/boards", None),
        ("/reports/boards.csv", None),
        ("/reports/boards", Role.TRAINER),
        ("/admin/board-layouts", Role.COORDINATOR),
        ("/admin/board-layouts/new", Role.COORDINATOR),
    ],
)
def test_a_missing_role_is_403(session, browser, path, role):
    sign_in_as(session, browser, role)

    assert browser.get(path).status_code == 403


def test_a_layout_is_mapped_changed_and_downloaded_in_the_order_of_its_lines(session, browser, officers):
    sign_in_as(session, browser, Role.ADMINISTRATOR)
    assert "No layout was mapped yet." in browser.show("/admin/board-layouts").text
    browser.show("/admin/board-layouts/new")

    assert browser.send("/admin/board-layouts/new", LAYOUT) == "/admin/board-layouts"
    kept = session.scalars(select(BoardLayout.id)).one()
    session.rollback()  # SQLite lets nobody write while this session might
    page = browser.show(f"/admin/board-layouts/{kept}")

    assert "Board of Nursing" in browser.show("/admin/board-layouts").text
    assert 'value="Done on"' in page.text
    assert page.text.count(" checked") == 2
    assert "License is missing." in browser.show(f"/reports/boards?file=layout-{kept}").text
    browser.send(f"/admin/board-layouts/{kept}", LAYOUT | {"is_required_3": ""})
    assert rows_of(browser, f"?file=layout-{kept}")[:2] == [
        ["Licensee", "License", "Office use", "Done on"], ["'=Formula Officer", "", "", "2026-11-24"],
    ]  # fmt: skip

    assert browser.send(f"/admin/board-layouts/{kept}/delete") == "/admin/board-layouts"
    browser.show(f"/admin/board-layouts/{kept}", status=404)


@pytest.mark.parametrize(
    ("change", "said", "place"),
    [
        ({"name": ""}, "Type a name, such as that of the board.", "#name"),
        ({"rule": "none-such"}, "Choose a credit from the list.", "#rule"),
        ({"heading_1": ""}, "Column 1: type its heading.", "#heading_1"),
        ({"field_3": ""}, "Column 3: choose what stands in it.", "#field_3"),
        ({"field_3": "none-such"}, "Column 3: choose what stands in it.", "#field_3"),
        ({"heading_12": "Licensee"}, "Column 12: another column has this heading.", "#heading_12"),
        ({"heading_1": "<b>"}, "Use letters, blanks and the usual marks only.", "#heading_1"),
        ({key: "" for key in LAYOUT if key[-1].isdigit()}, "Give the file at least one column.", "#heading_1"),
    ],
)
def test_a_layout_that_is_not_whole_comes_back_with_what_is_wrong(session, browser, change, said, place):
    sign_in_as(session, browser, Role.ADMINISTRATOR)

    page = browser.send("/admin/board-layouts/new", LAYOUT | change, status=422)

    assert said in page.text
    assert f'href="{place}"' in page.text
    assert session.scalars(select(BoardLayout)).all() == []


def test_a_second_layout_of_the_same_name_is_refused_at_the_name(session, browser):
    sign_in_as(session, browser, Role.ADMINISTRATOR)
    browser.send("/admin/board-layouts/new", LAYOUT)

    page = browser.send("/admin/board-layouts/new", LAYOUT, status=422)

    assert "Another layout has this name. Type another." in page.text


def test_the_pages_speak_spanish(session, browser, officers):
    make_account(session, "jefa@example.org", role=Role.ADMINISTRATOR, language="es")
    session.commit()
    browser.sign_in("jefa@example.org")

    for path in ("/reports/boards", "/admin/board-layouts", "/admin/board-layouts/new"):
        assert browser.show(path).lang == "es"


def test_an_affidavit_opens_for_its_holder_tagged_and_signed_and_is_a_404_for_another(session, browser, app, tmp_path):
    certificate = awarded(session, make_account(session))
    make_account(session, "other@example.org", agency=make_agency(session, "Elsewhere"))
    session.commit()
    address = f"/certificates/{certificate.code}/affidavit.pdf"
    browser.sign_in()

    answer = browser.get(address)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    document = PdfReader(io.BytesIO(answer.data))
    root, words = document.trailer["/Root"], " ".join(document.pages[0].extract_text().split())
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]) == "en"
    assert (len(document.pages), [float(side) for side in document.pages[0].mediabox[2:]]) == (1, [612, 792])
    for said in ("Pat Example", "A12-345", "20 minutes (0.33 hours)", "November 21, 2026", "November 24, 2026",
                 "2 lessons, finished one by one", "1 knowledge check", "passed with 100%", "I do this myself.",
                 certificate.code, "awards no continuing-education credit", "Signature of an officer"):  # fmt: skip
        assert said in words
    signature = read_signature(answer.data)
    assert signature.is_intact
    assert session.get(SigningKeyRecord, signature.key_id) is not None
    session.rollback()
    (tmp_path / "a.pdf").write_bytes(answer.data)
    check = [Path(sys.executable).with_name("pdfua"), "check", str(tmp_path / "a.pdf")]
    assert "errors=0" in subprocess.run(check, capture_output=True, text=True).stdout

    other = app.test_client()
    other.sign_in("other@example.org")
    other.show(address, status=404)
    assert app.test_client().get(address).status_code == 303


def test_an_affidavit_opens_for_the_coordinator_and_not_for_a_certificate_that_certifies_nothing(session, browser):
    account = make_account(session)
    old = awarded(session, account)
    new = correct_certificate(session, old, {"name": "Pat Exemplar"}, actor_id=account.id, at=AT)
    sign_in_as(session, browser, Role.COORDINATOR, new.agency_id)

    assert browser.get(f"/certificates/{new.code}/affidavit.pdf").status_code == 200
    browser.show(f"/certificates/{old.code}/affidavit.pdf", status=404)
    revoke_certificate(session, new, "Issued by mistake", actor_id=account.id, at=AT)
    session.commit()
    browser.show(f"/certificates/{new.code}/affidavit.pdf", status=404)
