"""A cell over several columns or rows leaves the others in their own columns."""

from ttaplatform.exchange.gift_html import markdown_of_html
from ttaplatform.exchange.html_tables import MOST_COVERED, MOST_SPANNED, span_of, spread
from ttaplatform.exchange.report import Notes


def test_what_stands_beside_and_below_a_wide_cell_keeps_its_column():
    assert spread([["a", "b"], ["x", "y", "z"], ["u", "v"]], {(0, 0): (2, 1), (1, 0): (1, 2)}) == [
        ["a", "", "b"],
        ["x", "y", "z"],
        ["", "u", "v"],
    ]


def test_a_cell_that_reaches_over_the_end_of_its_table_adds_no_row():
    assert spread([["a", "b"]], {(0, 0): (1, 9), (0, 1): (3, 1)}) == [["a", "b", "", ""]]


def test_rows_without_cells_are_gone():
    assert spread([[], ["a"], []], {}) == [["a"]]


def test_a_span_is_read_as_browsers_do_within_limits():
    assert span_of(' class="x" colspan="2"') == (2, 1)
    assert span_of(" ROWSPAN = 3 colspan=0") == (1, 3)
    assert span_of(" colspan=9999") == (MOST_SPANNED, 1)
    assert span_of(' data-colspan="x"') == (1, 1)


def test_a_table_of_wide_cells_without_end_is_read_in_time():
    rows = [["a"] * 50 for _ in range(1_000)]
    spans = {(row, place): (MOST_SPANNED, MOST_SPANNED) for row in range(1_000) for place in range(50)}

    shown = spread(rows, spans)

    assert sum(map(len, shown)) < sum(map(len, rows)) + 2 * MOST_COVERED


def test_the_note_says_once_that_cells_were_parted():
    notes = Notes()

    text = markdown_of_html("<table><tr><td colspan=2>A</td><td>B</td></tr><tr><td>1<td>2<td>3</tr></table>", 7, notes)

    assert text == "| A |  | B |\n| --- | --- | --- |\n| 1 | 2 | 3 |"
    assert [(note.line, note.is_lost) for note in notes.sorted()] == [(7, False)]
