"""The shipped courses: clean, sourced, and with no number that the facts do not know."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from ttaplatform.catalogue.curriculum import curriculum_map
from ttaplatform.catalogue.folder import course_folders, read_course
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.reference import load_facts
from ttaplatform.catalogue.service import check_folder
from ttaplatform.people.rules import PROFESSIONS

COURSES = Path(__file__).parent.parent.parent / "courses"
FOLDERS = course_folders(COURSES)
# What a lesson says of this platform itself has no source in the field.
UNCITED = {"train-the-trainer": ["06-writing-courses-here"]}
SLUGS = {seed.slug for seed in PROFESSIONS}


@cache
def compiled(folder: Path):
    """Return the course of the folder and its problems, compiled once for all tests."""
    return check_folder(folder, COURSES)


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request) -> Path:
    return request.param


def test_a_course_for_law_enforcement_and_one_for_health_ship():
    assert {compiled(folder)[0].sector for folder in FOLDERS} >= {"law-enforcement", "health"}


def test_a_shipped_course_has_not_even_a_warning(folder):
    assert compiled(folder)[1] == []


def test_a_shipped_course_is_as_large_as_was_promised(folder):
    course = compiled(folder)[0]

    assert 4 <= len(course.modules) <= 8
    assert all(module.quiz and module.lesson.items for module in course.modules)
    assert [module.slug for module in course.modules if not module.lesson.cited] == UNCITED.get(course.slug, [])
    assert len(course.final.items) >= 25
    assert 10 <= course.final.length <= 15
    assert set(course.audience) <= SLUGS
    assert set(course.objectives) == {item.objective for item in course.final.items}


def test_the_right_places_are_spread(folder):
    singles = [item for item in compiled(folder)[0].items if item.type == "single"]
    places = [next(i for i, option in enumerate(item.options) if option.is_right) for item in singles]

    assert all(places.count(place) >= len(singles) // 8 for place in range(4))


def test_a_telephone_number_is_always_a_fact(folder):
    for path, text in read_course(folder)[0].items():
        assert not re.search(r"\b(1-)?\d{3}-\d{3}-\d{4}\b|\b233733\b", text), path


NUMBER = re.compile(r"(?<![\w.-])\d(?:[\d,.]*\d)?(?!\w)")
NOT_PROSE = re.compile(r"<!--.*?-->|\[@[^\]]+\]|\]\([^)]*\)|\{\{.*?\}\}|`\+\d`|^\s*\d+[.)] ", re.S | re.M)


def test_every_number_in_a_course_stands_in_the_facts(folder):
    facts = yaml.safe_load((COURSES / "facts.yaml").read_text("utf-8"))
    known = {str(number).strip("$%") for fact in facts for number in fact["numbers"]}

    for path, text in read_course(folder)[0].items():
        if path.endswith(".md"):
            prose = NOT_PROSE.sub("", text.split("\n---\n", 1)[1])
            assert set(NUMBER.findall(prose)) <= known, path


def test_no_question_is_asked_in_two_courses():
    stems = [item.stem_html for folder in FOLDERS for item in compiled(folder)[0].items]

    assert len(stems) == len(set(stems))


def test_the_curriculum_has_its_ten_courses_with_scenarios_evaluation_and_job_aid():
    courses = {folder.name: compiled(folder)[0] for folder in FOLDERS}
    scenarios = {slug: sum(item.type == "scenario" for item in one.items) for slug, one in courses.items()}

    assert len(courses) == 10
    assert all(one.evaluation and one.job_aid and one.local_fields for one in courses.values())
    assert all(scenarios[slug] >= 2 for slug in ("law-enforcement-first-contact", "soar-in-health-care"))
    assert all(scenarios[slug] >= 1 for slug, one in courses.items() if one.minutes >= 60)


def test_one_course_uses_every_type_of_question():
    course = compiled(COURSES / "train-the-trainer")[0]

    assert {item.type for item in [*course.items, *course.evaluation.items]} == set(ITEM_TYPES)
    assert any(option.weight for item in course.items for option in item.options)


def test_the_map_of_the_curriculum_is_that_of_the_courses():
    courses = [compiled(folder)[0] for folder in FOLDERS]

    assert (COURSES.parent / "docs" / "curriculum.md").read_text("utf-8") == curriculum_map(courses)


def test_every_family_can_be_asked_in_other_words(folder):
    items = compiled(folder)[0].items
    families = [item.family for item in items]

    assert "" not in families
    assert {family for family in families if families.count(family) < 2} == set()


def test_no_course_says_what_must_not_be_asserted_or_calls_itself_official(folder):
    text = "\n".join(read_course(folder)[0].values())

    assert not re.search(r"\bSSIT\b|\bHTSI\b|accredited|certified (training|course)", text)


def test_every_fact_has_a_source_a_day_and_a_state():
    facts = yaml.safe_load((COURSES / "facts.yaml").read_text("utf-8"))

    assert len(facts) == len(load_facts(COURSES))
    assert {fact["status"] for fact in facts} == {"found", "awaiting review"}
    assert all(fact["source"] for fact in facts if fact["status"] == "found")
    assert all(str(fact["checked_on"]) >= "2026-11-24" for fact in facts)
