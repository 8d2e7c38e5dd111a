"""Certificate codes, and what hours a course's minutes are."""

import re
from fractions import Fraction

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud and typed without doubt
CODE_LENGTH = 16  # 30^16 is more than 2^78: cannot be guessed
MINUTES_PER_HOUR = 60
TEMPLATE_VERSION = 1


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


def name_size(name: str) -> str:
    """Return the size ("large", "medium", "small") at which a name of up to 80 characters fits one or two lines."""
    width = sum(2 if ord(letter) > 0x2E80 else 1 for letter in name)
    if width <= 28:
        return "large"
    return "medium" if width <= 48 else "small"
