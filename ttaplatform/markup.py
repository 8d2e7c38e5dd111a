"""Markdown to safe HTML: rendered by Python-Markdown, then held to an allow-list by nh3."""

import html
import re
from collections.abc import Mapping
from threading import local
from typing import cast
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

# What rendering adds to the author's text, in the language of the text (which may not be the page's).
WORDS = {
    "en": {"NOTE": "Note", "TIP": "In practice", "WARNING": "Take care", "CONTENT": "Content note", "source": "Source",
           "TRANSCRIPT": "Transcript"},
    "es": {
        "NOTE": "Nota", "TIP": "En la práctica", "WARNING": "Atención", "CONTENT": "Nota sobre el contenido",
        "source": "Fuente", "TRANSCRIPT": "Transcripción",
    },
}  # fmt: skip
CALLOUTS = {"NOTE", "TIP", "WARNING", "CONTENT", "TRANSCRIPT"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CLASSES = {
    "callout", "callout-note", "callout-tip", "callout-warning", "callout-title", "content-note",
    "cite", "figure", "table-scroll",
}  # fmt: skip
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "code", "pre",
    "blockquote", "a", "img", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "sup",
    "sub", "div", "details", "summary", "aside", "abbr", "video", "source", "track",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "aria-label"},
    "img": {"src", "alt", "width", "height"},
    "video": {"controls", "preload", "aria-label"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "default"},
    "th": {"scope"},
    "abbr": {"title"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "div": {"class", "tabindex", "role", "aria-label"}, "aside": {"class"}, "p": {"class"},
    "details": {"class"}, "sup": {"class"}, "figure": {"class"},
}  # fmt: skip
CITATION = r"[ \n]?\[@([A-Z0-9][A-Z0-9-]*)\]"
# Lines that begin with a letter and hold no sign of Markdown or HTML: rendering them would take most of the time.
PLAIN = re.compile(r"[^\W\d_](?:[^\\`*_{}\[\]<>&|~#\x00-\x1f\x7f-\xa0\u2028\u2029]|(?<=\S)\n(?=[^\W\d_]))*(?<=\S)")
VIDEO = re.compile(r"\.(mp4|webm)$")
_kept = local()
PHONE = re.compile(r"(?<![\d-])(?:(?:1-)?\d{3}-\d{3}-\d{4}|911|988)(?![\d-])")
FACT = re.compile(r"\{\{\s*fact:([a-z0-9-]+(?:\.[a-z]{2})?)\s*\}\}")  # id, or id.es in a translation


class _Callouts(Treeprocessor):
    """Turn `> [!NOTE]` quotes into boxes, and fold what follows a `> [!CONTENT]` until the next heading."""

    def run(self, root: Element) -> None:
        for quote in list(root.iter("blockquote")):
            first = quote.find("p")
            match = re.match(r"\s*\[!([A-Z]+)\]\s*", (first is not None and first.text) or "")
            if first is None or match is None or match[1] not in CALLOUTS:
                continue
            first.text = (first.text or "")[match.end() :]
            title = cast("_Renderer", self.md).words[match[1]]
            if match[1] == "TRANSCRIPT":
                _fold_away(quote, title)
            elif match[1] == "CONTENT":
                _fold(root, quote, first, title)
            else:
                _box(quote, match[1], title)


def _box(quote: Element, kind: str, words: str) -> None:
    title = Element("p", {"class": "callout-title"})
    title.text = words
    quote.tag = "aside"
    quote.set("class", f"callout callout-{kind.lower()}")
    quote.insert(0, title)


def _fold(root: Element, quote: Element, first: Element, title: str) -> None:
    first.tag = "summary"
    bold = Element("strong")
    bold.text, bold.tail, first.text = title + ".", " " + (first.text or ""), ""
    first.insert(0, bold)
    quote.tag = "details"
    quote.set("class", "content-note")
    siblings = list(root)
    for follower in siblings[siblings.index(quote) + 1 :] if quote in siblings else ():
        if follower.tag in HEADINGS:
            break
        root.remove(follower)
        quote.append(follower)


def _fold_away(quote: Element, title: str) -> None:
    """Fold the quote itself, as the transcript of a video."""
    summary = Element("summary")
    summary.text = title
    quote.tag = "details"
    quote.insert(0, summary)


class _Tables(Treeprocessor):
    """Give header cells their scope, and let a wide table scroll by itself on a phone."""

    def run(self, root: Element) -> None:
        parents = {child: parent for parent in root.iter() for child in parent}
        for table in list(root.iter("table")):
            for cell in table.iter("th"):
                cell.set("scope", "col")
            for cell in [*table.iter("th"), *table.iter("td")]:
                cell.attrib.pop("style", None)
            parent = parents[table]
            place = list(parent).index(table)
            label = "".join(next(iter(table.iter("th"))).itertext()) if table.find(".//th") is not None else ""
            box = Element("div", {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": label})
            parent.remove(table)
            box.append(table)
            parent.insert(place, box)


class _Figures(Treeprocessor):
    """A picture alone in its paragraph becomes a figure; its title is the caption."""

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            picture = paragraph.find("img")
            if picture is None or len(paragraph) != 1 or (paragraph.text or "").strip():
                continue
            caption = picture.attrib.pop("title", "")
            paragraph.tag = "figure"
            if match := VIDEO.search(picture.get("src", "")):
                _show_video(picture, match[1], cast("_Renderer", self.md).language)
            if caption:
                SubElement(paragraph, "figcaption").text = caption


def _show_video(picture: Element, kind: str, language: str) -> None:
    """Turn a picture that is a video into a player with its captions; it loads and plays only when it is asked to."""
    source, words = picture.get("src", ""), picture.get("alt", "")
    picture.tag, picture.tail = "video", ""
    picture.attrib.clear()
    picture.attrib.update({"controls": "controls", "preload": "none", "aria-label": words})
    SubElement(picture, "source", {"src": source, "type": f"video/{kind}"})
    captions = VIDEO.sub(f".{language}.vtt", source)
    SubElement(picture, "track", {"src": captions, "kind": "captions", "srclang": language, "default": "default"})


class _Citations(InlineProcessor):
    """`[@KEY]` becomes a numbered link to the list of sources at the end of the page."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element | str, int, int]:  # type: ignore[override]  # noqa: N802
        renderer = cast("_Renderer", self.md)
        if m[1] not in renderer.cited:
            renderer.cited.append(m[1])
        number = renderer.cited.index(m[1]) + 1
        sup = Element("sup", {"class": "cite"})
        link = SubElement(sup, "a", {"href": f"#source-{number}", "aria-label": f"{renderer.words['source']} {number}"})
        link.text = str(number)
        return sup, m.start(0), m.end(0)


class _Dialect(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Add the blocks of the quiz dialect."""
        md.treeprocessors.register(_Callouts(md), "callouts", 15)
        md.treeprocessors.register(_Tables(md), "tables", 14)
        md.treeprocessors.register(_Figures(md), "figures", 13)
        md.inlinePatterns.register(_Citations(CITATION, md), "citation", 175)


class _Renderer(Markdown):
    """Markdown with the dialect; what is cited and the words that are added belong to one rendering."""

    def __init__(self) -> None:
        super().__init__(extensions=["tables", "def_list", "sane_lists", "toc", "abbr", _Dialect()])
        self.cited: list[str] = []
        self.words = WORDS["en"]
        self.language = "en"


def render(text: str, cited: list[str] | None = None, language: str = "en") -> str:
    """Return `text` as safe HTML; keys of cited sources are added to `cited` in order of appearance.

    `language` is that of the text; what rendering adds ("Note", "Source 1") is said in it, or in English.
    """
    if PLAIN.fullmatch(text):  # most options and feedback: what Markdown and the allow-list would leave as it is
        return f"<p>{text}</p>"
    if not hasattr(_kept, "renderer"):  # making one takes longer than rendering a question
        _kept.renderer = _Renderer()
    renderer: _Renderer = _kept.renderer
    renderer.cited = cited if cited is not None else []
    renderer.words, renderer.language = WORDS.get(language, WORDS["en"]), language or "en"
    known = len(renderer.cited)
    return _in_reading_order(clean(renderer.reset().convert(text)), renderer.cited, known)


def _in_reading_order(rendered: str, cited: list[str], known: int) -> str:
    """Number the sources after the first `known` as one meets them; Markdown reads tables and lists last."""
    met = [int(number) for number in re.findall(r'href="#source-(\d+)"', rendered)]
    order = list(dict.fromkeys(number for number in met if number > known))
    places = {number: known + place for place, number in enumerate(order, 1)}
    if sorted(order) != list(range(known + 1, len(cited) + 1)) or all(old == new for old, new in places.items()):
        return rendered
    cited[known:] = [cited[number - 1] for number in order]

    def renumber(match: re.Match[str]) -> str:
        return re.sub(r"\b\d+\b", lambda number: str(places.get(int(number[0]), number[0])), match[0])

    return re.sub(r'<sup class="cite">.*?</sup>', renumber, rendered)


def render_inline(text: str) -> str:
    """Return one paragraph of Markdown as safe HTML without the paragraph around it."""
    rendered = render(text).strip()
    if rendered.startswith("<p>") and rendered.count("<p>") == 1 and rendered.endswith("</p>"):
        return rendered[3:-4]
    return rendered


def clean(rendered: str) -> str:
    """Return only what the allow-list knows of `rendered`."""
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_known_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _known_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(sorted(set(value.split()) & CLASSES)) or None
    if tag in ("img", "source", "track") and name == "src":
        return value if re.fullmatch(r"(\.\./)?media/[A-Za-z0-9._-]+", value) else None
    return value


def fill_facts(rendered: str, facts: Mapping[str, str], *, links_phones: bool = False) -> str:
    """Return `rendered` with each `{{ fact:id }}` (id.es in a translation) replaced by its text, escaped.

    With `links_phones` a telephone number between tags can be tapped, unless it stands in a link.
    """

    def text(match: re.Match[str]) -> str:
        return html.escape(facts.get(match[1]) or facts.get(match[1].partition(".")[0], ""))

    if not links_phones or "{{" not in rendered:
        return FACT.sub(text, rendered)
    pieces = re.split(r"(<a\b.*?</a>|<[^>]+>)", rendered, flags=re.S)
    for place, piece in enumerate(pieces):
        filled = FACT.sub(text, piece)
        pieces[place] = filled if place % 2 or filled == piece else PHONE.sub(_call, filled)
    return "".join(pieces)


def _call(match: re.Match[str]) -> str:
    digits = match[0].replace("-", "")
    return f'<a class="tel" href="tel:{digits}">{match[0]}</a>'


def plain(rendered: str) -> str:
    """Return the words of `rendered` without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", rendered))
