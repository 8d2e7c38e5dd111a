"""Numbers as GIFT files have them (tolerance, range, exponent, decimal comma, unit), in the words of the dialect."""

import re
from decimal import Decimal

from ttaplatform.exchange.report import Notes

NUMBER = re.compile(
    r"\s*([-+\u2212]?)\s*(\d[\d.,]{0,40}|[.,]\d{1,40})([eE][-+]?\d{1,2})?(?!\d)"
    r"(?:\s+([^\W\d_][^(`]{0,30})|\s*([^\W\d_][^\d(`]{0,30}(?:(?<=m)[23])?|[%‰°'\"€£$][^\d(`]{0,30}))?\s*$"
)
PARTED = re.compile(r"\s*(\.\.|…|:|±|\+-)\s*")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")


def accepted_numbers(words: str, line: int, notes: Notes) -> str:
    """Return what a number's answer takes, as the dialect writes it; "" when it is no number."""
    low, separator, rest = [*PARTED.split(_together(words, line, notes), maxsplit=1), "", "0"][:3]
    first, unit = _number(low, line, notes)
    second, second_unit = _number(rest or "0", line, notes)
    is_range = separator in ("..", "…")
    if first is None or second is None or (is_range and unit and unit != second_unit):
        return ""
    unit = unit or second_unit
    if is_range:
        if first > second:
            notes.changed(line, "a range from the larger to the smaller number was turned round")
        shown = f"{_shown(min(first, second))}..{_shown(max(first, second))}"
    else:
        shown = _shown(first) + (f" ± {_shown(abs(second))}" if second else "")
    return f"{shown} {unit}" if unit else shown


def _together(words: str, line: int, notes: Notes) -> str:
    """Return the words, blanks between thousands left out."""
    if not SPACED.search(words):
        return words
    notes.changed(line, f"{words.strip()[:40]}: the blanks between thousands were left out")
    return SPACED.sub(lambda match: re.sub(r"\D", "", match[0]), words)


def _number(words: str, line: int, notes: Notes) -> tuple[Decimal | None, str]:
    """Return a number and the unit behind it; a decimal comma and commas between thousands are noted."""
    match = NUMBER.match(words)
    if match is None:
        return None, ""
    digits = match[2]
    if "," in digits:
        is_thousands = THOUSANDS.fullmatch(digits) is not None
        kind = "a mark of thousands" if is_thousands else "a decimal comma"
        notes.changed(line, f"{words.strip()[:40]}: the comma was read as {kind}")
        digits = digits.replace(".", "") if EUROPEAN.fullmatch(digits) else digits
        digits = digits.replace(",", "") if is_thousands else digits.replace(",", ".")
    if digits.count(".") > 1 or digits == ".":
        return None, ""
    value = Decimal(f"{digits}{match[3] or ''}")
    return -value if match[1] in ("-", "\u2212") else value, (match[4] or match[5] or "").strip()


def _shown(value: Decimal) -> str:
    digits = f"{abs(value):f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"-{digits}" if value < 0 else digits
