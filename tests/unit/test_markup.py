"""Markdown to safe HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttaplatform import markup
from ttaplatform.markup import fill_facts, plain, render, render_inline


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='jav&#x09;ascript:alert(1)'>a</a>",
        "<svg><script>alert(1)</script></svg>",
        "<style>*{display:none}</style>",
        "<p style='position:fixed' onclick='x()'>a</p>",
        "<iframe src='https://example.org'></iframe>",
        "<form action='https://example.org'><input name=a></form>",
        "![a](https://example.org/pixel.png)",
        "<div class='site-header quick-exit'>a</div>",
    ],
)
def test_what_is_dangerous_does_not_come_through(text: str):
    rendered = render(text).lower()

    for danger in ("<script", "onerror", "onclick", "javascript:", "data:", "<style", "style=", "<iframe", "<form",
                   "<svg", "pixel.png", "quick-exit"):  # fmt: skip
        assert danger not in rendered


def test_a_callout_becomes_a_box_with_its_title():
    assert render("> [!TIP]\n> Ask alone.") == (
        '<aside class="callout callout-tip">\n<p class="callout-title">In practice</p>\n<p>Ask alone.</p>\n</aside>'
    )


def test_a_content_note_folds_what_follows_until_the_next_heading():
    rendered = render("> [!CONTENT]\n> Violence.\n\nHidden.\n\n## Next\n\nSeen.")

    folded, _, rest = rendered.partition("</details>")
    assert "Hidden." in folded
    assert "Seen." in rest
    assert "<summary>" in folded


def test_citations_are_numbered_in_order_of_appearance():
    cited: list[str] = []

    rendered = render("One. [@B] Two. [@A] Three. [@B]", cited)

    assert cited == ["B", "A"]
    assert 'href="#source-1"' in rendered
    assert 'aria-label="Source 2"' in rendered


def test_a_table_has_scopes_and_scrolls_by_itself():
    rendered = render("| A | B |\n|---|---|\n| 1 | 2 |")

    assert '<th scope="col">' in rendered
    assert 'class="table-scroll"' in rendered


def test_a_picture_alone_becomes_a_figure_with_a_caption():
    assert "<figcaption>The caption</figcaption>" in render('![Words](media/a.svg "The caption")')


def test_a_fact_stays_a_placeholder_until_it_is_filled_and_is_escaped():
    rendered = render("Call {{ fact:hotline-phone }}.")

    assert fill_facts(rendered, {"hotline-phone": "1 <b>"}) == "<p>Call 1 &lt;b&gt;.</p>"


def test_one_paragraph_loses_its_tags_and_plain_text_all():
    assert render_inline("A *word*") == "A <em>word</em>"
    assert plain("A <em>w&amp;d</em>") == "A w&d"


def test_a_rendering_leaves_nothing_behind_for_the_next():
    first: list[str] = []
    second: list[str] = []
    before = render("## Look\n\n*[ID]: A card\n\nAn ID. [@ONE]\n\n[here]: https://example.org/", first)

    after = render("## Look\n\nAn ID. [here] [@TWO]", second)

    assert (first, second) == (["ONE"], ["TWO"])
    assert "<abbr" in before
    assert "<abbr" not in after
    assert "example.org" not in after
    assert before.count('id="look"') == after.count('id="look"') == 1


def test_what_rendering_adds_is_said_in_the_language_of_the_text():
    text = "Words. [@ONE]\n\n> [!TIP]\n> Do it.\n\nBetween.\n\n> [!CONTENT]\n> Hard.\n\nMore."

    spanish, english = render(text, language="es"), render(text)

    assert "En la práctica" in spanish
    assert "Nota sobre el contenido." in spanish
    assert 'aria-label="Fuente 1"' in spanish
    assert "In practice" in english
    assert "Content note." in english


def test_sources_are_numbered_as_one_meets_them_on_the_page():
    cited = ["ZERO"]
    rendered = render("| A | B |\n|---|---|\n| x [@ONE] | y [@TWO] |\n\nText [@THREE], [@ONE], [@ZERO].\n", cited)

    assert cited == ["ZERO", "ONE", "TWO", "THREE"]
    assert re.findall(r'href="#source-(\d+)"[^>]*>(\d+)<', rendered) == [
        ("2", "2"), ("3", "3"), ("4", "4"), ("2", "2"), ("1", "1"),
    ]  # fmt: skip
    assert 'aria-label="Source 4"' in rendered


def test_a_telephone_number_in_a_lesson_can_be_tapped_but_not_twice():
    facts = {"line": "1-888-373-7888", "now": "911", "date": "2016-911-2020"}
    link = '<a href="tel:{{ fact:line }}">{{ fact:line }}</a>'
    text = f'<p>{{{{ fact:line }}}} {link} <img alt="{{{{ fact:now }}}}"> {{{{ fact:date }}}}</p>'

    filled = fill_facts(text, facts, links_phones=True)

    assert filled.count("<a ") == 2
    assert '<a class="tel" href="tel:18883737888">1-888-373-7888</a>' in filled
    assert '<img alt="911">' in filled
    assert "2016-911-2020" in filled


WORDS = st.text(alphabet="aZéñ19 .,;:!?()'\"“”-=+/@%$\n", max_size=40)


@given(WORDS)
def test_a_plain_text_is_rendered_as_markdown_would(text):
    slow = markup.clean(markup.Markdown(extensions=["tables", "def_list", "sane_lists", "toc", "abbr"]).convert(text))

    assert markup.render(text) == slow


def test_a_video_has_its_captions_and_loads_only_when_asked():
    shown = render("![A talk](../media/talk.mp4)", language="es")

    assert "<figure>" in shown
    assert sorted(re.findall(r'[\w-]+="[^"]*"', shown)) == sorted(
        ['preload="none"', 'aria-label="A talk"', 'controls="controls"', 'type="video/mp4"', 'src="../media/talk.mp4"',
         'srclang="es"', 'default="default"', 'kind="captions"', 'src="../media/talk.es.vtt"']
    )  # fmt: skip


@pytest.mark.parametrize("source", ["https://example.org/a.mp4", "javascript:x.mp4", "../media/../a.mp4"])
def test_a_video_from_elsewhere_is_not_shown(source):
    assert "src=" not in render(f"![A talk]({source})")


def test_a_transcript_is_folded_and_nothing_else():
    assert render("> [!TRANSCRIPT]\n> Hello.\n\nAfter.").replace("\n", "") == (
        "<details><summary>Transcript</summary><p>Hello.</p></details><p>After.</p>"
    )
