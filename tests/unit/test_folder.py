"""A course folder is read byte for byte, and what cannot be read is named."""

import pytest

from tests.conftest import write_course
from tests.make import REFERENCE, course_files
from ttaplatform.catalogue.folder import content_hash, read_course
from ttaplatform.catalogue.parser import parse_course, parse_page


def codes(folder):
    return [(problem.path, problem.code) for problem in read_course(folder)[1]]


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_line_ends_and_a_mark_of_byte_order_are_kept_and_change_nothing_that_is_read(tmp_path, ending):
    original = read_course(write_course(tmp_path, course_files()))[0]
    content = ("\ufeff" + course_files()["01-one/module.md"].replace("\n", ending)).encode()
    (tmp_path / "01-one/module.md").write_bytes(content)

    files, problems = read_course(tmp_path)

    assert problems == []
    assert files["01-one/module.md"].encode() == content
    assert parse_course(files, REFERENCE)[0] == parse_course(original, REFERENCE)[0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("01-one/module.md", b"\xff\xfe\x00a", "unreadable"),
        ("01-one/module.md", b"---\x00", "unreadable"),
        ("01-one/module.md", b"a" * 500_001, "unreadable"),
        ("media/map.svg", b"<svg onload='x'/>", "unreadable"),
        ("media/map.png", b"x" * 2_000_001, "unreadable"),
        ("notes.docx", b"PK", "unknown-file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content, code):
    write_course(tmp_path, course_files())
    (tmp_path / name).write_bytes(content)

    assert (name, code) in codes(tmp_path)


def test_a_link_is_not_followed_and_named(tmp_path):
    write_course(tmp_path / "course", course_files())
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "course" / "job-aid.md").unlink()
    (tmp_path / "course" / "job-aid.md").symlink_to(tmp_path / "secret.md")

    assert codes(tmp_path / "course") == [("job-aid.md", "unreadable")]


def test_hidden_files_are_no_part_of_a_course(tmp_path):
    write_course(tmp_path, course_files() | {".git/config": "x", ".DS_Store": "x"})

    assert content_hash(read_course(tmp_path)[0]) == content_hash(dict(read_course(tmp_path)[0]))
    assert codes(tmp_path) == []


@pytest.mark.parametrize("path", sorted(path for path in course_files() if path.endswith(".md")))
def test_each_file_of_a_course_can_be_shown_by_itself(path):
    page, problems = parse_page(path, course_files(), REFERENCE)

    assert page is not None
    assert problems == []


def test_a_question_that_is_half_written_leaves_the_rest_of_its_lesson_to_be_shown():
    text = course_files()["01-one/module.md"] + "\n## Question: Half\n\n<!-- quiz: id=half -->\n\n1. [x] One\n"

    page, problems = parse_page("01-one/module.md", course_files(**{"01-one/module.md": text}), REFERENCE)

    assert [part for part in page.lesson.parts if part.startswith("item:")] == ["item:one-self"]
    assert {problem.code for problem in problems} >= {"no-options"}
