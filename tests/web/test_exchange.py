"""Files in and out of authoring: a course as a zip, questions as GIFT, a lesson from Word."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.make import make_account, published
from ttaplatform.authoring import drafts
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.catalogue.folder import content_hash
from ttaplatform.catalogue.service import load_source
from ttaplatform.exchange.archive import unpack
from ttaplatform.roles import Role

QUIZ = "01-one/quiz.md"
GIFT = b"""// one line that no question needs
::Capital::Which city is the capital of France? {
=Paris#Yes.
~Rome#That is Italy's.
}
"""


@pytest.fixture
def trainer(session, browser):
    make_account(session, "trainer@example.org", role=Role.TRAINER)
    session.commit()
    browser.sign_in("trainer@example.org")


@pytest.fixture
def draft_url(trainer, browser) -> str:
    return browser.send("/authoring/courses/small-course/edit")


def upload(browser, url: str, name: str, content: bytes, **fields):
    """Send a file as a form does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]
    return browser.post(url, data={"csrf_token": token, "file": (io.BytesIO(content), name), **fields})


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def renamed(data: bytes, slug: str) -> bytes:
    """Return the zip of a course as that of another one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(
        {name: content.replace(b"slug: small-course", f"slug: {slug}".encode()) for name, content in files.items()}
    )


def test_a_course_that_is_exported_has_the_hash_of_its_release(session, trainer, browser):
    sent = browser.get("/authoring/courses/small-course/export.zip")

    assert sent.mimetype == "application/zip"
    assert content_hash(unpack(sent.data).files) == published(session).content_hash


def test_an_exported_draft_comes_in_again_as_it_was(session, browser, draft_url):
    sent = renamed(browser.get(f"{draft_url}/export.zip").data, "another-course")

    answer = upload(browser, "/authoring/import", "a.zip", sent, agency="0")

    assert answer.status_code == 303, re.findall(r"<li>.*?</li>", answer.text)
    draft = session.get_one(CourseDraft, int(answer.location.rsplit("/", 1)[1]))
    assert content_hash(drafts.files_of(session, draft.id)) == content_hash(unpack(sent).files)
    assert "The checker finds no errors." in browser.show(answer.location).text


def test_a_course_of_a_slug_that_is_being_written_is_not_brought_in_twice(trainer, browser, draft_url):
    answer = upload(browser, "/authoring/import", "a.zip", browser.get(f"{draft_url}/export.zip").data, agency="0")

    assert answer.status_code == 422
    assert "Somebody is writing a course of this title." in answer.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a zip", "zip"),
        (zipped({"a/../../x.md": b"x"}), "x.md"),
        (zipped({"notes.md": b"x"}), "course.md"),
        (zipped({"course.md": b"---\ntitle: A\n---\n"}), "title and slug"),
        (zipped({"course.md": b"\xff\xfe"}), "UTF-8"),
    ],
)
def test_a_zip_that_is_no_course_is_refused_with_its_place_and_nothing_is_kept(
    session, trainer, browser, content, said
):
    answer = upload(browser, "/authoring/import", "a.zip", content, agency="0")

    assert answer.status_code == 422
    assert said in answer.text
    assert session.query(CourseDraft).count() == 0


def test_questions_from_gift_stand_at_the_end_of_the_quiz_and_what_was_lost_is_listed(session, browser, draft_url):
    answer = upload(browser, f"{draft_url}/import/{QUIZ}", "questions.gift", GIFT)

    assert answer.status_code == 200
    assert "1 question stands at the end of the quiz." in answer.text
    assert "line 1" in answer.text
    page = browser.show(f"{draft_url}/files/{QUIZ}").text
    assert "Which city is the capital of France?" in page
    assert "id=capital" in page.lower()


def test_a_quiz_goes_out_as_gift_with_what_that_cannot_say(trainer, browser, draft_url):
    page = browser.show(f"{draft_url}/export/final/quiz.md")
    assert "What GIFT cannot say" in page.text

    sent = browser.get(f"{draft_url}/export/final/quiz.md?download=1")

    assert sent.headers["Content-Disposition"] == 'attachment; filename="small-course-final.gift"'
    assert "What of final-1?" in sent.text


@pytest.mark.parametrize(("path", "name"), [(QUIZ, "a.docx"), ("01-one/module.md", "a.gift"), (QUIZ, "a.exe")])
def test_a_file_of_another_kind_is_refused(trainer, browser, draft_url, path, name):
    answer = upload(browser, f"{draft_url}/import/{path}", name, GIFT)

    assert answer.status_code == 422
    assert "This file is of another kind" in answer.text


def test_what_is_no_word_document_is_refused(trainer, browser, draft_url):
    answer = upload(browser, f"{draft_url}/import/01-one/module.md", "a.docx", b"PK\x03\x04 nothing")

    assert answer.status_code == 422
    assert browser.show(f"{draft_url}/import/01-one/module.md").text


def test_another_trainers_course_is_not_exported(session, browser):
    make_account(session, role=Role.COORDINATOR)
    session.commit()
    browser.sign_in()

    browser.show("/authoring/courses/small-course/export.zip", status=403)


def test_the_source_of_a_release_is_its_folder_byte_for_byte(session, tmp_path):
    from tests.conftest import COURSES, write_course
    from tests.make import AT, course_files
    from ttaplatform.catalogue.service import publish

    files = {name: words.replace("\n", "\r\n") if "job" in name else words for name, words in course_files().items()}
    folder: Path = write_course(tmp_path, {})
    for name, words in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(("\ufeff" if "eval" in name else "").encode() + words.encode())
    publish(session, folder, COURSES, at=AT)

    kept = load_source(session, published(session).release_id)

    assert {name: text.encode() for name, text in kept.items() if name.endswith(".md")} == {
        name: (folder / name).read_bytes() for name in files if name.endswith(".md")
    }
