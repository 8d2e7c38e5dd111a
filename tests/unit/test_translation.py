"""Translations: the same structure in other words, and every difference named."""

import pytest

from tests.make import REFERENCE, course_files, spanish_files
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.parser import parse_course


def found(**changes: str) -> set[str]:
    return {problem.code for problem in parse_course(spanish_files(**changes), REFERENCE)[1]}


def test_a_translated_course_speaks_both_languages_with_the_same_items():
    course, problems = parse_course(spanish_files(), REFERENCE)

    assert problems == []
    spanish = course.spoken("es")
    assert (course.title, spanish.title) == ("Small course", "Curso breve")
    assert (course.language, spanish.language) == ("en", "es")
    assert course.spoken("fr") is course
    assert [item.id for item in spanish.final.items] == [item.id for item in course.final.items]
    assert spanish.minutes == course.minutes
    assert spanish.source("KEY") == course.source("KEY")
    assert spanish.job_aid.title == "En una página"


def edited(path: str, old: str, new: str) -> dict[str, str]:
    text = spanish_files()[path]
    assert old in text
    return {path.replace("/", "__"): text.replace(old, new, 1)}


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("final/quiz.es.md", "id=final-2", "id=final-9", "translation-differs"),
        ("final/quiz.es.md", "1. [x]", "1. [ ]", "no-key"),
        ("final/quiz.es.md", "shuffle", "", "translation-differs"),
        ("final/quiz.es.md", "draw=4", "draw=3", "translation-differs"),
        ("01-one/module.es.md", "## Mire", "### Mire", "heading-jump"),
        ("01-one/module.es.md", "Call {{ fact:hotline-phone }}. [@KEY]", "Llame.", "translation-differs"),
        ("02-two/module.es.md", "`+1`", "", "translation-differs"),
        ("course.es.md", "objectives: {LO1:", "objectives: {LO2:", "translation-differs"),
        ("course.es.md", "title:", "minutes: 3\ntitle:", "translation-setting"),
    ],
)
def test_a_translation_that_differs_is_named(path, old, new, code):
    assert code in found(**edited(path, old, new))


def test_a_copy_that_nobody_translated_is_named():
    copied = course_files()["01-one/quiz.md"].partition("\n---\n")[2]

    problems = parse_course(spanish_files(**{"01-one__quiz.es.md": "---\ntitle: Prueba\n---\n" + copied}), REFERENCE)[1]

    assert [one.path for one in problems if one.code == "translation-same"] == ["01-one/quiz.es.md"]


def test_a_missing_translation_is_named():
    files = spanish_files()
    del files["01-one/quiz.es.md"]

    problems = parse_course(files, REFERENCE)[1]

    assert ("01-one/quiz.md", "translation-missing") in {(problem.path, problem.code) for problem in problems}


def test_a_translation_into_a_language_that_is_not_listed_is_named():
    assert "translation-unlisted" in found(**{"01-one__module.fr.md": "---\ntitle: Un\n---\n"})


TYPED = (
    "---\ntitle: {title}\n---\n\n"
    "## Question: {q}\n\n<!-- quiz: id=t-1 type=text -->\n\n- = `{word}`\n\n"
    "## Question: {q} 2\n\n<!-- quiz: id=t-2 type=number -->\n\n- = 15 {unit}\n\n"
    "## Question: {q} 3\n\n<!-- quiz: id=t-3 type=cloze -->\n\n[[{word}]] [[{a}|({b})]]\n"
)
ENGLISH = TYPED.format(title="Check", q="What?", word="alone", unit="minutes", a="late", b="now")
SPANISH = TYPED.format(title="Prueba", q="¿Qué?", word="a solas", unit="minutos", a="tarde", b="ahora")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("item_id", "given"),
    [("t-1", ["alone"]), ("t-1", ["A solas"]), ("t-2", ["15 minutes"]), ("t-2", ["15 minutos"]),
     ("t-3", ["a:alone", "b:b"]), ("t-3", ["a:a solas", "b:b"])],
)  # fmt: skip
def test_what_is_typed_is_taken_in_every_language_of_the_course(language, item_id, given):
    files = spanish_files(**{"01-one__quiz.md": ENGLISH, "01-one__quiz.es.md": SPANISH})
    course, problems = parse_course(files, REFERENCE)
    assert problems == []
    item = course.spoken(language).quiz("01-one").item(item_id)
    kind = ITEM_TYPES[item.type]

    assert kind.grade(item, kind.read(item, given)) == 1


def test_a_chosen_gap_with_another_key_in_the_translation_is_reported():
    spanish = SPANISH.replace("[[tarde|(ahora)]]", "[[(tarde)|ahora]]")
    files = spanish_files(**{"01-one__quiz.md": ENGLISH, "01-one__quiz.es.md": spanish})

    assert [problem.code for problem in parse_course(files, REFERENCE)[1]] == ["translation-differs"]
