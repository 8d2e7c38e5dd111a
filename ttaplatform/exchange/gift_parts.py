"""One GIFT question in parts: its name, its words with a sign where each answer block stood, and the blocks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ttaplatform.exchange.gift_answers import TRUTH, Answers, looks_like_answers, read_answers
from ttaplatform.exchange.gift_encoding import GAP
from ttaplatform.exchange.gift_questions import Passage
from ttaplatform.exchange.gift_text import DEFAULT, LINE_END, Text, signs, text_of, unescaped
from ttaplatform.exchange.report import Notes

NAME = re.compile(r"\s*::((?:\\.|:(?!:)|[^\\:])*)::")
REMARK = re.compile(r"(?m)(?<!\S)//[^\n]*$")


@dataclass(frozen=True)
class Parts:
    """A question in parts; `stem` has GAP for each block that stood within the words. No block: a description."""

    line: int
    name: str
    stem: Text
    blocks: tuple[Answers, ...]


@dataclass(frozen=True)
class _Braces:
    """Where an answer block stands, with and without its braces."""

    start: int
    inner: tuple[int, int]
    end: int


def parts_of(passage: Passage, notes: Notes, kind: str = "") -> Parts:
    """Return the question in parts; `kind` is what our own settings say of its answers."""
    text = passage.text
    match = NAME.match(text)
    start = match.end() if match else _behind_colons(passage, notes)
    name = " ".join(unescaped(match[1]).split()) if match else ""
    found = _answer_braces(_braces(passage, start, notes), text)
    keeps_end = kind == "cloze" or len(found) > 1 or (bool(found) and bool(text[found[-1].end :].strip()))
    words, place = [], start
    for one in found:
        words += [text[place : one.start], GAP if keeps_end else ""]
        place = one.end
    stem = text_of("".join([*words, text[place:]]), passage.line_at(start), DEFAULT)
    named = {"single": "choice", "multiple": "choice", "text": "text"}.get(kind, "")
    blocks = []
    for one in found:
        line = passage.line_at(one.inner[0])
        blocks.append(read_answers(_without_remarks(text[slice(*one.inner)], line, notes), line, stem.format, named))
    if passage.is_joined:
        notes.changed(passage.line, "an empty line stood between the parts of this question; they were joined")
    return Parts(passage.line, name, stem, tuple(blocks))


def _behind_colons(passage: Passage, notes: Notes) -> int:
    """Return where the words begin when no name stands before them, or one that does not end."""
    match = re.match(r"\s*::", passage.text)
    if match:
        notes.changed(passage.line, "the name that :: opens does not end; it was read as words of the question")
    return match.end() if match else 0


def _braces(passage: Passage, start: int, notes: Notes) -> list[_Braces]:
    """Return the outermost braces; the last may never be closed, and then ends with the question."""
    text, found, depth, opened = passage.text, [], 0, 0
    last = -1
    for match in signs("[{}]", text[start:]):
        place = start + match.start()
        if match[0] == "{":
            opened = opened if depth else place
            depth += 1
        elif depth:
            depth, last = depth - 1, place
            if not depth:
                found.append(_Braces(opened, (opened + 1, place), place + 1))
        else:
            notes.changed(passage.line_at(place), "a closing brace without an opening one was read as a sign")
    if depth:
        notes.changed(passage.line_at(opened), "the braces of this question are not closed; it was read to its end")
        end = last if last > opened else len(text)
        found.append(_Braces(opened, (opened + 1, end), end + 1))
    return found


def _without_remarks(raw: str, line: int, notes: Notes) -> str:
    """Return True or False without the remarks (//) that stand behind it on its lines; other answers as they are."""
    bare = REMARK.sub("", raw) if "//" in raw else raw
    if bare == raw or TRUTH.match(raw) or not TRUTH.match(bare):
        return raw
    for match in REMARK.finditer(raw):
        where = line + raw.count("\n", 0, match.start())
        notes.lost(where, f"a comment was left out: {match[0].strip().lstrip('/').strip()[:120]}")
    return bare


def _answer_braces(found: Sequence[_Braces], text: str) -> list[_Braces]:
    """Return the braces that hold answers; others are signs of the text, unless there are none but them."""
    likely = [one for one in found if looks_like_answers(text[slice(*one.inner)])]
    return likely or list(found[-1:])


def default_name(stem: Text) -> str:
    """Return the beginning of the words, as Moodle names a question that has no name."""
    return LINE_END.sub(" ", stem.words)
