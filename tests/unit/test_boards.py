"""Files for boards: which rows are sound, in which columns, and what a spreadsheet may not run."""

from dataclasses import replace
from datetime import date

import pytest

from ttaplatform.boards.rules import (
    BOM,
    CALIFORNIA_POST,
    FIELDS,
    SHIPPED,
    TEXAS_TCOLE,
    Column,
    Row,
    blank_columns,
    check_row,
    csv_lines,
    value_of,
)

ROW = Row(
    "Pat Example",
    date(2026, 11, 20),
    date(2026, 11, 24),
    typed={"post-id": "A12-345", "pid": "T-99"},
    agency="Springfield Police",
    ori="CA0190000",
    course="Small course",
    amount="1.5",
    amount_text="1.5 CPT hours",
    minutes=90,
    score_percent=85,
    attestation="I do this myself.",
    provider_name="Example Academy",
    provider_number="4711",
    approval_number="1010-22222",
)


@pytest.mark.parametrize(
    ("change", "failures"),
    [
        ({}, []),
        ({"ori": ""}, []),
        ({"typed": {}}, [("POST ID", "missing")]),
        ({"typed": {"pid": "T-99"}}, [("POST ID", "missing")]),
        ({"typed": {"post-id": "  "}}, [("POST ID", "missing")]),
        ({"typed": {"post-id": "-12345"}}, [("POST ID", "formula")]),
        ({"typed": {"post-id": "9" * 61}}, [("POST ID", "too-long")]),
        ({"ori": "=CA0190000"}, [("Agency ORI", "formula")]),
        ({"agency": ""}, [("Agency", "missing")]),
        ({"approval_number": ""}, [("State course number", "missing")]),
        ({"approval_number": "@7"}, [("State course number", "formula")]),
        ({"attestation": ""}, [("Identity attestation", "missing")]),
        ({"attestation": "x" * 1001}, [("Identity attestation", "too-long")]),
        ({"name": "=Pat"}, []),
        (
            {"provider_name": "", "provider_number": ""},
            [("Provider name", "missing"), ("Provider approval number", "missing")],
        ),
    ],
)
def test_a_row_fails_for_each_column_that_it_cannot_fill(change, failures):
    found = check_row(CALIFORNIA_POST.columns, replace(ROW, **change))

    assert [(failure.heading, failure.why) for failure in found] == failures


def test_a_roster_has_the_columns_of_the_completion_record_in_order():
    header, line = csv_lines(CALIFORNIA_POST.columns, [ROW])

    assert header.removeprefix(BOM).rstrip("\r\n").split(",") == [
        "Officer name", "POST ID", "Agency", "Agency ORI", "Course title", "State course number", "Delivery mode",
        "Instructors", "Start date", "End date", "Clock hours", "Test score (percent)", "Result",
        "Identity attestation", "Provider name", "Provider approval number",
    ]  # fmt: skip
    assert line == (
        "Pat Example,A12-345,Springfield Police,CA0190000,Small course,1010-22222,"
        '"online, self-paced",,2026-11-20,2026-11-24,1.5,85,pass,I do this myself.,Example Academy,4711\r\n'
    )


def test_an_officer_of_texas_is_known_by_the_pid():
    headings = [column.heading for column in TEXAS_TCOLE.columns]

    assert headings == ["PID" if one == "POST ID" else one for one in (c.heading for c in CALIFORNIA_POST.columns)]
    assert value_of(ROW, TEXAS_TCOLE.columns[1].field) == "T-99"


def test_the_file_begins_with_the_mark_of_utf8_and_its_lines_end_in_crlf():
    lines = list(csv_lines([Column("Name", "name")], [replace(ROW, name="Łucja, “Pat”")] * 2))

    assert lines == ["\ufeffName\r\n", '"Łucja, “Pat”"\r\n', '"Łucja, “Pat”"\r\n']


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_words_that_a_spreadsheet_would_run_get_an_apostrophe_in_rows_and_headings(start):
    header, line = csv_lines([Column(f"{start}1+1", "name")], [replace(ROW, name=f"{start}HYPERLINK()")])

    assert header == f"{BOM}'{start}1+1\r\n"
    assert line == f"'{start}HYPERLINK()\r\n"


@pytest.mark.parametrize(("name", "cell"), [("\t=1+1", "'=1+1"), ("\rPat\nExample ", "Pat Example")])
def test_a_cell_is_one_line_and_loses_leading_blanks_before_it_is_made_harmless(name, cell):
    assert list(csv_lines([Column("Name", "name")], [replace(ROW, name=name)]))[1] == f"{cell}\r\n"


def test_a_column_may_stay_blank_and_a_field_that_is_gone_is_missing_where_it_is_asked():
    columns = [Column("Office use", "empty"), Column("Old", "gone", is_required=True)]

    assert [failure.why for failure in check_row(columns, ROW)] == ["missing"]
    assert list(csv_lines(columns, [ROW]))[1] == ",\r\n"


def test_optional_columns_that_are_blank_are_counted_but_not_those_that_always_are():
    assert blank_columns(CALIFORNIA_POST.columns, [replace(ROW, ori=""), ROW]) == [("Agency ORI", 1)]
    assert blank_columns(CALIFORNIA_POST.columns, []) == []


def test_every_column_that_ships_names_a_field_that_there_is():
    assert {column.field for layout in SHIPPED for column in layout.columns} <= set(FIELDS)


def test_the_first_value_that_was_typed_is_whatever_the_credit_asked_first():
    assert value_of(ROW, "first-typed") == "A12-345"
    assert value_of(replace(ROW, typed={}), "first-typed") == ""
