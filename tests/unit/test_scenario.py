"""Branching scenarios, evaluations and job aids: how they are written, and what is said of a broken one."""

import pytest

from tests.make import REFERENCE, SCENARIO, course_files
from ttaplatform.catalogue.item_scenario import read_scenario, walk
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.parser import parse_course


def scenario():
    course, problems = parse_course(course_files(), REFERENCE)
    assert problems == []
    return course.module("02-two").lesson.items[0]


def codes(text: str) -> set[str]:
    files = course_files(**{"02-two__module.md": f"---\ntitle: Second\nminutes: 5\n---\n\n{text}\n"})
    return {problem.code for problem in parse_course(files, REFERENCE)[1]}


def test_a_scenario_begins_at_its_first_scene_and_ends_where_no_choice_is_left():
    item = scenario()

    assert [scene.key for scene in item.scenes] == ["start", "aloud", "alone"]
    assert walk(item, []).scene.key == "start"
    assert walk(item, [0, 0]).scene.moves == ()
    assert [move.points for move in walk(item, [1]).moves] == [1]
    assert "Now they can" in walk(item, [1]).moves[0].feedback_html


@pytest.mark.parametrize(
    ("path", "ends_in"), [([7], "start"), ([0, 7], "aloud"), ([1, 0], "alone"), ([0] * 99, "alone")]
)
def test_a_choice_that_was_not_offered_leads_nowhere(path, ends_in):
    assert walk(scenario(), path).scene.key == ends_in


def test_a_path_is_read_only_when_every_step_was_offered():
    assert read_scenario(scenario(), ["0", "0"]) == ["0", "0"]
    assert read_scenario(scenario(), ["2"]) is None
    assert read_scenario(scenario(), ["x"]) is None
    assert read_scenario(scenario(), []) is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("(#scene-aloud)", "(#scene-nowhere)", "scene-unknown"),
        ("- [Ask aloud](#scene-aloud)", "- [Ask aloud](#scene-alone)", "scene-unreachable"),
        ("## Scene: alone\n\nThey nod.", "## Scene: alone\n\nThey nod.\n\n- [Again](#scene-start)\n\n    > So.\n",
         "scene-endless"),
        ("## Scene: alone", "## Scene: aloud", "doubled-scene"),
        ("## Scene: alone", "## Scene: álone", "scene-name"),
        ("    > Better late.\n", "", "no-feedback"),
        ("Nobody speaks. You can still change it.\n", "", "empty-scene"),
        ("    > Better late.", "> Better late.", "stray-text"),
        ("## Question: At the counter\n", "", "scene-alone"),
    ],
)  # fmt: skip
def test_a_broken_scenario_is_named(old, new, code):
    assert old in SCENARIO
    assert code in codes(SCENARIO.replace(old, new))


def test_a_scenario_needs_two_scenes():
    assert "no-scenes" in codes("## Question: Alone\n\n<!-- quiz: id=x type=scenario -->\n\nWords.\n")


def test_an_ungraded_item_is_refused_in_a_graded_quiz():
    files = course_files(**{"01-one__quiz.md": f"---\ntitle: Check\n---\n\n{SCENARIO.replace(' `+1`', '')}"})

    assert "ungraded-item" in {problem.code for problem in parse_course(files, REFERENCE)[1]}


def test_an_evaluation_has_ratings_open_questions_and_choices_without_a_key():
    course, _ = parse_course(course_files(), REFERENCE)

    assert [item.type for item in course.evaluation.items] == ["likert", "open", "single"]
    rating, words, _choice = course.evaluation.items
    assert [option.html for option in rating.options] == ["No", "Partly", "Yes"]
    assert ITEM_TYPES["likert"].read(rating, ["b"]) == ["b"]
    assert ITEM_TYPES["likert"].read(rating, ["z"]) is None
    assert ITEM_TYPES["open"].read(words, ["  It went well.  "]) == ["It went well."]
    assert ITEM_TYPES["open"].read(words, ["x" * 2001]) is None


def test_a_rating_needs_a_scale():
    files = course_files(
        **{"evaluation.md": "---\ntitle: E\n---\n\n## Question: Q\n\n<!-- quiz: id=e type=likert -->\n"}
    )

    assert "bad-scale" in {problem.code for problem in parse_course(files, REFERENCE)[1]}


def test_a_job_aid_keeps_its_facts_open_and_its_sources():
    course, _ = parse_course(course_files(), REFERENCE)

    assert course.job_aid.title == "On one page"
    assert "{{ fact:hotline-phone }}" in course.job_aid.html
    assert course.job_aid.cited == ("KEY",)


def test_a_picture_has_an_address_that_holds_its_digest():
    course, _ = parse_course(course_files(media__map_svg="x") | {"media/map.svg": "abc123"}, REFERENCE)

    assert 'src="/media/abc123/map.svg"' in "".join(course.module("02-two").lesson.parts)
