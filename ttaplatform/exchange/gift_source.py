"""An item's Markdown as its author wrote it, in parts that another format can carry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ttaplatform.catalogue.draft import LABEL, QUESTION, QUOTE, SETTINGS, Draft, Entry, Line, numbered
from ttaplatform.catalogue.item_match import CELLS, ROW, RULE
from ttaplatform.catalogue.rules import Item


@dataclass(frozen=True)
class Written:
    """An item as written: settings, stem, the points of its list with their feedback, and notes by label.

    `loose` are paragraphs of its notes without a label, which nobody is shown.
    """

    settings: dict[str, str]
    stem: str
    entries: list[Entry]
    notes: dict[str, str]
    loose: list[str]


def draft_of(item: Item) -> Draft:
    """Return the item's source as the parser takes it apart, its settings read."""
    heading, *rest = numbered(item.source)
    settings: dict[str, str] = {}
    lines: list[Line] = []
    for line in rest:
        if match := SETTINGS.match(line.text):
            settings |= {name: value for name, _, value in (word.partition("=") for word in match[1].split())}
        else:
            lines.append(line)
    return Draft("", 1, QUESTION.sub(r"\1", heading.text).strip(), lines, settings=settings)


def written(item: Item, pattern: re.Pattern[str]) -> Written:
    """Return the item in parts, `pattern` being what opens a point of its list."""
    draft = draft_of(item)
    stem, body = draft.opened_by(pattern)
    entries, quote = draft.entries(pattern, body)
    return _written(draft, stem, entries, quote)


def written_match(item: Item) -> tuple[Written, str, list[tuple[str, str]]]:
    """Return a matching in parts, with the line of its heading and its pairs."""
    draft = draft_of(item)
    stem, body = draft.opened_by(ROW)
    rows = [line.text for line in body if ROW.match(line.text) and not RULE.match(line.text)]
    cells = [[cell.strip().replace("\\|", "|") for cell in CELLS.split(row.strip()[1:-1])] for row in rows[1:]]
    _entries, quote = draft.entries(ROW, [line for line in body if not ROW.match(line.text)])
    return _written(draft, stem, [], quote), rows[0].strip(), [(left, right) for left, right in cells]


def written_cloze(item: Item) -> Written:
    """Return a text with gaps in parts; its stem is the heading, two empty lines, and the text."""
    draft = draft_of(item)
    body = "\n".join(line.text for line in draft.lines if not QUOTE.match(line.text)).strip()
    quote = [match[1] for line in draft.lines if (match := QUOTE.match(line.text))]
    return _written(draft, f"{draft.heading}\n\n\n{body}", [], quote)


def written_open(item: Item) -> Written:
    """Return an open question, all of which is its stem."""
    draft = draft_of(item)
    return _written(draft, "\n".join([draft.heading, *(line.text for line in draft.lines)]).strip(), [], [])


def _written(draft: Draft, stem: str, entries: list[Entry], quote: Sequence[str]) -> Written:
    notes: dict[str, str] = {}
    loose = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(quote)):
        if match := LABEL.match(paragraph.strip()):
            notes[match[1].lower()] = match[2]
        elif paragraph.strip():
            loose.append(paragraph.strip())
    return Written(draft.settings, stem, entries, notes, loose)
