"""What a stranger may send: it is refused with its place or made harmless, in a time that its length explains.

Each case ends within SECONDS of processor time; whatever HTML comes of it holds nothing that runs or reaches out.
"""

import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from io import BytesIO

import pytest

from tests.conftest import write_course
from tests.make import COURSES, PICTURE, course_files, question
from tests.make import REFERENCE as FACTS
from ttaplatform import markup
from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.folder import read_course
from ttaplatform.catalogue.limits import check_text
from ttaplatform.catalogue.parser import parse_course, parse_page
from ttaplatform.catalogue.prose import place
from ttaplatform.catalogue.quiz_text import parse_quiz
from ttaplatform.catalogue.reference import Reference, load_wording
from ttaplatform.errors import ContentError
from ttaplatform.exchange.archive import unpack
from ttaplatform.exchange.gift_reading import read_gift

SECONDS = 10
REFERENCE = Reference(FACTS.facts, load_wording(COURSES))
HEAD = "---\ntitle: First lesson\nminutes: 5\nobjectives: [LO1]\n---\n\n"
PICTURE_ADDRESS = r"(?:\.\./)?media/[\w.-]*|/media/[0-9a-f]*/[\w.-]*"
ADDRESS = re.compile(rf"(?:https?|mailto|tel):\S*|#[\w-]*|{PICTURE_ADDRESS}|(?![a-z+.-]*:)[^/\\].*", re.IGNORECASE)


# What a page of a course may be made of, whatever the renderer's own list says.
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "code", "pre", "blockquote",
    "a", "img", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "sup", "sub", "div", "details",
    "summary", "aside", "abbr", "video", "source", "track",
}  # fmt: skip
ATTRIBUTES = {
    "href", "title", "lang", "rel", "src", "alt", "width", "height", "scope", "id", "class", "tabindex", "role", "type",
    "kind", "srclang", "aria-label", "controls", "preload", "default",
}  # fmt: skip


class Guard(HTMLParser):
    """Reads HTML as a browser does and keeps what should not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES or (name in ("href", "src") and not ADDRESS.fullmatch((value or "").strip())):
                self.found.append(f"<{tag} {name}={value!r}>")
            if name == "src" and not re.fullmatch(PICTURE_ADDRESS, value or ""):
                self.found.append(f"<{tag} src={value!r}>")

    handle_startendtag = handle_starttag

    def handle_comment(self, data):
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl):
        self.found.append(f"<!{decl}>")

    def handle_pi(self, data):
        self.found.append(f"<?{data}>")


def active(rendered: str) -> list[str]:
    """Return what of some HTML could run or reach out."""
    guard = Guard()
    guard.feed(rendered)
    guard.close()
    return guard.found


def htmls(value: object, name: str = "") -> Iterator[str]:
    """Yield every HTML in a compiled course."""
    if isinstance(value, str):
        if "html" in name or name in ("parts", "choices"):
            yield value
    elif isinstance(value, tuple | list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from htmls(one, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from htmls(getattr(value, field.name), field.name)


def compiled(**changes: str):
    """Compile the small course with changed files and look at one of them alone, within SECONDS; return both."""
    files = course_files(**changes)
    start = time.process_time()
    course, problems = parse_course(files, REFERENCE)
    pages = [parse_page(path.replace("__", "/"), files, REFERENCE) for path in changes if path.endswith(".md")]
    took = time.process_time() - start
    for one in (course, *(page for page, _found in pages)):
        assert [found for rendered in htmls(one) for found in active(rendered)] == []
    assert all(problem.path in files and problem.line >= 1 and len(str(problem)) < 2_000 for problem in problems)
    assert took < SECONDS
    return course, problems


def codes(problems) -> set[str]:
    return {problem.code for problem in problems if not problem.is_warning}


ACTIVE = {
    "script": "<script>alert(1)</script>",
    "script-in-words": "a <ScRiPt src=//evil.example/x></sCrIpT> b",
    "event": "<p onclick='x()'>a</p><img src=x onerror=alert(1)>",
    "slash": "<svg/onload=alert(1)>",
    "svg": "<svg><script>alert(1)</script><a xlink:href='javascript:x()'>a</a></svg>",
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=x()></style></mglyph></table></mtext></math>",
    "frame": "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x>",
    "form": "<form action='//evil.example'><input name=a><button>b</button></form>",
    "base": "<base href='//evil.example'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "style": "<style>@import 'x'</style><p style='background:url(//x)' class='evil'>a</p>",
    "link": "[a](javascript:alert(1)) [b](JaVaScRiPt:x) [c](data:text/html,x) [d](vbscript:x) [e](java\tscript:x)",
    "entity-link": "[a](&#106;avascript:x) [b](javascript&colon;x) [c](<javascript:x>) [d](\x01javascript:x)",
    "reference": "[a]\n\n[a]: javascript:alert(1)\n",
    "auto": "<javascript:alert(1)> <data:text/html,x> <https://example.org/\"onclick=x>",
    "picture": "![a](https://evil.example/x) ![b](javascript:x) ![c](data:image/svg+xml,x) ![d](../../../etc/x)",
    "title": '[a](https://example.org "x\\" onclick=\\"y") ![b](../media/map.svg "\' onerror=\'x")',
    "comment": "<!-- never closed <script>x()</script>",
    "conditional": "<!--[if IE]><script>x()</script><![endif]--> <![CDATA[<script>x()</script>]]> <?php x() ?>",
    "placeholder": "\x02klzzwxh:0\x03 \x02wzxhzdk:0\x03",
    "template": "{% raw %}{{ config }}{{ ''.__class__ }}{% endraw %} ${x} <%= x %>",
    "attribute": "| a\" onmouseover=x | b |\n|---|---|\n| <img src=x onerror=x> | `<script>` |",
    "alt": '![" onerror="x](../media/map.svg)',
    "heading": "## <img src=x onerror=x> {#id onclick=x}",
    "abbreviation": "*[HT]: \" onmouseover=\"x\n\nHT",
    "direction": "a \u202e txt.exe \u2066 b",
    "details": "<details open ontoggle=x><summary>a</summary></details><a href='https://example.org' target=x>b</a>",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ACTIVE))
def test_nothing_that_runs_or_reaches_out_is_shown(name):
    words = ACTIVE[name]

    rendered = markup.render(words)
    course, _problems = compiled(**{
        "01-one__module.md": f"{HEAD}## Look\n\n{words}\n\n> [!NOTE]\n> {words}\n",
        "01-one__quiz.md": "---\ntitle: Q\n---\n\n" + question("one-1", right=words.replace("\n", " ")),
        "job-aid.md": f"---\ntitle: Aid\n---\n\n- {words}\n",
    })  # fmt: skip

    assert active(rendered) == []
    assert course is None or list(htmls(course))


@pytest.mark.parametrize("words", ["{% raw %}{{ config }}{% endraw %} ${x} <%= x %>", "a \u202e txt.exe \u2066 b"])
def test_what_another_language_would_run_is_shown_as_words(words):
    assert markup.plain(markup.render(words)).strip() == words


def test_a_text_that_is_called_a_picture_is_not_put_into_the_page():
    files = {"media__evil.md": '"><script>x()</script>', "01-one__module.md": HEAD + "![a](../media/evil.md)\n"}

    course, problems = compiled(**files)

    assert (course, [(one.path, one.code) for one in problems if one.code == "no-media"]) == (
        None, [("01-one/module.md", "no-media")],
    )  # fmt: skip


def test_a_fact_that_is_broken_is_words():
    for words in ("{{ fact:", "{{ fact:a b }}", "{{fact:hotline-phone", "{{ {{ fact:x }} }}"):
        _course, problems = compiled(**{"01-one__module.md": f"{HEAD}{words}\n"})

        assert codes(problems) <= {"fact-unknown"}


MUCH = {
    "one line": "a" * 1_000_000,
    "a long line": "word " * 90_000,
    "quotes": ">" * 100_000,
    "quotes and blanks": "> " * 50_000,
    "quotes in quotes": "\n".join(">" * n + " a" for n in range(1, 800)),
    "lists": "- " * 50_000,
    "numbers": "1. " * 30_000,
    "lists in lists": "\n".join("    " * n + "- a" for n in range(400)),
    "lists in quotes": "> - " * 25_000,
    "stars": "**" * 50_000,
    "bold": "**a " * 25_000,
    "emphasis": "*a **b _c " * 10_000,
    "brackets": "[" * 100_000,
    "brackets and words": "[a" * 50_000,
    "links": "[a](" * 25_000,
    "links to parentheses": "[a](" + "(" * 90_000,
    "pictures": "![" * 50_000,
    "references": "[a][" * 25_000,
    "addresses": "[a]: b\n" * 14_000,
    "ticks": "`" * 100_000,
    "ticks and words": "`a" * 50_000,
    "growing ticks": "".join("`" * n + "a" for n in range(1, 440)),
    "columns": "| a " * 5_000 + "|\n" + "|---" * 5_000 + "|\n" + "| b " * 5_000 + "|",
    "few columns of much": "|a" * 90 + "|\n" + "|---" * 90 + "|\n" + "|\n" * 480,
    "rows": "| a |\n|---|\n" + "| a |\n" * 60_000,
    "tags": "<div>" * 20_000,
    "open tags": "<a " * 30_000,
    "open attributes": "<a b='" * 15_000,
    "addresses in brackets": "<http://" * 12_000,
    "comments": "<!--" * 25_000,
    "declarations": "<![CDATA[" * 10_000,
    "entities": "&#1" * 30_000,
    "headings": "# a\n" * 25_000,
    "headings and gaps": "## a\n\n" * 16_000,
    "underlined headings": "a\n=\n" * 25_000,
    "definitions": "a\n: b\n" * 16_000,
    "abbreviations": "*[a]: b\n" * 12_000,
    "contents": "[TOC]\n\n## a\n\n" * 8_000,
    "boxes": "> [!NOTE]\n\n" * 9_000,
    "folds": "> [!CONTENT]\n\na\n\n" * 6_000,
    "citations": "".join(f"[@A{n}]" for n in range(12_000)),
    "facts": "{{ fact:" * 12_000,
    "blanks": "a" + " " * 100_000 + "b",
    "a setting of blanks": "<!-- quiz:" + " " * 9_000 + "x\n",
    "settings of blanks": ("<!-- quiz:" + " " * 150 + "x\n\n") * 3_000,
    "empty lines": "\n" * 400_000,
    "tabs": "\t" * 100_000,
    "backslashes": "\\" * 100_000,
    "unseen": "\x02" * 100_000,
    "combining": "e" + "\u0301" * 100_000,
    "directions": "\u202e" * 100_000,
    "short lines": "a\n\n" * 150_000,
    "paragraphs": ("word " * 60 + "\n\n") * 1_600,
}


@pytest.mark.parametrize("name", sorted(MUCH))
def test_much_of_one_thing_is_read_in_time_or_refused_with_its_place(name):
    path = "01-one/module.md"

    course, problems = compiled(**{"01-one__module.md": HEAD + MUCH[name]})

    assert course is not None or any(one.path == path for one in problems)


# The most that the limits let through: many paragraphs, each as bad as one may be.
SATURATED = {
    f"{name}, {size} at a time": (words[:size] + "\n\n") * (90_000 // (size + 2))
    for name, words in MUCH.items()
    for size in (60, 400, 4_000)
}


@pytest.mark.slow
def test_the_limits_leave_nothing_that_takes_long():
    slow = {}
    for name, words in SATURATED.items():
        if check_text("a.md", words):
            continue
        start = time.process_time()
        markup.render(words)
        if time.process_time() - start > SECONDS:
            slow[name] = time.process_time() - start

    assert slow == {}


HEADS = {
    "brackets": "title: " + "[" * 9_000,
    "braces": "title: " + "{a: " * 2_000,
    "keys in keys": "? " * 4_000,
    "lists": "- " * 4_000,
    "depth by lines": "\n".join(" " * n + "a:" for n in range(900)),
    "anchors": "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "merge": "<<: {title: x}",
    "object": "title: !!python/object/apply:os.system [ls]",
    "tag": "title: !!binary '%%%'",
    "set": "title: !!set {a, b}",
    "a day as title": "title: 2026-01-01",
    "no day": "reviewed_on: 2026-99-99",
    "key twice": "title: a\ntitle: b",
    "a huge number": "minutes: " + "9" * 9_000,
    "a huge hexadecimal": "minutes: 0x" + "f" * 9_000,
    "a large number": "minutes: 99999999999",
    "a negative number": "minutes: -5",
    "truth": "minutes: true",
    "sixties": "minutes: 1:1:1:1:1",
    "no number": "minutes: .nan",
    "a long title": "title: " + "a" * 9_900,
    "a long slug": "slug: " + "a" * 9_900,
    "a long list": "audience: [" + "a, " * 3_000 + "]",
    "no languages": "languages: []",
    "languages": "languages: [en, [en]]",
    "plan": "plan: {goal: x, objectives: 5}",
    "audience": "audience: [1, {a: b}, null]",
    "sources": "sources: [1, {key: [a]}, {key: K, publisher: P, title: T, url: 'javascript:x'}]",
    "objectives": "objectives: {[a]: b}",
    "unhashable": "? [a]\n: b",
    "other keys": "1: x\nnull: y\n2026-01-01: z",
    "reviewers": "reviewers: {a: b}",
    "never closed": 'title: "a',
    "tabs": "title:\n\t- a",
    "unseen": "title: \x01",
    "surrogate": 'title: "\\ud800"',
    "two documents": "title: a\n--- \ntitle: b\n...",
    "a scalar": "just words",
    "nothing": "",
    "directive": "%YAML 9.9",
    "many keys": "\n".join(f"k{n}: v" for n in range(9_000)),
}


@pytest.mark.parametrize("name", sorted(HEADS))
@pytest.mark.parametrize("path", ["course.md", "01-one/module.md", "final/quiz.md"])
def test_settings_that_are_no_plain_values_are_refused_with_their_place(path, name):
    sound = course_files()[path]
    given = {line.split(":")[0] for line in HEADS[name].splitlines()}
    kept = [line for line in sound.split("---\n")[1].splitlines() if line.split(":")[0] not in given]
    body = sound.split("---\n", 2)[2]

    course, problems = compiled(**{path.replace("/", "__"): "\n".join(["---", HEADS[name], *kept, "---", body])})

    assert course is not None or all(one.path == path for one in problems if not one.is_warning)
    assert course is None or name in {"nothing", "merge", "two documents"}


def test_a_title_may_be_as_long_as_the_database_keeps_it():
    title = "a" * 200

    course, _problems = compiled(**{"01-one__module.md": HEAD.replace("First lesson", title) + "Words.\n"})

    assert course.modules[0].title == title


@pytest.mark.parametrize("count", [501, 10_000])
def test_a_quiz_of_too_many_questions_is_refused_before_it_is_read(count):
    text = "---\ntitle: Q\n---\n\n" + "".join(f"## Question: {n}\n\n" for n in range(count))

    course, problems = compiled(**{"01-one__quiz.md": text})

    assert course is None
    assert {(one.path, one.code) for one in problems} <= {
        ("01-one/quiz.md", "too-many-items"), ("01-one/quiz.md", "too-large"), ("course.md", "too-many-items"),
    }  # fmt: skip
    assert any(one.code == "too-many-items" for one in problems) or count > 500


def test_too_many_questions_are_refused_however_their_headings_are_written():
    text = "---\ntitle: Q\n---\n\n" + "\n".join(question(f"one-{n}") for n in range(1, 502))

    course, problems = compiled(**{"01-one__quiz.md": text.replace("## Question:", "## question:")})

    assert course is None
    assert "too-many-items" in {one.code for one in problems}


def test_five_hundred_questions_are_read():
    text = "---\ntitle: Q\n---\n\n" + "\n".join(question(f"one-{n}") for n in range(1, 501))

    course, _problems = compiled(**{"01-one__quiz.md": text})

    assert len(course.modules[0].quiz.items) == 500


def test_the_place_of_an_id_is_not_that_of_a_longer_one():
    files = {"a/quiz.md": "x\n<!-- quiz: id=q1-4 -->\n<!-- quiz: id=q1 -->\n"}

    assert place(files, "id=q1") == ("a/quiz.md", 3)
    assert place(files, "id=q") == ("course.md", 1)


def test_thousands_of_ids_are_found_in_time():
    lines = [f"<!-- quiz: id=q-{n} -->" + "\nwords of a question" * 8 for n in range(3_000)]
    files = {"a/quiz.md": "\n".join(lines)}
    start = time.process_time()

    found = [place(files, f"id=q-{n}")[1] for n in range(3_000)]

    assert found == [1 + 9 * n for n in range(3_000)]
    assert time.process_time() - start < SECONDS


def test_an_id_of_ten_thousand_letters_is_refused():
    course, problems = compiled(**{"01-one__quiz.md": "---\ntitle: Q\n---\n\n" + question("a" * 9_000)})

    assert (course, codes(problems)) == (None, {"no-id"})


def test_a_thousand_modules_are_refused_before_they_are_read():
    modules = {f"{n % 100:02}-m{n}__module.md": HEAD + "Words.\n" for n in range(1_000)}
    start = time.process_time()

    course, problems = parse_course(course_files(**modules), REFERENCE)

    assert (course, codes(problems)) == (None, {"too-large"})
    assert time.process_time() - start < SECONDS


ENDLESS = {
    "options": "1. [x] a\n\n    > b\n\n" * 1_000,
    "weights": "- [x] " + "(50%" * 2_000,
    "gaps": "[[" * 4_000,
    "choices": "[[a|" * 2_000,
    "patterns": "- = `/" + "(a+" * 2_000 + "/`",
    "rows": "| a | b |\n" * 5_000,
    "entries": "1. a\n" * 5_000,
    "scenes": "## Scene: a\n\nb\n\n- [c](#scene-a)\n\n" * 2_000,
    "pools": "<!-- pool: a draw=1 -->\n" * 2_000,
    "hints": "> **Hint:** " * 900,
    "digits": "- = " + "9" * 9_000,
    "powers": "- = 1e999999 ± 1e-999999",
    "ranges": "- = 1..1e99999",
}
TYPES = ("single", "text", "number", "match", "order", "cloze", "scenario", "likert", "open")


@pytest.mark.parametrize("name", sorted(ENDLESS))
def test_a_question_without_end_is_refused_or_read_whatever_its_type(name):
    for kind in TYPES:
        asked = f"## Question: Q\n\n<!-- quiz: id=q type={kind} -->\n\n{ENDLESS[name]}\n"
        compiled(**{"01-one__quiz.md": f"---\ntitle: Q\n---\n\n{asked}"})


FOLDER = {
    "broken.md": (b"\xff\xfe\x00", "unreadable"),
    "nul.md": (b"---\ntitle: a\0\n---\n", "unreadable"),
    "escape.md": (b"\x1b[2J", "unreadable"),
    "large.md": (b"a" * 1_000_000, "unreadable"),
    "media/large.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50_000_000, "unreadable"),
    "media/script.svg": (PICTURE.encode().replace(b"<title>", b"<script>x()</script><title>"), "unreadable"),
    "media/comments.svg": (b"<!---->" * 5_000 + b"x", "unreadable"),
    "media/both.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82<script>x()</script>", "unreadable"),
    "media/page.png": (b"<html><script>x()</script>", "unreadable"),
    "run.exe": (b"MZ", "unknown-file"),
    "page.html": (b"<script>x()</script>", "unknown-file"),
}


@pytest.mark.parametrize("name", sorted(FOLDER))
def test_a_file_in_a_folder_that_is_not_what_it_should_be_is_named(name, tmp_path):
    content, code = FOLDER[name]
    write_course(tmp_path, course_files())
    (tmp_path / name).write_bytes(content)
    start = time.process_time()

    files, problems = read_course(tmp_path)

    assert [(one.path, one.code) for one in problems] == [(name, code)]
    assert name not in files
    assert time.process_time() - start < SECONDS


def test_a_link_to_a_folder_outside_is_not_followed(tmp_path):
    write_course(tmp_path / "secret", {"01-one/module.md": "secret"})
    write_course(tmp_path / "course", course_files())
    (tmp_path / "course/02-link").symlink_to(tmp_path / "secret/01-one")

    files, problems = read_course(tmp_path / "course")

    assert "secret" not in files.values()
    assert [(one.path, one.code) for one in problems] == [("02-link", "unreadable")]


@pytest.mark.parametrize("name", sorted(FOLDER))
def test_a_zip_with_such_a_file_is_refused_or_leaves_it_out(name):
    content, code = FOLDER[name]
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, inside in {**course_files(), name: content}.items():
            archive.writestr(f"small/{path}", inside)
    start = time.process_time()

    try:
        told = str([str(note) for note in unpack(out.getvalue()).notes])
    except ContentError as error:
        told = str(error)

    assert f"{name}:1: {code}" in told
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("name", sorted(MUCH))
def test_gift_of_much_of_one_thing_becomes_words_that_run_nothing(name):
    data = f"[html]{MUCH[name][:40_000]} {{={ACTIVE['script']} ~{ACTIVE['link']}}}".encode()
    start = time.process_time()

    read = read_gift(data)
    found = read.text if check_text("quiz.md", read.text) else ""
    items, _pools, _problems = parse_quiz("quiz.md", numbered("" if found else read.text), is_survey=True)

    assert [one for rendered in htmls(items) for one in active(rendered)] == []
    assert time.process_time() - start < SECONDS
