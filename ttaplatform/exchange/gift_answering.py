"""Answer blocks of GIFT as the lines of an item of the quiz dialect, one function to each kind."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ttaplatform.catalogue.item_choice import KEYS
from ttaplatform.catalogue.item_text import PATTERN
from ttaplatform.exchange.gift_answers import ORDER, Answer, Answers, split_pair
from ttaplatform.exchange.gift_dialect import feedback_lines, option_lines
from ttaplatform.exchange.gift_markdown import row
from ttaplatform.exchange.gift_numbers import accepted_numbers
from ttaplatform.exchange.gift_text import Text
from ttaplatform.exchange.gift_words import block, inline, plain
from ttaplatform.exchange.report import Notes

UNIT = re.compile(r"^[\d(`]+|[(`].*")
COLUMNS = re.compile(r"\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\|")
ANY_NUMBER = re.compile(r"\*\s*(?::.*)?")
WILD = re.compile(r"\\\*|\*")
RE2_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$]")


@dataclass
class Body:
    """What a block becomes: the item's type, its lines, further settings, and words for its notes."""

    type: str
    lines: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def choice(block_: Answers, settings: dict[str, str], notes: Notes) -> Body:
    """Return a single choice when one answer is marked with =, otherwise a multiple one, as Moodle tells them apart."""
    worded = _fitting(_worded(block_.answers, inline, notes), notes)
    is_single = settings.get("type") == "single" or any(answer.sign == "=" for answer, _words in worded)
    worded = [(_unweighted(answer, is_single=is_single), words) for answer, words in worded]
    extra = {} if is_single else _credit(worded, settings)
    rights = [answer for answer, _words in worded if _is_right(answer)]
    if is_single and len([answer for answer in rights if not answer.weight]) > 1:
        notes.changed(block_.answers[0].line, "several answers are right (=): any one of them counts")
    if not rights:
        notes.changed(block_.general.line, "no answer is marked as right")
    if extra and "credit" not in settings:
        notes.changed(block_.answers[0].line, "the weights became credit=partial, which counts the same")
    lines: list[str] = []
    for number, (answer, words) in enumerate(worded, 1):
        if not answer.sign:
            notes.changed(answer.line, "an answer without = or ~ before it was read as a wrong one")
        mark = f"{f'{number}.' if is_single else '-'} [{'x' if _is_right(answer) else ' '}]"
        weight = "" if extra else _within_100(answer, notes)
        lines += option_lines(mark, words, weight, block(answer.feedback, notes))
    return Body("", lines, extra)


def _unweighted(answer: Answer, *, is_single: bool) -> Answer:
    """Return an answer without a weight that says nothing more: 0% of a wrong one, 100% of the right one of several."""
    weight = Fraction(answer.weight or 50)
    if (not weight and answer.sign != "=") or (weight == 100 and is_single):
        return replace(answer, weight="", sign="=" if weight else answer.sign)
    return answer


def _is_right(answer: Answer) -> bool:
    return Fraction(answer.weight) > 0 if answer.weight else answer.sign == "="


def _within_100(answer: Answer, notes: Notes) -> str:
    if answer.weight and abs(Fraction(answer.weight)) > 100:
        most = "-100" if answer.weight.startswith("-") else "100"
        notes.changed(answer.line, f"a weight of {answer.weight}% was read as {most}%")
        return most
    return answer.weight


def _credit(worded: Sequence[tuple[Answer, str]], settings: dict[str, str]) -> dict[str, str]:
    """Return the credit rule that stands for the weights, none when they stay as they are.

    Rights that share 100% and wrongs that take the same away are our credit=partial, to the digit.
    """
    answers = [answer for answer, _words in worded]
    rights = [answer for answer in answers if _is_right(answer)]
    if "weights" in settings or not rights or not any(answer.weight for answer in answers):
        return {}
    share = Fraction(100, len(rights))
    is_partial = len(rights) < len(answers) and all(
        abs(Fraction(answer.weight or 0) - (share if _is_right(answer) else -share)) < Fraction(1, 100)
        for answer in answers
    )
    return {"credit": settings.get("credit", "partial")} if is_partial or "credit" in settings else {}


def _worded(answers: Sequence[Answer], show: Callable[[Text, Notes], str], notes: Notes) -> list[tuple[Answer, str]]:
    """Return the answers with their words as `show` makes them; one without words is left out and noted."""
    worded = [(answer, show(answer.text, notes)) for answer in answers]
    for answer, words in worded:
        if not words:
            said = f"; with it went: {block(answer.feedback, notes)[:120]}" if not answer.feedback.is_empty else ""
            notes.lost(answer.line, f"an answer without words was left out{said}")
    return [(answer, words) for answer, words in worded if words]


def _fitting(worded: list[tuple[Answer, str]], notes: Notes) -> list[tuple[Answer, str]]:
    """Return at most as many answers as an item can have; wrong ones at the end go first."""
    if len(worded) <= len(KEYS):
        return worded
    order = sorted(range(len(worded)), key=lambda n: (not _is_right(worded[n][0]), n))
    kept = set(order[: len(KEYS)])
    for number, (answer, words) in enumerate(worded):
        if number not in kept:
            notes.lost(answer.line, f"an item has at most {len(KEYS)} answers; left out: {words[:80]}")
    return [one for number, one in enumerate(worded) if number in kept]


def truth(block_: Answers, _settings: dict[str, str], notes: Notes) -> Body:
    """Return a single choice of True and False."""
    answer = block_.answers[0]
    right, wrong = block(answer.feedback, notes), block(answer.text, notes)
    is_true = answer.sign == "T"
    return Body(
        "",
        [
            *option_lines(f"1. [{'x' if is_true else ' '}]", "True", "", right if is_true else wrong),
            *option_lines(f"2. [{' ' if is_true else 'x'}]", "False", "", wrong if is_true else right),
        ],
    )


def text(block_: Answers, _settings: dict[str, str], notes: Notes) -> Body:
    """Return a short answer; Moodle's * becomes a pattern, and * alone what is said of a wrong response."""
    body = Body("text", [])
    kept = []
    for answer, words in _worded(block_.answers, plain, notes):
        if words == "*" and answer.weight and not _is_right(answer) and "wrong" not in body.words:
            body.words["wrong"] = inline(answer.feedback, notes)
        else:
            kept.append((answer, words))
    for answer, words in _fitting(kept, notes):
        body.lines += _accepted(f"`{_value(words, answer.line, notes)}`", answer, notes)
    return body


def _accepted(words: str, answer: Answer, notes: Notes) -> list[str]:
    weight = _within_100(answer, notes)
    return [f"- = {words}{f' ({weight}%)' if weight else ''}", *feedback_lines(block(answer.feedback, notes))]


def _value(words: str, line: int, notes: Notes) -> str:
    if "`" in words:
        notes.changed(line, "a backtick in a typed answer became an apostrophe")
        words = words.replace("`", "'")
    literal = WILD.sub(lambda match: "*" if match[0] == "\\*" else "\0", words)
    if "\0" not in literal and not PATTERN.match(literal):
        return literal
    pieces = [RE2_SIGNS.sub(lambda match: "\\" + match[0], piece) for piece in literal.split("\0")]
    return f"/^{'.*'.join(pieces)}$/i"


def number(block_: Answers, settings: dict[str, str], notes: Notes) -> Body:
    """Return accepted numbers; what is said of any other response becomes the item's note of a wrong one."""
    body = Body("number", [])
    kept: list[tuple[Answer, str]] = []
    for answer in block_.answers:
        words = plain(answer.text, notes)
        if answer.sign == "~" or ANY_NUMBER.fullmatch(words):
            _wrong(body, answer, words.partition(":")[0].strip(), notes)
        elif not words:
            _worded([answer], plain, notes)
        elif found := accepted_numbers(words, answer.line, notes):
            kept.append((answer, found))
        else:
            notes.lost(answer.line, f"this is no number: {words[:80]}")
    if not kept:
        notes.lost(block_.general.line, "this question accepts no number; write one")
    for answer, found in kept[len(KEYS) :]:
        notes.lost(answer.line, f"an item has at most {len(KEYS)} answers; left out: {found}")
    unit = f" {UNIT.sub('', settings['unit'])}" if settings.get("unit") else ""
    for answer, found in kept[: len(KEYS)]:
        body.lines += _accepted(found + unit, answer, notes)
    return body


def _wrong(body: Body, answer: Answer, words: str, notes: Notes) -> None:
    said = inline(answer.feedback, notes)
    if words not in ("", "*") or body.words.get("wrong") or (answer.weight and _is_right(answer)):
        notes.lost(answer.line, f"of wrong numbers only one thing is said; left out: {words} {said}"[:200])
    else:
        body.words["wrong"] = said


def match(block_: Answers, settings: dict[str, str], notes: Notes) -> Body:
    """Return a matching table; a pair without a left side is a distractor."""
    rows: list[str] = []
    lefts: set[str] = set()
    rights: dict[str, None] = {}
    for answer in block_.answers:
        pair = split_pair(answer.text)
        said = "" if pair else plain(answer.text, notes)
        left, right = (inline(pair[0], notes), inline(pair[1], notes)) if pair else ("", "")
        if not right or (left and left in lefts) or len(rights.keys() | {right}) > len(KEYS) or len(lefts) >= len(KEYS):
            said = said or f"{left} -> {right}"
            notes.lost(answer.line, f"this pair cannot be shown (a side is missing or doubled): {said}"[:200])
            continue
        if not answer.feedback.is_empty:
            notes.lost(
                answer.line, f"pairs have no feedback of their own; left out: {plain(answer.feedback, notes)[:120]}"
            )
        lefts |= {left} if left else set()
        rights[right] = None
        rows.append(row(left, right))
    head = settings.get("columns", "")
    if not COLUMNS.fullmatch(head):
        notes.changed(block_.general.line, "the two columns were headed Item and Match")
        head = "| Item | Match |"
    return Body("match", [head, "| --- | --- |", *rows])


def order(block_: Answers, settings: dict[str, str], notes: Notes) -> Body:
    """Return an ordering, as Moodle's ordering questions write it."""
    lines = []
    for place, (_answer, words) in enumerate(_worded(block_.answers, inline, notes), 1):
        feedback = settings.get(f"feedback-{place}", "")
        lines += option_lines(f"{place}.", words, "", feedback, can_weigh=False)
    head = ORDER.match(block_.head + "\n")
    grading = (head["grading"] or "") if head else ""
    if head and (head["select"] or "ALL") not in ("ALL", "EXACT"):
        notes.changed(block_.general.line, "Moodle would ask a part of the entries; here all are asked")
    if grading not in ("", "RELATIVE_NEXT_EXCLUDE_LAST", "ALL_OR_NOTHING"):
        notes.changed(block_.general.line, f"graded by right neighbors, not by {grading}")
    credit = {"credit": "exact"} if grading == "ALL_OR_NOTHING" and "credit" not in settings else {}
    return Body("order", lines, credit)


def open_answer(block_: Answers, _settings: dict[str, str], notes: Notes) -> Body:
    """Return an open question, which is never graded and has no notes."""
    notes.changed(block_.general.line, "an essay became an open question: it is never graded here")
    if not block_.general.is_empty:
        notes.lost(
            block_.general.line, f"an open question has no explanation; left out: {block(block_.general, notes)}"
        )
    return Body("open", [])


KINDS: dict[str, Callable[[Answers, dict[str, str], Notes], Body]] = {
    "choice": choice, "truth": truth, "text": text, "number": number, "match": match, "order": order,
    "open": open_answer,
}  # fmt: skip
