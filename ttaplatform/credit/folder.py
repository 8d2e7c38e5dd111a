"""Credit rules on disk: courses/credits/*.yaml, one rule in a file, checked before anything uses them."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ttaplatform.credit.rules import ENGLISH, PLACEHOLDERS, CreditRule, Field, Kind
from ttaplatform.errors import ContentError
from ttaplatform.people.rules import PROFESSIONS, STATES

MAX_FILE_BYTES = 50_000
PATTERN_MAX = 100
REPEATS_MAX = 5
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
SLUGS = tuple(seed.slug for seed in PROFESSIONS)
TEXTS = ("provider_name", "provider_number", "provider_address", "approval_number", "source_url", "source_key", "note")
DAYS = ("valid_from", "valid_until", "checked_on")
# A day without quotes that is none, such as 2026-02-30, would stop the YAML reader before we can say which it is.
BARE_DAY = re.compile(rf"(?m)^({'|'.join(DAYS)}):[ ]+(\d{{4}}-\d\d-\d\d)(?=\s*(?:#|$))")
SPOKEN = ("names", "statements", "attestation")
FIELD_KEYS = {"key": str, "label": dict, "pattern": str, "is_printed": bool}
KINDS: Mapping[str, Any] = (
    dict.fromkeys(TEXTS, str)
    | dict.fromkeys(SPOKEN, dict)
    | dict.fromkeys(DAYS, object)
    | {"kind": str, "units": dict, "professions": list, "states": list, "fields": list}
    | {"rounds_down": bool, "needs_evaluation": bool, "step": (str, int, float), "minutes_per_hour": int}
    | dict.fromkeys(("passing_percent", "expires_months", "renewal_days"), int)
    | dict.fromkeys(("retention_years", "minimum_active_minutes"), int)
)
CALLED = {str: "text in quotes", dict: "a list of `key: value` lines", list: "a list", bool: "true or false"}
NEEDED = ("kind", "names", "units")
NEEDED_FOR_CREDIT = ("statements", "source_url", "source_key", "checked_on")
RANGES = {
    "passing_percent": ("credit-passing", 100), "expires_months": ("credit-value", 1200),
    "renewal_days": ("credit-value", 3660), "retention_years": ("credit-value", 100),
    "minimum_active_minutes": ("credit-value", 6000),
}  # fmt: skip

log = logging.getLogger(__name__)


@dataclass
class _Draft:
    """One file while it is read: its settings, and the problems found so far."""

    path: str
    text: str
    raw: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def report(self, key: str, code: str, message: str) -> None:
        """Note a problem at the line of a setting, or at line 1."""
        starts = [number for number, line in enumerate(self.text.splitlines(), 1) if line.startswith(f"{key}:")]
        self.problems.append(f"{self.path}:{starts[0] if key and starts else 1}: {code} {message}")

    def drop(self, key: str, code: str, message: str) -> None:
        """Note a problem and forget the setting."""
        self.report(key, code, message)
        del self.raw[key]


def load_rules(courses_dir: Path) -> dict[str, CreditRule]:
    """Return the rules of `courses_dir`/credits by slug, which is the file's name; nothing without that folder.

    Files are read again when they change. Raises ContentError with the problems of all files.
    """
    rules, problems = _load(_files(courses_dir))
    if problems:
        raise ContentError(problems)
    return dict(rules)


def sound_rules(courses_dir: Path) -> dict[str, CreditRule]:
    """Return the rules whose files are sound: a broken one turns off its own credit, never the site."""
    return dict(_load(_files(courses_dir))[0])


def _files(courses_dir: Path) -> tuple[tuple[Path, int, int], ...]:
    paths = sorted(path for path in (courses_dir / "credits").glob("*.yaml") if not path.is_symlink())
    stats = [(path, path.stat()) for path in paths]
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, int, int], ...]) -> tuple[dict[str, CreditRule], tuple[str, ...]]:
    rules: dict[str, CreditRule] = {}
    problems: list[str] = []
    for path, _, size in files:
        draft = _Draft(f"credits/{path.name}", "")
        found = _rule(draft, path.stem) if _read(draft, path, size) else {}
        if not draft.problems:
            rules |= found
        problems += draft.problems
    for problem in problems:
        log.warning(problem)
    return rules, tuple(problems)


def _read(draft: _Draft, path: Path, size: int) -> bool:
    """Fill the draft with the settings of its file; say whether there are any."""
    try:
        if size > MAX_FILE_BYTES:
            raise ValueError(f"the file is larger than {MAX_FILE_BYTES:,} bytes")
        draft.text = path.read_text("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(draft.text, yaml.SafeLoader)):
            raise ValueError("references (*name) are not allowed")
        raw = yaml.safe_load(BARE_DAY.sub(r"\1: '\2'", draft.text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        draft.problems.append(f"{draft.path}:{line}: credit-yaml the file cannot be read: {error.problem}")
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        draft.report("", "credit-yaml", f"the file cannot be read: {error}")
    else:
        draft.raw = raw if isinstance(raw, dict) else {}
        if not draft.raw:
            draft.report("", "credit-yaml", "the file has no settings")
    return bool(draft.raw)


def _rule(draft: _Draft, slug: str) -> dict[str, CreditRule]:
    """Return the draft's rule by its slug; nothing when it has problems."""
    if not re.fullmatch(SLUG, slug):
        draft.report("", "credit-slug", f"the file's name {slug!r} has small letters, digits and single hyphens")
    _check_keys(draft)
    _check_texts(draft)
    _check_numbers(draft)
    _check_names(draft)
    values: dict[str, Any] = {name: _days(draft, name) for name in DAYS} | {"fields": _fields(draft)}
    _check_order(draft, values)
    if draft.problems:
        return {}
    return {slug: CreditRule(slug=slug, **(draft.raw | values | _settled(draft.raw)))}


def _settled(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings whose checked values are of another type in the rule than in the file."""
    values: dict[str, Any] = {"kind": Kind(raw["kind"])}
    values["units"] = {language: tuple(pair) for language, pair in raw["units"].items()}
    values["step"] = Decimal(str(raw.get("step", "0.01")))
    values |= {name: tuple(raw.get(name, ())) for name in ("professions", "states")}
    return values | {name: raw.get(name) or {ENGLISH: ""} for name in SPOKEN}


def _check_keys(draft: _Draft) -> None:
    for name in [name for name in draft.raw if name not in KINDS]:
        draft.drop(name, "credit-key", f"there is no setting {name!r}")
    for name in [name for name, value in draft.raw.items() if value is None]:
        del draft.raw[name]
    for name, value in list(draft.raw.items()):
        if not _is_a(value, KINDS[name]):
            draft.drop(name, "credit-value", f"{name!r} cannot be {value!r}: it is {_called(KINDS[name])}")
    is_credit = draft.raw.get("kind") != Kind.COMPLETION
    for name in (*NEEDED, *(NEEDED_FOR_CREDIT if is_credit else ())):
        if not draft.raw.get(name) and not _is_reported(draft, name):
            draft.report("", "credit-source" if name in NEEDED_FOR_CREDIT[1:] else "credit-key", f"{name!r} is missing")


def _is_a(value: object, kind: type | tuple[type, ...]) -> bool:
    """Say whether a value is of the kind; true and false are numbers in Python, but not here."""
    return isinstance(value, kind) and (kind in (bool, object) or not isinstance(value, bool))


def _called(kind: object) -> str:
    return next((words for known, words in CALLED.items() if kind is known), "a number")


def _is_reported(draft: _Draft, name: str) -> bool:
    return any(f"{name!r} cannot be" in problem for problem in draft.problems)


def _check_texts(draft: _Draft) -> None:
    """Check what is shown to people: languages, words, placeholders of the statement."""
    for name in SPOKEN:
        _check_spoken(draft, name, name, draft.raw.get(name, {}))
    for text in map(str, draft.raw.get("statements", {}).values()):
        for found in re.findall(r"\{([^{}]*)\}", text):
            if found not in PLACEHOLDERS:
                known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                draft.report("statements", "credit-statement", f"there is no {{{found}}}; there are {known}")
    _check_units(draft)
    url = draft.raw.get("source_url", "")
    if url and not re.match(r"https?://[^\s/]+", url):
        draft.report("source_url", "credit-source", f"source_url begins with https:// or http://, not {url!r}")


def _check_spoken(draft: _Draft, key: str, called: str, texts: Mapping[Any, Any]) -> None:
    """Check texts by language; `key` is the setting that they stand in."""
    for language, text in texts.items():
        if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2}", language):
            draft.report(key, "credit-language", f"{called} has a language such as en or es, not {language!r}")
        if not isinstance(text, str):
            draft.report(key, "credit-value", f"{called} in {language!r} cannot be {text!r}: it is {CALLED[str]}")
    if texts and not texts.get(ENGLISH):
        draft.report(key, "credit-language", f"{called} has no words in English (en)")


def _check_units(draft: _Draft) -> None:
    units = draft.raw.get("units", {})
    for language, pair in units.items():
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(word, str) and word for word in pair):
            draft.report("units", "credit-value", f"units in {language!r} are [singular, plural], not {pair!r}")
    _check_spoken(draft, "units", "units", dict.fromkeys(units, "two words"))


def _check_numbers(draft: _Draft) -> None:
    for name, (code, most) in RANGES.items():
        if not 0 <= draft.raw.get(name, 0) <= most:
            draft.report(name, code, f"{name} is from 0 to {most}, not {draft.raw[name]}")
    if (minutes := draft.raw.get("minutes_per_hour", 60)) not in (50, 60):
        draft.report("minutes_per_hour", "credit-minutes", f"minutes_per_hour is 50 or 60, not {minutes}")
    try:
        is_step = Decimal("0.001") <= Decimal(str(draft.raw.get("step", "0.01"))) <= 1
    except InvalidOperation:
        is_step = False
    if not is_step:
        draft.report("step", "credit-step", f"step is from 0.001 to 1, such as 0.25, not {draft.raw['step']!r}")


def _check_names(draft: _Draft) -> None:
    """Check what is one of a list: kind, professions, states."""
    kind = draft.raw.get("kind")
    if kind and kind not in list(Kind):
        draft.report("kind", "credit-kind", f"there is no kind {kind!r}; there are {', '.join(Kind)}")
    for name, known, code in (
        ("professions", SLUGS, "credit-profession"),
        ("states", STATES, "credit-state"),
    ):
        for one in draft.raw.get(name, ()):
            if one not in known:
                draft.report(name, code, f"{name} has {one!r}, which is not known; one is written {known[0]!r}")


def _days(draft: _Draft, name: str) -> date | None:
    """Return the day of a setting, written with quotes or without; None when it is not there or not a day."""
    value = draft.raw.get(name)
    if value in (None, ""):
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            raise ValueError
        return date.fromisoformat(str(value))
    except ValueError:
        draft.report(name, "credit-date", f"{name} is a day such as 2026-11-24, not {str(value)!r}")
        return None


def _check_order(draft: _Draft, values: Mapping[str, Any]) -> None:
    first, last = values["valid_from"], values["valid_until"]
    if first and last and first > last:
        draft.report("valid_until", "credit-date", f"valid_until {last} is before valid_from {first}")
    keys = [one.key for one in values["fields"]]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        draft.report("fields", "credit-field", f"two fields have the key {key!r}")


def _fields(draft: _Draft) -> tuple[Field, ...]:
    found = (_field(draft, number, one) for number, one in enumerate(draft.raw.get("fields", ()), 1))
    return tuple(one for one in found if one)


def _field(draft: _Draft, number: int, raw: object) -> Field | None:
    """Return one entry of the setting `fields`; None when something is wrong with it."""
    before = len(draft.problems)
    entry: dict[str, Any] = {"is_printed": False} | (raw if isinstance(raw, dict) else {})
    for name in sorted(map(str, set(entry) ^ set(FIELD_KEYS))):
        said = "is missing" if name in FIELD_KEYS else "is not a setting of a field"
        draft.report("fields", "credit-field", f"field {number}: {name!r} {said}")
    for name, kind in FIELD_KEYS.items():
        if name in entry and not _is_a(entry[name], kind):
            draft.report("fields", "credit-field", f"field {number}: {name!r} is {CALLED[kind]}, not {entry[name]!r}")
    if len(draft.problems) > before:
        return None
    _check_field(draft, number, entry)
    return Field(**entry) if len(draft.problems) == before else None


def _check_field(draft: _Draft, number: int, entry: Mapping[str, Any]) -> None:
    if not re.fullmatch(SLUG, entry["key"]):
        draft.report("fields", "credit-field", f"field {number}: key has small letters, digits and hyphens")
    _check_spoken(draft, "fields", f"field {number}: label", entry["label"])
    if not entry["label"]:
        draft.report("fields", "credit-language", f"field {number}: label has no words in English (en)")
    if problem := _pattern_problem(entry["pattern"]):
        draft.report("fields", "credit-pattern", f"field {number}: the pattern {entry['pattern']!r} {problem}")


def _pattern_problem(pattern: str) -> str:
    """Return what is wrong with a pattern, or "".

    People type what it is matched with, so no pattern may be one that takes ages: groups are not repeated, and there
    are few repeats, which bounds the ways in which 40 characters can match.
    """
    if not 1 <= len(pattern) <= PATTERN_MAX:
        return f"has from 1 to {PATTERN_MAX} characters"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"cannot be read: {error}"
    if re.search(r"\)[*+{]|\(\?(?!:)|\\[1-9]", pattern):
        return "repeats a group, looks around or refers back"
    repeats = re.findall(r"[*+]|(?<!\()\?|\{\d*,\d*\}", pattern)
    return f"has more than {REPEATS_MAX} repeats" if len(repeats) > REPEATS_MAX else ""
