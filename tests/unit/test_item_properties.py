"""What holds for every item, however it is written and whatever is answered."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.quiz_text import parse_questions
from ttaplatform.catalogue.rules import Item

WORDS = some.text("abcdeé ÄßñЖ文1", min_size=1, max_size=12).map(lambda text: f"x{text.strip()}y")
LISTS = some.lists(WORDS, min_size=2, max_size=6, unique_by=str.casefold)
MARKS = some.sampled_from("x ")


@some.composite
def questions(draw) -> str:
    """Return a question of any graded type in the dialect."""
    kind = draw(some.sampled_from(["single", "multiple", "weights", "text", "number", "match", "order", "cloze"]))
    words = draw(LISTS)
    credit = draw(some.sampled_from(["", "credit=exact", "credit=partial", "credit=partial-correct"]))
    settings = f"id=q type={kind} {credit}" if kind not in ("single", "multiple", "weights") else f"id=q {credit}"
    return f"## Question: Which?\n\n<!-- quiz: {settings} -->\n\n{BODIES[kind](draw, words)}"


def _choice(draw, words, mark, weight=lambda _right: ""):
    rights = [True, *(draw(some.booleans()) for _ in words[1:])]
    lines = [
        f"{mark} [{'x' if right else ' '}] {word}{weight(right)}\n\n    > So.\n\n"
        for word, right in zip(words, rights, strict=True)
    ]
    return "".join(lines)


def _weights(draw, words):
    return _choice(draw, words, "-", lambda right: f" ({draw(some.integers(1, 100)) * (1 if right else -1)}%)")


def _number(draw, _words):
    low, width = draw(some.integers(-999, 999)), draw(some.integers(0, 50))
    return f"- = {low}..{low + width}\n- = {low + width + 1} (50%)\n"


BODIES = {
    "single": lambda draw, words: _choice(draw, words, "1."),
    "multiple": lambda draw, words: _choice(draw, words, "-"),
    "weights": _weights,
    "text": lambda draw, words: "".join(f"- = `{word}`\n" for word in words),
    "number": _number,
    "match": lambda draw, words: (
        "| A | B |\n|---|---|\n" + "".join(f"| {w} | {draw(some.sampled_from(words))} |\n" for w in words) + "| | z |\n"
    ),
    "order": lambda draw, words: "".join(f"1. {word}\n" for word in words),
    "cloze": lambda draw, words: f"One [[{words[0]}]] and [[({words[0]})|{words[1]}]].\n",
}


def parsed(text: str) -> Item:
    items, problems = parse_questions("quiz.md", numbered(text))
    assert problems == []
    return items[0]


@some.composite
def answered(draw) -> tuple[Item, list[str]]:
    """Return an item and what a form might give for it, sensible or not."""
    item = parsed(draw(questions()))
    keys = [option.key for option in item.options] + [part.key for part in item.parts] + ["z"]
    values = [*keys, "1", "2", "-3", "x", *(o.value for o in item.options), *(w for p in item.parts for w in p.right)]
    part = some.tuples(some.sampled_from(keys), some.sampled_from(values)).map(":".join)
    return item, draw(some.lists(some.one_of(some.sampled_from(values), part, WORDS), max_size=6))


@given(answered())
def test_grading_is_total_and_from_nothing_to_all(case):
    item, form = case
    kind = ITEM_TYPES[item.type]
    response = kind.read(item, form)

    if response is not None:
        share = kind.grade(item, response)
        assert isinstance(share, Fraction)
        assert 0 <= share <= 1
        assert kind.read(item, response) == response, "what is stored can be read again"


@given(answered(), some.randoms(use_true_random=False))
def test_the_order_shown_changes_neither_the_grade_nor_what_is_stored(case, chance):
    item, form = case
    kind = ITEM_TYPES[item.type]
    response = kind.read(item, form) or []
    order = [option.key for option in item.options]
    other = chance.sample(order, len(order))

    def told(shown: list[str]) -> list[str]:
        return sorted(map(str, kind.explain(item, shown, response)))

    assert told(order) == told(other)
    assert len(kind.show(item, order, response)) == len(kind.show(item, other, response))


@given(questions())
def test_what_solves_an_item_earns_all_of_it(text):
    item = parsed(text)
    kind = ITEM_TYPES[item.type]

    assert kind.grade(item, kind.read(item, kind.solve(item))) == 1


@given(answered())
def test_an_item_that_is_exported_and_parsed_again_grades_the_same(case):
    item, form = case
    again = parsed(item.source)
    kind = ITEM_TYPES[item.type]

    assert again == item
    assert kind.read(again, form) == kind.read(item, form)
