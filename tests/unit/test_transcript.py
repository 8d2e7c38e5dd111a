"""What a transcript adds up, when it reminds, when one can renew, what a proof may be."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ttaplatform.transcript.rules import (
    CONFIRMED,
    SELF_REPORTED,
    Credit,
    Line,
    can_renew,
    hours_by_kind,
    is_active,
    minutes_from,
    plain,
    proof_kind,
    reminder_due,
    renews_on,
)

DAY = date(2026, 11, 24)
END = date(2027, 3, 1)
NURSING = ("contact hour", "contact hours")


def credit(
    amount: str, rule: str = "nursing", name: str = "Nursing", units: tuple[str, str] = NURSING, **more
) -> Credit:
    """Return a credit of some rule."""
    return Credit(rule, name, Decimal(amount), f"{amount} {units[1]}", units, **more)


def line(minutes: int = 60, **more) -> Line:
    """Return a line of a certificate."""
    return Line(1, "A course", DAY, minutes, **more)


def test_hours_of_courses_credits_and_training_elsewhere_stay_apart():
    texas = credit("1.5", "texas", "TCOLE", ("hour", "hours"))
    lines = [
        line(90, credits=(credit("1.5"), texas)),
        line(60, state="expired", credits=(credit("1"),)),
        line(600, state="revoked", credits=(credit("10"),)),
        line(600, state="superseded"),
        line(30, kind=SELF_REPORTED),
        line(45, kind=CONFIRMED),
    ]

    assert hours_by_kind(lines) == [
        ("completion", Decimal("2.50"), ""),
        ("Nursing", Decimal("2.5"), "contact hours"),
        ("TCOLE", Decimal("1.5"), "hours"),
        ("confirmed", Decimal("0.75"), ""),
        ("self-reported", Decimal("0.50"), ""),
    ]


def test_a_sum_of_one_has_the_unit_of_one():
    lines = [line(credits=(credit("0.5"),)), line(credits=(credit("0.50"),))]

    assert hours_by_kind(lines)[1] == ("Nursing", Decimal("1.0"), "contact hour")


def test_nothing_has_no_kinds():
    assert hours_by_kind([]) == []


@pytest.mark.parametrize(("amount", "text"), [("1.50", "1.5"), ("2.00", "2"), ("10", "10"), ("0.05", "0.05")])
def test_an_amount_has_no_zeros_at_its_end(amount, text):
    assert plain(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [(91, None, None), (90, None, 90), (89, 90, None), (31, 90, None), (30, 90, 30), (30, 30, None), (20, None, 30),
     (8, 30, None), (7, 30, 7), (7, None, 7), (1, 7, None), (0, 30, 7), (0, 7, None), (-1, None, None),
     (-1, 90, None), (60, 30, None)],
)  # fmt: skip
def test_the_smallest_reminder_that_is_reached_is_due_once_and_none_after_the_last_day(left, reminded, due):
    assert reminder_due(END, reminded, END - timedelta(days=left)) == due


def test_day_by_day_there_are_three_reminders():
    sent, reminded = [], None
    for left in range(120, -30, -1):
        due = reminder_due(END, reminded, END - timedelta(days=left))
        if due is not None:
            sent.append((left, due))
            reminded = due

    assert sent == [(90, 90), (30, 30), (7, 7)]


@pytest.mark.parametrize(
    ("window", "left", "answer"),
    [(90, 91, False), (90, 90, True), (90, 0, True), (90, -10, True), (0, 1, False), (0, 0, True), (-5, 1, False)],
)
def test_renewing_opens_with_the_window_and_stays_open_after_the_expiry(window, left, answer):
    assert can_renew(END, window, END - timedelta(days=left)) is answer


def test_what_never_expires_is_never_renewed():
    assert not can_renew(None, 90, DAY)
    assert renews_on(END, 0) == END


def test_the_first_credit_that_ends_is_what_is_renewed():
    two = (credit("1", "late", expires_on=END + timedelta(days=9)), credit("1", "soon", expires_on=END), credit("1"))

    assert line(credits=two, expires_on=None).first_end == (END, "soon")
    assert line(ends_on=END).first_end == (END, "")
    assert line().first_end is None


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("1.5", 90), ("1,5", 90), (" 2 ", 120), (".5", 30), ("0.02", 1), ("500", 30_000), ("0", None), ("0.00", None),
     ("500.01", None), ("-1", None), ("1e3", None), ("NaN", None), ("", None), ("1.555", None), ("١", None),
     ("two", None), ("1.5 h", None)],
)  # fmt: skip
def test_hours_are_read_as_minutes_or_refused(typed, minutes):
    assert minutes_from(typed) == minutes


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"%PDF-1.7\n", "pdf"), (b"\x89PNG\r\n\x1a\n\x00", "png"), (b"\xff\xd8\xff\xe0", "jpeg"),
     (b"GIF89a%PDF-1.7", None), (b"<html>%PDF-1.4", None), (b"<svg xmlns=", None), (b" %PDF-1.7", None),
     (b"PK\x03\x04", None), (b"", None)],
)  # fmt: skip
def test_the_first_bytes_say_what_a_proof_is(start, kind):
    assert proof_kind(start) == kind


@pytest.mark.parametrize(
    ("text", "answer"),
    [(b"<< /S /JavaScript /JS (app.alert(1)) >>", True), (b"<</S/J#61vaScript>>", True), (b"<</JS 12 0 R>>", True),
     (b"<</S/Launch/F(cmd.exe)>>", True), (b"/EmbeddedFile\n", True), (b"/EmbeddedFiles<<", True),
     (b"<</J#53(x)>>", True), (b"/JSON (x)", False), (b"a /JS~\x81", False), (b"/LaunchPad 1", False), (b"", False)],
)  # fmt: skip
def test_a_pdf_that_runs_something_or_carries_a_file_is_seen_however_it_is_spelt(text, answer):
    assert is_active(text) is answer
