"""A question while it is read: its settings, its lines, and what the item types need to take them apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ttaplatform import markup
from ttaplatform.catalogue.rules import Option, Part, Problem, Scene

QUESTION = re.compile(r"^## Question:\s*(.*)$", re.I)
SCENE = re.compile(r"^## Scene:\s*(.*)$", re.I)
SETTINGS = re.compile(r"^<!--\s*quiz:\s*(.*?)\s*-->\s*$")
QUOTE = re.compile(r"^\s*>\s?(.*)$")
LABEL = re.compile(r"^\*\*(Hint|Explanation|Right|Wrong):\*\*\s*(.*)$", re.S)
CITATION = re.compile(markup.CITATION)


@dataclass(frozen=True)
class Line:
    """A line of a file with its number, from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Entry:
    """One point of a list: what its first line matched, its words, and the feedback nested under it."""

    line: int
    match: re.Match[str]
    words: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Parsed:
    """What an item type found: stem, options, scenes or parts, notes, and what its hash is made of (contract).

    `is_shuffled` means that its options are never shown in the order in which they were written; `credit` is the rule
    that counts when the author names none.
    """

    stem: str
    options: tuple[Option, ...] = ()
    scenes: tuple[Scene, ...] = ()
    notes: Sequence[str] = ()
    content: Sequence[object] = ()
    parts: tuple[Part, ...] = ()
    is_shuffled: bool = False
    credit: str = "exact"


@dataclass
class Draft:
    """A question's heading, settings and other lines, with the problems found so far."""

    path: str
    line: int
    heading: str
    lines: list[Line]
    is_survey: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, message: str, line: int | None = None) -> None:
        """Note a problem, at the heading unless a line is given."""
        self.problems.append(Problem(self.path, self.line if line is None else line, code, message))

    def opened_by(self, pattern: re.Pattern[str]) -> tuple[str, list[Line]]:
        """Return the stem, and the lines from the first that `pattern` matches."""
        start = next((i for i, line in enumerate(self.lines) if pattern.match(line.text)), len(self.lines))
        stem = [self.heading, *(line.text for line in self.lines[:start])]
        return "\n".join(stem).strip(), self.lines[start:]

    def entries(self, pattern: re.Pattern[str], lines: Sequence[Line]) -> tuple[list[Entry], list[str]]:
        """Return the points of the list that `pattern` opens, and the lines of the quote that trails it."""
        found: list[Entry] = []
        notes: list[str] = []
        before = ""
        for line in lines:
            if match := pattern.match(line.text):
                found.append(Entry(line.number, match))
            elif match := QUOTE.match(line.text):
                self._quote(line, match[1], before, found, notes)
            elif line.text.startswith(" ") and found and line.text.strip():
                found[-1].words.append(line.text.strip())
            elif line.text.strip():
                message = "this line is neither an option nor a quote; indent it to continue the option above"
                self.report("stray-text", message, line.number)
            before = line.text
        return found, notes

    def _quote(self, line: Line, text: str, before: str, found: list[Entry], notes: list[str]) -> None:
        indent = len(line.text) - len(line.text.lstrip())
        is_first = not QUOTE.match(before)
        if 0 < indent < 4:
            message = "indent feedback by four spaces; with fewer, other readers end the list here"
            self.report("feedback-indent", message, line.number)
        if is_first and before.strip():
            message = "leave a blank line above the quote; without it other readers lose it"
            self.report("lost-quote", message, line.number)
        into = found[-1].feedback if found and indent else notes
        if is_first and into:
            message = "two quotes parted by a blank line: make them one, parted by a line of >"
            self.report("split-quote", message, line.number)
        into.append(text)


def numbered(text: str, first: int = 1) -> list[Line]:
    """Return the lines of `text` with their numbers, the first being `first`."""
    return [Line(number, line) for number, line in enumerate(text.splitlines(), first)]


def labelled(lines: Sequence[str]) -> dict[str, str]:
    """Return the paragraphs of a quote that open with a label such as **Hint:**, rendered, by label."""
    notes = {}
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        if match := LABEL.match(paragraph.strip()):
            notes[match[1]] = block(match[2])
    return notes


def block(text: str) -> str:
    """Return the rendered text; its citations are listed once for the whole question (Item.cited)."""
    return markup.render(CITATION.sub("", text))


def inline(words: Sequence[str]) -> str:
    """Return the words rendered without a paragraph around them, their citations left out as in `block`."""
    return markup.render_inline(CITATION.sub("", "\n".join(words)))
