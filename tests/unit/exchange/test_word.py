"""A Word document becomes Markdown that shows its words, and what did not come along is told with its place."""

import io
import time
import zipfile

import pytest
from markdown import Markdown
from PIL import Image

from tests.unit.test_hostile import SECONDS, active
from ttaplatform import markup
from ttaplatform.catalogue.draft import QUESTION, SCENE, SETTINGS
from ttaplatform.catalogue.quiz_text import POOL, POOL_END
from ttaplatform.exchange.word import WordError, read_word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NUMBERING = f"""<w:numbering {SPACES}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt
 w:val="decimal"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""
STYLES = f"""<w:styles {SPACES}>
<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="H4"><w:name w:val="heading 4"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Quote"/></w:style></w:styles>"""
NOTES = f"""<w:footnotes {SPACES}><w:footnote w:id="2"><w:p><w:r><w:t>The note itself.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
LINKS = {
    "rId1": ("hyperlink", "https://example.org/a?b=1&amp;c=2"), "rId2": ("hyperlink", "javascript:alert(1)"),
    "rId3": ("image", "media/image1.png"), "rId4": ("hyperlink", "mailto:a@example.org"),
    "rId5": ("image", "media/image2.emf"), "rId6": ("hyperlink", "file:///etc/passwd"),
    "rId7": ("image", "../../../etc/passwd"), "rId8": ("numbering", "numbering.xml"), "rId9": ("styles", "styles.xml"),
    "rId10": ("footnotes", "footnotes.xml"),
}  # fmt: skip


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "white").save(out, "PNG")
    return out.getvalue()


def p(*runs: str, style: str = "", number: str = "", level: int = 0) -> str:
    """Return a paragraph of runs (words, or XML that begins with <)."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    look += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f"<w:p><w:pPr>{look}</w:pPr>{inner}</w:p>"


def r(words: str, look: str = "") -> str:
    shown = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{shown}</w:t></w:r>'


def table(*rows: tuple[str, ...]) -> str:
    lines = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/>{lines}</w:tbl>"


def drawing(link: str, alt: str = "A map") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{alt}"/><a:graphic><a:graphicData uri="picture">'
        f'<pic:pic><pic:blipFill><a:blip r:embed="{link}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def parts(*body: str, **more: bytes | str) -> dict[str, bytes | str]:
    """Return the parts of a document; `more` adds or replaces some (a / as __)."""
    links = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="'
        f'{"External" if kind == "hyperlink" else "Internal"}"/>'
        for name, (kind, target) in LINKS.items()
    )
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    types = 'xmlns="http://schemas.openxmlformats.org/package/2006/content-types"'
    return {
        "[Content_Types].xml": f'<Types {types}><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="emf" ContentType="image/x-emf"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships {space}><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"<Relationships {space}>{links}</Relationships>",
        "word/document.xml": f"<w:document {SPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/numbering.xml": NUMBERING, "word/styles.xml": STYLES, "word/footnotes.xml": NOTES,
        "word/media/image1.png": picture(), "word/media/image2.emf": b"emf",
    } | {name.replace("__", "/"): content for name, content in more.items()}  # fmt: skip


def packed(contents: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(*body: str, **more: bytes | str):
    return read_word(packed(parts(*body, **more)))


def told(*body: str, **more: bytes | str) -> list[tuple[str, bool]]:
    return [(note.message, note.is_lost) for note in read(*body, **more).notes]


def test_words_bold_italic_and_links_come_along():
    bold, italic = r("must", "<w:b/>"), r("never", "<w:i/>")
    link = f'<w:hyperlink r:id="rId1">{r("the guide")}</w:hyperlink>'

    document = read(p("You ", bold, " ask, ", italic, " assume. Read ", link, "."), p("Second."))

    assert document.text == (
        "You **must** ask, *never* assume. Read [the guide](https://example.org/a?b=1&c=2).\n\nSecond.\n"
    )
    assert document.notes == ()


def test_the_first_level_of_headings_is_the_second_of_a_page_and_none_is_left_out():
    text = read(p("All", style="T"), p("One", style="Titre1"), p("Deep", style="H4"), p("Two", style="H2")).text

    assert text == "## All\n\n## One\n\n### Deep\n\n### Two\n"


def test_a_document_that_begins_with_lower_headings_begins_at_the_same_level():
    assert read(p("One", style="H2"), p("Two", style="H4")).text == "## One\n\n### Two\n"


def test_lists_keep_their_kind_and_their_depth():
    text = read(
        p("a", number="1"), p("b", number="1", level=1), p("c", number="1"), p("Words."), p("d", number="2"),
        p("e", number="2"),
    ).text  # fmt: skip

    assert text == "- a\n    1. b\n- c\n\nWords.\n\n1. d\n2. e\n"


def test_a_table_has_its_first_row_as_header():
    text = read(table((p("Sign"), p("What | it is")), (p("x"), p("y") + p("z")))).text

    assert text == "| Sign | What \\| it is |\n| --- | --- |\n| x | y<br>z |\n"


def test_a_heading_within_a_table_stays_in_its_cell():
    text = read(p("Top", style="Titre1"), table((p("Head", style="H2"),), (p("x"),))).text

    assert text == "## Top\n\n| Head |\n| --- |\n| x |\n"


def test_a_picture_is_shown_where_it_stood_and_handed_over_as_it_was():
    document = read(p("See:"), p(drawing("rId3", "A [map] of *it*")))

    assert document.text == "See:\n\n![A (map) of \\*it\\*](../media/picture-1.png)\n"
    assert [(one.name, one.content, one.alt) for one in document.pictures] == [
        ("picture-1.png", picture(), "A [map] of *it*")
    ]


def test_a_picture_without_words_is_told():
    assert told(p(drawing("rId3", ""))) == [
        ("picture-1.png has no words for those who do not see it; write them", False)
    ]


def test_a_picture_that_no_browser_shows_is_left_out_and_told():
    document = read(p("a", drawing("rId5")))

    assert (document.text, document.pictures) == ("a\n", ())
    assert document.notes[0].message.startswith("a picture of the kind image/x-emf was left out: A map")


def test_a_footnote_becomes_a_note_at_the_end():
    document = read(p("Words", '<w:r><w:footnoteReference w:id="2"/></w:r>', "."))

    assert document.text == "Words<sup>1</sup>.\n\n1. The note itself.\n"
    assert [note.message for note in document.notes] == ["a footnote became a note at the end, near: Words."]


CHOICE = '<mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>{old}</mc:AlternateContent>'
BOX = f"<w:txbxContent>{p('In the box')}</w:txbxContent>"
NEW_BOX = f"<w:drawing><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp></w:drawing>"
OLD_BOX = f"<mc:Fallback><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></mc:Fallback>"
SMART = '<w:drawing><wp:inline><a:graphic><a:graphicData uri="http://x/diagram"/></a:graphic></wp:inline></w:drawing>'


@pytest.mark.parametrize(
    ("xml", "message", "is_lost", "kept"),
    [
        (r("x") + '<w:r><w:commentReference w:id="0"/></w:r>', "a comment was left out", True, "x"),
        (f"<w:ins w:id='1'>{r('new')}</w:ins>", "a tracked change was taken as accepted", False, "new"),
        (r("x") + "<w:del w:id='1'><w:r><w:delText>old</w:delText></w:r></w:del>", "deletes were left out", True, "x"),
        (r("x") + "<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>", "an equation was left out", True, "x"),
        (r("x") + f"<w:r>{SMART}</w:r>", "a SmartArt graphic was left out", True, "x"),
        (r("x") + f"<w:r>{SMART.replace('diagram', 'chart')}</w:r>", "a chart was left out", True, "x"),
        (r("x") + "<w:r><w:object/></w:r>", "an embedded object was left out", True, "x"),
        (f"<w:r>{CHOICE.format(new=NEW_BOX, old='')}</w:r>" + r("x"), "words in a shape or text box were left out",
         True, "x"),
        (f"<w:r>{CHOICE.format(new=NEW_BOX, old=OLD_BOX)}</w:r>" + r("x"), "paragraphs of their own", False,
         "x\n\nIn the box"),
    ],
)  # fmt: skip
def test_what_markdown_has_not_is_told_with_the_words_near_it(xml, message, is_lost, kept):
    document = read(p("Before."), p(xml))

    assert document.text == f"Before.\n\n{kept}\n"
    assert [(message in note.message, note.is_lost) for note in document.notes] == [(True, is_lost)]
    assert document.notes[0].message.partition("near: ")[2] in ("x", "new", "In the boxIn the boxx", "In the boxx")


def test_headers_and_footers_are_told():
    header = f"<w:hdr {SPACES}>{p('Draft of the county')}</w:hdr>"

    assert told(p("x"), word__header1__xml="") == []
    assert ("the header of its pages was left out: Draft of the county", True) in told(
        p("x"), **{"word/header1.xml": header}
    )


@pytest.mark.parametrize("link", ["rId2", "rId6"])
def test_a_link_that_could_run_or_reads_a_disk_is_left_out_and_told(link):
    document = read(p("See ", f'<w:hyperlink r:id="{link}">{r("this")}</w:hyperlink>'))

    assert document.text == "See this\n"
    assert document.notes[0].message.startswith("a link was left out, its words were kept")


WORDS = [
    "## Question: Who?", "Question: Who?", "Scene: start", "<!-- quiz: id=a -->", "<!-- pool: p draw=9 -->", "---",
    "***", "===", "[[answer]]", "[[a|(b)]]", "{{ fact:hotline-phone }}", "[@KEY]", "> [!CONTENT]", "- [x] right",
    "1. [ ] wrong", "- = `988`", "| a | b |", "|---|---|", "# Heading", "<script>alert(1)</script>", "&lt;b&gt;",
    "![a](../media/evil.md)", "[a](javascript:x)", "[a]: javascript:x", "*[HT]: x", "[TOC]", ": definition", "`code`",
    "**bold** _it_", "    code", "\\", "\ue0101\ue010", "[\ue0101\ue010]", "a\u2028## Question: b", "{% raw %}",
]  # fmt: skip


@pytest.mark.parametrize("style", ["", "Titre1", "Q"])
@pytest.mark.parametrize("words", WORDS)
def test_words_that_the_dialect_would_act_upon_are_shown_as_words(words, style):
    run = r(words)

    document = read(p("First."), p(run, style=style), p(run, number="1"), table((p(run),), (p(run),)))

    rendered = markup.render(document.text)
    shown = " ".join(words.replace("\ue010", "").split())
    assert active(rendered) == []
    assert " ".join(markup.plain(rendered).split()).count(shown) >= 4 or "\ue010" in words
    assert not markup.FACT.search(document.text)
    for line in document.text.splitlines():
        assert not any(one.match(line) for one in (QUESTION, SCENE, SETTINGS, POOL, POOL_END))
        assert line.strip() != "---"


def test_a_document_of_libreoffice_is_read_like_one_of_word():
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr></w:pPr>'
        + r("One", '<w:rFonts w:ascii="Liberation"/><w:lang w:val="en-US"/>') + "</w:p>"
        + "<w:p><w:pPr><w:pStyle w:val='TextBody'/></w:pPr><w:bookmarkStart w:id='0' w:name='here'/>"
        + r("Words ") + r("bold", "<w:b w:val='1'/><w:bCs/>") + r(" not", "<w:b w:val='false'/>")
        + "<w:bookmarkEnd w:id='0'/></w:p>"
    )  # fmt: skip

    assert read(body).text == "## One\n\nWords **bold** not\n"


def test_a_field_of_a_link_is_a_link():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.org/"'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' + r("here it is")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip

    assert read(p(field)).text == "[here it is](https://example.org/)\n"


def test_an_empty_document_is_no_text():
    assert (read().text, read(p("")).text) == ("", "")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DEEP = "<w:tbl><w:tr><w:tc>" * 60 + p("x") + "</w:tc></w:tr></w:tbl>" * 60


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no Word document"),
        (b"just words", "no Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "encrypted or in the old .doc format"),
        (packed({"a.txt": "x"}), "word/document.xml is missing"),
        (packed(parts(p("x")))[:-10], "not received whole"),
        (b"GIF89a" + packed(parts(p("x"))), "no zip file"),
        (packed(parts(p("x"), **{"word/vbaProject.bin": b"x"})), "macros"),
        (packed(parts(p("x"), **{"[Content_Types].xml": "<Types>application/vnd.ms-word.document.macroEnabled.main+xml"
                                 "</Types>"})), "macros"),
        (packed(parts(**{"word/document.xml": BOMB + f"<w:document {SPACES}>&b;</w:document>"})), "declares entities"),
        (packed(parts(**{"word/document.xml": OUTSIDE + f"<w:document {SPACES}>&a;</w:document>"})), "declares"),
        (packed(parts(p("x"), **{"word/styles.xml": BOMB + "<x/>"})), "word/styles.xml declares entities"),
        (packed(parts(p("x"), **{"word/document.xml": (BOMB + "<x/>").encode("utf-16")})), "declares"),
        (packed(parts(**{"word/document.xml": "<w:document>"})), "is broken"),
        (packed(parts(**{"word/document.xml": b"\xff\xfe\x00"})), "is broken"),
        (packed(parts(p("x"), **{"_rels/.rels": "<x/>", "word/_rels/document.xml.rels": "<x/>"})), ""),
        (packed(parts(DEEP)), "too deep"),
        (packed(parts("<w:p/>" * 80_001)), "too long"),
        (packed(parts(p("a" * 600_000))), "longer than 500,000 bytes"),
        (packed(parts(p("x"), **{f"word/media/{n}.png": b"\0" * 10_000_000 for n in range(7)})), "larger than"),
        (packed(parts(p("x"), **{f"docProps/{n}.xml": b"" for n in range(2_000)})), "more than 2,000 files"),
        (packed(parts(p(drawing("rId99")))), "save it anew"),
        (packed(parts(f"<w:tbl><w:tr>{p('x')}<w:tc>{p('y')}</w:tc></w:tr></w:tbl>")), ""),
        (packed(parts(p(drawing("rId7")))), ""),
        (packed(parts('<w:p><w:r><w:footnoteReference/></w:r></w:p>')), "save it anew"),
    ],
)  # fmt: skip
def test_what_is_no_plain_document_is_refused_with_its_reason(data, words):
    start = time.process_time()

    try:
        reason = read_word(data).text and ""
    except WordError as error:
        reason = str(error)

    assert words in reason
    assert "\n" not in reason
    assert time.process_time() - start < SECONDS


def test_a_long_document_is_read_in_time():
    start = time.process_time()

    document = read(*[p(f"Paragraph {n} ", r("bold", "<w:b/>"), " and more words in it.") for n in range(2_000)])

    assert document.text.count("\n\n") == 1_999
    assert time.process_time() - start < SECONDS


def test_what_comes_out_is_read_by_any_markdown():
    text = read(p("One", style="Titre1"), p("a", number="1"), p("b", number="1", level=1)).text

    assert "<li>" in Markdown().convert(text)
