"""What a board asks of a completion: fields, the two layouts that facts name, sound rows, and the lines of the file."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from ttaplatform.people.rules import mark
from ttaplatform.spreadsheet import BOM, FORMULA_STARTS, safe_cell

CELL_MAX, NUMBER_MAX = 1000, 60  # our own bounds: no board's are in facts.md; 60 is the longest number that we keep
COLUMNS_MAX = 20
DELIVERY = "online, self-paced"
PASSED = "pass"  # a certificate is only issued for a course that was passed
EMPTY = "empty"


@dataclass(frozen=True)
class Row:
    """One credit of one current certificate, with all that a board may ask of it.

    `typed` is what the learner typed for the credit, by the field's key. There are no instructors: a self-paced
    course has none. `ori` is that of the agency as it is now; all else is as it was certified.
    """

    name: str
    started_on: date
    completed_on: date
    typed: Mapping[str, str] = field(default_factory=dict)
    licence_number: str = ""
    profession: str = ""
    agency: str = ""
    ori: str = ""
    course: str = ""
    credit: str = ""
    amount: str = ""
    amount_text: str = ""
    minutes: int = 0
    score_percent: int = 0
    attestation: str = ""
    provider_name: str = ""
    provider_number: str = ""
    approval_number: str = ""
    code: str = ""


@dataclass(frozen=True)
class Asked:
    """A field: its name on the form, and how a row answers it. `is_number` is for what a board looks up."""

    label: str
    read: Callable[[Row], str]
    is_number: bool = False


def _typed(key: str) -> Callable[[Row], str]:
    return lambda row: row.typed.get(key, "")


FIELDS: Mapping[str, Asked] = {
    EMPTY: Asked(mark("Nothing: the column stays blank"), lambda _row: ""),
    "name": Asked(mark("Name"), lambda row: row.name),
    "post-id": Asked(mark("POST ID (California)"), _typed("post-id"), is_number=True),
    "pid": Asked(mark("PID (Texas)"), _typed("pid"), is_number=True),
    "nabp-id": Asked(mark("NABP e-Profile ID"), _typed("nabp-id"), is_number=True),
    "birth-day": Asked(mark("Month and day of birth (MMDD)"), _typed("birth-day"), is_number=True),
    "first-typed": Asked(
        mark("First value that the credit asked of the learner"), lambda row: next(iter(row.typed.values()), ""), True
    ),
    "licence": Asked(mark("License number of the account"), lambda row: row.licence_number, is_number=True),
    "profession": Asked(mark("Profession"), lambda row: row.profession),
    "agency": Asked(mark("Agency"), lambda row: row.agency),
    "ori": Asked(mark("ORI of the agency"), lambda row: row.ori, is_number=True),
    "course": Asked(mark("Course title"), lambda row: row.course),
    "approval-number": Asked(mark("Course or approval number"), lambda row: row.approval_number, is_number=True),
    "delivery": Asked(mark("Delivery mode"), lambda _row: DELIVERY),
    "instructors": Asked(mark("Instructors (none: self-paced)"), lambda _row: ""),
    "started-on": Asked(mark("Start date"), lambda row: row.started_on.isoformat()),
    "completed-on": Asked(mark("End date"), lambda row: row.completed_on.isoformat()),
    "amount": Asked(mark("Hours or credit, as a number"), lambda row: row.amount, is_number=True),
    "amount-text": Asked(mark("Hours or credit, with the unit"), lambda row: row.amount_text),
    "minutes": Asked(mark("Minutes of the course"), lambda row: str(row.minutes)),
    "score": Asked(mark("Score in percent"), lambda row: str(row.score_percent)),
    "result": Asked(mark("Result (pass)"), lambda _row: PASSED),
    "attestation": Asked(mark("Statement of identity"), lambda row: row.attestation),
    "provider-name": Asked(mark("Provider"), lambda row: row.provider_name),
    "provider-number": Asked(mark("Provider number"), lambda row: row.provider_number, is_number=True),
    "credit": Asked(mark("Kind of credit"), lambda row: row.credit),
    "code": Asked(mark("Certificate code"), lambda row: row.code, is_number=True),
}


@dataclass(frozen=True)
class Column:
    """A column of the file: the board's name of it, the key of a field, and whether a row must have it."""

    heading: str
    field: str
    is_required: bool = False


@dataclass(frozen=True)
class Layout:
    """The columns of a board's file, in order, for the credits of one rule (its slug)."""

    key: str
    name: str
    rule: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Failure:
    """Why a row is left out: the column, its field, and a code (missing, too-long, formula)."""

    heading: str
    field: str
    why: str


def _roster(key: str, name: str, identity: Column) -> Layout:
    """Return the roster of a peace officers' board: the completion record of fact D19, in its order.

    ID, course number and hours are sourced; the rest of the list is not, and neither are the boards' own headings.
    So an ORI may be blank, for nobody is asked for it yet, and so are instructors, for a self-paced course has none.
    """
    columns = (
        Column("Officer name", "name", is_required=True),
        identity,
        Column("Agency", "agency", is_required=True),
        Column("Agency ORI", "ori"),
        Column("Course title", "course", is_required=True),
        Column("State course number", "approval-number", is_required=True),
        Column("Delivery mode", "delivery", is_required=True),
        Column("Instructors", "instructors"),
        Column("Start date", "started-on", is_required=True),
        Column("End date", "completed-on", is_required=True),
        Column("Clock hours", "amount", is_required=True),
        Column("Test score (percent)", "score", is_required=True),
        Column("Result", "result", is_required=True),
        Column("Identity attestation", "attestation", is_required=True),
        Column("Provider name", "provider-name", is_required=True),
        Column("Provider approval number", "provider-number", is_required=True),
    )
    return Layout(key, name, key, columns)


# Facts D15 and D16: an officer is known by POST ID in California, by PID in Texas.
CALIFORNIA_POST = _roster(
    "california-post", mark("California POST roster"), Column("POST ID", "post-id", is_required=True)
)
TEXAS_TCOLE = _roster("texas-tcole", mark("Texas TCOLE roster"), Column("PID", "pid", is_required=True))
SHIPPED = (CALIFORNIA_POST, TEXAS_TCOLE)


def value_of(row: Row, key: str) -> str:
    """Return what the row has for a field, on one line; "" for a field that there is not.

    Days are ISO (2026-11-24): which form a board wants is not in facts.md, and this one is never misread.
    """
    asked = FIELDS.get(key)
    return " ".join(asked.read(row).split()) if asked else ""


def check_row(columns: Sequence[Column], row: Row) -> list[Failure]:
    """Return why the row cannot stand in the file; nothing when it can."""
    reasons = ((column, _problem(column, value_of(row, column.field))) for column in columns)
    return [Failure(column.heading, column.field, why) for column, why in reasons if why]


def _problem(column: Column, value: str) -> str:
    is_number = column.field in FIELDS and FIELDS[column.field].is_number
    if not value:
        return "missing" if column.is_required else ""
    if len(value) > (NUMBER_MAX if is_number else CELL_MAX):
        return "too-long"
    return "formula" if is_number and value.startswith(FORMULA_STARTS) else ""


def blank_columns(columns: Sequence[Column], rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Return each heading that some rows leave blank though we could have known, with how many do."""
    known = [column for column in columns if column.field not in {EMPTY, "instructors"}]
    counts = [(column.heading, sum(not value_of(row, column.field) for row in rows)) for column in known]
    return [(heading, count) for heading, count in counts if count]


def csv_lines(columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the file, which end in CRLF: headings, with the mark that tells Excel UTF-8, then the rows.

    Names and titles are made safe by an apostrophe. A number that a board looks up would no longer be that number, so
    a row whose number begins like a formula is left out (see `check_row`).
    """
    yield BOM + _line([column.heading for column in columns])
    for row in rows:
        yield _line([value_of(row, column.field) for column in columns])


def _line(cells: Sequence[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()
