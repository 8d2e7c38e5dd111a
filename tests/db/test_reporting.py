"""Completions by agency and profession on both databases."""

import csv
from datetime import date, timedelta
from io import StringIO

from tests.make import AT, complete, enrolled, make_account, make_agency
from ttaplatform.learning import service as learning
from ttaplatform.people.service import allowed_agencies, find_person
from ttaplatform.reporting.rules import Question, total
from ttaplatform.reporting.service import completions, detail_csv, grouped_csv
from ttaplatform.roles import Role

ALL = Question(("agency", "profession"), "America/New_York")


def three_learners(session) -> None:
    one, two = make_agency(session, "Alpha"), make_agency(session, "Beta")
    for number, agency in enumerate((one, one, two)):
        complete(session, enrolled(session, make_account(session, f"l{number}@example.org", agency=agency)))
    started = enrolled(session, make_account(session, "started@example.org", agency=two))
    learning.finish_lesson(session, started, "01-one", at=AT)


def test_each_completion_is_counted_once_and_the_totals_add_up(session):
    three_learners(session)

    rows = completions(session, ALL, None)

    assert [(row.groups[0], row.started, row.completed, row.passed, row.minutes) for row in rows] == [
        ("Alpha", 2, 2, 2, 40), ("Beta", 2, 1, 1, 20),
    ]  # fmt: skip
    assert total(rows) == total(completions(session, Question(("course",), "UTC"), None))


def test_a_coordinator_sees_their_agency_and_those_below_it_only(session):
    three_learners(session)
    account = make_account(session, "c@example.org", role=Role.COORDINATOR, scope=make_agency(session, "Alpha"))

    agencies = allowed_agencies(session, find_person(session, account.id, 0))

    assert [row.groups[0] for row in completions(session, ALL, agencies)] == ["Alpha"]


def test_a_coordinator_without_a_scope_sees_nothing_and_an_administrator_everything(session):
    plain = make_account(session, "p@example.org")
    admin = make_account(session, "a@example.org", role=Role.ADMINISTRATOR)

    assert allowed_agencies(session, find_person(session, plain.id, 0)) == set()
    assert allowed_agencies(session, find_person(session, admin.id, 0)) is None


def test_both_days_of_a_period_are_inclusive(session):
    complete(session, enrolled(session, make_account(session)), at=AT)
    day = date(2026, 11, 24)

    def count(since: date, until: date) -> int:
        return total(completions(session, Question(("agency",), "America/New_York", "", since, until), None)).completed

    assert count(day, day) == 1
    assert count(day + timedelta(days=1), day + timedelta(days=9)) == 0
    assert count(day - timedelta(days=9), day - timedelta(days=1)) == 0


def test_the_detail_has_one_row_for_each_completion_with_days_in_iso_form(session):
    make_account(session, "x@example.org", name='=HYPERLINK("x")')
    account = make_account(session, name='@Pat, the "first"')
    complete(session, enrolled(session, account))

    rows = list(csv.reader(StringIO("".join(detail_csv(session, ALL, None)))))

    assert rows[0][:3] == ["completed_on", "name", "agency"]
    assert rows[1] == [
        "2026-11-24", "'@Pat, the \"first\"", "Springfield Police", "Patrol officer", "Small course",
        "20", "2026-11-24", "100",
    ]  # fmt: skip
    assert len(rows) == 2


def test_the_grouped_file_has_the_columns_of_the_contract(session):
    three_learners(session)

    lines = list(grouped_csv(ALL, completions(session, ALL, None)))

    assert lines[0].strip() == "agency,profession,started,completed,passed,minutes"
    assert lines[1].strip() == "Alpha,Patrol officer,2,2,2,40"
