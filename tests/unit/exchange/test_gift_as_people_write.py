"""GIFT as people write it: what Moodle or a kind reader would take is read, and what is left out is named."""

import pytest

from tests.unit.exchange.test_gift_reading import item, items, lost, options
from tests.unit.exchange.test_gift_writing import HEAD, assert_comes_back, quiz_of
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.gift_writing import write_gift


def changed(gift: str) -> list[tuple[int, str]]:
    return [(note.line, note.message) for note in read_gift(gift.encode()).notes if not note.is_lost]


def accepted(gift: str) -> list[str]:
    """Return what the numbers of a file accept, an empty list where there is none."""
    return [option.value for one in items(gift) for option in one.options]


@pytest.mark.parametrize("answers", ["{\n=4#Yes.\n~5\n}", "{=4#Yes. ~5}"])
def test_answers_below_an_empty_line_belong_to_the_words_above_it(answers):
    imported = read_gift(f"::Sum::\nWhat is 2 + 2?\n\n{answers}\n\nIs 3 odd? {{T}}".encode())

    assert [one.stem_html for one in items(f"What is 2 + 2?\n\n{answers}\n")] == ["<p>What is 2 + 2?</p>"]
    assert imported.count == 2
    assert [note.line for note in imported.notes if not note.is_lost] == [1]
    assert [note for note in imported.notes if note.is_lost] == []


def test_a_name_above_an_empty_line_belongs_to_the_words_below_it():
    assert [(one.id, one.stem_html) for one in items("::Sum::\n\nWhat is 2 + 2? {=4 ~5}")] == [
        ("sum", "<p>What is 2 + 2?</p>")
    ]


def test_notes_of_a_question_that_was_torn_apart_keep_their_lines():
    notes = read_gift(b"What is 2 + 2?\n\n\n{\n=4\n~%150%5\n}").notes

    assert [note.line for note in notes] == [1, 6]


def test_words_with_a_gap_at_their_beginning_do_not_join_the_words_above():
    imported = read_gift(b"Look at the sums.\n\n{=Two ~Ten} plus two is four.")

    assert imported.count == 1
    assert items("Look at the sums.\n\n{=Two ~Ten} plus two is four.")[0].stem_html == "<p>_____ plus two is four.</p>"


def test_a_name_that_does_not_end_leaves_no_colons_in_the_words():
    assert item("::Sums: What is 2 + 2? {=4 ~5}").stem_html == "<p>Sums: What is 2 + 2?</p>"
    assert changed("::Sums: What is 2 + 2? {=4 ~5}")[0][0] == 1


def test_remarks_behind_true_or_false_are_no_part_of_it():
    gift = "1 is less than 2. { // which?\n  T // it is\n}"

    assert options(gift) == [("True", True, ""), ("False", False, "")]
    assert [(note.line, note.message) for note in read_gift(gift.encode()).notes] == [
        (1, "a comment was left out: which?"),
        (2, "a comment was left out: it is"),
    ]


def test_two_slashes_in_other_answers_stay():
    assert options("Comment? {=// this ~that}")[0] == ("// this", True, "")


def test_a_tilde_right_before_a_right_sign_is_no_answer():
    assert options("Capital? {~Lyon~Nice~=Paris}") == [("Lyon", False, ""), ("Nice", False, ""), ("Paris", True, "")]
    assert lost("Capital? {~Lyon~Nice~=Paris}") == []


def test_several_general_feedbacks_are_all_kept():
    found = item("1+1 {=2 ~3#No.\n####[html]<b>Well</b> done.\n####[html]Count again.\n}")

    assert found.explanation_html == "<p><strong>Well</strong> done. Count again.</p>"
    assert [option.feedback_html for option in found.options] == ["", "<p>No.</p>"]


def test_weights_that_say_nothing_more_are_left_out():
    assert options("Which? {~%0%a =%100%b ~c}") == [("a", False, ""), ("b", True, ""), ("c", False, "")]


def test_full_weights_of_a_single_choice_come_back():
    found = read_gift(b"Which? {~%0%a =%100%b ~c}").text
    exported = write_gift(quiz_of(found))

    assert [note for note in exported.notes if note.is_lost] == []
    assert read_gift(exported.text.encode()).text == found


def test_a_pair_without_an_arrow_is_named():
    assert lost("Match. {=a -> b =c =d -> e}") == ["this pair cannot be shown (a side is missing or doubled): c"]


@pytest.mark.parametrize("tag", ["<b>", "<br/>", "&nbsp;", "if (a < b)"])
def test_a_typed_answer_is_taken_by_the_letter(tag):
    assert item(f"[html]<p>Which tag?</p>{{=%100%{tag}#}}").options[0].value == tag


def test_a_paragraph_around_a_typed_answer_is_left_out():
    assert item("[html]Capital? {=<p>Paris &amp; more</p>}").options[0].value == "Paris & more"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("1 000", "1000..1000"),
        ("12 345.5:1", "24689/2..24693/2"),
        ("1\u202f000", "1000..1000"),
        ("1.000,5", "2001/2..2001/2"),
        ("1…5", "1..5"),
        ("5 cm..7 cm", "5..7 cm"),
        ("5..7 cm", "5..7 cm"),
        ("9 m2", "9..9 m2"),
        ("9m2", "9..9 m2"),
        ("50%", "50..50 %"),
    ],
)
def test_a_number_with_blanks_points_and_units_is_read(answer, value):
    assert accepted(f"How many? {{#{answer}}}") == [value]


@pytest.mark.parametrize("answer", ["1/2", "10^3", "45b..60", "40..4c5", "3*4", "2:5x7"])
def test_signs_behind_a_number_that_are_no_unit_are_not_taken_for_one(answer):
    assert lost(f"How many? {{#=7 ={answer}}}") == [f"this is no number: {answer}"]


def test_any_other_number_with_a_tolerance_becomes_what_is_said_of_a_wrong_one():
    found = item("How many? {#=%100%5:0#Yes. =%0%*:0#Count.}")

    assert [option.value for option in found.options] == ["5..5"]
    assert found.wrong_html == "<p>Count.</p>"


@pytest.mark.parametrize("answers", ["#", "#\n", "#=many"])
def test_a_question_that_accepts_no_number_says_so_with_its_line(answers):
    notes = read_gift(f"\nHow many? {{{answers}}}".encode()).notes

    assert (notes[-1].line, notes[-1].message) == (2, "this question accepts no number; write one")


def test_a_program_in_html_keeps_its_lines_and_indents():
    found = item("[html]<p>What does it print?</p>\n<pre>\nif x:\n    y(1)\n\nz()\n</pre>\n{=1#<pre>y\n  z</pre> ~2}")

    assert found.stem_html == "<p>What does it print?</p>\n<pre><code>if x:\n    y(1)\n\nz()\n</code></pre>"
    assert found.options[0].feedback_html == "<pre><code>y\n  z\n</code></pre>"


def test_an_empty_line_within_a_program_parts_no_questions():
    assert item("[markdown]What?\n```\na\n\n b\n```\nSay. {T}").stem_html == (
        "<p>What?</p>\n<pre><code>a\n\n b\n</code></pre>\n<p>Say.</p>"
    )
    assert [one.id for one in items("Never closed <pre>\n\n::a::1 is 1. {T}\n\n::b::2 is 1. {F}")] == ["a", "b"]


def test_a_program_within_an_answer_is_code_line_by_line():
    assert item("[html]Which? {=<pre>a*b*c\n  d</pre> ~e}").options[0].html == (
        "<code>a*b*c</code><br>&nbsp;&nbsp;<code>d</code>"
    )


def test_a_program_at_the_beginning_of_a_question_stays_code():
    assert item("[html]<pre>a*b*c\n  d</pre><p>What?</p>{T}").stem_html == (
        "<p><code>a*b*c</code><br>&nbsp;&nbsp;<code>d</code></p>\n<p>What?</p>"
    )


@pytest.mark.parametrize("mark", ["1.", "2)", "a)", "B.", "-", "*", "•"])
def test_a_line_that_begins_with_a_lists_mark_stays_a_line(mark):
    found = item(f"Which of these\nis right?\n  {mark} This\none {{=No#So:\n{mark} that ~Yes}}")

    assert found.stem_html == f"<p>Which of these is right?</p>\n<p>{mark} This one</p>"
    assert found.options[0].feedback_html == f"<p>So:</p>\n<p>{mark} that</p>"


def test_an_indent_of_fixed_blanks_stays():
    found = item("[html]for x:<br>&nbsp;&nbsp; y&nbsp;z<br>&nbsp;w {T}")

    assert found.stem_html == "<p>for x:<br>&nbsp;&nbsp;y z<br>w</p>"


def test_lines_of_markdown_keep_their_indents_and_breaks():
    found = item("[markdown]Which?  \nOf these:\n\\n- one\n    - inner\n- two\n{=a  \nb ~c}")

    assert found.stem_html == (
        "<p>Which?<br>\nOf these:</p>\n<ul>\n<li>one<ul>\n<li>inner</li>\n</ul>\n</li>\n<li>two</li>\n</ul>"
    )
    assert found.options[0].html == "a<br>\nb"


def test_a_fenced_program_of_markdown_becomes_a_block_of_code():
    found = item("[markdown]What is it?\n```c\nint a \\= 1;\n  b();\n```\nSay. {=1#So:\n~~~\n x\n~~~\n ~2}")

    assert found.stem_html == "<p>What is it?</p>\n<pre><code>int a = 1;\n  b();\n</code></pre>\n<p>Say.</p>"


def test_a_fenced_program_within_an_answer_or_explanation_is_code_line_by_line():
    found = item("[markdown]What? {=```\nx\n  y\n```\n ~2\n####See:\n```\nz\n```\n}")

    assert found.options[0].html == "<code>x</code><br>\n&nbsp;&nbsp;<code>y</code>"
    assert found.explanation_html == "<p>See:<br>\n<code>z</code></p>"


def test_feedback_that_begins_with_a_program_comes_back():
    assert_comes_back(HEAD + "1. [x] a\n\n    >     x = 1\n    >       y\n\n2. [ ] b\n")


def test_feedback_that_begins_with_a_blank_and_the_name_of_a_format_comes_back():
    assert_comes_back(HEAD + "1. [x] a\n\n    >  [html] is none\n\n2. [ ] b\n")


def test_blanks_behind_the_name_of_a_format_are_no_indent():
    assert item("[markdown]Which? {=a#[markdown]     Yes. ~b}").options[0].feedback_html == "<p>Yes.</p>"


def test_a_tag_that_looks_like_nothing_is_left_out_without_a_word():
    assert read_gift(b"[html]<p><span>One</span></p>{=<span>a</span> ~b}").notes == ()


def test_a_style_is_named_once():
    assert [message for _line, message in changed('[html]<span style="color:red">a</span>{T}')] == [
        "the style of <span> was left out"
    ]
