"""Escapes, formats, HTML and what a text may not say to the dialect."""

import pytest

from tests.unit.exchange.test_gift_reading import item, lost
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.gift_text import cut, escaped, unescaped


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (r"\~ \= \# \{ \} \:", "~ = # { } :"),
        (r"one\ntwo", "one\ntwo"),
        (r"a\\b", r"a\b"),
        (r"a\\nb", r"a\nb"),
        (r"\frac \, \*", r"\frac \, \*"),
        ("\\", "\\"),
    ],
)
def test_escapes_are_read_as_moodle_reads_them(raw, words):
    assert unescaped(raw) == words


def test_what_is_escaped_is_one_line_and_comes_back():
    words = "~=#{}:\\ \\n\nend \\"

    assert "\n" not in escaped(words)
    assert unescaped(escaped(words)) == words


def test_a_text_is_cut_at_unescaped_signs_only():
    assert cut(r"a\#b#c#d", "#", 1) == [r"a\#b", "c#d"]


@pytest.mark.parametrize(
    "words",
    [
        "2 * 3 *4* and **5**",
        "snake_case and _low_ __lines__",
        "a `tick` and \\_ and C:\\temp",
        "1 < 2 & 3 > 2",
        "[link](page) [@KEY] ![x](y) [TOC] [[gap]] [a][b] [x]",
        "- dash",
        "+ plus",
        "-5",
        "3. third",
        "3) third",
        "1.5 is more",
        "> quote",
        "# heading",
        "| a | b |",
        "***",
        "---",
        "===",
        ": colon",
        "$x_1 + y_2$",
        "half (50%)",
    ],
)
def test_plain_words_read_the_same_as_stem_option_and_feedback(words):
    raw = escaped(words)
    found = item(f"[plain]{raw} {{={raw}#{raw}\n~other}}")
    shown = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert found.stem_html == f"<p>{shown}</p>"
    assert found.options[0].html == shown
    assert found.options[0].feedback_html == f"<p>{shown}</p>"


def test_an_entity_in_plain_words_stays_as_it_is_written():
    assert item("[plain]What does &copy; mean? {T}").stem_html == "<p>What does &amp;copy; mean?</p>"


def test_an_end_of_line_of_the_file_is_a_blank_and_an_escaped_one_shows():
    assert item("[plain]One\ntwo\\nthree {T}").stem_html == "<p>One two</p>\n<p>three</p>"


def test_markdown_is_kept_as_it_is():
    found = item("[markdown]Which is **bold**?\\n\\n- a\\n- b\\n{=*a* ~`b`}")

    assert found.stem_html == "<p>Which is <strong>bold</strong>?</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
    assert [option.html for option in found.options] == ["<em>a</em>", "<code>b</code>"]


def test_facts_and_citations_come_through():
    found = item("[markdown]Call \\{\\{ fact\\:hotline-phone \\}\\}. {=Yes#So. [@KEY] ~No}")

    assert found.stem_html == "<p>Call {{ fact:hotline-phone }}.</p>"
    assert found.cited == ("KEY",)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a <b>b</b> <i>c</i></p>", "<p>a <strong>b</strong> <em>c</em></p>"),
        ("<p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("x<ol><li>a<ul><li>b</li></ul></li></ol>", "<p>x</p>\n<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>"),
        ("H<sub>2</sub>O &eacute;&nbsp;&lt;b&gt;", "<p>H<sub>2</sub>O é &lt;b&gt;</p>"),
        ("<code>a*b</code>", "<p><code>a*b</code></p>"),
        ("<b><b>a</b></b>", "<p><strong>a</strong></p>"),
        ("a <b> b </b>c", "<p>a <strong>b</strong> c</p>"),
        ("<b>a<p>b</p></b>", "<p><strong>a</strong></p>\n<p><strong>b</strong></p>"),
        ("</b>a</p></ul></table></a>", "<p>a</p>"),
        ("1. no list", "<p>1. no list</p>"),
    ],
)
def test_html_becomes_markdown_that_shows_the_same(html, shown):
    assert item(f"[html]{escaped(html)} {{T}}").stem_html == shown


def test_a_link_is_kept_and_a_script_is_not():
    found = item(r'[html]<a href\="https\://example.org/a(b)">page</a> <a href\="javascript\:x()">bad</a> {T}')

    assert 'href="https://example.org/a%28b%29"' in found.stem_html
    assert "javascript" not in found.stem_html


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<img src="@@PLUGINFILE@@/map.png" alt="A map">', "map.png"),
        ("<script>alert(1)</script>", "<script>"),
        ('<p onclick="x()">a</p>', "event"),
        ('<a href="javascript:x()">a</a>', "javascript:x()"),
        ("<video>film</video>", "<video>"),
    ],
)
def test_what_markdown_has_not_is_noted(html, said):
    assert any(said in message for message in lost(f"[html]x {escaped(html)} {{T}}"))


def test_a_pictures_words_stand_in_its_place():
    assert "[A map]" in item(r'[html]x <img src\="map.png" alt\="A map"> {T}').stem_html


def test_signs_within_a_tag_cut_no_answer():
    found = item('[html]Which? {=<p style="color:#f00">red</p>#yes ~<p>blue</p>}')

    assert [option.html for option in found.options] == ["red", "blue"]


def test_tags_in_moodles_own_format_are_html():
    assert item("Is H<sub>2</sub>O <b>wet</b>? {T}").stem_html == "<p>Is H<sub>2</sub>O <strong>wet</strong>?</p>"


def test_signs_of_comparison_in_moodles_own_format_are_no_tags():
    assert item("Is a <b and c> d? {T}").stem_html != ""
    assert item("Is 1 <2 and 3> 2? {T}").stem_html == "<p>Is 1 &lt;2 and 3&gt; 2?</p>"


def test_an_answer_may_have_a_format_of_its_own():
    found = item("[plain]Which? {=[html]<b>a</b>#[markdown]*so* ~*b*}")

    assert [option.html for option in found.options] == ["<strong>a</strong>", "*b*"]
    assert found.options[0].feedback_html == "<p><em>so</em></p>"


@pytest.mark.parametrize(
    "line",
    [
        "## Question: other",
        "## Scene: start",
        "<!-- quiz: id=evil -->",
        "<!-- pool: p draw=9 -->",
        "<!-- /pool -->",
        "1. [ ] option",
        "- [x] option",
        "> quote",
    ],
)
def test_no_line_of_a_text_can_speak_to_the_dialect(line):
    raw = escaped(line)
    found = item(f"[markdown]{raw}\\n\\nStem\\n{raw}{{=a\\n{raw}#{raw} ~b#x\\n{raw}}}")

    assert (found.id, found.type, len(found.options)) == ("q-1", "single", 2)


@pytest.mark.parametrize("name", ["hint", "right", "wrong", "columns", "unit", "feedback-1", "pool"])
def test_no_comment_can_speak_to_the_dialect(name):
    evil = escaped("x\n\n## Question: evil\n\n<!-- quiz: id=evil -->")

    for answers in ("=a ~b", "=a -> b\n=c -> d", "#5", ">2 ALL\na\nb"):
        assert item(f"// quiz-{name}: {evil}\nStem {{{answers}\n}}").id == "q-1"


@pytest.mark.parametrize("line", ["## Question: other", "<!-- quiz: id=evil -->", "> quote", "[[gap]]"])
def test_no_line_of_a_text_with_gaps_can_speak_to_the_dialect(line):
    found = item(f"::[[Name]]::[markdown]{escaped(line)}\\nCats {{=eat}} and\\n{escaped(line)}\\ndogs {{~run =bark}}.")

    assert (found.id, found.type, len(found.parts)) == ("name", "cloze", 3)


@pytest.mark.parametrize("line", ["- = `5`", "- = 5"])
@pytest.mark.parametrize("answers", ["=5", "#5"])
def test_a_line_like_an_accepted_answer_is_none(line, answers):
    found = item(f"[markdown]Stem\\n\\n{escaped(line)}\\n\\nmore{{{answers}}}")

    assert len(found.options) == 1


def test_a_table_in_the_stem_of_a_matching_is_not_the_matching():
    found = item("[markdown]Stem\\n\\n| x | y |\\n| --- | --- |\\n| 1 | 2 |{=a -> b =c -> d}")

    assert [part.html for part in found.parts] == ["a", "c"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("¿1 + 1? {T}".encode(), []),
        (b"\xef\xbb\xbf" + "¿1 + 1? {T}".encode(), []),
        ("¿1 + 1? {T}".encode("cp1252"), ["Windows-1252"]),
        (b"\xff\xfe" + "¿1 + 1? {T}".encode("utf-16-le"), ["UTF-16"]),
        ("¿1\0 + 1? {T}".encode(), ["cannot be seen"]),
    ],
)
def test_the_encoding_of_a_file_is_found(data, said):
    imported = read_gift(data)

    assert "¿1 + 1?" in imported.text
    assert len(imported.notes) == len(said)
    assert all(words in note.message for words, note in zip(said, imported.notes, strict=True))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_end_of_line_parts_lines(end):
    assert read_gift(end.join(["1 {T}", "", "2 {", "=a", "~b}"]).encode()).count == 2


def test_a_file_with_one_wrong_byte_stays_utf_8():
    assert "señal “x”" in read_gift("¿señal “x” ? {T}".encode() + b"\n\xf1 {T}").text
