"""Matching: each row of a table gets one of the answers; an answer without a row is a distractor."""

import re
from collections.abc import Sequence
from fractions import Fraction

from ttaplatform.catalogue.draft import Draft, Line, Parsed, inline
from ttaplatform.catalogue.item_choice import KEYS
from ttaplatform.catalogue.item_type import Chance, Control, ItemType, Verdict, by_part
from ttaplatform.catalogue.rules import Item, Option, Part

ROW = re.compile(r"^\s*\|(.*)\|\s*$")
RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")
CELLS = re.compile(r"(?<!\\)\|")


def parse_match(draft: Draft) -> Parsed:
    """Return the rows and answers of a table of two columns; an empty left cell is a distractor."""
    stem, body = draft.opened_by(ROW)
    rows = [line for line in body if ROW.match(line.text) and not RULE.match(line.text)][1:]
    pairs = [(line, cells) for line in rows if (cells := _cells(draft, line))]
    _entries, notes = draft.entries(ROW, [line for line in body if not ROW.match(line.text)])
    answers = list(dict.fromkeys(right for _line, (_left, right) in pairs))
    lefts = [left for _line, (left, _right) in pairs if left]
    if len(lefts) < 2 or not 2 <= len(answers) <= len(KEYS):
        draft.report("no-pairs", "matching needs a table with a heading, two columns and two rows or more")
    if len(set(lefts)) < len(lefts):
        draft.report("doubled-row", "two rows have the same left cell")
    keys = dict(zip(answers, KEYS, strict=False))
    parts = [(left, keys.get(right, "")) for _line, (left, right) in pairs if left]
    return Parsed(
        stem,
        tuple(Option(key, inline([right]), False, "") for right, key in keys.items()),
        notes=notes,
        content=[parts, answers, draft.settings.get("credit", "")],
        parts=tuple(Part(key, inline([left]), (right,)) for key, (left, right) in zip(KEYS, parts, strict=False)),
        is_shuffled=True,
        credit="partial-correct",
    )


def _cells(draft: Draft, line: Line) -> tuple[str, str] | None:
    match = ROW.match(line.text)
    cells = [cell.strip().replace("\\|", "|") for cell in CELLS.split(match[1])] if match else []
    if len(cells) != 2 or not cells[1]:
        draft.report("no-pairs", "a row has two cells; the right one is never empty", line.number)
        return None
    return cells[0], cells[1]


def read_match(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return `row:answer` for each row that has one, or None when there is none or one was not offered."""
    chosen = {part: key for part, key in by_part(given).items() if key}
    keys = {option.key for option in item.options}
    if not chosen or not set(chosen) <= {part.key for part in item.parts} or not set(chosen.values()) <= keys:
        return None
    return [f"{part.key}:{chosen[part.key]}" for part in item.parts if part.key in chosen]


def grade_match(item: Item, response: Sequence[str]) -> Fraction:
    """Return the share of rows with the right answer; with credit=exact all or nothing."""
    chosen = by_part(response)
    right = sum(chosen.get(part.key, "") in part.right for part in item.parts)
    share = Fraction(right, len(item.parts))
    return Fraction(share == 1) if item.credit == "exact" else share


def decode_match(_item: Item, order: Sequence[str], given: Sequence[str]) -> list[str]:
    """Return `row:answer` for `row:place`, the place (from 0) being that of the answer in the order shown."""
    places = {str(place): key for place, key in enumerate(order)}
    return [f"{part}:{places.get(place, place and '?')}" for part, place in by_part(given).items()]


def has_every_row(item: Item, response: Sequence[str]) -> bool:
    """Say whether each row has an answer."""
    return len(by_part(response)) == len(item.parts)


def show_match(item: Item, order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return a select for each row, with the answers in the order of the attempt."""
    chosen = by_part(given)
    words = {option.key: option.html for option in item.options}
    return [
        Control(
            "select",
            part.key,
            part.html,
            choices=tuple(
                Chance(str(place), words[key], chosen.get(part.key) == key) for place, key in enumerate(order)
            ),
        )
        for part in item.parts
    ]


def explain_match(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return each row with the answer given and the right one."""
    chosen = by_part(given)
    words = {option.key: option.html for option in item.options}
    return [
        Verdict(
            part.html,
            is_given=part.key in chosen,
            is_right=chosen.get(part.key, "") in part.right,
            given_html=words.get(chosen.get(part.key, ""), ""),
            right_html=words[part.right[0]],
        )
        for part in item.parts
    ]


def solve_match(item: Item) -> list[str] | None:
    """Return the right answer of each row."""
    return [f"{part.key}:{part.right[0]}" for part in item.parts]


MATCH = ItemType(
    parse_match,
    read_match,
    grade_match,
    show_match,
    explain_match,
    solve_match,
    asks="match",
    decode=decode_match,
    is_complete=has_every_row,
)
