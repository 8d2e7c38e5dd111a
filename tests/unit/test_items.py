"""Every type of item: how it is written, read from a form, graded, shown and told."""

from fractions import Fraction

import pytest

from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.item_number import typed_number
from ttaplatform.catalogue.item_text import folded
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.quiz_text import parse_questions
from ttaplatform.learning.grading import show


def parse(body: str, settings: str = ""):
    """Return the item and the codes of what is wrong with a question of this body."""
    text = f"## Question: What now?\n\n<!-- quiz: id=q {settings} -->\n\n{body}\n"
    items, problems = parse_questions("quiz.md", numbered(text))
    return (items or [None])[0], [problem.code for problem in problems]


def item(body: str, settings: str = ""):
    found, codes = parse(body, settings)
    assert codes == []
    return found


def earned(of, *given: str) -> Fraction | None:
    """Return what a form's values earn, None when they are refused."""
    kind = ITEM_TYPES[of.type]
    response = kind.read(of, given)
    return None if response is None else kind.grade(of, response)


TEXT = "- = `988`\n\n    > Yes.\n\n- = `/^nine\\s+eight\\s+eight$/i` (50%)\n\n    > In digits, please.\n"
NUMBER = "- = 15 ± 5 minutes\n- = 30..40 (50%)\n"
MATCH = "| Sign | Kind |\n|---|---|\n| Debt | Control |\n| Passport kept | Control |\n| Bruise | Harm |\n| | Luck |\n"
ORDER = "1. Stop\n2. Observe\n3. Ask\n4. Respond\n"
CLOZE = "Ask the person [[alone|in private]], through [[a relative|(an interpreter)|a child]].\n"
SCENES = (
    "You wait.\n\n## Scene: start\n\nThey look away.\n\n- [Ask](#scene-asked) `+2`\n\n    > Good.\n\n"
    "- [Leave](#scene-end)\n\n    > Why.\n\n## Scene: asked\n\nThey nod.\n\n"
    "- [Call](#scene-end) `+1`\n\n    > Good.\n\n"
    "- [Wait](#scene-end)\n\n    > Hm.\n\n## Scene: end\n\nOver.\n"
)


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ("988", 1),
        (" 988 ", 1),
        ("\uff19\uff18\uff18", 1),
        ("Nine  EIGHT eight", Fraction(1, 2)),
        ("911", 0),
        ("", None),
    ],
)
def test_a_short_answer_is_compared_after_folding_or_by_its_pattern(given, share):
    assert earned(item(TEXT, "type=text"), given) == share


def test_case_counts_only_when_the_author_says_so():
    assert earned(item("- = `HIPAA`", "type=text"), "hipaa") == 1
    assert earned(item("- = `HIPAA`", "type=text case=exact"), "hipaa") == 0
    assert folded("Stra\u00dfe  A\u0301") == folded("STRASSE \u00e1")


@pytest.mark.parametrize("pattern", ["/(a+)+$/", "/(?=a)b/", "/[a/", "/(a*)*/", r"/(\1)/"])
def test_a_pattern_that_re2_cannot_run_or_that_repeats_a_repeat_is_refused(pattern):
    assert parse(f"- = `{pattern}`", "type=text")[1] == ["bad-pattern"]


@pytest.mark.parametrize(
    ("given", "share"),
    [("15", 1), ("10", 1), ("20.0", 1), ("20.01", 0), ("15 minutes", 1), ("15 hours", None), ("35", Fraction(1, 2)),
     ("fifteen", None), ("1e1", None), ("9" * 50, None), ("-15", 0), ("", None)],
)  # fmt: skip
def test_a_number_is_right_within_its_span(given, share):
    assert earned(item(NUMBER, "type=number"), given) == share


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,500", 1500), ("1500", 1500), ("1.5", Fraction(3, 2)), ("1,5", Fraction(3, 2)), (".5", Fraction(1, 2)),
     ("\u22123", -3), ("12 %", 12), ("nan", None), ("", None), ("1 2", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text, number):
    assert typed_number(text) == number


def test_rows_that_match_earn_their_share():
    matching = item(MATCH, "type=match")
    keys = {option.html: option.key for option in matching.options}
    a, b, c = (part.key for part in matching.parts)

    assert list(keys) == ["Control", "Harm", "Luck"]
    assert earned(matching, f"{a}:{keys['Control']}", f"{b}:{keys['Control']}", f"{c}:{keys['Harm']}") == 1
    assert earned(matching, f"{a}:{keys['Control']}", f"{b}:", f"{c}:{keys['Luck']}") == Fraction(1, 3)
    assert earned(matching, f"{a}:z") is None
    assert earned(matching, "z:a") is None
    assert earned(matching, f"{a}:", f"{b}:") is None
    assert earned(item(MATCH, "type=match credit=exact"), f"{a}:{keys['Control']}") == 0


def test_entries_in_order_earn_the_share_of_right_neighbors():
    ordering = item(ORDER, "type=order")

    assert earned(ordering, "a:1", "b:2", "c:3", "d:4") == 1
    assert earned(ordering, "d:1", "a:2", "b:3", "c:4") == Fraction(2, 3)
    assert earned(ordering, "a:1", "b:1", "c:3", "d:4") == 0
    assert earned(ordering, "a:1", "b:2") == 0
    assert earned(ordering, "a:9") is None
    assert earned(ordering, "a:") is None


def test_the_right_order_is_never_the_one_that_is_shown():
    ordering = item(ORDER, "type=order")

    assert all(show(ordering, seed).option_keys != ("a", "b", "c", "d") for seed in range(200))


def test_gaps_are_typed_or_chosen():
    text = item(CLOZE, "type=cloze")

    assert earned(text, "a:In Private", "b:b") == 1
    assert earned(text, "a:alone", "b:c") == Fraction(1, 2)
    assert earned(text, "a:alone", "b:") == Fraction(1, 2)
    assert earned(text, "b:z") is None
    assert earned(text, "a:", "b:") is None
    kinds = [control.kind for control in ITEM_TYPES["cloze"].show(text, (), ())]
    assert kinds == ["html", "gap", "html", "gap", "html"]


def test_weights_add_up_and_never_fall_below_nothing():
    several = item("- [x] One (50%)\n\n    > Y.\n\n- [x] Two (50%)\n\n    > Y.\n\n- [ ] Three (-50%)\n\n    > N.\n")
    one = item("1. [x] Best\n\n    > Y.\n\n2. [x] Good (50%)\n\n    > Y.\n\n3. [ ] Bad\n\n    > N.\n")

    assert [earned(several, *given) for given in ("a", "ab", "abc", "c")] == [Fraction(1, 2), 1, Fraction(1, 2), 0]
    assert [earned(one, given) for given in "abc"] == [1, Fraction(1, 2), 0]


def test_a_scenario_is_scored_by_the_choices_that_its_scenes_offered():
    scenario = item(SCENES, "type=scenario")

    assert earned(scenario, "0", "0") == 1
    assert earned(scenario, "0", "1") == Fraction(2, 3)
    assert earned(scenario, "1") == 0
    assert earned(scenario, "0") == Fraction(2, 3)  # stopped before the end: the scene's best choice is missing
    assert earned(scenario, "7") is None


@pytest.mark.parametrize(
    ("body", "settings", "code"),
    [
        ("Nothing.", "type=text", "no-answer"),
        ("- = some", "type=number", "no-answer"),
        ("- = 3\n- = some", "type=number", "stray-text"),
        ("- = 5..3", "type=number", "bad-range"),
        ("| A | B |\n|---|---|\n| One | |\n| Two | X |\n", "type=match", "no-pairs"),
        ("| A | B |\n|---|---|\n| One | X |\n| One | Y |\n", "type=match", "doubled-row"),
        ("1. Only", "type=order", "no-entries"),
        ("1. Same\n2. Same", "type=order", "doubled-row"),
        ("No gap.", "type=cloze", "no-gaps"),
        ("A [[(lonely)]] gap.", "type=cloze", "no-gaps"),
        ("1. [x] A\n\n    > Y.\n\n2. [ ] B (50%)\n\n    > N.\n", "", "bad-weight"),
        (ORDER, "type=order credit=most", "unknown-credit"),
        (ORDER, "type=order case=up", "bad-case"),
    ],
)
def test_what_is_wrong_with_a_question_has_a_code(body, settings, code):
    assert code in parse(body, settings)[1]


@pytest.mark.parametrize(
    ("body", "settings"),
    [(TEXT, "type=text"), (NUMBER, "type=number"), (MATCH, "type=match"), (ORDER, "type=order"), (CLOZE, "type=cloze"),
     (SCENES, "type=scenario")],
)  # fmt: skip
def test_what_solves_an_item_earns_all_and_is_told_as_right(body, settings):
    one = item(body, settings)
    kind = ITEM_TYPES[one.type]
    order = [option.key for option in one.options]
    response = kind.read(one, kind.solve(one))

    assert kind.grade(one, response) == 1
    assert all(verdict.is_right for verdict in kind.explain(one, order, response) if verdict.is_given)
    assert not any(verdict.is_given for verdict in kind.explain(one, order, []))
    shown = kind.show(one, order, response)
    assert any(control.value or any(choice.is_chosen for choice in control.choices) for control in shown)


def test_words_that_are_typed_are_told_without_becoming_markup():
    told = ITEM_TYPES["text"].explain(item(TEXT, "type=text"), (), ["<b>x</b>"])

    assert told[0].given_html == "&lt;b&gt;x&lt;/b&gt;"
