"""Files as people have them: exports of Moodle, typed by hand, in Spanish, full of HTML, old."""

from collections import Counter
from pathlib import Path

import pytest

from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.quiz_text import parse_quiz
from ttaplatform.catalogue.rules import Quiz
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.gift_writing import write_gift

FILES = Path(__file__).parents[2] / "data" / "gift"
TYPES = {
    "moodle-export.gift": {"single": 2, "multiple": 1, "number": 1, "match": 1, "text": 1, "open": 1},
    "teacher.gift": {"text": 1, "single": 4, "number": 2, "multiple": 1, "match": 1, "order": 1},
    "espanol-1252.gift": {"single": 1, "text": 1, "number": 1},
    "html.gift": {"single": 3},
    "bom-old-mac.gift": {"single": 2},
}


def imported(name: str):
    return read_gift((FILES / name).read_bytes())


def items(text: str):
    found, pools, problems = parse_quiz("quiz.md", numbered(text), is_survey=True)
    assert {problem.code for problem in problems} <= {"unasked"}  # the descriptions of an export
    return found, pools


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*.gift")))
def test_every_question_of_a_file_becomes_an_item(name):
    read = imported(name)

    assert Counter(item.type for item in items(read.text)[0]) == TYPES[name]
    assert read.count == sum(TYPES[name].values())


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_was_read_is_stable_when_it_is_written_and_read_again(name):
    found, pools = items(imported(name).text)
    exported = write_gift(Quiz("Quiz", tuple(found), tuple(pools), None))
    again, pools_again = items(read_gift(exported.text.encode()).text)

    assert [note for note in exported.notes if note.is_lost] == []
    assert [item.hash for item in again] == [item.hash for item in found]
    assert [item.source for item in again] == [item.source for item in found]
    assert pools_again == pools


def test_the_categories_of_an_export_are_pools():
    _items, pools = items(imported("moodle-export.gift").text)

    assert [(pool.name, pool.draw) for pool in pools] == [("default-for-sums-and-maps", 4), ("first-aid", 3)]


def test_what_an_export_loses_is_told_with_its_lines():
    notes = imported("moodle-export.gift").notes

    assert [(note.line, note.message.partition(":")[0]) for note in notes if note.is_lost] == [
        (6, "the tag was left out"),
        (7, "the name was left out"),
        (60, "a description stays in the file under a heading of its own; learners do not see it"),
    ]


def test_spanish_of_an_old_windows_keeps_its_letters():
    text = imported("espanol-1252.gift").text

    assert "¿Cuál es la capital de España?" in text
    assert "Asunción – “la ciudad”" in text


def test_a_page_of_html_keeps_its_lists_and_tables():
    stem = items(imported("html.gift").text)[0][0].stem_html

    assert "<li>Call for help<ul>\n<li>by telephone</li>" in stem
    assert "<td>Cool | cover</td>" in stem
    assert "script" not in stem
