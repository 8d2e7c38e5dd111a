"""Pictures of scores and items as SVG, labelled directly; the table beside them says the same."""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, FOOT, HEAD = 480, 200, 28, 22
LABEL, LINE, VALUE = 110, 26, 52


def score_columns(counts: Sequence[int], title: str) -> Markup:
    """Return ten columns, one for each ten percent of the score, with their counts."""
    largest = max(counts, default=0) or 1
    step = WIDTH / len(counts)
    columns = Markup("").join(
        _column(place * step, step, count, (HEIGHT - FOOT - HEAD) * count / largest, f"{place * 10}")
        for place, count in enumerate(counts)
    )
    return _framed(HEIGHT, title, columns, "scores-title")


def _column(left: float, step: float, count: int, height: float, label: str) -> Markup:
    top = HEIGHT - FOOT - height
    return Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="bar"/>'
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" class="bar-value">{}</text>'
        '<text x="{:.1f}" y="{}" class="bar-label">{}</text>'
    ).format(
        left + 3, top, step - 6, height, left + step / 2, top - 6, count or "", left + 3, HEIGHT - 8, escape(label)
    )


def item_bars(facilities: Sequence[tuple[str, float]], title: str) -> Markup:
    """Return a bar for each item: its id and the share that was right."""
    bars = Markup("").join(_item(name, share, LINE * place) for place, (name, share) in enumerate(facilities))
    return _framed(LINE * len(facilities) + 6, title, bars, "items-title")


def _item(name: str, share: float, top: int) -> Markup:
    width = (WIDTH - LABEL - VALUE) * share
    return Markup(
        '<text x="{}" y="{}" text-anchor="end" class="bar-label">{}</text>'
        '<rect x="{}" y="{}" width="{:.1f}" height="16" class="bar"/>'
        '<text x="{:.1f}" y="{}" class="bar-value">{:.0%}</text>'
    ).format(LABEL - 8, top + 17, escape(name), LABEL, top + 4, width, LABEL + width + 6, top + 17, share)


def _framed(height: int, title: str, drawn: Markup, title_id: str) -> Markup:
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}" class="bars bars-small">').format(
        WIDTH, height, title_id
    )
    return head + Markup('<title id="{}">{}</title>').format(title_id, title) + drawn + Markup("</svg>")
