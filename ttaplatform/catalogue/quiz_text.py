"""The quiz dialect: Markdown questions to items, with a problem for every line that is wrong."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ttaplatform import markup
from ttaplatform.catalogue.item_choice import CREDITS
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item, Option, Pool, Problem

QUESTION = re.compile(r"^## Question:\s*(.*)$")
SETTINGS = re.compile(r"^<!--\s*quiz:\s*(.*?)\s*-->\s*$")
POOL = re.compile(r"^<!--\s*pool:\s*([\w-]+)(?:\s+draw=(\S+))?\s*-->\s*$")
POOL_END = re.compile(r"^<!--\s*/pool\s*-->\s*$")
OPTION = re.compile(r"^(\d+[.)]|[-*])\s+\[([ xX])\]\s+(.*)$")
QUOTE = re.compile(r"^\s*>\s?(.*)$")
LABEL = re.compile(r"^\*\*(Hint|Explanation|Right|Wrong):\*\*\s*(.*)$", re.S)
CITATION = re.compile(markup.CITATION)
KNOWN_SETTINGS = {"id", "type", "shuffle", "points", "objective", "family", "credit"}
KEYS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Line:
    """A line of a file with its number, from 1."""

    number: int
    text: str


@dataclass
class _Draft:
    """A question while it is read."""

    line: int
    stem: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    options: list[tuple[int, bool, bool, list[str], list[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def numbered(text: str, first: int = 1) -> list[Line]:
    """Return the lines of `text` with their numbers, the first being `first`."""
    return [Line(number, line) for number, line in enumerate(text.splitlines(), first)]


def split_questions(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield each question's lines, from its heading to the next heading or pool mark."""
    block: list[Line] = []
    for line in lines:
        ends = line.text.startswith("## ") or POOL.match(line.text) or POOL_END.match(line.text)
        if block and ends:
            yield block
            block = []
        if block or QUESTION.match(line.text):
            block.append(line)
    if block:
        yield block


def parse_quiz(path: str, lines: Sequence[Line]) -> tuple[list[Item], list[Pool], list[Problem]]:
    """Return the items and pools of a quiz file's body, and what is wrong with them."""
    items, problems = parse_questions(path, lines)
    pools, pool_problems = _pools(path, lines, items)
    return items, pools, [*problems, *pool_problems]


def parse_questions(path: str, lines: Sequence[Line]) -> tuple[list[Item], list[Problem]]:
    """Return the items written in `lines`, and what is wrong with them."""
    items: list[Item] = []
    problems: list[Problem] = []
    for block in split_questions(lines):
        item, found = _parse_question(path, block)
        problems += found
        if item:
            items.append(item)
    return items, problems


def _pools(path: str, lines: Sequence[Line], items: Sequence[Item]) -> tuple[list[Pool], list[Problem]]:
    pools: list[Pool] = []
    problems: list[Problem] = []
    ids = {item.id for item in items}
    name, draw, opened = "", "", 0
    members: list[str] = []
    for line in lines:
        if match := POOL.match(line.text):
            name, draw, members, opened = match[1], match[2] or "", [], line.number
        elif opened and (match := SETTINGS.match(line.text)):
            members += [m for m in re.findall(r"\bid=([\w-]+)", match[1]) if m in ids]
        elif opened and POOL_END.match(line.text):
            count = int(draw) if draw.isdigit() else 0
            if not 1 <= count <= len(members):
                message = f"the pool {name!r} has {len(members)} questions and draws {draw or 'nothing'}"
                problems.append(Problem(path, opened, "pool-draw", message))
            pools.append(Pool(name, count, tuple(members)))
            opened = 0
    if opened:
        problems.append(Problem(path, opened, "pool-open", f"the pool {name!r} is not closed by <!-- /pool -->"))
    pooled = {member for pool in pools for member in pool.item_ids}
    loose = tuple(item.id for item in items if item.id not in pooled)
    return ([*pools, Pool("all", len(loose), loose)] if loose else pools), problems


def _parse_question(path: str, block: Sequence[Line]) -> tuple[Item | None, list[Problem]]:
    draft = _Draft(block[0].number, [QUESTION.sub(r"\1", block[0].text)])
    for line in block[1:]:
        _read_line(path, draft, line)
    _check(path, draft)
    is_broken = any(not problem.is_warning for problem in draft.problems)
    return (None if is_broken else _item(draft)), draft.problems


def _read_line(path: str, draft: _Draft, line: Line) -> None:
    if match := SETTINGS.match(line.text):
        _read_settings(path, draft, line.number, match[1])
    elif match := OPTION.match(line.text):
        is_single = match[1] not in "-*"
        draft.options.append((line.number, is_single, match[2] != " ", [match[3]], []))
    elif match := QUOTE.match(line.text):
        _read_quote(path, draft, line, match[1])
    elif draft.options and line.text.startswith(" "):
        draft.options[-1][3].append(line.text.strip())
    elif draft.options and line.text.strip():
        message = "this line is neither an option nor a quote; indent it to continue the option above"
        draft.problems.append(Problem(path, line.number, "stray-text", message))
    elif not draft.options:
        draft.stem.append(line.text)


def _read_quote(path: str, draft: _Draft, line: Line, text: str) -> None:
    indent = len(line.text) - len(line.text.lstrip())
    if draft.options and 0 < indent < 4:
        message = "indent feedback by four spaces; with fewer, other readers end the list here"
        draft.problems.append(Problem(path, line.number, "feedback-indent", message))
    if draft.options and indent:
        draft.options[-1][4].append(text)
    elif draft.options:
        draft.notes.append(text)
    else:
        draft.stem.append(line.text)


def _read_settings(path: str, draft: _Draft, number: int, text: str) -> None:
    for word in text.split():
        name, _, value = word.partition("=")
        if name not in KNOWN_SETTINGS:
            draft.problems.append(Problem(path, number, "unknown-setting", f"there is no question setting {name!r}"))
        draft.settings[name] = value or "yes"


def _check(path: str, draft: _Draft) -> None:
    def problem(code: str, message: str, line: int = draft.line) -> None:
        draft.problems.append(Problem(path, line, code, message))

    settings = draft.settings
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", settings.get("id", "")):
        problem("no-id", "a question needs <!-- quiz: id=... --> of letters, digits and hyphens")
    if not draft.stem[0].strip():
        problem("no-stem", "a question needs words behind 'Question:'")
    if settings.get("credit", "exact") not in CREDITS:
        problem("unknown-credit", f"credit is one of {', '.join(CREDITS)}")
    if not re.fullmatch(r"[1-9]\d?", settings.get("points", "1")):
        problem("bad-points", "points is a whole number from 1 to 99")
    if settings.get("type", "single") not in ITEM_TYPES:
        problem("unknown-type", f"the type {settings['type']!r} is not known; use a task list of options")
    _check_options(draft, problem)


def _check_options(draft: _Draft, problem: Callable[..., None]) -> None:
    if not 2 <= len(draft.options) <= len(KEYS):
        problem(
            "no-options",
            f"a question needs 2 to {len(KEYS)} options as a task list, found {len(draft.options)}",
        )
        return
    if len({option[1] for option in draft.options}) > 1:
        problem("mixed-options", "numbered options (choose one) and bullets (choose several) are mixed")
    if not any(option[2] for option in draft.options):
        problem("no-key", "no option is marked [x]")
    for line, _single, _right, words, feedback in draft.options:
        if not any(words):
            problem("empty-option", "this option has no words", line)
        if not any(feedback):
            problem("no-feedback", "this option has no feedback; put an indented quote under it", line)


def _item(draft: _Draft) -> Item:
    settings = draft.settings
    kind = settings.get("type") or ("single" if draft.options[0][1] else "multiple")
    stem = "\n".join(draft.stem).strip()
    notes = _labelled(draft.notes)
    options = tuple(
        Option(KEYS[i], _inline(words), right, _block("\n".join(feedback)))
        for i, (_line, _single, right, words, feedback) in enumerate(draft.options)
    )
    content = [kind, stem, [["\n".join(o[3]), o[2]] for o in draft.options], settings.get("credit", "exact"),
               settings.get("points", "1")]  # fmt: skip
    everything = "\n".join([stem, *draft.notes, *(line for o in draft.options for line in [*o[3], *o[4]])])
    return Item(
        id=settings["id"],
        type=kind,
        stem_html=_block(stem),
        options=options,
        points=int(settings.get("points", "1")),
        shuffle="shuffle" in settings,
        credit=settings.get("credit", "exact"),
        objective=settings.get("objective", ""),
        family=settings.get("family", ""),
        hint_html=notes.get("Hint", ""),
        explanation_html=notes.get("Explanation", ""),
        cited=tuple(dict.fromkeys(CITATION.findall(everything))),
        hash=hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16],
    )


def _labelled(lines: Sequence[str]) -> dict[str, str]:
    notes = {}
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        if match := LABEL.match(paragraph.strip()):
            notes[match[1]] = _block(match[2])
    return notes


def _block(text: str) -> str:
    """Return the rendered text; its citations are listed once for the whole question (Item.cited)."""
    return markup.render(CITATION.sub("", text))


def _inline(words: Sequence[str]) -> str:
    return markup.render_inline(CITATION.sub("", "\n".join(words)))
