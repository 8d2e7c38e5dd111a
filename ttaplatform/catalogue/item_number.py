"""Numbers: exact, with a tolerance or in a range; compared as fractions, never as floats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from html import escape

from ttaplatform.catalogue.draft import Draft, Entry, Parsed, block
from ttaplatform.catalogue.item_choice import KEYS, join_options, read_weight, weight_of
from ttaplatform.catalogue.item_type import Control, ItemType, Verdict
from ttaplatform.catalogue.rules import Item, Option

NUMERAL = r"-?\d[\d,]{0,30}(?:\.\d{1,30})?"
ANSWER = re.compile(
    rf"^[-*]\s+=\s+({NUMERAL})(?:\s*(±|\+-|\.\.)\s*({NUMERAL}))?(?:\s+([^\s(`][^(`]*?))?"
    r"\s*(?:\((-?\d{1,9}(?:\.\d{1,9})?)%\))?\s*$"
)
TYPED = re.compile(r"^([-+\u2212]?)\s*([1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:[.,](\d+))?\s*(\D.*)?$")
MOST_CHARACTERS = 40


@dataclass(frozen=True)
class Span:
    """The numbers that an answer takes, both ends included."""

    low: Fraction
    high: Fraction


def parse_number(draft: Draft) -> Parsed:
    """Return stem and accepted numbers: `- = 15`, `- = 15 ± 5 minutes`, `- = 3.1..3.2`, each with a weight."""
    stem, body = draft.opened_by(ANSWER)
    entries, notes = draft.entries(ANSWER, body)
    if not 1 <= len(entries) <= len(KEYS):
        draft.report("no-answer", "a number needs a line such as - = 15 ± 5 or - = 3..4 minutes")
    options = tuple(_option(draft, key, entry) for key, entry in zip(KEYS, entries, strict=False))
    content = [[option.value, option.weight] for option in options]
    return Parsed(stem, options, notes=notes, content=[content])


def _option(draft: Draft, key: str, entry: Entry) -> Option:
    first, sign, second, unit, weight = entry.match.groups()
    one = _plain(first)
    two = _plain(second) if second else Fraction(0)
    span = Span(one, two) if sign == ".." else Span(one - two, one + two)
    if span.low > span.high:
        draft.report("bad-range", "a range goes from the smaller to the larger number", entry.line)
    words = " ".join(part for part in (first, "to" if sign == ".." else sign, second, unit) if part)
    value = f"{span.low}..{span.high} {unit or ''}".strip()
    is_right = weight is None or Fraction(weight) > 0
    shown = escape(words.replace("+-", "±").replace(" to ", "–"))
    return Option(key, shown, is_right, block("\n".join(entry.feedback)), read_weight(weight), value)


def _plain(numeral: str) -> Fraction:
    return Fraction(numeral.replace(",", ""))


def _span(option: Option) -> tuple[Span, str]:
    return _read_span(option.value)


@lru_cache(maxsize=1024)
def _read_span(value: str) -> tuple[Span, str]:
    numbers, _, unit = value.partition(" ")
    low, _, high = numbers.partition("..")
    return Span(Fraction(low), Fraction(high)), unit


def typed_number(text: str, units: Sequence[str] = ()) -> Fraction | None:
    """Return the number that a person typed, or None: 1,500 and 1500 and "1.5 hours" and 1,5 are read.

    A comma before three digits parts thousands, any other is a decimal comma. Only the units given may follow.
    """
    match = TYPED.match(text.strip()) if len(text) <= MOST_CHARACTERS else None
    if match is None or (match[2] is None and match[3] is None):
        return None
    known = {"", "%", *(unit.casefold() for unit in units)}
    if (match[4] or "").strip().casefold() not in known:
        return None
    number = Fraction(f"{(match[2] or '0').replace(',', '')}.{match[3] or '0'}")
    return -number if match[1] in ("-", "\u2212") else number


def _units(item: Item) -> list[str]:
    return [unit for option in item.options if (unit := _span(option)[1])]


def read_number(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return what was typed, or None when it is no number."""
    words = given[0].strip() if len(given) == 1 else ""
    return [words] if typed_number(words, _units(item)) is not None else None


def _taken(item: Item, response: Sequence[str]) -> Option | None:
    number = typed_number(response[0], _units(item)) if response else None
    if number is None:
        return None
    return next((o for o in item.options if _span(o)[0].low <= number <= _span(o)[0].high), None)


def grade_number(item: Item, response: Sequence[str]) -> Fraction:
    """Return the weight of the first answer whose span holds the number, 0 if none does."""
    taken = _taken(item, response)
    return min(Fraction(1), max(Fraction(0), weight_of(taken))) if taken else Fraction(0)


def show_number(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return one field for a number with its unit."""
    return [Control("number", value=given[0] if given else "", unit=next(iter(_units(item)), ""))]


def explain_number(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return what was given with the feedback of the answer that took it, and the best answer."""
    taken = _taken(item, given)
    return [
        Verdict(
            "",
            is_given=bool(given),
            is_right=grade_number(item, given) == 1,
            given_html=escape(given[0]) if given else "",
            right_html=max(item.options, key=weight_of).html,
            feedback_html=taken.feedback_html if taken else "",
        )
    ]


def solve_number(item: Item) -> list[str] | None:
    """Return the lower end of the best span, when it can be written with digits."""
    low = _span(max(item.options, key=weight_of))[0].low
    text = f"{low.numerator * (10**12 // low.denominator) / 10**12:f}" if 10**12 % low.denominator == 0 else ""
    return [text.rstrip("0").rstrip(".")] if text else None


NUMBER = ItemType(
    parse_number, read_number, grade_number, show_number, explain_number, solve_number, asks="number", join=join_options
)
