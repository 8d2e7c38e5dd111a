"""GIFT in: each type of question becomes an item that the ordinary parser reads."""

import pytest

from ttaplatform.catalogue.draft import numbered
from ttaplatform.catalogue.quiz_text import parse_quiz
from ttaplatform.catalogue.rules import Item
from ttaplatform.exchange.gift_reading import read_gift


def items(gift: str, **settings) -> list[Item]:
    """Return what the ordinary parser makes of the text; feedback may be missing, as in a survey."""
    found, _pools, problems = parse_quiz("quiz.md", numbered(read_gift(gift.encode(), **settings).text), is_survey=True)
    assert {problem.code for problem in problems} <= {"unasked"}  # a description
    return found


def item(gift: str) -> Item:
    (found,) = items(gift)
    return found


def lost(gift: str) -> list[str]:
    return [note.message for note in read_gift(gift.encode()).notes if note.is_lost]


def options(gift: str) -> list[tuple[str, bool, str]]:
    return [(option.html, option.is_right, option.weight) for option in item(gift).options]


def test_one_right_answer_makes_a_single_choice():
    found = item("Capital of France? {=Paris#Yes. ~Lyon#No. ~Nice}")

    assert found.type == "single"
    assert [option.is_right for option in found.options] == [True, False, False]
    assert [option.feedback_html for option in found.options] == ["<p>Yes.</p>", "<p>No.</p>", ""]


def test_weights_without_a_right_sign_make_a_multiple_choice():
    found = item("Even? {~%50%2 ~%50%4 ~%-100%5 ~7}")

    assert found.type == "multiple"
    assert [option.weight for option in found.options] == ["1/2", "1/2", "-1", ""]


def test_rights_that_share_all_and_wrongs_that_take_it_away_are_partial_credit():
    found = item("Even? {~%33.33333%2 ~%33.33333%4 ~%33.33333%6 ~%-33.33333%5}")

    assert (found.type, found.credit, {option.weight for option in found.options}) == ("multiple", "partial", {""})


@pytest.mark.parametrize("weight", ["%50%", "% 50 %", "%+50%", "%50.%", "%050%"])
def test_a_weight_is_read_however_it_is_written(weight):
    assert options(f"Which? {{=a ~{weight}b ~c}}")[1] == ("b", True, "1/2")


def test_a_weight_behind_a_right_sign_is_a_weight():
    assert options("Which? {=%50%a =b ~c}") == [("a", True, "1/2"), ("b", True, ""), ("c", False, "")]


def test_words_that_look_like_a_weight_stay_words():
    assert options("How much? {=half (50%) ~all (100%)}") == [("half (50%)", True, ""), ("all (100%)", False, "")]


@pytest.mark.parametrize("word", ["T", "TRUE", "true", "True", " t "])
def test_true_is_read_in_any_case(word):
    assert options(f"1 is less than 2. {{{word}}}") == [("True", True, ""), ("False", False, "")]


def test_true_and_false_have_feedback_for_a_wrong_and_a_right_response():
    found = item("1 is more than 2. {F#Count.#Well done.####One is first.}")

    assert [(option.is_right, option.feedback_html) for option in found.options] == [
        (False, "<p>Count.</p>"),
        (True, "<p>Well done.</p>"),
    ]
    assert found.explanation_html == "<p>One is first.</p>"


def test_a_letter_that_is_no_truth_is_a_short_answer():
    assert item("What is the Roman five? {V}").options[0].value == "V"


def test_only_right_answers_make_a_short_answer():
    found = item("Two plus two? {=four =4#Digits are fine. =%50%vier}")

    assert found.type == "text"
    assert [(option.value, option.weight) for option in found.options] == [("four", ""), ("4", ""), ("vier", "1/2")]
    assert found.options[1].feedback_html == "<p>Digits are fine.</p>"


@pytest.mark.parametrize(
    ("answer", "value"),
    [("*Paris*", "/^.*Paris.*$/i"), ("Par*(s)", "/^Par.*\\(s\\)$/i"), ("a\\*b", "a*b"), ("/etc/", "/^/etc/$/i")],
)
def test_a_star_in_a_short_answer_is_any_words(answer, value):
    assert item(f"Which? {{={answer}}}").options[0].value == value


def test_any_other_short_answer_becomes_what_is_said_of_a_wrong_one():
    found = item("Which? {=Rome =%0%*#Look at the map.}")

    assert [option.value for option in found.options] == ["Rome"]
    assert found.wrong_html == "<p>Look at the map.</p>"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("3", "3..3"),
        ("3:0.5", "5/2..7/2"),
        ("1..5", "1..5"),
        ("5..1", "1..5"),
        ("-2:1", "-3..-1"),
        ("1.5e2", "150..150"),
        (".5", "1/2..1/2"),
        ("+4", "4..4"),
        ("3,5", "7/2..7/2"),
        ("1,500", "1500..1500"),
        ("\u22125", "-5..-5"),
        ("5 cm", "5..5 cm"),
        ("3\\:1", "2..4"),
        ("2 ± 1", "1..3"),
    ],
)
def test_a_number_is_read_however_it_is_written(answer, value):
    assert item(f"How many? {{#{answer}}}").options[0].value == value


def test_several_numbers_have_weights_and_feedback_and_a_word_for_wrong_ones():
    found = item("When? {#=1822:0#Yes. =%50%1822:2#Nearly. ~#Look it up.####In spring.}")

    assert [(option.value, option.weight) for option in found.options] == [("1822..1822", ""), ("1820..1824", "1/2")]
    assert [option.feedback_html for option in found.options] == ["<p>Yes.</p>", "<p>Nearly.</p>"]
    assert (found.wrong_html, found.explanation_html) == ("<p>Look it up.</p>", "<p>In spring.</p>")


def test_what_is_no_number_is_noted():
    assert lost("How many? {#=4 =many}") == ["this is no number: many"]


def test_pairs_make_a_matching_with_distractors():
    found = item("Match. {=Spain -> Madrid =Italy->Rome = -> Vienna ####Look at a map.}")

    assert (found.type, [part.html for part in found.parts]) == ("match", ["Spain", "Italy"])
    assert [option.html for option in found.options] == ["Madrid", "Rome", "Vienna"]
    assert found.explanation_html == "<p>Look at a map.</p>"


def test_a_pair_that_cannot_be_matched_is_noted():
    assert len(lost("Match. {=a -> b =c =a -> d =e -> f}")) == 2


def test_a_bar_in_a_pair_does_not_end_its_cell():
    assert item("Match. {=a|b -> c|d =e -> f}").options[0].html == "c|d"


def test_an_essay_becomes_an_open_question_and_says_that_it_is_not_graded():
    imported = read_gift(b"Describe a map. {}")

    assert item("Describe a map. {}").type == "open"
    assert "never graded" in imported.notes[0].message


def test_an_essays_general_feedback_is_noted_as_lost():
    assert "Name the legend" in lost("Describe a map. {####Name the legend.}")[0]


def test_an_ordering_of_moodle_is_read():
    found = item("Wash. {>3 ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW\nWet\nSoap\nDry\n}")

    assert (found.type, [option.html for option in found.options]) == ("order", ["Wet", "Soap", "Dry"])


def test_an_ordering_that_is_all_or_nothing_stays_so():
    assert item("Wash. {>2 ALL VERTICAL ALL_OR_NOTHING SHOW\nWet\nDry\n}").credit == "exact"


def test_a_missing_word_leaves_a_line_in_the_stem():
    found = item("Mahatma {=Gandhi#Yes. ~Nehru} was born in 1869.")

    assert (found.type, found.stem_html) == ("single", "<p>Mahatma _____ was born in 1869.</p>")
    assert found.options[0].feedback_html == "<p>Yes.</p>"


def test_several_blocks_become_a_text_with_gaps():
    found = item("Complete.\\n\\nCats eat {=fish =mice} and cows {~meat =grass}.")

    assert (found.type, found.stem_html) == ("cloze", "<p>Complete.</p>")
    assert [part.right for part in found.parts[:2]] == [("fish", "mice"), ("b",)]


def test_feedback_within_gaps_goes_into_the_explanation():
    found = item("Cats eat {=fish#Raw.} and cows eat {=grass}.")

    assert "fish: Raw." in found.explanation_html


def test_a_description_is_kept_in_the_file_and_noted():
    imported = read_gift(b"Look at the map.\n\n1+1 {=2 ~3}")

    assert "Look at the map." in imported.text
    assert (imported.count, imported.notes[0].line, imported.notes[0].is_lost) == (1, 1, True)


def test_the_general_feedback_becomes_the_explanation():
    assert item("1+1 {=2 ~3 ####Count\\nwith fingers.}").explanation_html == "<p>Count<br>with fingers.</p>"


def test_a_plain_answer_without_a_sign_is_a_short_answer():
    assert item("Capital of Spain? {Madrid}").options[0].value == "Madrid"


def test_braces_of_a_formula_hold_no_answers():
    assert item("What is x^{2} for x=3? {=9 ~6}").stem_html == "<p>What is x^{2} for x=3?</p>"


def test_more_answers_than_an_item_can_have_are_noted_and_no_right_one_goes():
    gift = "Which? {" + " ".join(f"~{n}" for n in range(29)) + " =right}"

    assert len(item(gift).options) == 26
    assert item(gift).options[-1].is_right
    assert len(lost(gift)) == 4


def test_an_answer_without_words_is_noted():
    assert lost("Which? {=a ~#never ~b}") == ["an answer without words was left out; with it went: never"]


def test_a_question_without_words_is_named():
    assert item("::Sum:: {=2 ~3}").stem_html == "<p>Sum</p>"


def test_an_id_of_moodle_is_the_items_id():
    assert item(
        "// question: 7  name: x\n// [id:geo-01] [tag:objective:LO2] [tag:family:maps]\n::x::1+1 {=2 ~3}"
    ) == item("// [tag:family:maps][tag:objective:LO2]\n\n// [id:geo-01]\n::x::1+1 {=2 ~3}")


def test_tags_of_ours_become_settings():
    found = item("// [id:a] [tag:objective:LO2] [tag:family:maps]\n1+1 {=2 ~3}")

    assert (found.id, found.objective, found.family) == ("a", "LO2", "maps")


def test_other_tags_and_comments_are_noted_with_their_lines():
    notes = read_gift(b"// [tag:easy]\n// from the book\n1+1 {=2 ~3}").notes

    assert [(note.line, note.is_lost) for note in notes] == [(1, True), (2, True)]


def test_names_become_ids_and_no_id_is_given_twice():
    found = items("::Uno: ¿dónde?::a {T}\n\n::Uno\\: ¿dónde?::b {T}\n\nc {T}\n\n::日本::d {T}", taken=["q-1"])

    assert [one.id for one in found] == ["uno-donde", "uno-donde-2", "q-2", "q-3"]


def test_a_name_that_no_id_keeps_is_noted():
    assert lost("// [id:a]\n::Rivers of Asia:: Which is long? {=Yangtze ~Thames}") == [
        "the name was left out: Rivers of Asia"
    ]


def test_categories_become_pools_that_draw_all():
    gift = "1 {T}\n\n$CATEGORY: $course$/top/Sums//Maps/Easy\n\n2 {F}\n\n3 {F}\n\n$CATEGORY: top/Hard/Easy\n4 {T}\n"
    _items, pools, problems = parse_quiz("", numbered(read_gift(gift.encode()).text), is_survey=True)

    assert problems == []
    assert [(pool.name, pool.draw) for pool in pools] == [("easy", 2), ("easy-2", 1), ("all", 1)]


def test_a_category_that_is_opened_again_is_one_pool():
    text = read_gift(b"$CATEGORY: a\n\n1 {T}\n\n$CATEGORY: b\n\n2 {T}\n\n$CATEGORY: a\n\n3 {T}\n").text

    assert text.count("<!-- pool:") == 2
    assert "pool: a draw=2" in text


@pytest.mark.parametrize("data", [b"", b"\n\n", b"// only a comment\n", b"\xef\xbb\xbf", b"$CATEGORY: a\n"])
def test_a_file_without_questions_gives_no_text(data):
    assert read_gift(data).text.strip() == ""
    assert read_gift(data).count == 0
