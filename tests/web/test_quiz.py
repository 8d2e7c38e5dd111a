"""Quizzes as pages: every type of question, feedback, marks, limits, the pre-test, the evaluation."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.make import AT, enrolled, make_account, make_agency, publish_changed, question
from tests.unit.test_items import CLOZE, MATCH, NUMBER, ORDER, SCENES, TEXT
from ttaplatform.learning.models import Attempt, Reply, Response
from ttaplatform.people.models import AuditEvent

BODIES = {"text": TEXT, "number": NUMBER, "match": MATCH, "order": ORDER, "cloze": CLOZE, "scenario": SCENES}
EVERY_TYPE = "---\ntitle: Check\n---\n\n" + "\n".join(
    f"## Question: A question of type {kind}\n\n<!-- quiz: id=q-{kind} type={kind} objective=LO1 -->\n\n{body}"
    for kind, body in BODIES.items()
)


@pytest.fixture
def learner(session, browser):
    account = make_account(session)
    make_agency(session)
    session.commit()
    browser.sign_in()
    return account


def start(session, tmp_path, browser, learner, quiz="01-one", **changes: str) -> str:
    """Publish the small course with changes, begin the quiz in it, and return its address."""
    publish_changed(session, tmp_path / "changed", **changes)
    enrolment = enrolled(session, learner)
    session.commit()
    where = f"/learn/{enrolment.id}/quizzes/{quiz}"
    browser.send(where)
    return where


def chosen(page: str, wanted: dict[str, str]) -> dict[str, str]:
    """Return the fields of the selects labelled so, with the values of the choices of these words."""
    fields = {}
    pattern = r'<label class="usa-label"[^>]*><span[^>]*>(.*?)</span></label>\s*(<select.*?</select>)'
    for label, body in re.findall(pattern, page, re.S):
        name = re.search(r'name="([^"]+)"', body)[1]
        fields[name] = re.search(rf'<option value="(\w+)"[^>]*>{wanted[label]}</option>', body)[1]
    return fields


def test_every_type_is_asked_answered_and_told(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": EVERY_TYPE})
    given = {
        1: {"answer": "988"},
        2: {"answer": "15 minutes"},
        3: {"Debt": "Control", "Passport kept": "Control", "Bruise": "Harm"},
        4: {"Stop": "1", "Observe": "2", "Ask": "3", "Respond": "4"},
        5: {"answer.a": "alone", "answer.b": "c"},
    }

    for position, fields in given.items():
        page = browser.show(f"{where}/questions/{position}").text
        assert "is_right" not in page
        fields = chosen(page, fields) if position in (3, 4) else fields
        assert browser.send(f"{where}/questions/{position}", fields) == f"{where}/questions/{position + 1}"
        again = browser.show(f"{where}/questions/{position}").text
        assert all(f'value="{value}"' in again for value in fields.values())
    assert browser.send(f"{where}/questions/6", {"answer": "0"}) == f"{where}/questions/6", "the scenario goes on"
    assert "They nod." in browser.show(f"{where}/questions/6").text
    assert browser.send(f"{where}/questions/6", {"answer": ["0", "1"]}) == f"{where}/review"
    result = browser.show(browser.send(f"{where}/review")).text

    assert re.findall(r'verdict-line">([^<]+)<', result) == ["Right"] * 4 + ["Partly right"] * 2
    assert "Your answer:" in result
    assert "The right answer:" in result


@pytest.mark.parametrize(
    ("position", "fields"),
    [(1, {"answer": "x" * 501}), (2, {"answer": "many"}), (3, {"answer.a": "9"}), (3, {"answer.z": "a"}),
     (4, {"answer.0": "9"}), (5, {"answer.b": "z"}), (6, {"answer": "7"}), (1, {"answer": ["a", "b"]}),
     (1, {})],
)  # fmt: skip
def test_what_was_not_offered_is_refused_and_nothing_stored(session, tmp_path, browser, learner, position, fields):
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": EVERY_TYPE})

    browser.send(f"{where}/questions/{position}", fields, status=422)

    assert session.scalars(select(Response.value)).all() == []
    lines = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("answer"))).all()
    assert lines == (["answer.not-an-option"] if fields else [])


def test_an_answer_of_a_megabyte_is_refused(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner)

    assert browser.send(f"{where}/questions/1", {"answer": "x" * 1_100_000}, status=413)
    assert session.scalars(select(Response.value)).all() == []


def test_an_older_window_is_told_that_the_newer_answer_is_kept(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner)
    browser.send(f"{where}/questions/1", {"answer": "b", "seen": "0"})

    page = browser.send(f"{where}/questions/1", {"answer": "a", "seen": "0"}, status=409)

    assert "That answer is kept" in page.text
    assert session.scalars(select(Response.value)).all() == [["b"]]


def test_feedback_at_once_follows_each_answer_which_then_stays(session, tmp_path, browser, learner):
    text = "---\ntitle: Check\nfeedback: at-once\n---\n\n" + question("one-1") + "\n" + question("one-2")
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": text})

    assert "After each question" in browser.show(where).text
    assert browser.send(f"{where}/questions/1", {"answer": "b", "seen": "0"}) == f"{where}/questions/1"
    page = browser.show(f"{where}/questions/1").text
    assert "No, because." in page
    assert "Not right yet" in page
    assert 'name="answer"' not in page
    browser.send(f"{where}/questions/1", {"answer": "a", "seen": "1"}, status=409)


def test_feedback_after_passing_says_what_to_review_until_then(session, tmp_path, browser, learner):
    text = "---\ntitle: Check\nfeedback: after-passing\n---\n\n" + question("one-1")
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": text})
    browser.send(f"{where}/questions/1", {"answer": "b"})
    failed = browser.show(browser.send(f"{where}/review")).text
    browser.send(where)
    browser.send(f"{where}/questions/1", {"answer": "a"})
    passed = browser.show(browser.send(f"{where}/review")).text

    assert "No, because." not in failed
    assert "Do it." in failed
    assert "Yes, because." in passed


def test_a_question_is_marked_for_later_and_the_review_says_so(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner)

    assert browser.send(f"{where}/questions/2/mark", {"marked": "yes"}) == f"{where}/questions/2"
    assert "Take the mark away" in browser.show(f"{where}/questions/2").text
    assert "marked" in browser.show(f"{where}/review").text


def test_a_limit_is_told_before_the_start_and_shown_while_it_runs(session, tmp_path, browser, learner):
    text = "---\ntitle: Check\ntime_limit_minutes: 20\ncooldown_minutes: 5\ncounts: last\n---\n\n" + question("one-1")
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": text})

    told = browser.show(where).text
    assert "20 minutes from the start" in told
    assert "5 minutes between two" in told
    assert "the last one counts" in told
    assert "Time ends at" in browser.show(f"{where}/questions/1").text
    browser.send(f"{where}/review")
    assert "The next attempt opens at" in browser.show(where).text


def test_when_the_time_has_ended_what_was_saved_is_handed_in(session, tmp_path, browser, learner):
    text = "---\ntitle: Check\ntime_limit_minutes: 20\n---\n\n" + question("one-1") + "\n" + question("one-2")
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": text})
    browser.send(f"{where}/questions/1", {"answer": "a"})
    session.execute(update(Attempt).values(due_at=AT - timedelta(days=300)))
    session.commit()

    assert browser.send(f"{where}/questions/2", {"answer": "a"}) == where
    assert browser.get(f"{where}/questions/2").location == where
    assert "The time has ended" in browser.show(where).text
    result = browser.show(browser.send(f"{where}/review")).text
    assert '<p class="score">50%</p>' in result


def test_the_pre_test_may_be_skipped_and_gives_nothing_away(session, tmp_path, browser, learner):
    settings = publishable("pretest: true")
    where = start(session, tmp_path, browser, learner, "pretest", **{"course.md": settings})
    enrolment_id = where.split("/")[2]

    assert browser.get(f"/learn/{enrolment_id}").location == where
    browser.send(f"{where}/questions/1", {"answer": "a"})
    result = browser.show(browser.send(f"{where}/review")).text
    assert "Before you began" in result
    assert "because" not in result
    assert session.scalar(select(Attempt.quiz)) == "pretest"
    assert browser.get(f"/learn/{enrolment_id}").location == f"/learn/{enrolment_id}/lessons/01-one"


def publishable(setting: str) -> str:
    """Return course.md of the small course with one more setting."""
    from tests.make import course_files

    return course_files()["course.md"].replace("---\n", f"---\n{setting}\n", 1)


def test_a_required_evaluation_comes_before_the_certificate_and_keeps_no_name(session, tmp_path, browser, learner):
    from tests.make import complete, course_files

    text = course_files()["evaluation.md"].replace("---\n", "---\nrequired: true\n", 1)
    publish_changed(session, tmp_path / "changed", **{"evaluation.md": text})
    one = enrolled(session, learner)
    assert not complete(session, one)
    session.commit()
    where = f"/learn/{one.id}/evaluation"

    assert browser.get(f"/learn/{one.id}").location == where
    page = browser.send(where, {"ev-2": "Ask pat@example.org or 555-123-4567"}, status=422).text
    assert page.count("Choose an answer.") == 4
    assert "could point to a person" in page
    assert "Ask pat@example.org" in page
    assert browser.send(where, {"ev-1": "b", "ev-2": "It was short.", "ev-3": "a"}) == where
    browser.send(where, {"ev-1": "a", "ev-3": "a"})
    page = browser.show(where).text

    assert "Get your certificate" in page
    reply = session.scalars(select(Reply)).one()
    assert reply.answers == {"ev-1": ["b"], "ev-2": ["It was short."], "ev-3": ["a"]}
    assert reply.month.day == 1


def test_neither_names_nor_values_of_the_fields_tell_the_order_or_the_pairs(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": EVERY_TYPE})
    matching, ordering = (browser.show(f"{where}/questions/{number}").text for number in (3, 4))

    assert set(re.findall(r'<option value="([^"]+)"', matching)) == {"0", "1", "2"}
    assert re.findall(r'<select[^>]*name="answer\.(\w+)"', ordering) == ["0", "1", "2", "3"]
    labels = re.findall(r'<label class="usa-label"[^>]*><span[^>]*>(.*?)</span>', ordering)
    assert labels != ["Stop", "Observe", "Ask", "Respond"]


@pytest.mark.parametrize(
    "fields", [{"answer": "\u00b2"}, {"answer": "0", "seen": "9" * 30}, {"answer": "0", "seen": "x"}]
)
def test_odd_digits_and_versions_crash_nothing(session, tmp_path, browser, learner, fields):
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": EVERY_TYPE})

    assert browser.send(f"{where}/questions/6", fields, status=422 if fields["answer"] != "0" else 303)


def test_what_was_typed_stays_when_it_is_refused(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": EVERY_TYPE})

    page = browser.send(f"{where}/questions/2", {"answer": "about fifteen"}, status=422).text
    assert "Type a number, such as 15." in page
    assert 'value="about fifteen"' in page


def test_half_an_answer_is_not_called_answered(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": EVERY_TYPE})
    browser.send(f"{where}/questions/5", {"answer.a": "alone", "answer.b": ""})

    assert "partly answered" in browser.show(f"{where}/review").text


def test_a_scenario_with_feedback_at_once_goes_on_to_its_end(session, tmp_path, browser, learner):
    text = EVERY_TYPE.replace("title: Check\n", "title: Check\nfeedback: at-once\n")
    where = start(session, tmp_path, browser, learner, **{"01-one__quiz.md": text})
    browser.send(f"{where}/questions/6", {"answer": "0", "seen": "0"})
    assert "They nod." in browser.show(f"{where}/questions/6").text
    browser.send(f"{where}/questions/6", {"answer": ["0", "0"], "seen": "1"})

    assert "verdict-line" in browser.show(f"{where}/questions/6").text


def test_an_open_pre_test_ends_when_the_first_lesson_is_finished(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner, "pretest", **{"course.md": publishable("pretest: true")})
    enrolment_id = where.split("/")[2]
    browser.send(f"/learn/{enrolment_id}/lessons/01-one")

    assert browser.send(f"{where}/questions/1", {"answer": "a"}) == where
    assert browser.send(f"{where}/review") == where
    assert session.scalars(select(Attempt.submitted_at)).all() == [None]


def test_an_answer_to_anothers_attempt_or_to_no_question_is_refused_and_noted(session, tmp_path, browser, learner):
    where = start(session, tmp_path, browser, learner)
    other = enrolled(session, make_account(session, "other@example.org"))
    session.commit()

    browser.send(f"/learn/{other.id}/quizzes/01-one/questions/1", {"answer": "a"}, status=404)
    browser.send(f"{where}/questions/99", {"answer": "a"}, status=404)

    assert session.scalars(select(Response.value)).all() == []
    lines = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("answer"))).all()
    assert lines == ["answer.not-there"] * 2
