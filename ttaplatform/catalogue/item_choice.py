"""Single and multiple choice: how they are written, read and graded."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from ttaplatform.catalogue.draft import Draft, Entry, Parsed, block, inline
from ttaplatform.catalogue.item_type import Chance, Control, ItemType, Verdict
from ttaplatform.catalogue.rules import Item, Option

OPTION = re.compile(r"^(\d+[.)]|[-*])\s+\[([ xX])\]\s+(.*)$")
WEIGHT = re.compile(r"\s*\((-?\d{1,300}(?:\.\d{1,300})?)%\)$")
NONE, ALL = Fraction(0), Fraction(1)
KEYS = "abcdefghijklmnopqrstuvwxyz"


def parse_choice(draft: Draft) -> Parsed:
    """Return stem and options of a task list; an evaluation's choice has no key and needs no feedback."""
    stem, body = draft.opened_by(OPTION)
    entries, notes = draft.entries(OPTION, body)
    _check(draft, entries)
    credit = draft.settings.get("credit", "exact")
    listed = [_weighed([entry.match[3], *entry.words]) for entry in entries]
    options = tuple(
        Option(key, inline(words), _is_right(entry), block("\n".join(entry.feedback)), read_weight(weight))
        for key, (words, weight), entry in zip(KEYS, listed, entries, strict=False)
    )
    if not draft.is_survey:
        _check_weights(draft, options)
    kept = [
        ["\n".join(words), _is_right(entry), *([weight] if weight else [])]
        for (words, weight), entry in zip(listed, entries, strict=True)
    ]
    return Parsed(stem, options, notes=notes, content=[kept, credit])


def _weighed(words: list[str]) -> tuple[list[str], str | None]:
    """Return an option's words without the weight that trails them, and that weight in percent."""
    match = WEIGHT.search(words[-1])
    return ([*words[:-1], words[-1][: match.start()]], match[1]) if match else (words, None)


def read_weight(percent: str | None) -> str:
    """Return a weight in percent as a share ("1/2"), "" for none."""
    return str(Fraction(percent) / 100) if percent else ""


def weight_of(option: Option) -> Fraction:
    """Return what an option earns: its weight, otherwise 1 when it is right and 0 when it is not."""
    return Fraction(option.weight) if option.weight else ALL if option.is_right else NONE


def _check_weights(draft: Draft, options: Sequence[Option]) -> None:
    if not any(option.weight for option in options):
        return
    if any(option.weight and (weight_of(option) > 0) != option.is_right for option in options):
        draft.report("bad-weight", "a weight above 0 stands behind [x], any other behind [ ]")
    if any(abs(weight_of(option)) > 1 for option in options):
        draft.report("bad-weight", "a weight is from -100% to 100%")


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
    """Return 1 for a right option, 0 otherwise; one or more may be right. A weight counts as a share of the best."""
    chosen = next((option for option in item.options if [option.key] == response), None)
    if chosen is None:
        return NONE
    if not any(option.weight for option in item.options):
        return ALL if chosen.is_right else NONE
    best = max(map(weight_of, item.options))
    return max(NONE, weight_of(chosen) / best) if best > 0 else NONE


def grade_multiple(item: Item, response: Sequence[str]) -> Fraction:
    """Return the share earned, 0 to 1, by the item's credit rule.

    exact: all or nothing. partial: max(0, (right chosen - wrong chosen) / rights).
    partial-correct: options in the right state / options (contract.md). With weights: the sum of those chosen as a
    share of all that are above 0, no less than 0.
    """
    if any(option.weight for option in item.options):
        return _grade_weights(item, set(response))
    right = {option.key for option in item.options if option.is_right}
    chosen = set(response)
    if item.credit == "partial":
        return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))
    if item.credit == "partial-correct":
        same = sum((option.key in chosen) == option.is_right for option in item.options)
        return Fraction(same, len(item.options))
    return ALL if chosen == right else NONE


def _grade_weights(item: Item, chosen: set[str]) -> Fraction:
    earned = {option.key: weight_of(option) for option in item.options}
    full = sum(weight for weight in earned.values() if weight > 0)
    return max(Fraction(0), sum((earned[key] for key in chosen), Fraction(0)) / full) if full else Fraction(0)


def _showing(kind: str) -> Callable[[Item, Sequence[str], Sequence[str]], list[Control]]:
    def show(item: Item, order: Sequence[str], given: Sequence[str]) -> list[Control]:
        words = {option.key: option.html for option in item.options}
        return [Control(kind, choices=tuple(Chance(key, words[key], key in given) for key in order))]

    return show


show_single = _showing("radio")
show_multiple = _showing("checkbox")


def explain_choice(item: Item, order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return each option with whether it was chosen and is right, and its feedback."""
    options = {option.key: option for option in item.options}
    return [
        Verdict(options[key].html, key in given, options[key].is_right, feedback_html=options[key].feedback_html)
        for key in order
    ]


def solve_single(item: Item) -> list[str] | None:
    """Return the best option."""
    return [max(item.options, key=weight_of).key]


def solve_multiple(item: Item) -> list[str] | None:
    """Return every right option."""
    return [option.key for option in item.options if option.is_right]


def join_options(item: Item, other: Item) -> Item:
    """Return the item with the accepted answers of `other`, the same one in another language, behind its own."""
    own = {option.value for option in item.options}
    added = [option for option in other.options if option.value not in own]
    renamed = [replace(option, key=f"{other.id}-{number}") for number, option in enumerate(added)]
    return replace(item, options=(*item.options, *renamed))


SINGLE = ItemType(parse_choice, read_single, grade_single, show_single, explain_choice, solve_single)
MULTIPLE = ItemType(
    parse_choice, read_multiple, grade_multiple, show_multiple, explain_choice, solve_multiple, asks="multiple"
)
