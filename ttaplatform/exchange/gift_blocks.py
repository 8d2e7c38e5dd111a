"""Answer blocks of GIFT from the items of a quiz, one function to each type that GIFT knows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ttaplatform.catalogue import item_choice, item_number, item_order, item_text
from ttaplatform.catalogue.draft import Entry
from ttaplatform.catalogue.item_cloze import BARS, GAP, MARKED
from ttaplatform.catalogue.rules import Item
from ttaplatform.exchange.gift_source import Written, written, written_cloze, written_match, written_open
from ttaplatform.exchange.gift_text import FORMAT, escaped

WILD = re.compile(r"^\^((?:\\[\\.+*?()|\[\]{}^$]|\.\*|[^\\.+*?()|\[\]{}^$])*)\$$")
WILD_SIGNS = {".*": "*", "\\*": "\\*"}
MARKUP = re.compile(r"[*_`<\[]|\{\{")
MOST_SHARES = 10  # Moodle's list of weights has no share smaller than a tenth but 5%


@dataclass
class Block:
    """An item in GIFT: stem and answers, settings and words for our own comment, and what GIFT cannot say.

    `answers` None: GIFT cannot ask it at all. `stem` may hold its answers already (`is_within`).
    """

    source: Written
    stem: str
    answers: list[str] | None
    settings: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=lambda: {"explanation"})
    lost: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    is_within: bool = False


def marked(words: str) -> str:
    """Return Markdown within a [markdown] question; words that would name a format are told apart from one."""
    return ("[markdown]" if FORMAT.match(words.lstrip()) else "") + escaped(words)


def _feedback(entry: Entry) -> str:
    words = "\n".join(entry.feedback).strip("\n")
    words = "\n" + words if words.startswith("    ") else words  # code: its indent would be trimmed
    return f"#{marked(words)}" if words.strip() else ""


def _weighed(entry: Entry) -> tuple[str, str]:
    """Return an option's words and its weight in percent, "" for none."""
    words = "\n".join([entry.match[3], *entry.words])
    match = item_choice.WEIGHT.search(words.rpartition("\n")[2])
    return (words[: len(words) - len(match[0])], match[1]) if match else (words, "")


def single(item: Item) -> Block:
    """Return a single choice, as true or false where it is that."""
    source = written(item, item_choice.OPTION)
    block = Block(source, source.stem, [])
    options = [(*_weighed(entry), entry.match[2] != " ", entry) for entry in source.entries]
    if truth := _truth(options):
        block.answers = [truth]
        return block
    is_full = [is_right and weight in ("", "100") for _words, weight, is_right, _entry in options]
    block.answers = [
        f"{'=' if full else f'~%{weight}%' if weight else '~'}{marked(words)}{_feedback(entry)}"
        for full, (words, weight, _is_right, entry) in zip(is_full, options, strict=True)
    ]
    if sum(is_full) > 1:
        block.kept.append("several right answers of which any one counts; other readers of GIFT may ask for all")
    if not any(is_full) or all(is_full):
        block.settings["type"] = "single"
        block.lost.append("a single choice without one full right and one wrong answer; Moodle reads another type")
    return block


def _truth(options: Sequence[tuple[str, str, bool, Entry]]) -> str:
    """Return the block of a true or false question, "" when the options are others."""
    words = [(words, weight) for words, weight, _is_right, _entry in options]
    rights = [is_right for _words, _weight, is_right, _entry in options]
    if words != [("True", ""), ("False", "")] or sum(rights) != 1:
        return ""
    right, wrong = (_feedback(options[place][3]) for place in (rights.index(True), rights.index(False)))
    return ("TRUE" if rights[0] else "FALSE") + (wrong or ("#" if right else "")) + right


def multiple(item: Item) -> Block:
    """Return a multiple choice; without weights of its own, rights share 100% and wrongs take the same away."""
    source = written(item, item_choice.OPTION)
    block = Block(source, source.stem, [])
    options = [(*_weighed(entry), entry.match[2] != " ", entry) for entry in source.entries]
    rights = sum(is_right for _words, _weight, is_right, _entry in options)
    has_weights = any(weight for _words, weight, _is_right, _entry in options)
    share = "" if has_weights or not rights else f"{float(Fraction(100, rights)):.5f}".rstrip("0").rstrip(".")
    if has_weights:
        block.settings["weights"] = ""
    elif rights:
        block.settings["credit"] = item.credit
        if item.credit != "partial":
            block.kept.append(
                f"credit={item.credit}: GIFT gives each right answer its share and takes it for a wrong one"
            )
    if rights > MOST_SHARES:
        block.lost.append(f"{rights} right answers: Moodle knows no such share of 100% and may refuse it")
    if not rights:
        block.kept.append("no answer is marked as right")
    block.answers = []
    for words, own, is_right, entry in options:
        weight = own or ("100" if has_weights and is_right else "" if has_weights else share)
        sign = "" if own or is_right or not share else "-"
        block.answers.append(f"~{f'%{sign}{weight}%' if weight else ''}{marked(words)}{_feedback(entry)}")
    return block


def text(item: Item) -> Block:
    """Return a short answer; a pattern is carried only where it is words with gaps (Moodle's *)."""
    source = written(item, item_text.ANSWER)
    block = Block(source, source.stem, [], said={"explanation", "wrong"})
    answers: list[str] = []
    for entry in source.entries:
        if (value := _value(entry.match[1])) is None:
            block.lost.append(f"the pattern {entry.match[1]} and its feedback")
        else:
            weight = f"%{entry.match[2]}%" if entry.match[2] else ""
            answers.append(f"={weight}{escaped(value)}{_feedback(entry)}")
    if any("->" in answer for answer in answers):
        block.settings["type"] = "text"
    block.answers = answers or None
    if answers and (wrong := source.notes.get("wrong")):
        answers.append(f"=%0%*#{marked(wrong)}")
    return block


def _value(value: str) -> str | None:
    """Return an accepted answer as Moodle writes it, * being any words; None for a pattern that it cannot say."""
    match = item_text.PATTERN.match(value)
    if match is None:
        return value.replace("*", "\\*")
    wild = WILD.match(match[1]) if match[2] else None
    if wild is None:
        return None
    parts = re.findall(r"\\.|\.\*|[^\\]", wild[1])
    return "".join(WILD_SIGNS.get(part) or part[-1] for part in parts)


def number(item: Item) -> Block:
    """Return accepted numbers with their tolerance; GIFT knows no units."""
    source = written(item, item_number.ANSWER)
    block = Block(source, source.stem, ["#"], said={"explanation", "wrong"})
    answers = []
    units = {entry.match[4] or "" for entry in source.entries}
    for entry in source.entries:
        first, sign, second, _unit, weight = (part or "" for part in entry.match.groups())
        span = first + (".." if sign == ".." else ":" if second else "") + second
        answers.append(f"={f'%{weight}%' if weight else ''}{span.replace(',', '')}{_feedback(entry)}")
    if units != {""}:
        block.words["unit"] = units.pop() if len(units) == 1 else ""
        (block.kept if block.words["unit"] else block.lost).append("the unit of a number")
    if wrong := source.notes.get("wrong"):
        answers.append(f"~#{marked(wrong)}")
    block.answers = ["#", *answers]
    return block


def match(item: Item) -> Block:
    """Return matching pairs; a distractor has no left side."""
    source, head, pairs = written_match(item)
    block = Block(source, source.stem, [f"={marked(left)} -> {escaped(right)}" for left, right in pairs])
    block.words["columns"] = head
    block.kept.append("the headings of the two columns")
    if any(MARKUP.search(right) for _left, right in pairs):
        block.kept.append("Markdown in a right cell: Moodle shows its signs")
    if any("->" in left for left, _right in pairs):
        block.lost.append("an arrow (->) within a left cell")
    return block


def order(item: Item) -> Block:
    """Return an ordering as Moodle 4.4 and its older plug-in read it, graded by right neighbors as here."""
    source = written(item, item_order.ENTRY)
    words = ["\n".join([entry.match[1], *entry.words]) for entry in source.entries]
    grading = "ALL_OR_NOTHING" if item.credit == "exact" else "RELATIVE_NEXT_EXCLUDE_LAST"
    answers = [f">{len(words)} ALL VERTICAL {grading} SHOW", *map(_entry, words)]
    block = Block(source, source.stem, answers)
    block.kept.append("an ordering: only Moodle 4.4 or later and its older plug-in read it")
    if any(map(MARKUP.search, words)):
        block.kept.append("Markdown in an entry: Moodle shows its signs")
    for place, entry in enumerate(source.entries, 1):
        block.words[f"feedback-{place}"] = "\n".join(entry.feedback).strip()
    if any(block.words.values()):
        block.kept.append("the feedback of the entries")
    return block


def _entry(words: str) -> str:
    """Return an entry of an ordering; Moodle's plug-in reads no escapes but those that the braces need."""
    if words.startswith(("::", "$", "[")) or "####" in words:
        return marked(words)
    return re.sub(r"[\\{}\n]", lambda match: escaped(match[0]), words)


def cloze(item: Item) -> Block:
    """Return a text with one gap as a missing word; GIFT cannot ask for several."""
    source = written_cloze(item)
    gaps = list(GAP.finditer(source.stem))
    if len(gaps) != 1:
        return Block(source, "", None)
    words = BARS.split(gaps[0][1])
    rights = [MARKED.match(word) for word in words]
    answers = " ".join(
        ("=" if right or not any(rights) else "~") + escaped(right[1] if right else word)
        for word, right in zip(words, rights, strict=True)
    )
    explanation = source.notes.get("explanation")
    general = f" ####{marked(explanation)}" if explanation else ""
    stem = f"{marked(source.stem[: gaps[0].start()])}{{{answers}{general}}}{escaped(source.stem[gaps[0].end() :])}"
    block = Block(source, stem, [], {"type": "cloze"}, is_within=True)
    block.kept.append("the gap is asked as a missing word")
    return block


def open_answer(item: Item) -> Block:
    """Return an essay."""
    source = written_open(item)
    return Block(source, source.stem, [])


TYPES: dict[str, Callable[[Item], Block]] = {
    "single": single, "multiple": multiple, "text": text, "number": number, "match": match, "order": order,
    "cloze": cloze, "open": open_answer,
}  # fmt: skip
