"""Short answers: words compared after folding, or a pattern of the author, run by RE2 in linear time."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from html import escape

import re2

from ttaplatform.catalogue.draft import Draft, Entry, Parsed, block, inline
from ttaplatform.catalogue.item_choice import KEYS, join_options, read_weight, weight_of
from ttaplatform.catalogue.item_type import Control, ItemType, Verdict
from ttaplatform.catalogue.rules import Item, Option

ANSWER = re.compile(r"^[-*]\s+=\s+`([^`]+)`\s*(?:\((-?\d+(?:\.\d+)?)%\))?\s*$")
PATTERN = re.compile(r"^/(.+)/(i?)$")
NESTED = re.compile(r"\((?:[^()\\]|\\.)*[+*}](?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\})")
MOST_CHARACTERS = 500


def parse_text(draft: Draft) -> Parsed:
    """Return stem and accepted answers: bullets of = and words or a /pattern/ between backticks, each with a weight."""
    stem, body = draft.opened_by(ANSWER)
    entries, notes = draft.entries(ANSWER, body)
    if not 1 <= len(entries) <= len(KEYS):
        draft.report("no-answer", f"a short answer needs 1 to {len(KEYS)} lines such as - = `988`")
    for entry in entries:
        _check_pattern(draft, entry)
    options = tuple(
        Option(
            key=key,
            html=inline([f"`{entry.match[1]}`"]),
            is_right=not (entry.match[2] or "").startswith("-") and entry.match[2] != "0",
            feedback_html=block("\n".join(entry.feedback)),
            weight=read_weight(entry.match[2]),
            value=entry.match[1],
        )
        for key, entry in zip(KEYS, entries, strict=False)
    )
    content = [[option.value, option.weight] for option in options]
    return Parsed(stem, options, notes=notes, content=[content, draft.settings.get("case", "fold")])


def _check_pattern(draft: Draft, entry: Entry) -> None:
    match = PATTERN.match(entry.match[1])
    if not match:
        return
    if NESTED.search(match[1]):
        message = "a repeated group that itself repeats, as (a+)+, is refused; say it with one repeat"
        draft.report("bad-pattern", message, entry.line)
    try:
        _compiled(entry.match[1])
    except re2.error as error:
        draft.report("bad-pattern", f"the pattern cannot be read: {str(error)[:80]}", entry.line)


@lru_cache(maxsize=1024)
def _compiled(value: str) -> "re2._Regexp":
    match = PATTERN.match(value)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    options.case_sensitive = match is None or not match[2]
    return re2.compile(match[1] if match else re2.escape(value), options)


def folded(text: str, *, keeps_case: bool = False) -> str:
    """Return `text` as it is compared: NFKC, single blanks, without case unless the author says otherwise."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain if keeps_case else unicodedata.normalize("NFKC", plain.casefold())


def accepts(value: str, text: str, *, keeps_case: bool = False) -> bool:
    """Say whether an author's answer (words or a /pattern/) takes the learner's `text`."""
    if PATTERN.match(value):
        return _compiled(value).search(folded(text, keeps_case=True)) is not None
    return folded(value, keeps_case=keeps_case) == folded(text, keeps_case=keeps_case)


def read_text(_item: Item, given: Sequence[str]) -> list[str] | None:
    """Return the words given, or None when there are none or more than MOST_CHARACTERS."""
    words = given[0].strip() if len(given) == 1 else ""
    return [words] if 0 < len(words) <= MOST_CHARACTERS and "\0" not in words else None


def _taken(item: Item, response: Sequence[str]) -> Option | None:
    """Return the first accepted answer that takes the response."""
    words = response[0] if response else ""
    return next((o for o in item.options if accepts(o.value, words, keeps_case=item.case == "exact")), None)


def grade_text(item: Item, response: Sequence[str]) -> Fraction:
    """Return the weight of the first answer that takes the response, 0 if none does."""
    taken = _taken(item, response)
    return min(Fraction(1), max(Fraction(0), weight_of(taken))) if taken else Fraction(0)


def show_text(_item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return one line of text."""
    return [Control("line", value=given[0] if given else "")]


def explain_text(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return what was given with the feedback of the answer that took it, and the best answer."""
    taken = _taken(item, given)
    best = max(item.options, key=weight_of)
    shown = "" if PATTERN.match(best.value) else best.html
    return [
        Verdict(
            "",
            is_given=bool(given),
            is_right=grade_text(item, given) == 1,
            given_html=escape(given[0]) if given else "",
            right_html=shown,
            feedback_html=taken.feedback_html if taken else "",
        )
    ]


def solve_text(item: Item) -> list[str] | None:
    """Return the best answer that is written in words."""
    words = [option for option in item.options if not PATTERN.match(option.value) and weight_of(option) == 1]
    return [words[0].value] if words else None


TEXT = ItemType(parse_text, read_text, grade_text, show_text, explain_text, solve_text, asks="text", join=join_options)
