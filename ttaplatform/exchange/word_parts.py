"""The parts of a Word file from a stranger: unpacked within bounds, and their XML without entities, depth or mass."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from ttaplatform.exchange.zip_reading import ZipError, check_entry, name_of, open_zip, read_entry

MAX_WORD_BYTES = 60_000_000  # of the file, and of all that is read of it
MOST_PARTS = 2_000
MOST_ELEMENTS, DEEPEST = 80_000, 100  # some 200 pages; the converter reads 15,000 elements a second
OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a compound file: .doc, and what Word encrypts
WANTED = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|word/[\w./-]+\.(?:xml|rels)|word/media/[\w.-]+")
MAIN = "word/document.xml"


class WordError(ValueError):
    """A file that is not read as a Word document; the message says why."""


@dataclass
class Watch:
    """What is told of each element of a part while it is read: its name and attributes, its end, and its words."""

    start: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None]
    words: Callable[[str], None]


NOTHING = Watch(lambda _element, _attributes: None, lambda _element: None, lambda _words: None)


def read_parts(data: bytes) -> dict[str, bytes]:
    """Return name to bytes of the parts that are needed; raise WordError for what is no plain .docx."""
    if data.startswith(OLD_FORMAT):
        raise WordError("the file is encrypted or in the old .doc format; save it as .docx without a password")
    if len(data) > MAX_WORD_BYTES:
        raise WordError(f"the file is larger than {MAX_WORD_BYTES:,} bytes")
    try:
        parts = _unpacked(data)
    except ZipError as error:
        raise WordError(f"this is no Word document (.docx): {error}") from error
    if MAIN not in parts or "[Content_Types].xml" not in parts:
        raise WordError("this is no Word document (.docx): word/document.xml is missing")
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        raise WordError("the document has macros (.docm); save it as .docx")
    return parts


def _unpacked(data: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_WORD_BYTES
    with open_zip(data, most_entries=MOST_PARTS) as archive:
        for entry in archive.infolist():
            check_entry(entry)
            name = name_of(entry)
            if name.lower().endswith("vbaproject.bin"):
                raise WordError("the document has macros (.docm); save it as .docx")
            if not WANTED.fullmatch(name) or ".." in name:
                continue
            if name in parts:
                raise ZipError(f"it holds two files named {name}")
            parts[name] = read_entry(archive, entry, left)
            left -= len(parts[name])
    return parts


def check_xml(parts: Mapping[str, bytes]) -> None:
    """Raise WordError when the XML of a part declares anything, is broken, too deep, or all of it is too much."""
    count = 0
    for name, content in parts.items():
        if not name.startswith("word/media/"):
            count += watched(name, content, NOTHING)
            if count > MOST_ELEMENTS:
                raise WordError("the document is too long to be read at once; part it")


@dataclass
class _Meter:
    """How deep and long a part is, so far."""

    name: str
    watch: Watch
    depth: int = 0
    count: int = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise WordError(f"{self.name} is too deep or too long to be read")
        self.watch.start(element, attributes)

    def end(self, element: str) -> None:
        self.depth -= 1
        self.watch.end(element)

    def declared(self, *_declaration: object) -> None:
        raise WordError(f"{self.name} declares entities, as no Word document does")


def watched(name: str, content: bytes, watch: Watch) -> int:
    """Return how many elements a part has, each told to `watch`; raise WordError as `check_xml` does."""
    parser, meter = expat.ParserCreate(namespace_separator=" "), _Meter(name, watch)
    parser.StartElementHandler, parser.EndElementHandler = meter.start, meter.end
    parser.CharacterDataHandler = watch.words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = meter.declared
    try:
        parser.Parse(content, True)
    except WordError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise WordError(f"{name} is broken: {str(error)[:100]}") from error
    return meter.count
