"""A GIFT file cut into questions, each with its lines, even where the blank line between them or a brace is missing."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ttaplatform.catalogue.draft import Line
from ttaplatform.exchange.gift_text import signs

ENDS_SENTENCE = (".", "?", "!", ":", ";", ")", "…")
ONLY_NAME = re.compile(r"\s*::(?:\\.|:(?!:)|[^\\:])*::\s*")
ONLY_BRACES = re.compile(r"\s*\{(?:\\.|[^\\{}])*\}\s*", re.DOTALL)
FENCE = re.compile(r"(?m)^ {0,3}(?:```|~~~)[^`\n]*$")
LONGEST_PROGRAM = 10_000
CATEGORY = re.compile(r"\s*\$CATEGORY:", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """One question, description or category as it stands: its text from `line` on, and the comments with it.

    `is_joined`: an empty line parted its name from its words, or its words from its answers.
    """

    line: int
    text: str
    comments: tuple[Line, ...]
    is_joined: bool = False

    def line_at(self, offset: int) -> int:
        """Return the line of the file on which the sign at `offset` stands."""
        return self.line + bisect_right(self._ends, offset - 1)

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]


@dataclass
class _Cutter:
    """The lines taken for the question that is being read, and the braces open in it.

    `blank` is the place of the first empty line within braces (-1: none): if they turn out never to be closed, the
    question ended there. `closed` is the index of the taken line where braces were last closed (-1: none).
    """

    lines: Sequence[Line]
    place: int = 0
    taken: list[Line] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)
    depth: int = 0
    blank: int = -1
    kept: int = 0
    closed: int = -1
    is_ended: bool = False

    def passages(self) -> Iterator[Passage]:
        while self.place < len(self.lines) or self.taken:
            if self.place == len(self.lines):
                yield from self._end() if self.blank < 0 else self._step_back()
                continue
            line = self.lines[self.place]
            self.place += 1
            yield from self._read(line)

    def _read(self, line: Line) -> Iterator[Passage]:
        words = line.text.strip()
        if words.startswith("//"):
            self.taken.append(line)
        elif not words:
            yield from self._blank(line)
        elif CATEGORY.match(words) or (words.startswith("::") and "::" in words[2:]):
            yield from self._opens(line, is_category=words.startswith("$"))
        else:
            yield from self._words(line)

    def _blank(self, line: Line) -> Iterator[Passage]:
        if not self.depth:
            yield from self._end()
            return
        if self.blank < 0:
            self.blank, self.kept = self.place, len(self.taken)
        self.taken.append(line)

    def _opens(self, line: Line, *, is_category: bool) -> Iterator[Passage]:
        """Take a line that only a new question or category can begin with; open braces were never closed."""
        if self.blank >= 0:
            yield from self._step_back()
            return
        above = len(self.taken)
        while above and _is_comment(self.taken[above - 1]):
            above -= 1
        yield from self._end(above)
        if is_category:
            self.taken.append(line)
            yield from self._end()
        else:
            yield from self._words(line)

    def _words(self, line: Line) -> Iterator[Passage]:
        end = 0
        for match in signs("[{}]", line.text) if "{" in line.text or "}" in line.text else ():
            if match[0] == "{":
                if self.blank >= 0:
                    yield from self._step_back()
                    return
                if not self.depth and 0 <= self.closed < len(self.taken) and self.is_ended:
                    yield from self._end(self.closed + 1)
                self.depth += 1
            elif self.depth:
                self.depth -= 1
                end = match.end()
            if not self.depth:
                self.blank = -1
        if end and not self.depth:
            tail = line.text[end:].strip()
            self.closed, self.is_ended = len(self.taken), not tail or tail.endswith(ENDS_SENTENCE)
        self.taken.append(line)

    def _step_back(self) -> Iterator[Passage]:
        """End the question at the empty line within its braces, and read on from there."""
        self.place = self.blank
        self.taken = self.taken[: self.kept]
        yield from self._end()

    def _end(self, at: int | None = None) -> Iterator[Passage]:
        """Yield the question that ends before the taken line `at`; comments alone wait for the next one."""
        head, rest = (self.taken, []) if at is None else (self.taken[:at], self.taken[at:])
        self.taken, self.depth, self.blank, self.closed = rest, 0, -1, -1
        comments = [line for line in head if _is_comment(line)]
        text = [line for line in head if not _is_comment(line)] if comments else head
        if not text:
            self.waiting += comments
            return
        first = text[0].number
        words = [line.text for line in text]
        if comments:  # each leaves an empty line, so that lines keep their numbers
            words = ["" if _is_comment(line) else line.text for line in head if line.number >= first]
        yield Passage(first, "\n".join(words).rstrip(), (*self.waiting, *comments))
        self.waiting = []


def _is_comment(line: Line) -> bool:
    return "//" in line.text and line.text.lstrip().startswith("//")


def passages(text: str) -> tuple[list[Passage], list[Line]]:
    """Return the questions, descriptions and categories of a file, and the comments after the last one."""
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), 1)]
    cutter = _Cutter(lines)
    return _joined(cutter.passages()), cutter.waiting


def _joined(cut: Iterable[Passage]) -> list[Passage]:
    """Return the passages, those put together that an empty line tore apart."""
    found: list[Passage] = []
    for passage in cut:
        if found and _belongs(found[-1], passage):
            first = found.pop()
            gap = "\n" * (passage.line - first.line - first.text.count("\n"))
            comments = (*first.comments, *passage.comments)
            passage = Passage(first.line, first.text + gap + passage.text, comments, is_joined=True)
        found.append(passage)
    return found


def _has_open_program(text: str) -> bool:
    """Say whether words end within a program (<pre> or a fence of Markdown), where an empty line parts nothing."""
    if len(text) > LONGEST_PROGRAM or not ("<pre" in text or FENCE.search(text)) or any(signs("[{}]", text)):
        return False
    return text.count("<pre") > text.count("</pre") or ("[markdown]" in text and len(FENCE.findall(text)) % 2 > 0)


def _belongs(first: Passage, then: Passage) -> bool:
    """Say whether a passage is a name and the next its words, or the words and the next nothing but answers."""
    if CATEGORY.match(first.text) or CATEGORY.match(then.text) or then.text.lstrip().startswith("::"):
        return False
    if ONLY_NAME.fullmatch(first.text) or _has_open_program(first.text):
        return True
    return bool(ONLY_BRACES.fullmatch(then.text)) and not any(signs("[{}]", first.text))
