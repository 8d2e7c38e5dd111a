"""What continuing-education credit asks of a learner, how much minutes earn, and what a certificate says of it."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

ENGLISH = "en"
VALUE_MAX = 40
HOURS_PER_CEU = 10  # IACET's definition: one CEU is ten contact hours.
PLACEHOLDERS = ("provider", "number", "approval", "amount")
# What people type where a number is asked for and they have none. The second also counts with digits: "test 1".
NO_NUMBER = re.compile("na|no|none|null|nil|tbd|tba|todo|pending|unknown|applied|asdf|qwerty")
STAND_IN = re.compile("test|example|sample|demo|dummy|fake|placeholder|template|(provider)?number")
SEQUENCES = ("1234567890", "0123456789", "abcdefghijkl", "987654321")


class Kind(StrEnum):
    """What is awarded; a plain completion is no credit."""

    COMPLETION = "completion"
    CONTACT_HOURS = "contact-hours"
    CME = "cme"
    CEU = "ceu"
    POST_HOURS = "post-hours"


@dataclass(frozen=True)
class Field:
    """Something a learner is asked for when this credit is chosen, such as a license number; `label` is by language.

    `pattern` describes the whole value. `is_printed` puts it on the certificate.
    """

    key: str
    label: Mapping[str, str]
    pattern: str
    is_printed: bool = False

    def label_in(self, language: str) -> str:
        """Return the label in `language`, or in English."""
        return _spoken(self.label, language)


@dataclass(frozen=True)
class CreditRule:
    """One kind of credit: whom it serves, what it asks, how minutes are counted, and what must be shown.

    Texts are by language with English always there; `units` are (singular, plural). No professions or states means
    all of them. A mark, months, days, years or minutes of 0 mean that the rule asks none. `source_key` names the
    entry of the project's list of sources.
    """

    slug: str
    kind: Kind
    names: Mapping[str, str]
    units: Mapping[str, tuple[str, str]]
    professions: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    minutes_per_hour: int = 60
    step: Decimal = Decimal("0.01")
    rounds_down: bool = True
    passing_percent: int = 0
    needs_evaluation: bool = False
    fields: tuple[Field, ...] = ()
    statements: Mapping[str, str] = field(default_factory=dict)
    provider_name: str = ""
    provider_number: str = ""
    provider_address: str = ""
    approval_number: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    expires_months: int = 0
    renewal_days: int = 0
    retention_years: int = 0
    minimum_active_minutes: int = 0
    attestation: Mapping[str, str] = field(default_factory=dict)
    source_url: str = ""
    source_key: str = ""
    checked_on: date | None = None
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Say whether it is a plain completion, which anyone may certify and which awards nothing."""
        return self.kind is Kind.COMPLETION

    def name_in(self, language: str) -> str:
        """Return the name in `language`, or in English."""
        return _spoken(self.names, language)

    def statement_in(self, language: str) -> str:
        """Return the statement in `language`, or in English, with its placeholders as they are."""
        return _spoken(self.statements, language)

    def attestation_in(self, language: str) -> str:
        """Return what is to be attested in `language`, or in English; "" when the rule asks for no attestation."""
        return _spoken(self.attestation, language)


@dataclass(frozen=True)
class Approval:
    """What an administrator entered for one rule (its slug) and one course (its slug); days are inclusive."""

    rule: str
    course: str
    provider_name: str = ""
    provider_number: str = ""
    provider_address: str = ""
    approval_number: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether `day` is from the first to the last day of the approval; None means no limit."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)


@dataclass(frozen=True)
class Situation:
    """Where a learner stands in a course; `completed_on` and `score_percent` are None while there is none.

    `has_evaluation` says that the evaluation was sent; `fields` are the typed values by key.
    """

    profession: str
    state: str
    started_on: date
    completed_on: date | None = None
    score_percent: int | None = None
    has_evaluation: bool = False
    active_minutes: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    has_attested: bool = False


@dataclass(frozen=True)
class Need:
    """Something that a rule asks; `amount` is its minutes or its pass mark, `field` is what is to be typed.

    Codes: started-in-time, field, attestation, active-minutes, passing, evaluation, in-time.
    """

    code: str
    is_met: bool
    field: Field | None = None
    amount: int = 0


@dataclass(frozen=True)
class CreditLine:
    """What a certificate keeps of an award, so that it outlives the rule; days are ISO, "" means none."""

    rule: str
    kind: str = ""
    name: str = ""
    amount: str = ""
    amount_text: str = ""
    minutes_per_hour: int = 60
    statement: str = ""
    provider_name: str = ""
    provider_number: str = ""
    provider_address: str = ""
    approval_number: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    printed: tuple[tuple[str, str], ...] = ()
    attestation: str = ""
    expires_on: str = ""
    retain_until: str = ""
    source_url: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the line as JSON can keep it; `line_from` reads it."""
        pairs = {"fields": self.fields, "printed": self.printed}
        return asdict(self) | {name: [list(pair) for pair in kept] for name, kept in pairs.items()}


def line_from(kept: Mapping[str, Any]) -> CreditLine:
    """Return the line that `as_json` gave; keys of later versions are passed over, missing ones have their default."""
    known = {item.name: kept[item.name] for item in fields(CreditLine) if item.name in kept}
    pairs = {
        name: tuple((str(label), str(value)) for label, value in kept.get(name, ())) for name in ("fields", "printed")
    }
    return CreditLine(**{"rule": ""} | known | pairs)


def serves(rule: CreditRule, profession: str, state: str) -> bool:
    """Say whether the credit is for someone of this profession in this state; "" is unknown, which no list has."""
    is_theirs = not rule.professions or profession in rule.professions
    return is_theirs and (not rule.states or state in rule.states)


def is_real(number: str) -> bool:
    """Say whether a provider's number can be one: not blank, and nothing that is typed in place of one."""
    letters = "".join(letter for letter in number.casefold() if letter.isalnum())
    if set(letters) <= {"0", "x"} or NO_NUMBER.fullmatch(letters):
        return False
    if len(letters) > 2 and any(sequence.startswith(letters) for sequence in SEQUENCES):
        return False
    return not STAND_IN.fullmatch(re.sub(r"\d", "", letters))


def is_on(rule: CreditRule, approval: Approval | None) -> bool:
    """Say whether the rule can be used: a plain completion always, credit with a provider's name and real number.

    Only an accredited or approved provider may award credit (fact D1).
    """
    if rule.is_plain:
        return True
    if approval is None or approval.rule != rule.slug:
        return False
    terms = terms_of(rule, approval)
    return bool(terms.provider_name.strip()) and is_real(terms.provider_number)


def terms_of(rule: CreditRule, approval: Approval | None) -> Approval:
    """Return what was entered, filled up from the rule where it was left blank; of two days the stricter counts."""
    entered = approval or Approval(rule.slug, "")
    first = [day for day in (rule.valid_from, entered.valid_from) if day]
    last = [day for day in (rule.valid_until, entered.valid_until) if day]
    return replace(
        entered,
        provider_name=entered.provider_name or rule.provider_name,
        provider_number=entered.provider_number or rule.provider_number,
        provider_address=entered.provider_address or rule.provider_address,
        approval_number=entered.approval_number or rule.approval_number,
        valid_from=max(first, default=None),
        valid_until=min(last, default=None),
    )


def field_problem(asked: Field, value: str) -> bool:
    """Say whether a typed value is refused: longer than 40 characters, or not of the field's pattern."""
    typed = value.strip()
    return len(typed) > VALUE_MAX or not re.fullmatch(asked.pattern, typed)


def needs(rule: CreditRule, approval: Approval | None, situation: Situation) -> tuple[Need, ...]:
    """Return what the rule asks, in the order in which a person does it; days are listed only when they are missed."""
    terms = terms_of(rule, approval)
    listed = [] if terms.covers(situation.started_on) else [Need("started-in-time", False)]
    listed += [Need("field", not field_problem(one, situation.fields.get(one.key, "")), one) for one in rule.fields]
    if rule.attestation_in(ENGLISH):
        listed.append(Need("attestation", situation.has_attested))
    listed += _needs_of_learning(rule, situation)
    if situation.completed_on and not terms.covers(situation.completed_on):
        listed.append(Need("in-time", False))
    return tuple(listed)


def _needs_of_learning(rule: CreditRule, situation: Situation) -> list[Need]:
    listed = []
    if minutes := rule.minimum_active_minutes:
        listed.append(Need("active-minutes", situation.active_minutes >= minutes, amount=minutes))
    if percent := rule.passing_percent:
        score = situation.score_percent
        listed.append(Need("passing", score is not None and score >= percent, amount=percent))
    if rule.needs_evaluation:
        listed.append(Need("evaluation", situation.has_evaluation))
    return listed


def is_earned(rule: CreditRule, approval: Approval | None, situation: Situation) -> bool:
    """Say whether the credit is due: it is on, it is for this person, the course is completed and every need is met."""
    if not is_on(rule, approval) or not serves(rule, situation.profession, situation.state):
        return False
    return situation.completed_on is not None and all(need.is_met for need in needs(rule, approval, situation))


def amount(rule: CreditRule, minutes: int) -> Decimal:
    """Return the credit for `minutes` of instruction in hours of the rule (or CEUs), rounded to the rule's step.

    One CEU is ten contact hours (IACET's definition). Raises ValueError if minutes is negative.
    """
    if minutes < 0:
        raise ValueError(f"minutes cannot be {minutes}")
    unit_minutes = rule.minutes_per_hour * (HOURS_PER_CEU if rule.kind is Kind.CEU else 1)
    rounding = ROUND_DOWN if rule.rounds_down else ROUND_HALF_UP
    steps = Decimal(minutes) / (unit_minutes * rule.step)
    return steps.to_integral_value(rounding) * rule.step


def amount_text(rule: CreditRule, amount: Decimal, language: str) -> str:
    """Return the amount with its unit, without zeros at its end: "1.5 contact hours"; the point is a point."""
    one, many = rule.units.get(language) or rule.units[ENGLISH]
    return f"{_plain(amount)} {one if amount == 1 else many}"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def expiry(rule: CreditRule, earned_on: date, previous: date | None) -> date | None:
    """Return the day on which what was earned expires; None when it never does.

    `previous` is the day on which the earlier one expires. Who renews in the renewal window before it, or on it,
    loses no time: the months count from it.
    """
    return end_of(rule.expires_months, rule.renewal_days, earned_on, previous)


def end_of(months: int, renewal_days: int, earned_on: date, previous: date | None) -> date | None:
    """Return the day `months` after `earned_on`, or after `previous` when it is renewed in its window; 0 never ends."""
    if not months:
        return None
    if previous and previous - timedelta(days=renewal_days) <= earned_on <= previous:
        return _months_after(previous, months)
    return _months_after(earned_on, months)


def _months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last: 31 January and one month is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def filled_statement(rule: CreditRule, approval: Approval | None, *, minutes: int, language: str) -> str:
    """Return the statement as it is shown before the start and on the certificate.

    {provider}, {number}, {approval} and {amount} are put in once; what they bring is not looked at again.
    """
    terms = terms_of(rule, approval)
    values = (terms.provider_name, terms.provider_number, terms.approval_number)
    words = dict(zip(PLACEHOLDERS, (*values, amount_text(rule, amount(rule, minutes), language)), strict=True))
    return re.sub(rf"\{{({'|'.join(words)})\}}", lambda match: words[match[1]], rule.statement_in(language))


def award(
    rule: CreditRule,
    approval: Approval | None,
    situation: Situation,
    *,
    minutes: int,
    on: date,
    language: str,
    previous: date | None = None,
) -> CreditLine:
    """Return what the certificate says of this credit, earned `on` that day; `previous` is as in `expiry`.

    Whether it was earned is for `is_earned` to say. Raises ValueError when nobody accredited stands behind it.
    """
    if not is_on(rule, approval):
        raise ValueError(f"{rule.slug} has no provider who may award it")
    expires = expiry(rule, on, previous)
    return replace(
        _line(rule, terms_of(rule, approval), minutes, language),
        statement=filled_statement(rule, approval, minutes=minutes, language=language),
        fields=tuple((one.key, situation.fields.get(one.key, "").strip()) for one in rule.fields),
        printed=_printed(rule, situation, language),
        attestation=rule.attestation_in(language) if situation.has_attested else "",
        expires_on=expires.isoformat() if expires else "",
        retain_until=_months_after(on, 12 * rule.retention_years).isoformat() if rule.retention_years else "",
    )


def _line(rule: CreditRule, terms: Approval, minutes: int, language: str) -> CreditLine:
    """Return the part of a line that is the same for every learner."""
    earned = amount(rule, minutes)
    return CreditLine(
        rule.slug,
        kind=rule.kind.value,
        name=rule.name_in(language),
        amount=_plain(earned),
        amount_text=amount_text(rule, earned, language),
        minutes_per_hour=rule.minutes_per_hour,
        provider_name=terms.provider_name,
        provider_number=terms.provider_number,
        provider_address=terms.provider_address,
        approval_number=terms.approval_number,
        source_url=rule.source_url,
    )


def _printed(rule: CreditRule, situation: Situation, language: str) -> tuple[tuple[str, str], ...]:
    shown = [(one.label_in(language), situation.fields.get(one.key, "").strip()) for one in rule.fields]
    return tuple(pair for one, pair in zip(rule.fields, shown, strict=True) if one.is_printed and pair[1])


def _spoken(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get(ENGLISH, "")
