"""The running text of a course file: its paragraphs with their lines, and how hard they are to read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ttaplatform import markup
from ttaplatform.catalogue.front_matter import language_of

MARKS = re.compile(r"^\s*(?:>\s?|[-*]\s+|\d+[.)]\s+)*(?:\[[ xX!A-Z]+\]\s*)?(?:\*\*[A-Z][a-z]+:\*\*)?")
OPENS = re.compile(r"^\s*(?:>\s?)*(?:[-*]|\d+[.)])\s|^\s*>\s*(?:\[!|\*\*)")
NO_PROSE = re.compile(r"^\s*(?:#|\||<!--|!\[|```)")
WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*")
FEWEST_WORDS = 100
PART = re.compile(r"[\w-]")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, list point or option without its marks; `line` is where it begins, `raw` its lines as written."""

    line: int
    text: str
    raw: str

    @property
    def is_wrong_option(self) -> bool:
        """Say whether it is an option that is not right: the mistake of somebody else."""
        return re.match(r"\s*(?:[-*]|\d+[.)])\s+\[ \]", self.raw) is not None


@lru_cache(maxsize=8)  # several checks ask for those of one file in turn
def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a course file in order; settings, headings, tables and comments are left out."""
    return tuple(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[Paragraph]:
    found: list[str] = []
    start = 0
    for number, line in enumerate([*_body(text), ""], 1):
        is_prose = bool(line.strip(" >")) and not NO_PROSE.match(line)
        if found and (not is_prose or OPENS.match(line)):
            yield _paragraph(start, found)
            found = []
        if is_prose:
            start = start if found else number
            found.append(line)


def _body(text: str) -> list[str]:
    """Return the lines of a file, those of its settings emptied."""
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    return ["" if n <= end else line for n, line in enumerate(lines)] if text.startswith("---") else lines


def _paragraph(start: int, lines: Sequence[str]) -> Paragraph:
    words = " ".join(MARKS.sub("", line).strip() for line in lines)
    words = re.sub(markup.CITATION, "", words)
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return Paragraph(start, re.sub(r"[*_`]", "", words).strip(), "\n".join(lines))


def reading_grade(texts: Sequence[str]) -> float:
    """Return the U.S. school grade that reading English `texts` needs; each text ends a sentence.

    Flesch-Kincaid grade level (Kincaid and others, 1975, Navy report 8-75): 0.39 words per sentence + 11.8 syllables
    per word - 15.59. Syllables are estimated from spelling. Meant for FEWEST_WORDS words or more.
    """
    words = [word for text in texts for word in WORD.findall(text)]
    sentences = sum(len(re.findall(r"[.!?:]+(?=[\s\"”’)]|$)", text)) or 1 for text in texts)
    if not words:
        return 0.0
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, without a silent e."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    letters = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiou])le$|(?<=[^aeioudt])ed$|(?<=[^aeiouscxzgh])es$", "", letters)
    found = len(re.findall(r"[aeiouy]+", letters))
    return max(1, found + len(re.findall(r"(?<![tcsg])i[ao](?!u)|[aeiou]ing|(?<!q)u[ao]", letters)))


def place(files: Mapping[str, str], words: str, language: str = "") -> tuple[str, int]:
    """Return the first path and line where just `words` stand in the files of a language ("" is the original)."""
    for path, text in sorted(files.items()):
        at = _find(text, words) if language_of(path) == language else -1
        if at >= 0:
            return path, text.count("\n", 0, at) + 1
    return "course.md", 1


def _find(text: str, words: str) -> int:
    """Return where words stand that are no part of longer ones, -1 for nowhere; many times faster than a pattern."""
    at = text.find(words)
    while at >= 0 and (PART.match(text[at - 1 : at]) or PART.match(text[at + len(words) : at + len(words) + 1])):
        at = text.find(words, at + 1)
    return at
