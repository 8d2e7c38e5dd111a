"""Tables of HTML as tables of Markdown, whose rows all have the same number of cells."""

import re
from collections.abc import Mapping, Sequence

from ttaplatform.exchange.gift_markdown import cell

MOST_SPANNED = 20  # columns or rows that one cell covers; what says more is read as this many
MOST_COVERED = 10_000  # cells of a table that others cover; what a larger one says of its cells is not read
SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
Spans = Mapping[tuple[int, int], tuple[int, int]]


def span_of(attributes: str) -> tuple[int, int]:
    """Return how many columns and rows a cell covers, (1, 1) when it says nothing of it."""
    said = {name.lower(): max(1, min(MOST_SPANNED, int(number))) for name, number in SPAN.findall(attributes)}
    return said.get("col", 1), said.get("row", 1)


def spread(rows: Sequence[Sequence[str]], spans: Spans) -> list[list[str]]:
    """Return the rows with empty cells where a cell of another column or row reaches; rows without a cell are gone."""
    covered: set[tuple[int, int]] = set()
    shown = []
    for number, row in enumerate(rows):
        line: list[str] = []
        for place, words in enumerate(row):
            _fill(line, number, covered)
            across, down = spans.get((number, place), (1, 1)) if len(covered) < MOST_COVERED else (1, 1)
            covered |= {(number + y, len(line) + x) for y in range(down) for x in range(across) if x or y}
            line.append(words)
        _fill(line, number, covered)
        shown.append(line)
    return [line for row, line in zip(rows, shown, strict=True) if row]


def _fill(line: list[str], number: int, covered: set[tuple[int, int]]) -> None:
    """Put empty cells up to the next one that is free."""
    while (number, len(line)) in covered:
        line.append("")


def table_lines(rows: Sequence[Sequence[str]], spans: Spans) -> str:
    """Return a table whose first row is its header; rows that are shorter are filled up."""
    shown = spread(rows, spans)
    width = max(map(len, shown))
    lines = [f"| {' | '.join(map(cell, [*row, *[''] * (width - len(row))]))} |" for row in shown]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
