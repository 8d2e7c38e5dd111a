"""A translation begins with a file beside each original, under the settings that differ by language."""

from tests.make import REFERENCE, course_files, spanish_files
from ttaplatform.authoring.settings import read_settings
from ttaplatform.authoring.translating import languages_missing, languages_of, missing_translations
from ttaplatform.catalogue.parser import parse_course


def test_a_whole_translation_lacks_nothing():
    assert missing_translations(spanish_files(), "es") == {}
    assert languages_missing(spanish_files()) == []


def test_every_page_that_has_no_translation_is_named():
    files = spanish_files()
    del files["02-two/module.es.md"], files["job-aid.es.md"]

    assert list(missing_translations(files, "es")) == ["02-two/module.es.md", "job-aid.es.md"]
    assert languages_missing(files) == ["es"]


def test_an_original_in_spanish_can_be_translated_into_english():
    files = {"course.md": "---\nlanguages: [es]\n---\n"}

    assert languages_of(files) == ["es"]
    assert list(missing_translations(files, "en")) == ["course.en.md"]


def test_settings_that_cannot_be_read_leave_english():
    assert languages_of({"course.md": "---\nlanguages: [\n---\n"}) == ["en"]
    assert languages_of({}) == ["en"]


def test_a_translation_begins_with_the_words_and_the_settings_that_differ_by_language():
    lesson = missing_translations(course_files(), "es")["01-one/module.es.md"]

    assert read_settings(lesson).keys() <= {"title", "content_note"}
    assert lesson.partition("\n---\n")[2] == course_files()["01-one/module.md"].partition("\n---\n")[2]


def test_windows_line_ends_are_read_as_lines():
    files = {path: text.replace("\n", "\r\n") for path, text in course_files().items()}

    assert missing_translations(files, "es") == missing_translations(course_files(), "es")


def test_the_checker_asks_only_for_the_words_of_a_translation_that_was_begun():
    files = course_files()
    files["course.md"] = files["course.md"].replace("---\n", "---\nlanguages: [en, es]\n", 1)

    course, problems = parse_course(files | missing_translations(files, "es"), REFERENCE)

    assert course is None
    assert {problem.code for problem in problems if not problem.is_warning} == {"translation-same"}
    same = [problem.path for problem in problems if problem.code == "translation-same"]
    assert same == sorted(missing_translations(files, "es"))
