"""Gaps in a text: typed into, or filled by choosing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from html import escape

from ttaplatform import markup
from ttaplatform.catalogue.draft import QUOTE, Draft, Line, Parsed, block
from ttaplatform.catalogue.item_choice import KEYS
from ttaplatform.catalogue.item_text import MOST_CHARACTERS, accepts
from ttaplatform.catalogue.item_type import Chance, Control, ItemType, Verdict, by_part
from ttaplatform.catalogue.rules import Item, Part

GAP = re.compile(r"\[\[(.+?)\]\]")
HOLE = "\ue000"
MARKED = re.compile(r"^\((.+)\)$")
BARS = re.compile(r"\s*\\?\|\s*")


def parse_cloze(draft: Draft) -> Parsed:
    """Return the text with its gaps: `[[answer]]` is typed, `[[a|(b)|c]]` chosen, the right one in parentheses."""
    body = [Line(one.number, one.text.replace(HOLE, "")) for one in draft.lines if not QUOTE.match(one.text)]
    notes = [match[1] for line in draft.lines if (match := QUOTE.match(line.text))]
    found = [(line, match[1]) for line in body for match in GAP.finditer(line.text)]
    if GAP.search(draft.heading):
        draft.report("no-gaps", "gaps stand in the text under the question, not in its heading")
    if not 1 <= len(found) <= len(KEYS):
        draft.report("no-gaps", f"a text with gaps needs 1 to {len(KEYS)} gaps such as [[answer]]")
    for line in body:
        if "[[" in GAP.sub("", line.text):
            draft.report("no-gaps", "a gap is not closed: write [[answer]] on one line", line.number)
    parts = tuple(_part(draft, key, line, text) for key, (line, text) in zip(KEYS, found, strict=False))
    words = GAP.sub(HOLE, "\n".join(line.text for line in body)).strip()
    return Parsed(
        draft.heading,
        notes=notes,
        content=[words, [text for _line, text in found], draft.settings.get("case", "fold")],
        parts=(*parts, Part("", block(words))),
        credit="partial-correct",
    )


def _part(draft: Draft, key: str, line: Line, text: str) -> Part:
    words = BARS.split(text)
    rights = [KEYS[place] for place, word in enumerate(words[: len(KEYS)]) if MARKED.match(word)]
    if not rights:
        return Part(key, "", tuple(words))
    if len(words) < 2:
        draft.report("no-gaps", "a gap with a right one in parentheses needs other choices, as [[a|(b)]]", line.number)
    return Part(key, "", tuple(rights), tuple(MARKED.sub(r"\1", word) for word in words))


def _gaps(item: Item) -> list[Part]:
    return [part for part in item.parts if part.key]


def read_cloze(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return `gap:words` (of a choice its key) for each gap filled; None if there is none or one was not offered."""
    filled = {part: words.strip() for part, words in by_part(given).items() if words.strip()}
    gaps = {part.key: part for part in _gaps(item)}
    if not filled or not set(filled) <= set(gaps):
        return None
    for key, words in filled.items():
        choices = gaps[key].choices
        if len(words) > MOST_CHARACTERS or "\0" in words or (choices and words not in KEYS[: len(choices)]):
            return None
    return [f"{key}:{filled[key]}" for key in gaps if key in filled]


def _is_right(item: Item, part: Part, words: str) -> bool:
    if part.choices:
        return words in part.right
    return any(accepts(one, words, keeps_case=item.case == "exact") for one in part.right)


def grade_cloze(item: Item, response: Sequence[str]) -> Fraction:
    """Return the share of gaps that are filled rightly; with credit=exact all or nothing."""
    filled = by_part(response)
    gaps = _gaps(item)
    right = sum(_is_right(item, part, filled[part.key]) for part in gaps if part.key in filled)
    share = Fraction(right, len(gaps))
    return Fraction(share == 1) if item.credit == "exact" else share


def show_cloze(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return the text as pieces of HTML with a field or a select between them."""
    filled = by_part(given)
    pieces = item.parts[-1].html.split(HOLE)
    controls = [Control("html", html=pieces[0])]
    for part, piece in zip(_gaps(item), pieces[1:], strict=True):
        chances = tuple(
            Chance(key, escape(one), filled.get(part.key) == key) for key, one in zip(KEYS, part.choices, strict=False)
        )
        controls.append(Control("gap", part.key, value=filled.get(part.key, ""), choices=chances))
        controls.append(Control("html", html=piece))
    return controls


def _words(part: Part, given: str) -> str:
    """Return what stands in a gap: the words of a choice, or what was typed."""
    return dict(zip(KEYS, part.choices, strict=False)).get(given, given) if part.choices else given


def explain_cloze(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return each gap with the words before it, what was given and what is right."""
    filled = by_part(given)
    pieces = [markup.plain(piece) for piece in item.parts[-1].html.split(HOLE)]
    return [
        Verdict(
            escape(" ".join(["…", *before.split()[-6:], "___"])),
            is_given=part.key in filled,
            is_right=_is_right(item, part, filled.get(part.key, "")),
            given_html=escape(_words(part, filled.get(part.key, ""))),
            right_html=escape(_words(part, part.right[0])),
        )
        for part, before in zip(_gaps(item), pieces, strict=False)
    ]


def solve_cloze(item: Item) -> list[str] | None:
    """Return the first right words of each gap."""
    return [f"{part.key}:{part.right[0]}" for part in _gaps(item)]


def has_every_gap(item: Item, response: Sequence[str]) -> bool:
    """Say whether every gap is filled."""
    return len(by_part(response)) == len(_gaps(item))


def join_gaps(item: Item, other: Item) -> Item:
    """Return the item whose typed gaps also take the words of `other`, the same one in another language."""
    joined = [
        one if one.choices else replace(one, right=tuple(dict.fromkeys((*one.right, *two.right))))
        for one, two in zip(item.parts, other.parts, strict=False)
    ]
    return replace(item, parts=tuple(joined))


CLOZE = ItemType(
    parse_cloze,
    read_cloze,
    grade_cloze,
    show_cloze,
    explain_cloze,
    solve_cloze,
    asks="cloze",
    join=join_gaps,
    is_complete=has_every_gap,
)
