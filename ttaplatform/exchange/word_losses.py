"""What of a Word document does not come along, found in its XML before it is converted, each with the words near it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ttaplatform.exchange.report import Notes
from ttaplatform.exchange.word_parts import MAIN, NOTHING, Watch, watched

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main t"
LOST = {
    "oMath": "an equation was left out",
    "commentReference": "a comment was left out",
    "del": "words that a tracked change deletes were left out",
    "moveFrom": "words that a tracked change moves were left out where they stood",
    "object": "an embedded object was left out",
    "altChunk": "an embedded document was left out",
}
CHANGED = {
    "ins": "a tracked change was taken as accepted",
    "moveTo": "a tracked change was taken as accepted",
    "footnoteReference": "a footnote became a note at the end",
    "endnoteReference": "a footnote became a note at the end",
}
GRAPHICS = {"diagram": "a SmartArt graphic was left out", "chart": "a chart was left out"}
SHAPE = "words in a shape or text box were left out"
BOX = "a text box became paragraphs of their own"
EXTRA = {"header": "the header of its pages was left out", "footer": "the footer of its pages was left out"}


@dataclass
class _Scan:
    """One reading: the paragraph's number and words, the words before it, and what was found in it."""

    notes: Notes
    number: int = 0
    depth: int = 0
    words: list[str] = field(default_factory=list)
    before: str = ""
    found: dict[tuple[str, bool], None] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    is_boxed: list[bool] = field(default_factory=list)

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(" ")[2]
        self.path.append(WORDS if element == WORDS else name)
        if name == "p" and "wordprocessingml" in element:
            self.depth += 1
            self.number += 1
        elif name in LOST:
            self.found[LOST[name], True] = None
        elif name in CHANGED:
            self.found[CHANGED[name], False] = None
        elif name == "graphicData":
            uri = attributes.get("uri", "")
            self.found |= {(message, True): None for kind, message in GRAPHICS.items() if kind in uri}
        elif name == "AlternateContent":
            self.is_boxed.append(False)
        elif name == "txbxContent":
            self._box()

    def _box(self) -> None:
        """Note a text box; of two forms of one, the older is the one that is read."""
        if "pict" in self.path or "Fallback" in self.path:
            self.found[BOX, False] = None
            self.is_boxed = [False] * len(self.is_boxed)
        elif self.is_boxed:
            self.is_boxed[-1] = True
        else:
            self.found[SHAPE, True] = None

    def end(self, element: str) -> None:
        name = element.rpartition(" ")[2]
        self.path.pop()
        if name == "AlternateContent" and self.is_boxed and self.is_boxed.pop():
            self.found[SHAPE, True] = None
        if name == "p" and "wordprocessingml" in element:
            self.depth -= 1
            if not self.depth:
                self.tell()

    def say(self, words: str) -> None:
        if self.path and self.path[-1] == WORDS and len(self.words) < 50:
            self.words.append(words)

    def tell(self) -> None:
        """Note what was found in the paragraph that ends."""
        near = near_words("".join(self.words)) or self.before
        for message, is_lost in self.found:
            (self.notes.lost if is_lost else self.notes.changed)(max(1, self.number), f"{message}, near: {near}")
        self.before = near
        self.words, self.found = [], {}


def near_words(text: str) -> str:
    """Return the first words of a text, as a place is named by them."""
    return " ".join(text.split()[:8])[:80]


def note_losses(parts: Mapping[str, bytes], notes: Notes) -> None:
    """Note what of the document will be left out or stand elsewhere; the line is the number of the paragraph."""
    scan = _Scan(notes)
    watched(MAIN, parts[MAIN], Watch(scan.start, scan.end, scan.say))
    scan.tell()
    for name, content in sorted(parts.items()):
        kind = name.removeprefix("word/")[:6]
        if kind in EXTRA and name.endswith(".xml"):
            words: list[str] = []
            watched(name, content, replace(NOTHING, words=words.append))
            if near := near_words("".join(words)):
                notes.lost(1, f"{EXTRA[kind]}: {near}")
