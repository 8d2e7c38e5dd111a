"""GIFT out, and back again: the same items, and a note of all that GIFT cannot say."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.quiz_text import parse_quiz
from ttaplatform.catalogue.rules import Item, Quiz
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.gift_writing import write_gift

COURSES = Path(__file__).parents[3] / "courses"
QUIZZES = sorted(COURSES.glob("*/*/quiz*.md"))
HEAD = "## Question: Which?\n\n<!-- quiz: id=q -->\n\n"
# What an item is, but for its id and how its source was laid out.
KEPT = (
    "hash", "type", "stem_html", "options", "parts", "points", "shuffle", "credit", "case", "objective", "family",
    "hint_html", "explanation_html", "right_html", "wrong_html", "cited",
)  # fmt: skip


def quiz_of(text: str) -> Quiz:
    items, pools, problems = parse_quiz("quiz.md", numbered(text), is_survey=True)
    assert {problem.code for problem in problems} <= {"unasked"}  # a description
    return Quiz("Quiz", tuple(items), tuple(pools), None)


def kept(items) -> list[dict[str, object]]:
    return [{name: getattr(item, name) for name in KEPT} for item in items]


def assert_comes_back(text: str) -> None:
    quiz = quiz_of(text)
    once = read_gift(write_gift(quiz).text.encode())
    again = quiz_of(once.text)

    assert kept(again.items) == kept(quiz.items)
    assert [note for note in once.notes if note.is_lost] == []
    assert read_gift(write_gift(again).text.encode()).text == once.text


def said(text: str) -> list[str]:
    return [note.message for note in write_gift(quiz_of(text)).notes]


@pytest.mark.parametrize(
    "body",
    [
        "1. [x] Paris\n\n    > Yes.\n\n2. [ ] Lyon\n\n    > No.\n    >\n    > > It is\n",
        "1. [x] one\n2. [x] two\n3. [ ] three\n",
        "1. [x] all (50%)\n2. [x] more\n3. [ ] none (-25%)\n",
        "1. [x] best (75%)\n2. [x] good (50%)\n3. [ ] bad\n",
        "1. [x] a\n2. [x] b\n",
        "1. [ ] a\n2. [ ] b\n",
        "1. [x] True\n\n    > Yes.\n\n2. [ ] False\n",
        "1. [ ] True\n\n    > No.\n\n2. [x] False\n",
        "1. [x] False\n2. [ ] True\n",
        "- [x] 2\n- [x] 4\n- [ ] 5\n",
        "- [x] 2\n- [x] 4\n- [x] 6\n- [ ] 5\n- [ ] 7\n\n> **Explanation:** Even.\n",
        "- [x] 2 (50%)\n- [x] 4 (50%)\n- [ ] 5 (-50%)\n- [ ] 7 (-50%)\n",
        "- [x] 2 (33.33333%)\n- [x] 4 (66.66667%)\n- [ ] 5\n",
        "- [ ] 2\n- [ ] 4\n",
        "1. [x] first line\n    second *line*\n\n    > feedback\n    > goes on\n    >\n    > - list\n\n2. [ ] other\n",
        "1. [x] half (50%) (70%)\n2. [x] all\n3. [ ] `a = b` # {c} ~d \\e ::f\n\n    > [html] is none. \\n. ####\n",
    ],
)
def test_a_choice_comes_back_the_same(body):
    assert_comes_back(HEAD + body)


def test_marks_of_thousands_are_left_out_and_the_number_stays():
    quiz = quiz_of(HEAD.replace("id=q", "id=q type=number") + "- = 1,500 ± 10\n")
    exported = write_gift(quiz)

    assert "=1500:10" in exported.text
    assert quiz_of(read_gift(exported.text.encode()).text).items[0].hash == quiz.items[0].hash


@pytest.mark.parametrize("credit", ["exact", "partial", "partial-correct"])
def test_a_credit_rule_comes_back(credit):
    assert_comes_back(HEAD.replace("id=q", f"id=q credit={credit}") + "- [x] a\n- [x] b\n- [ ] c\n")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", "- = `988`\n- = `nine (8)` (50%)\n\n    > Nearly.\n\n> **Wrong:** Look again.\n"),
        ("text", "- = `a*b`\n- = `/^.*c.*$/i`\n- = `/^/etc/$/i`\n- = `x -> y`\n- = `u -> v`\n"),
        ("text", "- = `T`\n"),
        ("text", "- = `all` (100%)\n- = `#{=}~`\n"),
        ("number", "- = 15\n- = 15 ± 5 (50%)\n- = 3.1..3.2\n- = -2\n\n> **Wrong:** Count.\n"),
        ("number", "- = 15 ± 5 minutes\n- = 20..30 minutes (50%)\n\n> **Right:** Good.\n"),
        ("match", "| A | B |\n| --- | --- |\n| a \\| b | *c* |\n| d | e -> f |\n| | g |\n| h | *c* |\n"),
        ("order", "1. one\n2. two (50%)\n3. three\n    goes on\n"),
        ("order", "1. a: b = c # d\n2. {e} ~f \\g\n3. ::h:: i\n4. #### j\n5. [html] k\n"),
        ("order", "1. one\n\n    > First.\n\n2. two\n"),
        ("cloze", "Cats eat [[fish|mice]] each day.\n\nSo they say.\n"),
        ("cloze", "Cats eat [[meat|(fish)|grass]]\n\n> **Explanation:** They hunt.\n"),
        ("open", "Say more.\n\n- on maps\n- on rivers\n"),
    ],
)
@pytest.mark.parametrize("more", ["", " points=3 shuffle objective=LO1 family=x case=exact credit=exact"])
def test_each_type_that_gift_knows_comes_back_the_same(kind, body, more):
    assert_comes_back(HEAD.replace("id=q", f"id=q type={kind}{more}") + body)


def test_all_notes_of_a_question_come_back():
    notes = (
        "> **Hint:** h\n> goes on\n>\n> **Right:** r\n>\n> **Wrong:** w\n>\n> **Explanation:** e: {{ fact:x }} [@KEY]\n"
    )

    assert_comes_back(HEAD + "1. [x] a\n2. [ ] b\n\n" + notes)


@pytest.mark.parametrize(
    "stem",
    [
        "## Question: One\n\n<!-- quiz: id=q -->\n\nTwo\n\n    code\n\n",
        "## Question: One\n<!-- quiz: id=q -->\nTwo  \nthree\n\n",
        "## Question: One\n\n\n\n<!-- quiz: id=q -->\n\nTwo\n\n\n\nThree\n\n",
        "## Question: - One\n\nTwo\n\n<!-- quiz: id=q -->\n\n> quote\n\n",
    ],
)
def test_the_lines_of_a_stem_come_back_as_they_were(stem):
    assert_comes_back(stem + "1. [x] a\n2. [ ] b\n")


def test_pools_come_back_with_what_they_draw():
    pool = "<!-- pool: p-{n} draw={draw} -->\n\n{questions}\n<!-- /pool -->\n"
    question = "## Question: Q?\n\n<!-- quiz: id=q-{n} -->\n\n1. [x] a\n2. [ ] b\n\n"
    pools = [
        pool.format(n=n, draw=n, questions="".join(question.format(n=10 * n + m) for m in range(3))) for n in (1, 3)
    ]
    quiz = quiz_of("\n".join(pools) + question.format(n=99))
    exported = write_gift(quiz)

    assert quiz_of(read_gift(exported.text.encode()).text).pools == quiz.pools
    assert [(note.item_id, note.is_lost) for note in exported.notes] == [("", False)]
    assert "$CATEGORY: $course$/top/p-1" in exported.text


def test_a_single_choice_is_written_as_moodle_writes_it():
    gift = write_gift(quiz_of(HEAD.replace("id=q", "id=q objective=LO1") + "1. [x] a:b\n2. [ ] c\n\n    > No.\n")).text

    assert gift == "// [id:q] [tag:objective:LO1]\n::q::[markdown]Which?{\n\t=a\\:b\n\t~c#No.\n}\n"


def test_an_ordering_is_written_without_escapes_that_moodles_ordering_would_show():
    gift = write_gift(quiz_of(HEAD.replace("id=q", "id=q type=order") + "1. a: b\n2. c = d\n")).text

    assert "{>2 ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW\n\ta: b\n\tc = d\n}" in gift


def test_nothing_written_holds_an_empty_line_within_a_question():
    gift = write_gift(quiz_of("## Question: One\n\n<!-- quiz: id=q -->\n\nTwo\n\n1. [x] a\n2. [ ] b\n")).text

    assert "\n\n" not in gift.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD.replace("id=q", "id=q type=likert") + "1. a\n2. b\n3. c\n", "no ratings"),
        (HEAD.replace("id=q", "id=q type=cloze") + "A [[b]] c [[d]].\n", "several gaps"),
        (HEAD.replace("id=q", "id=q type=text") + "- = `/^a+$/i`\n", "no patterns"),
        (HEAD.replace("id=q", "id=q type=text") + "- = `a`\n- = `/^a+$/i`\n", "the pattern /^a+$/i"),
        (HEAD.replace("id=q", "id=q points=2 shuffle") + "1. [x] a\n2. [ ] b\n", "shuffle, points=2"),
        (HEAD + "1. [x] a\n2. [ ] b\n\n> **Hint:** h\n", "hint"),
        (HEAD + "1. [x] a\n2. [ ] b\n\n> a word without a label\n", "without a label"),
        (HEAD + "1. [x] a\n2. [x] b\n3. [ ] c\n", "several right answers"),
        (HEAD + "- [x] a\n- [x] b\n- [ ] c\n", "credit=exact"),
        (HEAD.replace("id=q", "id=q type=order") + "1. a\n2. b\n", "Moodle 4.4"),
        (HEAD.replace("id=q", "id=q type=number") + "- = 5 cm\n- = 2 m\n", "unit"),
        (HEAD + "1. [x] a {{ fact:x }}\n2. [ ] b\n", "plain text"),
        (HEAD + "![Map](../media/map.svg)\n\n1. [x] a\n2. [ ] b\n", "map.svg"),
        (HEAD + "1. [x] a (100%)\n2. [ ] b\n", "comes back changed"),
    ],
)
def test_what_gift_cannot_say_is_noted(text, words):
    assert any(words in message for message in said(text))


def test_a_scenario_is_noted_with_its_id_and_left_out():
    scenes = "You decide.\n\n## Scene: start\n\nA.\n\n- [Go](#scene-end)\n\n    > So.\n\n## Scene: end\n\nB.\n"
    exported = write_gift(quiz_of(HEAD.replace("id=q", "id=sc type=scenario") + scenes))

    assert exported.text == ""
    assert [(note.item_id, note.is_lost) for note in exported.notes] == [("sc", True)]


WORDS = some.text("ab é1\\~=#{}:*_`<>&[]()|%-.'\"", min_size=1, max_size=14).map(lambda words: f"x{words.strip()}y")


@some.composite
def questions(draw) -> str:
    words = draw(some.lists(WORDS, min_size=3, max_size=5, unique=True))
    mark, rights = draw(some.sampled_from([("1.", 1), ("-", 2), ("1.", 2)]))
    options = "".join(
        f"{mark} [{'x' if n < rights else ' '}] {word}\n\n    > {word}\n\n" for n, word in enumerate(words)
    )
    lists = {
        "": options,
        " type=text": "".join(f"- = `{word.replace('`', '')}`\n" for word in words),
        " type=order": "".join(f"1. {word}\n" for word in words),
        " type=open": f"{words[1]}\n",
    }
    kind = draw(some.sampled_from(sorted(lists)))
    return f"## Question: {words[0]}\n\n<!-- quiz: id=q{kind} -->\n\n{lists[kind]}\n"


@settings(deadline=None, max_examples=60)
@given(questions())
def test_whatever_an_author_writes_comes_back_the_same_or_is_noted(text):
    items, pools, problems = parse_quiz("quiz.md", numbered(text))
    quiz = Quiz("Quiz", tuple(items), tuple(pools), None)
    exported = write_gift(quiz)
    back, _pools, _problems = parse_quiz("", numbered(read_gift(exported.text.encode()).text), is_survey=True)

    lost = {note.item_id for note in exported.notes if note.is_lost}
    assert problems or items
    assert [item.hash for item in items if item.id not in lost] == [item.hash for item in back if item.id not in lost]


def can_say(item: Item) -> bool:
    """Say whether GIFT knows all of an item: no scenario, no pattern, no second gap."""
    return (
        item.type not in ("scenario", "likert")
        and "= `/" not in item.source
        and not (item.type == "cloze" and len(item.parts) > 2)
    )


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
def test_the_items_of_a_shipped_quiz_come_back_the_same(path: Path):
    quiz = quiz_of(path.read_text().split("---", 2)[2])
    exported = write_gift(quiz)
    back = {item.id: item for item in quiz_of(read_gift(exported.text.encode()).text).items}

    assert kept(back[item.id] for item in quiz.items if can_say(item)) == kept(filter(can_say, quiz.items))
    assert {note.item_id for note in exported.notes if note.is_lost} == {i.id for i in quiz.items if not can_say(i)}
