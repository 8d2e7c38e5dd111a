"""Draw, order and grade: functions of values."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item, Option, Pool, Quiz
from ttaplatform.learning.grading import Score, draw, grade


def item(item_id: str = "i", rights: str = "a", *, kind: str = "single", options: str = "abcd", credit: str = "exact"):
    return Item(
        id=item_id, type=kind, stem_html="", points=1, shuffle=True, credit=credit, objective="", family="",
        hint_html="", explanation_html="", cited=(), hash="h" + item_id,
        options=tuple(Option(key, key, key in rights, "") for key in options),
    )  # fmt: skip


def quiz(size: int, asked: int) -> Quiz:
    items = tuple(item(f"i{n}") for n in range(size))
    return Quiz("Quiz", items, (Pool("all", asked, tuple(one.id for one in items)),), None)


@pytest.mark.parametrize(
    ("credit", "given", "share"),
    [
        ("exact", "ab", 1), ("exact", "a", 0), ("exact", "abc", 0),
        ("partial", "ab", 1), ("partial", "a", Fraction(1, 2)), ("partial", "abc", Fraction(1, 2)),
        ("partial", "cd", 0),
        ("partial-correct", "ab", 1), ("partial-correct", "a", Fraction(3, 4)), ("partial-correct", "cd", 0),
    ],
)  # fmt: skip
def test_multiple_choice_earns_by_its_credit_rule(credit: str, given: str, share: Fraction):
    assert grade([item(rights="ab", kind="multiple", credit=credit)], {"i": list(given)}).earned == share


@given(
    st.sets(st.sampled_from("abcd")), st.sampled_from(["exact", "partial", "partial-correct"]), st.permutations("abcd")
)
def test_grading_is_total_bounded_and_independent_of_the_order_shown(chosen, credit, order):
    first = item(rights="ab", kind="multiple", credit=credit)
    shuffled = item(rights="ab", kind="multiple", credit=credit, options="".join(order))

    score = grade([first], {"i": sorted(chosen)}).earned

    assert 0 <= score <= 1
    assert score == grade([shuffled], {"i": sorted(chosen, reverse=True)}).earned


def test_the_draw_is_the_same_for_the_same_seed_and_differs_for_another():
    assert draw(quiz(20, 10), 7) == draw(quiz(20, 10), 7)
    assert draw(quiz(20, 10), 7) != draw(quiz(20, 10), 8)


@given(st.integers(0, 2**31), st.integers(1, 12))
def test_a_draw_asks_as_many_different_items_as_the_pool_says(seed: int, asked: int):
    shown = draw(quiz(12, asked), seed)

    assert len({one.item_id for one in shown}) == asked
    assert all(sorted(one.option_keys) == list("abcd") for one in shown)


def test_the_percent_is_rounded_down_and_passing_is_exact():
    assert Score(Fraction(2, 3), 1).percent == 66
    assert not Score(Fraction(799, 1000), 1).reaches(80)
    assert Score(Fraction(8), 10).reaches(80)
    assert not Score(Fraction(0), 0).reaches(0)


@pytest.mark.parametrize("given", [[], ["z"], ["a", "b"], ["a", "z"]])
def test_a_single_choice_takes_exactly_one_of_its_options(given: list[str]):
    assert ITEM_TYPES["single"].read(item(), given) is None


@pytest.mark.parametrize("given", [[], ["z"], ["a", "z"]])
def test_a_multiple_choice_takes_only_its_options(given: list[str]):
    assert ITEM_TYPES["multiple"].read(item(kind="multiple"), given) is None
