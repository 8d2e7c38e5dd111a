"""Whatever bytes come in, a text that the parser reads comes out, in linear time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.quiz_text import parse_quiz
from ttaplatform.exchange.gift_reading import read_gift

PIECES = [
    "{", "}", "=", "~", "#", "####", "->", "::", "\\", "\\n", "%50%", "%-9", "..", ":", "\n", "\n\n", "//",
    "$CATEGORY: a/b",
    "[html]", "[markdown]", "<p>", "</p>", "<b", "<!--", "-->", "&amp;", "T", "3", "1e9", "word", "é", "\t", "| a |",
    "## Question: x", "<!-- quiz: id=a -->", "<!-- /pool -->", "> q", "1. [ ] o", "- = `a`", "[[", "]]", "`", ">3 ALL",
    "[id:a]", "// [tag:objective:LO1]", "// quiz: points=2 type=cloze", "// quiz-pool: p draw=9",
    "<table><tr><td>", "<li>", "<pre>", "</pre>", "\n```\n", "&nbsp;&nbsp;", "<br>", "\n    ", "1 000", "// T",
]  # fmt: skip
# What a file may well lack is for its author to mend; the checker says it.
MENDABLE = {
    "no-feedback", "no-key", "no-options", "no-answer", "no-pairs", "no-entries", "no-gaps", "doubled-row", "pool-draw",
    "unasked",
}  # fmt: skip


# Comments speak of the question below them, so they are left out here.
WORDS = some.lists(some.sampled_from([piece for piece in PIECES if "//" not in piece]), max_size=12)


def check(data: bytes) -> None:
    imported = read_gift(data)
    items, _pools, problems = parse_quiz("quiz.md", numbered(imported.text), is_survey=True)
    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\xa8") + data.count(b"\xa9") + data.count(b"\x85") + 1

    assert len(items) <= imported.count
    assert {problem.code for problem in problems} <= MENDABLE
    assert len(items) + len({problem.line for problem in problems}) >= imported.count
    assert all(1 <= note.line <= lines for note in imported.notes)


@settings(deadline=None, max_examples=150)
@given(some.binary(max_size=300))
def test_no_bytes_raise_an_error(data):
    check(data)


@settings(deadline=None, max_examples=150)
@given(some.text(max_size=200))
def test_no_text_raises_an_error(text):
    check(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None, max_examples=400)
@given(some.lists(some.sampled_from(PIECES), max_size=30))
def test_no_mixture_of_signs_raises_an_error(pieces):
    check(" ".join(pieces).encode())


@settings(deadline=None, max_examples=200)
@given(WORDS, WORDS)
def test_no_question_disturbs_the_next_one(stem, answers):
    gift = f"{''.join(stem)} {{={''.join(answers)}\n\n::last:: 1 is less than 2. {{T}}"
    items, _pools, _problems = parse_quiz("", numbered(read_gift(gift.encode()).text), is_survey=True)

    assert items[-1].stem_html == "<p>1 is less than 2.</p>"


HOSTILE = {
    "braces": "{", "pairs": "{}", "open": "x{\n\n", "backslashes": "\\", "answers": "~a", "rights": "a{=x",
    "hashes": "#",
    "tags": "[html]<a '", "quoted": '[html]"<a""<a"', "comments": "<!--", "bold": "<b>", "lists": "<ul><li>x",
    "tables": "<table><tr><td>x", "links": "[", "pictures": "![x", "entities": "&a", "lines": "_a", "names": "::a\n",
    "truths": "x{T}\n", "doubled": "::a::b{T}\n\n", "percents": "%1", "stars": "a{=*", "quotes": "<blockquote>a",
    "fences": "[markdown]```\n", "programs": "<pre>\n\n", "apart": "a\n\n{=b ~c}\n\n", "nameless": "::a::\n\nb\n\n",
    "blanks": "a{#1 000 ", "fixed": "[html]&nbsp;<br>", "remarks": "{T // a\n", "endless": "::a ",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_twice_the_length_takes_about_twice_the_time(name):
    def seconds(length: int) -> float:
        data = ("[html]a {" * (name == "answers") + HOSTILE[name] * (length // len(HOSTILE[name]))).encode()
        start = time.process_time()
        read_gift(data)
        return time.process_time() - start

    short = max(seconds(4_000), 0.005)

    assert seconds(32_000) < 40 * short


def test_a_thousand_questions_are_read_at_once():
    question = "::Q {n}::What is {n} plus {n}?{{\n\t={m}#Yes.\n\t~{n}#No\\: add.\n}}\n\n"
    data = "".join(question.format(n=n, m=2 * n) for n in range(1000)).encode()
    start = time.process_time()

    count = read_gift(data).count

    assert count == 1000
    assert time.process_time() - start < 1.5


def test_words_between_the_cells_of_a_table_are_read():
    assert read_gift(b"[html]<table><tr>x<td>y</td></tr></table>{T}").count == 1
