"""Rating and open answer: what an evaluation asks. Never graded."""

import re
from collections.abc import Sequence
from fractions import Fraction
from html import escape

from ttaplatform.catalogue.draft import Draft, Parsed, inline
from ttaplatform.catalogue.item_choice import KEYS, explain_choice, read_single, show_single
from ttaplatform.catalogue.item_type import Control, ItemType, Verdict, is_never_graded
from ttaplatform.catalogue.rules import Item, Option

POINT = re.compile(r"^\d+[.)]\s+(.*)$")
MOST_CHARACTERS = 2000


def parse_rating(draft: Draft) -> Parsed:
    """Return stem and points of a rating scale: a plain numbered list, from the least to the most."""
    stem, body = draft.opened_by(POINT)
    entries, notes = draft.entries(POINT, body)
    if not 3 <= len(entries) <= 10:
        draft.report("bad-scale", f"a rating needs a numbered list of 3 to 10 points, found {len(entries)}")
    words = [[entry.match[1], *entry.words] for entry in entries]
    options = tuple(Option(key, inline(one), False, "") for key, one in zip(KEYS, words, strict=False))
    return Parsed(stem, options, notes=notes, content=[["\n".join(one) for one in words]])


def parse_open(draft: Draft) -> Parsed:
    """Return the stem of a question that is answered in the learner's own words."""
    return Parsed("\n".join([draft.heading, *(line.text for line in draft.lines)]).strip())


def read_open(_item: Item, given: Sequence[str]) -> list[str] | None:
    """Return the words given, or None when there are none or more than MOST_CHARACTERS."""
    words = given[0].replace("\r\n", "\n").replace("\0", "").strip() if len(given) == 1 else ""
    return [words] if 0 < len(words) <= MOST_CHARACTERS else None


def never(_item: Item, _response: Sequence[str]) -> Fraction:
    """Return 0: such an item earns nothing; the parser keeps it out of graded quizzes."""
    return Fraction(0)


def show_open(_item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return a field of several lines."""
    return [Control("words", value=given[0] if given else "")]


def explain_open(_item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return what was written."""
    return [Verdict("", is_given=bool(given), given_html=escape(given[0]) if given else "")]


def unsolved(_item: Item) -> None:
    """Return None: there is nothing right or wrong."""


LIKERT = ItemType(parse_rating, read_single, never, show_single, explain_choice, unsolved, is_graded=is_never_graded)
OPEN = ItemType(parse_open, read_open, never, show_open, explain_open, unsolved, asks="open", is_graded=is_never_graded)
