"""Word documents in: .docx as Markdown that the dialect reads as plain words, its pictures, and what was lost."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ttaplatform.catalogue.draft import QUESTION, SCENE
from ttaplatform.catalogue.text import MAX_TEXT_BYTES
from ttaplatform.exchange.gift_html import markdown_of_html
from ttaplatform.exchange.gift_markdown import plain_inline
from ttaplatform.exchange.report import Note, Notes
from ttaplatform.exchange.word_losses import near_words, note_losses
from ttaplatform.exchange.word_parts import WordError, check_xml, read_parts

__all__ = ["Document", "Picture", "WordError", "read_word"]
SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/bmp": ".bmp", "image/webp": ".webp",
    "image/svg+xml": ".svg",
}  # fmt: skip
MOST_PICTURES = 200
HIGHEST, LOWEST = 2, 4  # levels of headings in a lesson
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
"""
MARK = "\ue010"  # stands for a picture while the text is converted; never let in from outside
PLACED = re.compile(rf"\\?\[{MARK}(\d+){MARK}\\?\]")
PIECES = re.compile(r"(<[^>]*>)")
TAG = re.compile(r"<(/?)([a-z0-9]+)")
REFERENCE = re.compile(r'<sup><a href="#(?:foot|end)note-[^"]*"[^>]*>\[(\d+)\]</a></sup>')
BACK = re.compile(r' ?<a href="#(?:foot|end)note-ref-[^"]*"[^>]*>↑</a>')
HEADING = re.compile(r"^<h[1-6][^>]*>|</h[1-6]>$")
EMPTY_ANCHOR = re.compile(r'<a id="[^"]*"></a>')
# What the converter raises for XML that is well-formed and yet no document.
MALFORMED = (AttributeError, IndexError, KeyError, OSError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True)
class Picture:
    """A picture as it lay in the document; the text shows it as ../media/`name`. `alt` is "" when it has no words."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True)
class Document:
    """A Word document as Markdown without settings, its pictures, and what changed or was lost."""

    text: str
    pictures: tuple[Picture, ...]
    notes: tuple[Note, ...]


@dataclass
class _Pictures:
    """The pictures found while a document is converted."""

    notes: Notes
    found: list[Picture] = field(default_factory=list)

    def take(self, image: Any) -> dict[str, str]:
        """Keep a picture and return what stands for it in the HTML."""
        suffix = SUFFIXES.get(image.content_type or "")
        alt = " ".join((image.alt_text or "").split())[:300]
        if suffix is None or len(self.found) == MOST_PICTURES:
            self.notes.lost(1, f"a picture of the kind {image.content_type} was left out: {alt or 'it has no words'}")
            return {"src": "", "alt": f"{MARK}0{MARK}"}
        with image.open() as file:
            content = file.read()
        self.found.append(Picture(f"picture-{len(self.found) + 1}{suffix}", content, alt))
        if not alt:
            self.notes.changed(1, f"{self.found[-1].name} has no words for those who do not see it; write them")
        return {"src": "", "alt": f"{MARK}{len(self.found)}{MARK}"}

    def place(self, text: str) -> str:
        """Return the text with each picture shown where it stood."""
        return PLACED.sub(lambda match: self._shown(int(match[1])), text)

    def _shown(self, number: int) -> str:
        if not 1 <= number <= len(self.found):
            return ""
        one = self.found[number - 1]
        words = plain_inline(one.alt.replace("[", "(").replace("]", ")"))
        return f"![{words}](../media/{one.name})"


def read_word(data: bytes) -> Document:
    """Return a Word document as Markdown that shows its words and nothing that the dialect would act upon.

    The first level of its headings becomes ##. The line of a note is the number of a paragraph. Raises WordError for
    what is no .docx, is encrypted, has macros, or unpacks to more than is read.
    """
    parts = read_parts(data)
    check_xml(parts)
    notes = Notes()
    note_losses(parts, notes)
    pictures = _Pictures(notes)
    try:
        text = pictures.place(_markdown(_html(parts, pictures), notes))
    except MALFORMED as error:
        raise WordError("the document cannot be read; open it in Word and save it anew as .docx") from error
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise WordError(f"the text is longer than {MAX_TEXT_BYTES:,} bytes; part the document")
    return Document(text, tuple(pictures.found), notes.sorted())


def _html(parts: dict[str, bytes], pictures: _Pictures) -> str:
    """Return the document as HTML: mammoth reads a zip that holds the checked parts and nothing else."""
    import mammoth  # noqa: PLC0415 - heavy: loaded when the first document is read

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(MARK.encode(), b""))
    out.seek(0)
    converted = mammoth.convert_to_html(
        out,
        style_map=STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=mammoth.images.img_element(pictures.take),
    )
    return str(converted.value)


def _markdown(rendered: str, notes: Notes) -> str:
    rendered = EMPTY_ANCHOR.sub("", BACK.sub("", REFERENCE.sub(r"<sup>\1</sup>", rendered)))
    blocks = list(_blocks(rendered))
    levels = sorted({int(tag[1]) for tag, _block in blocks if re.fullmatch("h[1-6]", tag)})
    before, written = HIGHEST - 1, []
    for number, (tag, block) in enumerate(blocks, 1):
        if re.fullmatch("h[1-6]", tag):
            words = _converted(HEADING.sub("", block), number, notes, is_inline=True)
            before = min(HIGHEST + levels.index(int(tag[1])), LOWEST, before + 1)
            written.append(_heading(before, words) if words else "")
        else:
            written.append(_converted(block, number, notes, is_inline=False))
    text = "\n\n".join(filter(None, written))
    return text.replace("{{", "{&#123;") + "\n" if text else ""


def _blocks(rendered: str) -> Iterator[tuple[str, str]]:
    """Yield each block that stands in no other, with the name of its tag."""
    depth, tag, held = 0, "", list[str]()
    for piece in PIECES.split(rendered):
        match = TAG.match(piece)
        if match and not match[1] and not piece.endswith("/>"):
            tag = tag if depth else match[2]
            depth += 1
        held.append(piece)
        depth -= bool(match and match[1])
        if not depth and piece:
            yield tag, "".join(held)
            tag, held = "", []


def _converted(block: str, number: int, notes: Notes, *, is_inline: bool) -> str:
    """Return a block as Markdown; what is lost is noted with its first words."""
    own = Notes()
    text = markdown_of_html(block, number, own, is_inline=is_inline)
    near = near_words(re.sub(r"<[^>]*>", " ", block))
    for note in own.sorted():
        if not note.message.startswith("the picture "):  # it is placed afterwards
            add = notes.lost if note.is_lost else notes.changed
            add(number, f"{note.message}, near: {near}")
    return text


def _heading(level: int, words: str) -> str:
    line = "#" * level + " " + words.replace("<br>", " ")
    return line.replace(":", "&#58;", 1) if QUESTION.match(line) or SCENE.match(line) else line
