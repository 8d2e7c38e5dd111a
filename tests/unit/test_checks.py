"""The checks of a course's words, sources, dates and readability."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.make import REFERENCE, course_files, question, spanish_files
from ttaplatform.catalogue.checks import check_review
from ttaplatform.catalogue.codes import CODES, code_table
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.catalogue.prose import paragraphs, reading_grade, syllables
from ttaplatform.catalogue.reference import Fact, Reference, load_wording

ROOT = Path(__file__).parent.parent.parent
FULL = replace(REFERENCE, wording=load_wording(ROOT / "courses"))
LESSON = "---\ntitle: Second lesson\nminutes: 5\n---\n\n## Act\n\n{}\n\n" + question("two-self")


def problems(text: str, **changes: str) -> list[tuple[str, str, int]]:
    """Return code, path and line of what is wrong with a course whose second lesson says `text`."""
    files = course_files(**{"02-two__module.md": LESSON.format(text)} | changes)
    return [(one.code, one.path, one.line) for one in parse_course(files, FULL)[1]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("She is a child prostitute.", "wording"),
        ("He was beaten each week.", "no-content-note"),
        ("In one place 23 people were found.", "uncited"),
        ("Under federal law it is a crime.", "uncited"),
        ("[Read on](lost.md)", "bad-link"),
        ("| | Sign |\n| --- | --- |\n| a | b |", "table-header"),
    ],
)
def test_what_a_lesson_should_not_say_is_reported_at_its_line(text, code):
    assert problems(text) == [(code, "02-two/module.md", 8)]


@pytest.mark.parametrize(
    "text",
    [
        "Never say “child prostitute.” A child is a victim.",
        "In one place 23 people were found. [@KEY]",
        "In one place there were: [@KEY]\n\n- 23 people",
        "Call {{ fact:hotline-phone }}.",
        "> [!CONTENT]\n> Violence follows.\n\nHe was beaten each week.",
        "| Who | Sign |\n| --- | --- |\n| a | b |",
        "You wake at 6 and say, “It is 6 already.” [@KEY]",
    ],
)
def test_words_that_are_quoted_cited_or_announced_are_left_alone(text):
    assert problems(text) == []


def test_a_mistake_in_a_wrong_option_is_not_the_courses_own_word():
    text = LESSON.format("Words.").replace("The wrong one", "She chose the life")

    assert parse_course(course_files(**{"02-two__module.md": text}), FULL)[1] == []


def test_an_option_that_stands_for_all_others_is_reported():
    text = "---\ntitle: First check\n---\n\n" + question("one-1").replace("The wrong one", "All of the above")

    assert ("catch-all", "01-one/quiz.md", 7) in problems("Words.", **{"01-one__quiz.md": text})


def test_long_words_in_long_sentences_are_named_with_the_hardest_paragraph():
    easy = "We see a man. He has no coat. " * 15
    hard = "Organizational accountability necessitates multidisciplinary collaboration regarding victimization, " * 12

    assert problems(f"{easy}\n\n{hard}") == [("reading-grade", "02-two/module.md", 10)]
    assert problems(easy) == []


def test_a_lesson_that_takes_longer_than_its_minutes_is_reported():
    assert problems("We see a man. " * 400) == [("too-long", "02-two/module.md", 1)]


def test_lessons_that_together_take_longer_than_the_course_are_reported():
    settings = course_files()["course.md"].replace("minutes: 20", "minutes: 9")

    assert problems("Words.", **{"course.md": settings}) == [("minutes-sum", "course.md", 1)]


def test_a_fact_needs_a_day_and_words_in_the_language_that_uses_it():
    facts = {"hotline-phone": Fact("hotline-phone", "two years")}
    dated = {"hotline-phone": Fact("hotline-phone", "two years", checked_on="2026-11-24")}
    told = {"hotline-phone": replace(dated["hotline-phone"], texts={"es": "dos años"})}

    def found(facts):
        return {one.code for one in parse_course(spanish_files(), Reference(facts))[1]}

    assert found(facts) == {"fact-undated"}
    assert found(dated) == {"fact-untranslated"}
    assert found(told) == set()


def test_a_fact_in_a_translation_is_asked_for_in_its_language():
    course, _ = parse_course(spanish_files(), REFERENCE)

    assert "fact:hotline-phone.es" in course.translations["es"].modules[0].lesson.parts[0]


def test_a_review_is_overdue_the_day_after_it_was_due():
    course, _ = parse_course(course_files(), REFERENCE)
    course = replace(course, review_due="2026-11-24")

    assert list(check_review(course, date(2026, 11, 24))) == []
    assert [one.code for one in check_review(course, date(2026, 11, 25))] == ["review-overdue"]
    assert list(check_review(replace(course, review_due=""), date(2026, 11, 25))) == []


def test_the_reading_grade_is_that_of_the_published_formula():
    # 10 words, 2 sentences, 12 syllables
    text = "The nurse asks a question. The man does not answer."

    assert reading_grade([text]) == pytest.approx(0.39 * 5 + 11.8 * 1.2 - 15.59)


@pytest.mark.parametrize(
    ("word", "count"),
    [("made", 1), ("table", 2), ("asked", 1), ("wanted", 2), ("services", 3), ("agency", 3), ("trafficking", 3),
     ("violence", 3), ("immigration", 4), ("question", 2), ("social", 2), ("usual", 3), ("being", 2), ("I", 1)],
)  # fmt: skip
def test_syllables_are_counted_from_spelling(word, count):
    assert syllables(word) == count


def test_settings_headings_tables_and_marks_are_no_prose():
    text = "---\ntitle: T\n---\n\n# H\n\nOne\nline. [@KEY]\n\n| a | b |\n\n- **Two** [go](https://x.org)\n- Three\n"

    assert [(one.line, one.text) for one in paragraphs(text)] == [(7, "One line."), (12, "Two go"), (13, "Three")]


def test_the_authors_guide_lists_every_code():
    guide = (ROOT / "docs/authoring.md").read_text("utf-8")

    assert code_table() in guide
    assert all(f"`{code}`" in guide for code in CODES)
