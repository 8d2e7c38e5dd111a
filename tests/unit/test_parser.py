"""The course parser: pure, all problems at once, each with its place."""

import pytest

from tests.make import REFERENCE, course_files, question, spanish_files
from ttaplatform.catalogue.parser import parse_course


def codes(**changes: str) -> set[str]:
    return {problem.code for problem in parse_course(course_files(**changes), REFERENCE)[1]}


def test_a_sound_course_has_no_problem():
    course, problems = parse_course(course_files(), REFERENCE)

    assert problems == []
    assert course is not None
    assert [module.slug for module in course.modules] == ["01-one", "02-two"]
    assert (course.final.length, len(course.final.items)) == (4, 5)


def test_an_item_knows_its_options_key_and_feedback():
    course, _ = parse_course(course_files(), REFERENCE)

    item = course.quiz("01-one").item("one-1")
    assert [(option.key, option.html, option.is_right) for option in item.options] == [
        ("a", "The right one", True),
        ("b", "The wrong one", False),
    ]
    assert "No, because." in item.options[1].feedback_html
    assert "So it is." in item.explanation_html


def test_feedback_does_not_change_the_hash_of_an_item_and_an_option_does():
    def item_hash(text: str) -> str:
        return parse_course(course_files(**{"01-one__quiz.md": text}), REFERENCE)[0].quiz("01-one").items[0].hash

    plain = "---\ntitle: Check\n---\n" + question("one-1")

    assert item_hash(plain) == item_hash(plain.replace("Yes, because", "Yes, indeed"))
    assert item_hash(plain) != item_hash(plain.replace("The wrong one", "A wrong one"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (question("x").replace("id=x ", ""), "no-id"),
        (question("x").replace("[x]", "[ ]"), "no-key"),
        (question("x").replace("    > No, because.\n", ""), "no-feedback"),
        (question("x").replace("2. [ ]", "- [ ]"), "mixed-options"),
        (question("x").replace("    > No", "  > No"), "feedback-indent"),
        (question("x", settings="colour=red"), "unknown-setting"),
        (question("x", settings="points=0"), "bad-points"),
        (question("x", settings="credit=most"), "unknown-credit"),
        (question("x", settings="type=essay"), "unknown-type"),
        (question("x") + "\n" + question("x"), "doubled-id"),
        ("<!-- pool: p draw=3 -->\n" + question("x") + "\n<!-- /pool -->", "pool-draw"),
        ("<!-- pool: p draw=1 -->\n" + question("x"), "pool-open"),
        ("Nothing here.", "no-questions"),
        (question("x", right="The right one, which is by far the longest of them all"), "length-clue"),
    ],
)
def test_a_broken_question_is_named(text: str, code: str):
    assert code in codes(**{"02-two__quiz.md": f"---\ntitle: Check\n---\n\n{text}\n"})


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Words. [@NOWHERE]", "source-unlisted"),
        ("Call {{ fact:nothing }}.", "fact-unknown"),
        ("![](media/a.png)", "no-alt"),
        ("![A map](media/a.png)", "no-media"),
        ("See [click here](https://example.org/).", "vague-link"),
        ("#### Too deep", "heading-jump"),
    ],
)
def test_a_broken_lesson_is_named(line: str, code: str):
    assert code in codes(**{"02-two__module.md": f"---\ntitle: Second\nminutes: 5\n---\n\n{line}\n"})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("sector: all", "sector: space", "bad-sector"),
        ("slug: small-course", "slug: Small Course", "bad-slug"),
        ("summary: A small one.", "colour: red", "unknown-key"),
        ("minutes: 20", "minutes: long", "bad-value"),
        ("attempts: 2", "attempts: 0", "bad-attempts"),
        ("title: Small course", "title: &x Small course", "yaml-anchor"),
        ("title: Small course", "title: [Small", "bad-yaml"),
        ("passing_percent: 80", "passing_percent: 0", "bad-passing"),
        ("reviewed_on: 2026-11-24", "reviewed_on: soon", "bad-date"),
    ],
)
def test_a_broken_front_matter_is_named(old: str, new: str, code: str):
    assert code in codes(**{"course.md": course_files()["course.md"].replace(old, new)})


def test_every_problem_comes_at_once_with_path_and_line():
    broken = (
        "---\ntitle: Check\n---\n\n" + question("x").replace("[x]", "[ ]") + "\n" + question("y").replace("id=y ", "")
    )

    problems = parse_course(course_files(**{"02-two__quiz.md": broken}), REFERENCE)[1]

    assert [str(problem).split(" ")[:2] for problem in problems] == [
        ["02-two/quiz.md:5:", "no-key"],
        ["02-two/quiz.md:19:", "no-id"],
    ]


def test_an_empty_folder_says_what_a_course_needs():
    course, problems = parse_course({}, REFERENCE)

    assert course is None
    assert {"no-front-matter", "no-modules", "no-final"} <= {problem.code for problem in problems}


def test_what_a_question_cites_is_listed_once_and_leaves_no_dead_link():
    course, _ = parse_course(course_files(), REFERENCE)

    item = course.quiz("01-one").item("one-1")
    assert item.cited == ("KEY",)
    assert "href" not in item.explanation_html


def test_a_doubled_id_is_placed_in_the_original_and_a_length_clue_in_its_own_language():
    files = spanish_files()
    files["02-two/quiz.md"] = "---\ntitle: Check\n---\n\n" + question("one-1")
    files["02-two/quiz.es.md"] = files["02-two/quiz.md"]
    files["01-one/quiz.es.md"] = files["01-one/quiz.es.md"].replace("La correcta", "La correcta, la más larga")

    places = {(problem.code, problem.path) for problem in parse_course(files, REFERENCE)[1]}

    assert ("doubled-id", "01-one/quiz.md") in places
    assert ("length-clue", "01-one/quiz.es.md") in places
    assert ("length-clue", "01-one/quiz.md") not in places
