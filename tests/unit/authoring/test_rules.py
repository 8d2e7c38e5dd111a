"""Who signs what, which kind a change may be called, and how modules are numbered."""

from dataclasses import replace

import pytest

from tests.make import REFERENCE, course_files
from ttaplatform.authoring.rules import (
    APPROVED,
    CHANGES,
    EDITORIAL,
    REVIEWS,
    SUBJECT_EXPERT,
    SURVIVOR_REVIEWER,
    Signed,
    items_changed,
    kinds_allowed,
    module_folders,
    moved,
    paths_after,
    renumbered,
    reviews_missing,
    reviews_needed,
    slug_of,
    speaks_of_victims,
)
from ttaplatform.authoring.starter import course_files as starter
from ttaplatform.authoring.starter import module_files
from ttaplatform.catalogue.parser import parse_course


def compiled(files=None):
    course, problems = parse_course(files or course_files(), REFERENCE)
    assert course is not None, problems
    return course


@pytest.mark.parametrize(
    ("needs", "of_victims", "needed"),
    [
        ("both", True, REVIEWS),
        ("both", False, (SUBJECT_EXPERT,)),
        ("one", True, (SURVIVOR_REVIEWER,)),
        ("one", False, (SUBJECT_EXPERT,)),
        ("none", True, ()),
    ],
)
def test_content_on_victims_is_read_by_a_survivor_reviewer(needs, of_victims, needed):
    assert reviews_needed(needs, of_victims=of_victims) == needed


@pytest.mark.parametrize("text", ["A victim waits.", "Sobrevivientes", "who was trafficked", "las víctimas"])
def test_a_text_on_victims_is_recognized(text):
    assert speaks_of_victims(["Nothing.", text])


def test_a_text_on_something_else_is_not():
    assert not speaks_of_victims(["How to fold a map.", "Traffic rules."])


@pytest.mark.parametrize(
    ("signed", "missing"),
    [
        ((), REVIEWS),
        ((Signed(SUBJECT_EXPERT, 1, APPROVED),), (SURVIVOR_REVIEWER,)),
        ((Signed(SUBJECT_EXPERT, 1, APPROVED), Signed(SURVIVOR_REVIEWER, 2, APPROVED)), ()),
        ((Signed(SUBJECT_EXPERT, 1, APPROVED), Signed(SURVIVOR_REVIEWER, 1, APPROVED)), (SURVIVOR_REVIEWER,)),
        ((Signed(SUBJECT_EXPERT, 1, APPROVED), Signed(SURVIVOR_REVIEWER, 2, CHANGES)), (SURVIVOR_REVIEWER,)),
        (
            (
                Signed(SUBJECT_EXPERT, 1, CHANGES),
                Signed(SUBJECT_EXPERT, 3, APPROVED),
                Signed(SURVIVOR_REVIEWER, 2, APPROVED),
            ),
            (SUBJECT_EXPERT,),
        ),
    ],
)  # fmt: skip
def test_two_reviews_are_two_people_and_a_wish_for_changes_stops(signed, missing):
    assert reviews_missing(REVIEWS, signed) == missing


def test_a_change_of_words_may_be_called_editorial():
    text = course_files()["01-one/module.md"].replace("Soft words.", "Softer words.")

    assert EDITORIAL in kinds_allowed(compiled(), compiled(course_files(**{"01-one/module.md": text})))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("course.md", "passing_percent: 80", "passing_percent: 70"),
        ("course.md", "minutes: 20", "minutes: 30"),
        ("final/quiz.md", "draw=4", "draw=3"),
        ("01-one/quiz.md", "What of one-1?", "What of this one?"),
    ],
)
def test_what_decides_who_passes_is_never_only_editorial(path, old, new):
    text = course_files()[path].replace(old, new, 1)

    assert EDITORIAL not in kinds_allowed(compiled(), compiled(course_files(**{path: text})))


def test_items_that_ask_something_else_are_told_from_new_ones_and_gone_ones():
    old, new = compiled(), compiled()
    changed = replace(new.final.items[0], hash="other")
    final = replace(new.final, items=(changed, *new.final.items[2:], replace(new.final.items[1], id="new")))

    added, differs, gone = items_changed(old, replace(new, final=final))

    assert ([one.id for one in added], differs, [one.id for one in gone]) == (["new"], [changed], ["final-2"])


def test_a_moved_module_gets_another_number_and_its_files_follow():
    files = {"01-one/module.md": "", "02-two/module.md": "", "02-two/quiz.md": "", "course.md": ""}
    names = renumbered(moved(module_folders(files), "02-two", -1))

    assert names == {"02-two": "01-two", "01-one": "02-one"}
    assert paths_after(files, names)["02-two/quiz.md"] == "01-two/quiz.md"


def test_moving_beyond_the_end_changes_nothing():
    assert renumbered(moved(["01-one", "02-two"], "02-two", 1)) == {}


@pytest.mark.parametrize(
    ("title", "taken", "slug"),
    [
        ("Señales de trata", (), "senales-de-trata"),
        ("  !!  ", (), "untitled"),
        ("First aid", ("first-aid", "first-aid-2"), "first-aid-3"),
        ("x" * 100, (), "x" * 60),
    ],
)
def test_a_title_becomes_a_plain_address(title, taken, slug):
    assert slug_of(title, taken) == slug


@pytest.mark.parametrize("title", ["A course", 'He said: "Stop"', "Yes: [no]", "# 1", "O'Neill & Sons", "null", "12"])
def test_what_a_course_begins_with_has_no_error(title):
    files = starter(title, slug="a-course", summary=title, sector="all", minutes=30, language="en")
    files |= module_files("Second: a module", folder="02-second", minutes=5, taken=("first-module",))

    course, problems = parse_course(files, REFERENCE)

    assert course is not None, problems
    assert course.title == title
