"""Words as Markdown that reads the same: plain text, and what no text may say to the quiz dialect."""

import re

from ttaplatform.catalogue import item_choice, item_cloze, item_match, item_number, item_order, item_text
from ttaplatform.catalogue.draft import QUOTE, SCENE, SETTINGS
from ttaplatform.catalogue.quiz_text import POOL, POOL_END
from ttaplatform.exchange.report import Notes

MARKS = re.compile(
    r"(?P<slash>\\(?=[\\`*_{}\[\]()>#+.!|-]))|(?P<tick>`)|(?P<star>\*(?!\s)|(?<!\s)\*)|(?P<low>_{1,2}(?!_))|(?P<lows>_{3,})"
    r"|(?P<less><)|(?P<and>&(?=#?\w{1,32};))|(?P<cite>\[@)|(?P<link>!?\[(?=TOC\]|\[|[^\[\]]{0,200}\](?:\(|\[|:)))"
)
SPECIAL = re.compile(r"[\\`*_<&\[]")
LINE_MARK = re.compile(r"^(?:[>#|]|[-+*](?=\s|$)|(?P<colon>[:=])(?=[\s=]|$)|(?P<number>\d{1,9})[.)](?=\s|$))")
RULE = re.compile(r"^[-_* ]{3,}$")
OPENERS = {
    "choice": (item_choice.OPTION, "["),
    "text": (item_text.ANSWER, "="),
    "number": (item_number.ANSWER, "="),
    "match": (item_match.ROW, "|"),
    "order": (item_order.ENTRY, ".)"),
    "cloze": (QUOTE, ">"),
}
INSTEAD = {"=": "&#61;", ":": "&#58;"}


def plain_inline(words: str) -> str:
    """Return words as Markdown that shows just them within a line."""
    return MARKS.sub(_escape, words) if SPECIAL.search(words) else words


def _escape(match: re.Match[str]) -> str:
    kind, sign = match.lastgroup, match[0]
    if kind == "less":
        return "&lt;"
    if kind == "and":
        return "&amp;"
    if kind == "cite":
        return "[&#64;"
    if kind == "lows" or (kind == "low" and _is_in_word(match)):
        return sign
    return "".join("\\" + one for one in sign)


def _is_in_word(match: re.Match[str]) -> bool:
    text = match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return (before + after).isalnum() and bool(before) and bool(after)


def plain_line(markdown: str) -> str:
    """Return a line of inline Markdown so that its beginning opens no list, heading, quote, table or rule."""
    line = markdown.strip()
    if RULE.match(line):
        return "\\" + line
    if not (match := LINE_MARK.match(line)):
        return line
    if match["number"]:
        return f"{match['number']}\\{line[match.end('number') :]}"
    if match["colon"]:
        return INSTEAD[match[0]] + line[1:]
    return "\\" + line


def plain_blocks(words: str) -> str:
    """Return plain text as Markdown paragraphs, one to each line."""
    if "\n" not in words:
        return plain_line(plain_inline(words))
    return "\n\n".join(plain_line(plain_inline(line)) for line in words.split("\n") if line.strip())


def harmless(markdown: str, kind: str, line: int, notes: Notes) -> list[str]:
    """Return the lines of a stem so that the dialect reads none as a heading, setting, pool or option of `kind`.

    Settings within the text are left out, with a note at `line`.
    """
    kept = []
    for number, words in enumerate(markdown.split("\n")):
        if SETTINGS.match(words) or POOL.match(words) or POOL_END.match(words):
            notes.lost(line, f"a comment in the text was left out: {words.strip()}")
        else:
            kept.append(_harmless_line(words, kind, is_heading=not number))
    return kept


def _harmless_line(words: str, kind: str, *, is_heading: bool) -> str:
    if is_heading:
        words = "\\" + words.lstrip() if SCENE.match(words.lstrip()) else words
    elif words.startswith("## "):
        words = "#" + words
    if kind == "cloze":
        words = words.replace("[[", "[\\[")
    if kind in OPENERS and not is_heading:
        pattern, signs = OPENERS[kind]
        if pattern.match(words):
            place = min(place for sign in signs if (place := words.find(sign)) >= 0)
            words = words[:place] + INSTEAD.get(words[place], "\\" + words[place]) + words[place + 1 :]
    return words


def harmless_option(lines: list[str], *, has_weight: bool) -> list[str]:
    """Return the lines of an option so that none is a quote and, without a weight, none of its words is one."""
    kept = [line.strip() for line in lines if line.strip()]
    kept[1:] = ["\\" + line if line.startswith(">") else line for line in kept[1:]]
    if kept and not has_weight and kept[-1].endswith("%)") and item_choice.WEIGHT.search(kept[-1]):
        kept[-1] = kept[-1][:-1] + "\\)"
    return kept


def cell(markdown: str) -> str:
    """Return inline Markdown as a table cell of the dialect."""
    return re.sub(r"\s*\n\s*", "<br>", markdown.strip()).replace("|", "\\|")


def row(left: str, right: str) -> str:
    """Return a row of a matching table."""
    words = f"| {cell(left)} | {cell(right)} |".replace("|  |", "| |")
    return words.replace("-", "&#45;").replace(":", "&#58;") if item_match.RULE.match(words) else words


def gap_words(words: str) -> str:
    """Return plain words as they can stand within a gap of a text, where [ ] | ( ) mean something."""
    plain = re.sub(r"\s+", " ", words).strip().replace("|", "/").replace("[[", "[").replace("]]", "]")
    return plain[1:-1].strip() if item_cloze.MARKED.match(plain) else plain
