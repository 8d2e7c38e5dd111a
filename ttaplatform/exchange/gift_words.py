"""A text of a GIFT file as Markdown, in the format that it says it has."""

import html
import re

from ttaplatform.exchange.gift_html import HAS_TAGS, code_lines, markdown_of_html
from ttaplatform.exchange.gift_markdown import plain_blocks
from ttaplatform.exchange.gift_text import Text
from ttaplatform.exchange.report import Notes

PICTURE = re.compile(r"!\[([^\[\]]{0,500})\]\(\s*([^()\s]{1,500})[^()]{0,200}\)")
FENCE = re.compile(
    r"\n*^ {0,3}(?:`{3,20}|~{3,20})[^\n`]*\n(.*?)(?:^ {0,3}(?:`{3,20}|~{3,20})[ \t]*$\n*|\Z)", re.DOTALL | re.MULTILINE
)
SCRIPT = re.compile(r"<\s*(script|style|iframe|object|embed|video|audio|form)\b", re.IGNORECASE)
BLOCK_TAG = re.compile(r"<(?:p|div|br|ul|ol|li|table|h\d|pre)\b", re.IGNORECASE)
WRAPPED = re.compile(r"<(p|div|span)\b.*</\1\s*>", re.IGNORECASE | re.DOTALL)
OURS = re.compile(r"(\.\./)?media/")


def block(text: Text, notes: Notes) -> str:
    """Return the text as Markdown of any number of paragraphs."""
    if text.is_empty:
        return ""
    words = text.words
    if text.format == "markdown":
        words = FENCE.sub(lambda match: f"\n\n{_indented(match[1])}\n\n", words).strip("\n")
        return _marked(words, text.line, notes)
    if is_html(text):
        return markdown_of_html(_with_breaks(words, text.format), text.line, notes)
    return plain_blocks(words)


def inline(text: Text, notes: Notes) -> str:
    """Return the text as Markdown of one paragraph; what were several are parted by <br>."""
    if text.is_empty:
        return ""
    words = text.words
    if text.format == "markdown":
        if FENCE.search(words):
            words = FENCE.sub(lambda match: f"<br>\n{code_lines(_indented(match[1]))}<br>\n", words)
            words = words.removeprefix("<br>\n").removesuffix("<br>\n")
        words = re.sub(r"\n\s*\n\s*", "<br><br>\n", _marked(words, text.line, notes))
        return re.sub(r" {2,}\n", "<br>\n", words)
    if is_html(text):
        return markdown_of_html(_with_breaks(words, text.format), text.line, notes, is_inline=True)
    return plain_blocks(words).replace("\n\n", "<br>")


def plain(text: Text, notes: Notes) -> str:
    """Return the text as plain words on one line, as Moodle takes what is to be typed.

    Tags are part of it ("Which tag is bold?"), unless a paragraph is wrapped around the whole: that is left out.
    """
    words = re.sub(r"\s+", " ", text.words).strip()
    if text.format != "html" or not WRAPPED.fullmatch(words):
        return words
    notes.changed(text.line, "tags in a typed answer were left out")
    shown = re.sub(r"\\(.)", r"\1", markdown_of_html(words, text.line, notes, is_inline=True))
    return re.sub(r"\s+", " ", html.unescape(shown)).strip()


def is_html(text: Text) -> bool:
    """Say whether a text is HTML: it says so, or it has Moodle's own format and tags that Moodle would show."""
    return text.format == "html" or (text.format == "moodle" and HAS_TAGS.search(text.raw) is not None)


def _indented(code: str) -> str:
    """Return the lines of a program as a code block: our Markdown knows no fences (```)."""
    return "\n".join("    " + line if line.strip() else "" for line in code.rstrip().split("\n"))


def _with_breaks(words: str, format_name: str) -> str:
    """Return Moodle's own format as HTML: an end of line shows, unless blocks are tagged."""
    return words if format_name == "html" or BLOCK_TAG.search(words) else words.replace("\n", "<br>")


def _marked(words: str, line: int, notes: Notes) -> str:
    for match in PICTURE.finditer(words):
        if not OURS.match(match[2]):
            notes.lost(
                line, f"the picture {match[2].rpartition('/')[2][:80]} is not in the course and will not be shown"
            )
    for match in SCRIPT.finditer(words):
        notes.lost(line, f"<{match[1].lower()}> in Markdown will not be shown")
    return words
