"""The signs of GIFT: escapes, where an unescaped sign stands, and the format that a text says it has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

ESCAPED = re.compile(r"\\([\\~=#{}:n])")
RESERVED = re.compile(r"[\\~=#{}:\n]")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
LINE_END = re.compile(r"[ \t]*\n\s*")
LISTED = re.compile(r"[ \t]*\n\s*(?=(?:[-*•–]|\d{1,2}[.)]|[a-zA-Z][.)])\s)")
EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
LAID_OUT = re.compile(r"<pre\b", re.IGNORECASE)
DEFAULT = "moodle"
# In a tag, = and # are its own signs, even where a teacher did not escape them.
TAG = r"""<[a-zA-Z][\w-]*+(?:\s++[\w:-]++=(?:"[^"<>{}\n]*+"|'[^'<>{}\n]*+'))++\s*+/?>"""


@dataclass(frozen=True)
class Text:
    """Words as they stand in the file, escapes and all, with their format and the line they begin at."""

    raw: str
    format: str
    line: int

    @property
    def is_empty(self) -> bool:
        """Say whether there are no words."""
        return not self.raw.strip()

    @property
    def words(self) -> str:
        r"""Return the words without escapes; the end of a line is a blank but before a list's mark, \n ends a line.

        Lines of Markdown and around HTML's <pre> stay as they are laid out, since their indents say something.
        """
        if self.format == "markdown":
            raw = self.raw if "```" in self.raw or "~~~" in self.raw else EMPTY_LINES.sub("\n", self.raw)
            return re.sub(r"\A(?:[ \t]*\n)+", "", unescaped(raw.lstrip())).rstrip()
        is_laid_out = self.format in ("html", "moodle") and LAID_OUT.search(self.raw) is not None
        if is_laid_out or "\n" not in self.raw:
            return unescaped(self.raw).strip()
        return unescaped(LINE_END.sub(" ", LISTED.sub("\0", self.raw))).replace("\0", "\n").strip()


def text_of(raw: str, line: int, default: str) -> Text:
    """Return the words with the format in brackets that opens them, or the `default`."""
    begun = raw.lstrip()
    line += raw.count("\n", 0, len(raw) - len(begun))
    match = FORMAT.match(begun) if begun.startswith("[") else None
    return Text(begun[match.end() :], match[1].lower(), line) if match else Text(begun, default, line)


def unescaped(raw: str) -> str:
    r"""Return what GIFT's escapes stand for; a backslash before another sign is itself, as Moodle reads it."""
    if "\\" not in raw:
        return raw
    return ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], raw)


def escaped(words: str) -> str:
    """Return the words so that GIFT reads them as they are, on one line."""
    return RESERVED.sub(lambda match: r"\n" if match[0] == "\n" else "\\" + match[0], words)


def signs(pattern: str, raw: str) -> Iterator[re.Match[str]]:
    """Yield where `pattern` matches, no backslash before it, and not within a tag."""
    if "\\" not in raw and "<" not in raw:
        return re.finditer(pattern, raw)
    return (match for match in _sign(pattern).finditer(raw) if match[0][0] not in "\\<")


@cache
def _sign(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\\.|{TAG}|{pattern}", re.DOTALL)


def cut(raw: str, pattern: str, most: int = 0) -> list[str]:
    """Return the pieces between unescaped signs that `pattern` matches, cut `most` times (0: at each)."""
    pieces: list[str] = []
    start = 0
    for match in signs(pattern, raw):
        if most and len(pieces) == most:
            break
        pieces.append(raw[start : match.start()])
        start = match.end()
    return [*pieces, raw[start:]]
