"""Ordering: the learner gives each entry its place; written as a plain numbered list in the right order."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from ttaplatform.catalogue.draft import Draft, Parsed, block, inline
from ttaplatform.catalogue.item_choice import KEYS
from ttaplatform.catalogue.item_type import Chance, Control, ItemType, Verdict, by_part
from ttaplatform.catalogue.rules import Item, Option

ENTRY = re.compile(r"^\d+[.)]\s+(?!\[[ xX]\])(.*)$")


def parse_order(draft: Draft) -> Parsed:
    """Return the entries in the right order; they are always shown in another one."""
    stem, body = draft.opened_by(ENTRY)
    entries, notes = draft.entries(ENTRY, body)
    if not 2 <= len(entries) <= 12:
        draft.report("no-entries", f"ordering needs a numbered list of 2 to 12 entries, found {len(entries)}")
    words = [[entry.match[1], *entry.words] for entry in entries]
    if len({" ".join(one) for one in words}) < len(words):
        draft.report("doubled-row", "two entries have the same words")
    options = tuple(
        Option(key, inline(one), True, block("\n".join(entry.feedback)))
        for key, one, entry in zip(KEYS, words, entries, strict=False)
    )
    content = [["\n".join(one) for one in words], draft.settings.get("credit", "")]
    return Parsed(stem, options, notes=notes, content=content, is_shuffled=True, credit="partial-correct")


def read_order(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return `entry:place` for each entry that has a place (from 1), or None when none has or one is impossible."""
    placed = {key: place for key, place in by_part(given).items() if place}
    places = {str(place) for place in range(1, len(item.options) + 1)}
    if not placed or not set(placed) <= {option.key for option in item.options} or not set(placed.values()) <= places:
        return None
    return [f"{option.key}:{placed[option.key]}" for option in item.options if option.key in placed]


def grade_order(item: Item, response: Sequence[str]) -> Fraction:
    """Return the share of neighbors in the right order (each entry directly before its right follower).

    With credit=exact all or nothing. An entry without a place, or two in one, have no neighbors.
    """
    placed = by_part(response)
    if len(set(placed.values())) < len(placed) or len(placed) < len(item.options):
        placed = {}
    ranked = sorted(placed, key=lambda key: int(placed[key]))
    right = [option.key for option in item.options]
    pairs = set(pairwise(ranked)) & set(pairwise(right))
    share = Fraction(len(pairs), len(right) - 1)
    return Fraction(share == 1) if item.credit == "exact" else share


def show_order(item: Item, order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return a select of places for each entry, named by its number in the order shown, which tells nothing."""
    placed = by_part(given)
    words = {option.key: option.html for option in item.options}
    places = [str(place) for place in range(1, len(order) + 1)]
    return [
        Control(
            "select",
            str(shown),
            words[key],
            choices=tuple(Chance(one, one, placed.get(key) == one) for one in places),
        )
        for shown, key in enumerate(order)
    ]


def decode_order(_item: Item, order: Sequence[str], given: Sequence[str]) -> list[str]:
    """Return `entry:place` for `number:place`, the number (from 0) being that of the entry in the order shown."""
    keys = {str(shown): key for shown, key in enumerate(order)}
    return [f"{keys.get(shown, '?')}:{place}" for shown, place in by_part(given).items()]


def is_permutation(item: Item, response: Sequence[str]) -> bool:
    """Say whether every entry has a place of its own."""
    return len(set(by_part(response).values())) == len(item.options)


def explain_order(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return the entries in the right order, each with its place; right is one that stands beside a right neighbor."""
    placed = by_part(given)
    ranked = sorted(placed, key=lambda key: int(placed[key])) if is_permutation(item, given) else []
    right = [option.key for option in item.options]
    beside = {key for pair in set(pairwise(ranked)) & set(pairwise(right)) for key in pair}
    return [
        Verdict(
            option.html,
            is_given=option.key in placed,
            is_right=option.key in beside,
            given_html=placed.get(option.key, ""),
            right_html=str(place),
            feedback_html=option.feedback_html,
        )
        for place, option in enumerate(item.options, 1)
    ]


def solve_order(item: Item) -> list[str] | None:
    """Return the entries in their places."""
    return [f"{option.key}:{place}" for place, option in enumerate(item.options, 1)]


ORDER = ItemType(
    parse_order,
    read_order,
    grade_order,
    show_order,
    explain_order,
    solve_order,
    asks="order",
    hides_order=True,
    decode=decode_order,
    is_complete=is_permutation,
)
