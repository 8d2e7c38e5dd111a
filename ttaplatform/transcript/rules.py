"""What a transcript adds up, when it reminds, when one can renew, and what a proof may be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

COMPLETION, SELF_REPORTED, CONFIRMED = "completion", "self-reported", "confirmed"
COUNTED = frozenset({"genuine", "expired"})  # what was earned stays earned; what was replaced or revoked is none
REMINDERS = (7, 30, 90)  # days before the expiry
MAX_PROOF_BYTES = 5_000_000
MAX_PROOF_PIXELS = 40_000_000  # a larger picture is refused before it is unpacked
MAX_PROOF_SIDE = 2400  # pixels: a letter page at more than 200 dots per inch
MAX_UNPACKED_BYTES = 60_000_000  # all streams of a PDF together, unpacked
MAX_OBJECTS = 10_000  # of a PDF, and streams: a certificate has some dozens
MOST_ENTRIES = 100  # training elsewhere of one person: nobody has more, and nobody fills the disk
MOST_HOURS = 500
MINUTES_PER_HOUR = 60
PDF, PNG, JPEG = "pdf", "png", "jpeg"
_MAGIC = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
# Names of a PDF that let it run something or carry another file, each up to a delimiter (ISO 32000-1, 7.2.2).
# The short one also with what follows it, a text or a reference: packed pictures hold those three bytes by chance.
_ACTIVE = re.compile(
    rb"/(?:(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)|JS(?=[\x00\s]*[(<%\d]))"
)


@dataclass(frozen=True)
class Credit:
    """A credit on a certificate, with the words (one, many) of its unit."""

    rule: str
    name: str
    amount: Decimal
    amount_text: str
    units: tuple[str, str]
    provider: str = ""
    expires_on: date | None = None


@dataclass(frozen=True)
class Line:
    """A line of a transcript: a certificate with its credits, or training elsewhere.

    `kind` is completion, self-reported or confirmed; `state` is that of a certificate, "genuine" or "expired" of
    training elsewhere; `id` is that of the certificate or of the entry.
    """

    id: int
    title: str
    day: date
    minutes: int
    kind: str = COMPLETION
    provider: str = ""
    expires_on: date | None = None
    state: str = "genuine"
    code: str = ""
    slug: str = ""
    credits: tuple[Credit, ...] = ()
    ends_on: date | None = None

    @property
    def is_counted(self) -> bool:
        """Say whether its hours count."""
        return self.state in COUNTED

    @property
    def first_end(self) -> tuple[date, str] | None:
        """Return the day on which the first of it ends, and the rule of that credit ("" for the whole)."""
        ends = [(one.expires_on, one.rule) for one in self.credits if one.expires_on]
        ends += [(self.ends_on, "")] if self.ends_on else []
        return min(ends, default=None)


def hours_by_kind(lines: Iterable[Line]) -> list[tuple[str, Decimal, str]]:
    """Return (label, amount, unit): hours of courses, each credit in its own unit, training elsewhere apart.

    The label is a credit's name, or completion, self-reported or confirmed, whose unit is "" for hours of 60 minutes.
    Kinds are never added to each other: a course's hours and its credits are the same time.
    """
    counted = [line for line in lines if line.is_counted]
    listed = [_hours(counted, COMPLETION)]
    listed += [
        _credit([one for line in counted for one in line.credits if one.rule == rule]) for rule in _rules(counted)
    ]
    listed += [_hours(counted, CONFIRMED), _hours(counted, SELF_REPORTED)]
    return [one for one in listed if one[1]]


def _rules(lines: Iterable[Line]) -> list[str]:
    return sorted({one.rule for line in lines for one in line.credits})


def _hours(lines: Iterable[Line], kind: str) -> tuple[str, Decimal, str]:
    minutes = sum(line.minutes for line in lines if line.kind == kind)
    return kind, (Decimal(minutes) / MINUTES_PER_HOUR).quantize(Decimal("0.01"), ROUND_HALF_UP), ""


def _credit(credits: list[Credit]) -> tuple[str, Decimal, str]:
    amount = sum((one.amount for one in credits), Decimal(0))
    return credits[0].name, amount, credits[0].units[0 if amount == 1 else 1]


def plain(amount: Decimal) -> str:
    """Return the amount without zeros at its end: 1.50 is "1.5"."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def minutes_from(hours: str) -> int | None:
    """Return the minutes of typed hours, such as 1.5 or 1,5; None when it is no such number or out of range."""
    typed = hours.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?|\.\d{1,2}", typed, re.ASCII):
        return None
    minutes = int((Decimal(typed) * MINUTES_PER_HOUR).to_integral_value(ROUND_HALF_UP))
    return minutes if 0 < minutes <= MOST_HOURS * MINUTES_PER_HOUR else None


def reminder_due(expires_on: date, reminded_days: int | None, today: date) -> int | None:
    """Return 90, 30 or 7: the smallest bucket that is reached and was not sent; None for nothing to send.

    `reminded_days` is the last one sent. After the last day nothing is sent.
    """
    left = (expires_on - today).days
    reached = next((days for days in REMINDERS if 0 <= left <= days), None)
    return reached if reached is not None and (reminded_days is None or reached < reminded_days) else None


def renews_on(expires_on: date, renewal_days: int) -> date:
    """Return the first day on which a renewal loses no time; without a window that is the last day itself."""
    return expires_on - timedelta(days=max(0, renewal_days))


def can_renew(expires_on: date | None, renewal_days: int, today: date) -> bool:
    """Say whether renewing now loses no time: in the window before the expiry, on it, or after it."""
    return expires_on is not None and today >= renews_on(expires_on, renewal_days)


def proof_kind(start: bytes) -> str | None:
    """Return pdf, png or jpeg by the first bytes of a file; None for anything else. Names and types are not asked."""
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)


def is_active(text: bytes) -> bool:
    """Say whether what is written in a PDF can run something or carries another file, however its names are spelt."""
    plain_names = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), text)
    return _ACTIVE.search(text) is not None or _ACTIVE.search(plain_names) is not None
