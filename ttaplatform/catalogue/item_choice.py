"""Single and multiple choice: how a response is read, graded, and checked for a key."""

from collections.abc import Sequence
from fractions import Fraction

from ttaplatform.catalogue.rules import Item

CREDITS = ("exact", "partial", "partial-correct")


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
