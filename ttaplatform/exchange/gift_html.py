"""HTML as Markdown: what our Markdown knows is kept, everything else is left out with a note."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from ttaplatform.exchange.gift_markdown import plain_inline, plain_line
from ttaplatform.exchange.html_tables import span_of, table_lines
from ttaplatform.exchange.report import Notes

TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]{0,30})((?:[^'"<>]++|"[^"]*+"|'[^']*+'){0,200}+)>""")
ATTRIBUTE = re.compile(r"""([\w:-]{1,50})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]{1,2000}))""")
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "sub": "sub", "sup": "sup", "code": "`", "tt": "`", "kbd": "`"}
BLOCKS = {"p", "div", "section", "article", "header", "footer", "center", "dl", "dt", "dd", "figure", "figcaption"}
BLOCKS |= {"tbody", "thead", "tfoot", "address", "main", "fieldset", "caption"}
HEADINGS = {"h1": 3, "h2": 3, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
SILENT = {"script", "style", "template", "iframe", "object", "svg", "math", "noscript", "textarea", "select"}
LOOKS = {"span", "font", "u", "small", "big", "label", "abbr", "s", "strike", "del", "ins", "mark", "cite", "q", "html"}
LOOKS |= {"body", "head", "nolink", "wbr", "var", "samp", "dfn", "colgroup", "col", "br"}
BARE = {"span", "font", "label", "nolink", "wbr", "html", "head", "body"}  # without attributes they look like nothing
OTHERS = {"a", "img", "hr", "ul", "ol", "li", "pre", "blockquote", "table", "tr", "td", "th", "video", "audio"}
KNOWN = "|".join(sorted({*MARKS, *BLOCKS, *HEADINGS, *SILENT, *LOOKS, *OTHERS}))
HAS_TAGS = re.compile(rf"</?(?:{KNOWN})(?:[\s/][^<>]*)?>|&#?\w{{1,32}};", re.IGNORECASE)
LINKS = re.compile(r"^(?:https?://|mailto:|tel:)[^\s<>]+$", re.IGNORECASE)
STYLE = re.compile(r"""\sstyle\s?=\s?["'](?!\s*text-align:\s*(?:left|start|initial);?\s*["'])""", re.IGNORECASE)
DEEPEST = 6


@dataclass
class _Open:
    """Something that is open: a mark or link with the place where its words begin."""

    tag: str
    place: int
    target: str = ""


@dataclass
class _Page:
    """The Markdown blocks made so far, and the paragraph, marks, lists and table that are open."""

    line: int
    notes: Notes
    blocks: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    marks: list[_Open] = field(default_factory=list)
    lists: list[list[int]] = field(default_factory=list)
    quotes: int = 0
    heading: int = 0
    bullet: str = ""
    is_pre: bool = False
    rows: list[list[str]] | None = None
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def text(self, words: str) -> None:
        """Add words as they are shown."""
        shown = html.unescape(words).replace("\u200b", "")
        if self.is_pre:
            self.words.append(shown.replace("\xa0", " "))
        elif any(mark.tag == "`" for mark in self.marks):
            self.words.append(re.sub(r"\s+", " ", shown).replace("`", "'"))
        else:
            self.words.append(plain_inline(re.sub(r"[^\S\xa0]+", " ", shown)))

    def start(self, tag: str, attributes: str) -> None:
        """Open a tag."""
        if tag in MARKS:
            mark = MARKS[tag]
            if all(one.tag != mark for one in self.marks) and not self.is_pre:
                self.marks.append(_Open(mark, len(self.words)))
        elif tag in STARTS:
            STARTS[tag](self, attributes)
        elif tag in BLOCKS or tag in HEADINGS:
            self.flush()
            self.heading = HEADINGS.get(tag, 0)
        elif tag in LOOKS and (tag not in BARE or (attributes.strip() and not STYLE.search(attributes))):
            self.notes.changed(self.line, f"the look of <{tag}> was left out, its words were kept")
        elif tag not in LOOKS:
            self.notes.lost(self.line, f"<{tag}> was left out: Markdown has nothing like it")

    def end(self, tag: str) -> None:
        """Close a tag; one that is not open says nothing."""
        if tag in MARKS or tag == "a":
            self._end_mark(MARKS.get(tag, tag))
        elif tag in ENDS:
            ENDS[tag](self)
        elif tag in BLOCKS or tag in HEADINGS:
            self.flush()
            self.heading = 0

    def _end_mark(self, tag: str) -> None:
        found = next((n for n in reversed(range(len(self.marks))) if self.marks[n].tag == tag), -1)
        if found >= 0:
            self._wrap(self.marks.pop(found))

    def _wrap(self, mark: _Open) -> None:
        inner = "".join(self.words[mark.place :])
        stripped = inner.strip()
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :] if stripped else ""
        self.words[mark.place :] = [before + _marked(mark, stripped) + after]
        for one in self.marks:
            one.place = min(one.place, len(self.words))

    def flush(self) -> None:
        """End the paragraph; marks that are open go on in the next one."""
        for mark in reversed(self.marks):
            self._wrap(mark)
        for mark in self.marks:
            mark.place = 0
        words, self.words = "".join(self.words), []
        if self.is_pre and words.strip():
            code = words.rstrip().removeprefix("\n").split("\n")
            self.blocks.append(("pre", "\n".join("    " + line if line.strip() else "" for line in code)))
        elif lines := [shown for line in words.split("<br>") if (shown := _line(line))]:
            self._paragraph("<br>".join(lines))

    def _paragraph(self, words: str) -> None:
        depth = min(len(self.lists), DEEPEST)
        if self.rows is not None:
            self.rows = self.rows or [[]]
            self.rows[-1] = self.rows[-1] or [""]
            self.rows[-1][-1] = "<br>".join(filter(None, [self.rows[-1][-1], words]))
        elif self.bullet:
            self.blocks.append(("item", "    " * (depth - 1) + self.bullet + words))
            self.bullet = ""
        elif depth:
            self.blocks.append(("more", "    " * depth + words))
        elif self.heading:
            self.blocks.append(("p", "#" * self.heading + " " + words))
        else:
            self.blocks.append(("p", "> " + words if self.quotes else words))


def _line(words: str) -> str:
    """Return a line of a paragraph; an indent by blanks that HTML keeps (&nbsp;) stays, as in a program's text."""
    bare = words.lstrip()
    indent = words[: len(words) - len(bare)].count("\xa0")
    line = plain_line(re.sub(r"\s+", " ", bare))
    return "&nbsp;" * indent + line if line and indent > 1 else line


def _marked(mark: _Open, words: str) -> str:
    if not words:
        return ""
    if mark.tag in ("sub", "sup"):
        return f"<{mark.tag}>{words}</{mark.tag}>"
    if mark.tag == "a":
        return f"[{words}]({mark.target})" if mark.target else words
    return f"{mark.tag}{words}{mark.tag}"


def _attribute(attributes: str, name: str) -> str:
    found = (m for m in ATTRIBUTE.finditer(attributes) if m[1].lower() == name)
    return next((html.unescape(m[2] or m[3] or m[4] or "").strip() for m in found), "")


def _link(page: _Page, attributes: str) -> None:
    target = _attribute(attributes, "href")
    if any(mark.tag == "a" for mark in page.marks):
        return
    if target and not LINKS.match(target):
        page.notes.lost(page.line, f"a link was left out, its words were kept: {target[:80]}")
        target = ""
    page.marks.append(_Open("a", len(page.words), target.replace("(", "%28").replace(")", "%29")))


def _image(page: _Page, attributes: str) -> None:
    source = _attribute(attributes, "src")
    name = "picture" if source.startswith("data:") else source.rpartition("/")[2][:80] or "picture"
    page.notes.lost(page.line, f"the picture {name} was left out; its words stand in its place")
    page.text(html.escape(f"[{_attribute(attributes, 'alt') or name}]"))


def _break(page: _Page, _attributes: str) -> None:
    page.words.append("\n" if page.is_pre else "<br>")


def _rule(page: _Page, _attributes: str) -> None:
    page.flush()
    if page.rows is None and not page.lists:
        page.blocks.append(("p", "---"))


def _list(first: int) -> Callable[[_Page, str], None]:
    def start(page: _Page, _attributes: str) -> None:
        page.flush()
        page.lists.append([first])

    return start


def _item(page: _Page, _attributes: str) -> None:
    page.flush()
    page.lists = page.lists or [[0]]
    counter = page.lists[-1]
    page.bullet = f"{counter[0]}. " if counter[0] else "- "
    counter[0] += bool(counter[0])


def _end_list(page: _Page) -> None:
    page.flush()
    page.bullet = ""
    page.lists = page.lists[:-1]


def _pre(page: _Page, _attributes: str) -> None:
    page.flush()
    page.is_pre = page.rows is None and not page.lists
    page.marks = []


def _end_pre(page: _Page) -> None:
    page.flush()
    page.is_pre = False


def _quote(step: int) -> Callable[[_Page], None]:
    def change(page: _Page) -> None:
        page.flush()
        page.quotes = max(0, page.quotes + step)

    return change


def _table(page: _Page, _attributes: str) -> None:
    page.flush()
    page.rows = page.rows if page.rows is not None else []


def _row(page: _Page, _attributes: str) -> None:
    page.flush()
    if page.rows is not None:
        page.rows.append([])


def _cell(page: _Page, attributes: str) -> None:
    page.flush()
    if page.rows is not None:
        page.rows = page.rows or [[]]
        page.rows[-1].append("")
        if (span := span_of(attributes)) != (1, 1):
            page.spans[len(page.rows) - 1, len(page.rows[-1]) - 1] = span
            page.notes.changed(page.line, "a cell over several columns or rows became one cell and empty ones")


def _end_table(page: _Page) -> None:
    page.flush()
    rows, page.rows = page.rows or [], None
    if any(rows):
        page.blocks.append(("p", table_lines(rows, page.spans)))
    page.spans = {}


STARTS: dict[str, Callable[[_Page, str], None]] = {
    "a": _link, "img": _image, "br": _break, "hr": _rule, "ul": _list(0), "ol": _list(1), "li": _item, "pre": _pre,
    "blockquote": lambda page, _attributes: _quote(1)(page), "table": _table, "tr": _row, "td": _cell, "th": _cell,
}  # fmt: skip
ENDS: dict[str, Callable[[_Page], None]] = {
    "ul": _end_list, "ol": _end_list, "li": _Page.flush, "pre": _end_pre, "blockquote": _quote(-1),
    "table": _end_table, "tr": _Page.flush, "td": _Page.flush, "th": _Page.flush,
}  # fmt: skip


def _pieces(text: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Yield words, each followed by the tag behind them; comments and what is silent are left out."""
    place, start = 0, 0
    while (place := text.find("<", place)) >= 0:
        if text.startswith("<!--", place) and (end := text.find("-->", place)) >= 0:
            yield text[start:place], None
            place = start = end + 3
        elif match := TAG.match(text, place):
            yield text[start:place], match
            place = start = _behind(text, match)
        elif text.startswith("<!--", place):
            break
        else:
            place += 1
    yield text[start:], None


def _behind(text: str, match: re.Match[str]) -> int:
    """Return where reading goes on: behind the tag, or behind all that a silent one holds."""
    tag = match[2].lower()
    if tag not in SILENT or match[1] or match[0].endswith("/>"):
        return match.end()
    close = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, match.end())
    return close.end() if close else len(text)


def markdown_of_html(text: str, line: int, notes: Notes, *, is_inline: bool = False) -> str:
    """Return the HTML as Markdown, in one line if `is_inline`; what is lost is noted at `line`."""
    page = _Page(line, notes)
    for words, match in _pieces(text):
        page.text(words)
        if match is None:
            continue
        tag = match[2].lower()
        if re.search(r"\son\w+\s*=", match[3], re.IGNORECASE):
            notes.lost(line, f"an event of <{tag}> was left out")
        if STYLE.search(match[3]):
            notes.changed(line, f"the style of <{tag}> was left out")
        if match[1]:
            page.end(tag)
        elif tag in SILENT:
            notes.lost(line, f"<{tag}> was left out with all it holds")
        else:
            page.start(tag, match[3])
    (_end_table if page.rows is not None else _Page.flush)(page)
    return _inline(page.blocks) if is_inline else _joined(page.blocks)


def _joined(blocks: list[tuple[str, str]]) -> str:
    text = []
    for (before, _words), (kind, words) in pairwise([("", ""), *blocks]):
        text.append(("\n" if kind == before == "item" else "\n\n") + words)
    return "".join(text).strip("\n")


def _inline(blocks: list[tuple[str, str]]) -> str:
    lines = [_as_lines(kind, words) for kind, words in blocks]
    return "<br>".join(line for line in "\n".join(lines).split("\n") if line.strip())


def _as_lines(kind: str, words: str) -> str:
    """Return a block as lines of one paragraph."""
    if kind == "pre":
        return code_lines(words).replace("<br>", "")
    return re.sub(r"^- ", "• ", words.strip()) if kind == "item" else words.strip()


def code_lines(words: str) -> str:
    """Return the lines of a code block as code within a paragraph, each with its indent."""
    lines = [line[4:].rstrip().replace("`", "'") for line in words.split("\n") if line.strip()]
    return "<br>\n".join("&nbsp;" * (len(line) - len(line.lstrip())) + f"`{line.lstrip()}`" for line in lines)
