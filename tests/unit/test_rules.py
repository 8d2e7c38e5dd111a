"""Rules of people, completion, certificates and reports."""

from datetime import UTC, date, datetime, timedelta

import pytest
from argon2 import Type
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHIPPED_HASHER
from tests.make import AT, REFERENCE, course_files
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.certificates.rules import ALPHABET, code_from, hours, name_size, normal_code
from ttaplatform.config import SettingError, address_at, load_settings
from ttaplatform.learning import completion
from ttaplatform.learning.rules import AttemptResult, Progress
from ttaplatform.pages import safe_next
from ttaplatform.people.passwords import is_common
from ttaplatform.people.rules import LONGEST_WAIT, MOST_TRIES, is_closed, normal_email, password_problem, wait_after
from ttaplatform.people.tokens import CONFIRM, PASSWORD, Token, make_token, read_token
from ttaplatform.reporting.picture import bars
from ttaplatform.reporting.rules import Question, Row, read_groups, total
from ttaplatform.spreadsheet import safe_cell

COURSE = parse_course(course_files(), REFERENCE)[0]


def result(quiz: str, *, percent: int = 100, number: int = 1) -> AttemptResult:
    return AttemptResult(quiz, number, percent, percent >= 80, AT)


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "short"),
        ("x" * 201, "long"),
        ("passwordpassword", "common"),
        ("123456123456123456", "common"),
        ("aaaaaaaaaaaaaaaaaa", "common"),
        ("pat@example-agency.org", "personal"),
        ("correct horse battery staple", None),
        ("contraseña con eñe y acentos", None),
    ],
)
def test_a_password_is_judged_by_length_and_by_what_is_guessed_first(password: str, problem: str | None):
    found = password_problem(password, email="pat@example-agency.org", name="Pat", is_common=is_common(password))

    assert found == problem


def test_an_address_is_compared_without_case_and_blanks():
    assert normal_email("  Pat@Example.ORG ") == "pat@example.org"


def test_steps_say_what_is_left_and_what_comes_next():
    progress = Progress(frozenset({"01-one"}))

    assert [(step.kind, step.key, step.is_done) for step in completion.steps(COURSE, progress)] == [
        ("lesson", "01-one", True), ("check", "01-one", False), ("lesson", "02-two", False), ("final", "final", False),
        ("evaluation", "evaluation", False),
    ]  # fmt: skip
    assert completion.next_step(COURSE, progress).key == "01-one"
    assert completion.minutes_left(COURSE, progress) == 15


def test_completed_and_passed_are_two_facts():
    done = Progress(frozenset({"01-one", "02-two"}), (result("01-one", percent=0),))
    passed = Progress(frozenset(), (result("final", percent=80),))

    assert (completion.is_completed(COURSE, done), completion.has_passed(done)) == (True, False)
    assert (completion.is_completed(COURSE, passed), completion.has_passed(passed)) == (False, True)


@pytest.mark.parametrize(
    ("progress", "reason"),
    [
        (Progress(), "lessons"),
        (Progress(frozenset({"01-one", "02-two"}), (result("01-one"),)), None),
        (Progress(frozenset({"01-one", "02-two"}), (result("01-one"), result("final"))), "passed"),
        (
            Progress(
                frozenset({"01-one", "02-two"}),
                (result("01-one"), result("final", percent=10), result("final", percent=20, number=2)),
            ),
            "attempts",
        ),
    ],
)
def test_the_final_assessment_opens_after_the_lessons_and_closes_after_passing_or_the_last_attempt(progress, reason):
    assert completion.refusal(COURSE, "final", progress, at=AT) == reason


def test_the_best_final_counts_and_of_equals_the_first():
    progress = Progress(frozenset(), (result("final", percent=90), result("final", percent=90, number=2)))

    assert completion.counted(COURSE, "final", progress).number == 1


@pytest.mark.parametrize(("minutes", "text"), [(90, "1.5"), (60, "1"), (50, "0.83"), (45, "0.75"), (600, "10")])
def test_hours_are_sixty_minutes(minutes: int, text: str):
    assert hours(minutes) == text


@given(st.lists(st.integers(0, len(ALPHABET) - 1), min_size=16, max_size=16))
def test_a_code_is_read_as_it_is_typed(numbers: list[int]):
    code = code_from(numbers)

    assert normal_code(code.lower().replace("-", " ")) == code


def test_a_long_name_is_printed_smaller():
    assert [name_size("x" * n) for n in (20, 40, 80)] == ["large", "medium", "small"]
    assert name_size("陳" * 20) == "medium"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(cell: str):
    assert safe_cell(cell) == "'" + cell


def test_an_ordinary_cell_stays_as_it_is():
    assert safe_cell("O'Brien, 2-1") == "O'Brien, 2-1"


def test_the_last_day_of_a_period_belongs_to_it_in_the_sites_zone():
    question = Question(("agency",), "America/New_York", since=date(2026, 11, 1), until=date(2026, 11, 1))

    assert question.starts_at == datetime(2026, 11, 1, 4, tzinfo=UTC)  # before the clocks change
    assert question.ends_before == datetime(2026, 11, 2, 5, tzinfo=UTC)  # after they did


def test_totals_add_up():
    assert total([Row(("a",), 3, 2, 1, 40), Row(("b",), 1, 1, 1, 20)]) == Row((), 4, 3, 2, 60)


def test_an_unknown_group_is_refused_and_a_doubled_one_counts_once():
    assert read_groups("course, agency,course") == ("course", "agency")
    with pytest.raises(ValueError, match="colour"):
        read_groups("colour")


def test_the_picture_has_a_title_and_escapes_names():
    picture = bars([Row(("<b>A",), 1, 1, 1, 1)], "Title", "Words")

    assert "<title" in picture
    assert "&lt;b&gt;A" in picture
    assert "<b>" not in picture


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "", None, "evil"])
def test_a_way_back_never_leaves_the_site(target: str | None):
    assert safe_next(target, "/home") == "/home"


def test_a_way_back_on_this_site_is_taken():
    assert safe_next("/learn/1?x=1", "/home") == "/learn/1?x=1"


def test_a_link_serves_one_purpose_only_and_cannot_be_changed():
    text = make_token("secret", CONFIRM, Token(7, "pat@example.org"))

    assert read_token("secret", CONFIRM, text) == Token(7, "pat@example.org")
    assert read_token("secret", PASSWORD, text) is None
    assert read_token("other", CONFIRM, text) is None
    assert read_token("secret", CONFIRM, text[:-2]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TTA_DATABASE_URL", "mysql://x/y"), ("TTA_DATABASE_URL", "nonsense"), ("TTA_BASE_URL", "ftp://x"),
        ("TTA_MAIL_URL", "http://x"), ("TTA_SITE_ZONE", "Mars/Olympus"), ("TTA_COURSES_DIR", "/nowhere/at/all"),
        ("TTA_DATABSE_URL", "sqlite:///x"),
    ],
)  # fmt: skip
def test_a_bad_setting_stops_the_start_and_is_named(name: str, value: str, tmp_path):
    with pytest.raises(SettingError, match=name):
        load_settings({"TTA_DATA_DIR": str(tmp_path), "TTA_SECRET_KEY": "x", name: value})


def test_the_made_key_is_kept_and_private(tmp_path):
    first = load_settings({"TTA_DATA_DIR": str(tmp_path)})

    assert first.secret_key == load_settings({"TTA_DATA_DIR": str(tmp_path)}).secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_an_address_waits_longer_after_each_wrong_password_and_never_over_the_longest_wait():
    waits = [wait_after(failures) for failures in range(9)]

    assert waits[:5] == [timedelta()] * 5
    assert waits[5:] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert wait_after(10**6) == LONGEST_WAIT


def test_a_hundred_wrong_passwords_close_an_address():
    assert not is_closed(MOST_TRIES - 1)
    assert is_closed(MOST_TRIES)


def test_passwords_are_kept_as_argon2id_with_much_work():
    assert SHIPPED_HASHER.type is Type.ID
    assert SHIPPED_HASHER.memory_cost >= 19 * 1024  # KiB: at least what OWASP's cheat sheet on storing passwords asks
    assert SHIPPED_HASHER.time_cost >= 2


def test_links_lead_to_the_port_that_is_served_unless_an_address_is_set():
    assert address_at(9000, {}) == {"TTA_BASE_URL": "http://localhost:9000"}
    assert address_at(9000, {"TTA_BASE_URL": "http://localhost:8000"}) == {}
