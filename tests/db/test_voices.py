"""What learners said: shown from five answers on, by option, without a name."""

from tests.make import AT, enrolled, make_account
from ttaplatform.assessing.voices import voices
from ttaplatform.learning import replies


def test_evaluations_are_counted_by_option_and_shown_from_five_on(session):
    for number in range(5):
        one = enrolled(session, make_account(session, f"p{number}@example.org"))
        answers = {"ev-1": ["b" if number else "a"], "ev-2": [f"Words {number}"], "ev-3": ["a"]}
        replies.send_evaluation(session, one, answers, at=AT)
        replies.send_evaluation(session, one, answers, at=AT)
        found = voices(session, one.course)
        assert found.is_enough == (number == 4)

    assert found.replies == 5
    assert found.questions[0].counts == [("No", 1), ("Partly", 4), ("Yes", 0)]
    assert len(found.questions[1].words) == 5


def test_changes_in_practice_are_counted_by_follow_up(session):
    one = enrolled(session, make_account(session))
    for number in range(6):
        answers = {"practice": ["taught"] if number else ["nothing"], "barriers": []}
        replies.keep(session, one, "follow-up-30", answers, at=AT)
    replies.keep(session, one, "follow-up-90", {"practice": ["taught"], "barriers": []}, at=AT)
    found = voices(session, one.course)

    assert set(found.practice) == {"30"}
    assert found.practice["30"][0] == 6
    assert found.practice["30"][1]["taught"] == 5
