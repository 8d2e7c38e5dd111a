"""What the comments above a GIFT question say of it: id and tags as Moodle writes them, and our own settings."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ttaplatform.catalogue.draft import Line
from ttaplatform.exchange.gift_text import unescaped
from ttaplatform.exchange.report import Notes

ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f])+)\]", re.IGNORECASE)
TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f])*)\]", re.IGNORECASE)
OURS = re.compile(r"\s*quiz(?:-(hint|right|wrong|columns|unit|pool|feedback-\d{1,2}))?:\s*(.*)$")
MACHINE = re.compile(r"\s*question:\s*\d+\s+name:.*$")
SETTING = re.compile(
    r"shuffle|weights|points=[1-9]\d?|credit=(?:exact|partial|partial-correct)|case=exact|type=(?:single|text|cloze)"
)
VALID_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")
WORD = re.compile(r"[\w.:-]+")


@dataclass
class Said:
    """What comments say of one question: its id ("" none), its settings, and notes and words by their label."""

    id: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def read_comments(comments: Sequence[Line], notes: Notes) -> Said:
    """Return what the comments say; words that no part of a question takes are noted as lost."""
    said = Said()
    for line in comments:
        text = line.text.strip().lstrip("/")
        if match := OURS.match(text):
            _ours(said, match, line, notes)
        elif not MACHINE.match(text):
            _moodle(said, text, line, notes)
    return said


def _ours(said: Said, match: re.Match[str], line: Line, notes: Notes) -> None:
    if match[1]:
        words = unescaped(match[2]).strip()
        said.words[match[1]] = " ".join(words.split()) if match[1] in ("columns", "unit", "pool") else words
        return
    for word in match[2].split():
        name, _, value = word.partition("=")
        if SETTING.fullmatch(word):
            said.settings[name] = value
        else:
            notes.lost(line.number, f"there is no question setting {word!r}")


def _moodle(said: Said, text: str, line: Line, notes: Notes) -> None:
    for raw in ID.findall(text):
        if said.id:
            notes.lost(line.number, f"a second id was left out: {raw.strip()}")
        said.id = said.id or raw.replace("\\]", "]").strip()
    for raw in TAG.findall(text):
        _tag(said, raw.replace("\\]", "]").strip(), line, notes)
    rest = TAG.sub("", ID.sub("", text)).strip()
    if re.search(r"\w", rest):
        notes.lost(line.number, f"a comment was left out: {rest[:120]}")


def _tag(said: Said, tag: str, line: Line, notes: Notes) -> None:
    name, _, value = tag.partition(":")
    if name.strip().lower() in ("objective", "family") and WORD.fullmatch(value.strip()):
        said.settings[name.strip().lower()] = value.strip()
    elif tag:
        notes.lost(line.number, f"the tag was left out: {tag}")


def slug(words: str, most: int = 60) -> str:
    """Return words as small letters, digits and single hyphens; "" when there is no such sign among them."""
    plain = unicodedata.normalize("NFKD", re.sub(r"<[^<>]*>", " ", words[:500])).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:most].strip("-")


@dataclass
class Names:
    """Names given so far, so that none is given twice; `taken` exist already."""

    taken: Collection[str] = ()
    given: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def new(self, wanted: str) -> str:
        """Return `wanted`, with a number behind it when there is such a name."""
        name = wanted
        while name in self.given or name in self.taken:
            self.counts[wanted] = self.counts.get(wanted, 1) + 1
            name = f"{wanted}-{self.counts[wanted]}"
        self.given.add(name)
        return name

    def numbered(self, prefix: str) -> str:
        """Return a name of the prefix and the first number that is free."""
        while (name := f"{prefix}-{self.counts.setdefault(prefix, 0) + 1}") in self.given or name in self.taken:
            self.counts[prefix] += 1
        self.given.add(name)
        return name
