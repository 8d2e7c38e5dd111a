"""What people who tried the editor stumbled upon: each is said by the checker now, at its line."""

from tests.make import REFERENCE, course_files, question
from ttaplatform.authoring.rules import CHANGES, SUBJECT_EXPERT, SURVIVOR_REVIEWER, Signed, reviews_missing
from ttaplatform.authoring.starter import course_files as starter_files
from ttaplatform.catalogue.checks import PLACEHOLDERS
from ttaplatform.catalogue.parser import parse_course

CHECK = "01-one/quiz.md"
GAPS = "## Question: Fill it in.\n\n<!-- quiz: id=gap type=cloze -->\n\n{text}\n\n> **Explanation:** So it is.\n"


def found(text: str) -> list[tuple[int, str]]:
    _course, problems = parse_course(course_files(**{"01-one__quiz.md": text}), REFERENCE)
    return [(one.line, one.code) for one in problems if one.path == CHECK]


def quiz(*parts: str) -> str:
    return "---\ntitle: Check\n---\n\n" + "\n".join(parts)


def test_a_question_whose_heading_is_in_small_letters_is_asked():
    course, _problems = parse_course(
        course_files(**{"01-one__quiz.md": quiz(question("one-1").replace("## Question:", "## question:"))}), REFERENCE
    )

    assert [item.id for item in course.modules[0].quiz.items] == ["one-1"]


def test_a_question_under_another_heading_is_no_question_and_its_line_is_told():
    text = quiz(question("one-1"), question("one-2").replace("## Question:", "## Query:"))
    line = text.splitlines().index(next(one for one in text.splitlines() if "id=one-2" in one)) + 1

    assert (line, "stray-text") in found(text)


def test_words_outside_of_every_question_are_a_hint_once():
    text = quiz("Read this first.\nAnd this.\n", question("one-1"))

    assert found(text) == [(5, "unasked")]


def test_a_gap_that_is_not_closed_is_told():
    assert (9, "no-gaps") in found(quiz(GAPS.format(text="A [[one|(two)]] and [[three|(four)|five")))


def test_a_title_of_blanks_is_missing():
    _course, problems = parse_course(
        course_files(**{"01-one__quiz.md": '---\ntitle: "  "\n---\n\n' + question("one-1")}), REFERENCE
    )

    assert (CHECK, "missing-key") in {(one.path, one.code) for one in problems}


def test_what_a_template_says_is_hinted_at_until_somebody_wrote():
    files = starter_files("New", slug="new", summary="New.", sector="all", minutes=30, language="en")
    files["job-aid.md"] = "---\ntitle: On one page\n---\n\n## First\n\n- The first thing to do\n"

    _course, problems = parse_course(files, REFERENCE)

    told = {one.message.partition(": ")[2] for one in problems if one.code == "placeholder"}
    assert told == PLACEHOLDERS
    assert all(one.is_warning for one in problems)


def test_whoever_asked_for_changes_is_waited_for_though_not_needed():
    signed = [Signed(SUBJECT_EXPERT, 1, "approved"), Signed(SURVIVOR_REVIEWER, 2, CHANGES)]

    assert reviews_missing((SUBJECT_EXPERT,), signed) == (SURVIVOR_REVIEWER,)
