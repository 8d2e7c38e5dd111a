"""Single and multiple choice: how they are written, read and graded."""

import re
from collections.abc import Sequence
from fractions import Fraction

from ttaplatform.catalogue.draft import Draft, Entry, Parsed, block, inline
from ttaplatform.catalogue.rules import Item, Option

OPTION = re.compile(r"^(\d+[.)]|[-*])\s+\[([ xX])\]\s+(.*)$")
KEYS = "abcdefghijklmnopqrstuvwxyz"
CREDITS = ("exact", "partial", "partial-correct")


def parse_choice(draft: Draft) -> Parsed:
    """Return stem and options of a task list; an evaluation's choice has no key and needs no feedback."""
    stem, body = draft.opened_by(OPTION)
    entries, notes = draft.entries(OPTION, body)
    _check(draft, entries)
    credit = draft.settings.get("credit", "exact")
    if credit not in CREDITS:
        draft.report("unknown-credit", f"credit is one of {', '.join(CREDITS)}")
    listed = [[entry.match[3], *entry.words] for entry in entries]
    options = tuple(
        Option(key, inline(words), _is_right(entry), block("\n".join(entry.feedback)))
        for key, words, entry in zip(KEYS, listed, entries, strict=False)
    )
    kept = [["\n".join(words), _is_right(entry)] for words, entry in zip(listed, entries, strict=True)]
    return Parsed(stem, options, notes=notes, content=[kept, credit])


def _is_right(entry: Entry) -> bool:
    return entry.match[2] != " "


def _check(draft: Draft, entries: Sequence[Entry]) -> None:
    if not 2 <= len(entries) <= len(KEYS):
        message = f"a question needs 2 to {len(KEYS)} options as a task list, found {len(entries)}"
        draft.report("no-options", message)
        return
    if len({entry.match[1] in "-*" for entry in entries}) > 1:
        draft.report("mixed-options", "numbered options (choose one) and bullets (choose several) are mixed")
    for entry in entries:
        if not entry.match[3].strip():
            draft.report("empty-option", "this option has no words", entry.line)
    if not draft.is_survey:
        _check_key(draft, entries)


def _check_key(draft: Draft, entries: Sequence[Entry]) -> None:
    if not any(map(_is_right, entries)):
        draft.report("no-key", "no option is marked [x]")
    for entry in entries:
        if not any(entry.feedback):
            draft.report("no-feedback", "this option has no feedback; put an indented quote under it", entry.line)


def read_single(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return the response to a single choice, or None when it is not one of its options."""
    keys = {option.key for option in item.options}
    return list(given) if len(given) == 1 and given[0] in keys else None


def read_multiple(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return the response to a multiple choice (at least one option), or None when it is none."""
    keys = [option.key for option in item.options]
    return [key for key in keys if key in given] if given and set(given) <= set(keys) else None


def grade_single(item: Item, response: Sequence[str]) -> Fraction:
    """Return 1 for a right option, 0 otherwise; one or more options may be right."""
    right = {option.key for option in item.options if option.is_right}
    return Fraction(len(response) == 1 and response[0] in right)


def grade_multiple(item: Item, response: Sequence[str]) -> Fraction:
    """Return the share earned, 0 to 1, by the item's credit rule.

    exact: all or nothing. partial: max(0, (right chosen - wrong chosen) / rights).
    partial-correct: options in the right state / options (contract.md).
    """
    right = {option.key for option in item.options if option.is_right}
    chosen = set(response)
    if item.credit == "partial":
        return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))
    if item.credit == "partial-correct":
        same = sum((option.key in chosen) == option.is_right for option in item.options)
        return Fraction(same, len(item.options))
    return Fraction(chosen == right)
