"""Certificate codes, and what hours a course's minutes are."""

import re
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud and typed without doubt
CODE_LENGTH = 16  # 30^16 is more than 2^78: cannot be guessed
MINUTES_PER_HOUR = 60
TEMPLATE_VERSION = 2
CODE_PATTERN = rf"(?<![{ALPHABET}-])(?:[{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}(?![{ALPHABET}-])"


LIST_LENGTH = 131_072  # places in a status list: the least that W3C's Bitstring Status List asks, for privacy
LIST_FILL = 65_536  # a new list begins when this many are given out, so that a free place is found at once


class State(StrEnum):
    """What verification answers for a certificate that is known."""

    GENUINE = "genuine"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


def state_of(
    *, revoked_at: datetime | None, superseded_at: datetime | None, expires_on: date | None, today: date
) -> State:
    """Return the state of a certificate on the day `today`; what was taken back outweighs what was replaced."""
    if revoked_at is not None:
        return State.REVOKED
    if superseded_at is not None:
        return State.SUPERSEDED
    return State.EXPIRED if expires_on is not None and expires_on < today else State.GENUINE


def status_places(issued: int) -> range:
    """Return the places of the status list from which the next certificate takes a random one."""
    number = issued // LIST_FILL
    return range(number * LIST_LENGTH, (number + 1) * LIST_LENGTH)


def code_from(numbers: list[int]) -> str:
    """Return the certificate code for `numbers` (random, each below 30), in groups of four."""
    letters = "".join(ALPHABET[number] for number in numbers)
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def normal_code(typed: str) -> str:
    """Return a code as it is kept, from what a person typed: any case, with or without hyphens and blanks."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())[: CODE_LENGTH * 2]
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def hours(minutes: int) -> str:
    """Return `minutes` as hours of 60 minutes with at most two decimals: 90 is "1.5"."""
    return f"{float(Fraction(minutes, MINUTES_PER_HOUR)):.2f}".rstrip("0").rstrip(".")


def file_name(course_slug: str, issued_on: date, code: str) -> str:
    """Return the name of a certificate's file: files sort by course and day, and no two are called alike."""
    return f"{course_slug}-{issued_on.isoformat()}-{code}.pdf"


def name_size(name: str) -> str:
    """Return the size ("large", "medium", "small") at which a name of up to 80 characters fits one or two lines."""
    width = sum(2 if ord(letter) > 0x2E80 else 1 for letter in name)
    if width <= 28:
        return "large"
    return "medium" if width <= 48 else "small"
