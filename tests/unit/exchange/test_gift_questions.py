"""Where one GIFT question ends and the next begins."""

from ttaplatform.exchange.gift_questions import passages
from ttaplatform.exchange.gift_reading import read_gift


def texts(gift: str) -> list[str]:
    return [" ".join(passage.text.split()) for passage in passages(gift)[0]]


def test_a_blank_line_parts_two_questions():
    assert texts("1+1 {=2}\n\n2+2 {=4}\n") == ["1+1 {=2}", "2+2 {=4}"]


def test_a_question_without_a_blank_line_before_it_is_still_read():
    assert texts("1+1 {=2}\n2+2 {=4}\n3+3 {=6\n~7}") == ["1+1 {=2}", "2+2 {=4}", "3+3 {=6 ~7}"]


def test_a_name_opens_a_question_wherever_it_stands():
    assert texts("Only words\n::a:: 1+1 {=2}\n::b:: 2+2 {=4}") == ["Only words", "::a:: 1+1 {=2}", "::b:: 2+2 {=4}"]


def test_words_behind_the_braces_belong_to_the_question():
    assert (
        texts("Two plus {=two\n~one} is\nmore than three.\n\nNext {T}")[0] == "Two plus {=two ~one} is more than three."
    )


def test_a_sentence_that_ends_behind_the_braces_ends_the_question():
    assert texts("The sky is {=blue} today.\nGrass is {=green}.") == ["The sky is {=blue} today.", "Grass is {=green}."]


def test_a_sentence_that_goes_on_in_the_next_line_keeps_its_gaps_together():
    assert texts("Cats eat {=fish} and\ncows eat {=grass}.") == ["Cats eat {=fish} and cows eat {=grass}."]


def test_an_empty_line_within_braces_does_not_end_the_question():
    assert texts("1+1 {\n=2\n\n~3\n}\n\n2+2 {=4}") == ["1+1 { =2 ~3 }", "2+2 {=4}"]


def test_braces_that_are_never_closed_take_no_other_question_with_them():
    assert texts("1+1 {=2 ~3\n\n2+2 {=4}\n\n3+3 {=6}") == ["1+1 {=2 ~3", "2+2 {=4}", "3+3 {=6}"]


def test_open_braces_at_the_end_of_the_file_end_at_the_empty_line():
    assert texts("1+1 {=2\n\nJust words\n\nMore words") == ["1+1 {=2", "Just words", "More words"]


def test_a_name_within_open_braces_opens_the_next_question():
    assert texts("1+1 {=2\n::b:: 2+2 {=4}") == ["1+1 {=2", "::b:: 2+2 {=4}"]


def test_a_category_stands_alone_without_blank_lines_around_it():
    assert texts("1+1 {=2}\n$CATEGORY: sums\n2+2 {=4}") == ["1+1 {=2}", "$CATEGORY: sums", "2+2 {=4}"]


def test_an_escaped_brace_opens_nothing():
    assert texts("A \\{ sign\n\n2+2 {=4}") == ["A \\{ sign", "2+2 {=4}"]


def test_braces_within_braces_stay_with_the_question():
    assert texts("Half {=\\frac{1}{2} ~2}\n\n2+2 {=4}") == ["Half {=\\frac{1}{2} ~2}", "2+2 {=4}"]


def test_comments_go_with_the_question_below_them():
    found, trailing = passages("1+1 {=2}\n// [id:b]\n::b:: 2+2 {=4}\n\n// end")

    assert [[line.text for line in passage.comments] for passage in found] == [[], ["// [id:b]"]]
    assert [line.number for line in trailing] == [5]


def test_a_comment_in_the_middle_keeps_the_lines_numbers():
    passage = passages("\n1+1 {\n// half\n=2\n~3}")[0][0]

    assert passage.line == 2
    assert passage.line_at(passage.text.index("~")) == 5


def test_each_note_names_the_line_of_its_answer():
    notes = read_gift(b"1+1 {\n=2\n\n// why\n~%150%3\n}\n").notes

    assert [note.line for note in notes] == [4, 5]
