"""Settings are read for a form and written back; every other line of the file stays as it was."""

import pytest

from tests.make import REFERENCE, course_files
from ttaplatform.authoring.settings import (
    objectives_from,
    objectives_text,
    read_settings,
    sources_from,
    sources_text,
    with_settings,
)
from ttaplatform.catalogue.parser import parse_course

TEXT = """---
title: "Stop: look"   # mine
minutes: 13
objectives: [LO1]
# a comment that stays
content_note: This lesson
  goes on.
---

Body --- and more.
"""


def test_only_the_lines_of_what_changes_are_written():
    assert with_settings(TEXT, {"title": "Stop: look", "minutes": 14, "content_note": "New: note"}) == TEXT.replace(
        "minutes: 13", "minutes: 14"
    ).replace("content_note: This lesson\n  goes on.", "content_note: 'New: note'")


def test_the_same_settings_change_nothing():
    assert with_settings(TEXT, read_settings(TEXT)) == TEXT


def test_a_new_setting_comes_last_and_a_text_without_settings_gets_some():
    assert with_settings("Body.\n", {"title": "A"}) == "---\ntitle: A\n---\nBody.\n"
    assert with_settings("---\ntitle: A\n---\n", {"minutes": 5}) == "---\ntitle: A\nminutes: 5\n---\n"


@pytest.mark.parametrize(
    "text", ["---\ntitle: [\n---\n", "---\n- a\n---\n", "", "---\n", "---\n" + "[" * 5000 + "\n---\n"]
)
def test_settings_that_cannot_be_read_are_none(text):
    assert read_settings(text) == {}


def test_what_the_form_writes_is_sound():
    values = {
        "title": "A: 'course' & more",
        "objectives": objectives_from("LO1: Do it: well.\nLO2. Do more."),
        "sources": sources_from("KEY | P, of Q | T: the book | 2020 | https://example.org/a?b=c#d"),
        "attempts": "unlimited",
    }
    files = course_files(**{"course.md": with_settings(course_files()["course.md"], values)})

    course, problems = parse_course(files, REFERENCE)

    assert course is not None, problems
    assert (course.title, course.attempts, course.source("KEY").title) == ("A: 'course' & more", None, "T: the book")
    assert list(course.objectives.values()) == ["Do it: well.", "Do more."]


@pytest.mark.parametrize("typed", ["Do it.", "LO1: a\nLO1: b", "LO1:"])
def test_a_line_that_is_no_objective_is_refused(typed):
    assert objectives_from(typed) is None


@pytest.mark.parametrize(
    "typed", ["KEY | P | T | 2020", "key | P | T | 2020 | https://a.b", "K | P | T | 1 | javascript:x"]
)
def test_a_line_that_is_no_source_is_refused(typed):
    assert sources_from(typed) is None


def test_what_is_shown_is_read_back():
    objectives = {"LO1": "Do it.", "LO2": "Do: more."}
    sources = [{"key": "K", "publisher": "P", "title": "T", "year": 2020, "url": "https://example.org"}]

    assert objectives_from(objectives_text(objectives)) == objectives
    assert sources_from(sources_text(sources)) == sources
