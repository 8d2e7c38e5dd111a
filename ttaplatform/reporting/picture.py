"""Bars as SVG: direct labels, zero-based, no colour that carries meaning alone."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from ttaplatform.reporting.rules import Row

WIDTH, LABEL, VALUE, LINE = 960, 300, 60, 34
MOST_BARS = 12
LABEL_LETTERS = 38


def bars(rows: Sequence[Row], title: str, description: str) -> Markup:
    """Return a bar for each of the largest groups by completions, labelled with name and number."""
    shown = sorted(rows, key=lambda row: -row.completed)[:MOST_BARS]
    largest = max((row.completed for row in shown), default=0) or 1
    height = LINE * len(shown) + 8
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-labelledby="bars-title bars-desc" class="bars">').format(
        WIDTH, height
    )
    names = Markup('<title id="bars-title">{}</title><desc id="bars-desc">{}</desc>').format(title, description)
    drawn = Markup("").join(_bar(row, LINE * place, largest) for place, row in enumerate(shown))
    return head + names + drawn + Markup("</svg>")


def _bar(row: Row, top: int, largest: int) -> Markup:
    room = WIDTH - LABEL - VALUE
    width = round(room * row.completed / largest, 1)
    label = " · ".join(row.groups)
    short = label if len(label) <= LABEL_LETTERS else label[: LABEL_LETTERS - 1] + "…"
    return Markup(
        '<text x="{}" y="{}" text-anchor="end" class="bar-label">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="20" class="bar"/>'
        '<text x="{}" y="{}" class="bar-value">{}</text>'
    ).format(
        LABEL - 12,
        top + 20,
        escape(short),
        LABEL,
        top + 5,
        width,
        round(LABEL + width + 8, 1),
        top + 20,
        row.completed,
    )
