"""The difference between two releases, as learners would see it."""

import pytest

from tests.make import REFERENCE, course_files
from ttaplatform.authoring.comparing import Block, blocks_of, compare_blocks, sections
from ttaplatform.authoring.guide import guide
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.paths import shipped


def compiled(**changes):
    course, problems = parse_course(course_files(**changes), REFERENCE)
    assert course is not None, problems
    return course


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>One <b>two</b></p>\n<ul><li>a</li></ul>", ["<p>One <b>two</b></p>", "<ul><li>a</li></ul>"]),
        ('<figure><img src="a"></figure><hr><p>x &amp; y &#8211;</p>',
         ['<figure><img src="a"></figure>', "<hr>", "<p>x &amp; y &#8211;</p>"]),
        ("plain", ["plain"]),
        ("", []),
    ],
)  # fmt: skip
def test_content_is_cut_at_its_outermost_elements(html, blocks):
    assert blocks_of(html) == blocks


def test_what_changed_stands_between_what_stayed():
    found = compare_blocks(["a", "b", "c", "d", "e"], ["a", "b", "C", "d", "e"])

    assert found == (Block("…"), Block(" ", "b"), Block("-", "c"), Block("+", "C"), Block(" ", "d"))


def test_the_same_course_has_no_difference():
    assert sections(compiled(), compiled()) == []


def test_a_changed_sentence_is_shown_where_it_stands():
    words = course_files()["01-one/module.md"].replace("Soft words.", "Kind words.")

    (section,) = sections(compiled(), compiled(**{"01-one/module.md": words}))

    assert section.title == "First lesson"
    marks = [block.mark + block.html for block in section.blocks]
    assert "-<p>Soft words.</p>" in marks
    assert "+<p>Kind words.</p>" in marks


def test_changed_feedback_and_pass_marks_are_shown_too():
    quiz = course_files()["final/quiz.md"].replace("No, because.", "No, since.", 1)
    settings = course_files()["course.md"].replace("passing_percent: 80", "passing_percent: 70")

    titles = [
        section.title for section in sections(compiled(), compiled(**{"final/quiz.md": quiz, "course.md": settings}))
    ]

    assert titles == ["Small course", "Final assessment"]


def test_every_example_of_the_guide_can_be_shown():
    examples = [part for part in guide(shipped("docs") / "authoring.md") if part.example]

    assert len(examples) > 8
    assert all(part.items or part.lesson.parts for part in examples)
