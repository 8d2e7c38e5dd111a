"""Credit: what a rule asks, what minutes earn, when it expires, and which files are refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttaplatform.credit.folder import load_rules
from ttaplatform.credit.rules import (
    Approval,
    CreditLine,
    CreditRule,
    Field,
    Kind,
    Situation,
    amount,
    amount_text,
    award,
    expiry,
    field_problem,
    filled_statement,
    is_earned,
    is_on,
    is_real,
    line_from,
    needs,
    serves,
    terms_of,
)
from ttaplatform.errors import ContentError
from ttaplatform.people.rules import POST_ID, PROFESSIONS

COURSES = Path(__file__).parent.parent.parent / "courses"
SHIPPED = load_rules(COURSES)
TEMPLATES = sorted(set(SHIPPED) - {"completion"})
DAY = date(2026, 11, 24)
LICENCE = Field("licence", {"en": "License number", "es": "Número de licencia"}, "[A-Z]{2}[0-9]{4}", True)
HIDDEN = Field("birth-day", {"en": "Birth day"}, "[0-9]{4}")
PLAIN = CreditRule("completion", Kind.COMPLETION, {"en": "Completion"}, {"en": ("hour", "hours")})
RULE = CreditRule(
    "nursing",
    Kind.CONTACT_HOURS,
    {"en": "Contact hours", "es": "Horas de contacto"},
    {"en": ("contact hour", "contact hours"), "es": ("hora de contacto", "horas de contacto")},
    statements={"en": "{provider} ({number}, {approval}) awards {amount}."},
)
APPROVAL = Approval("nursing", "basics", "Example College", "P-20417", "example.org", "A-9")
SITUATION = Situation("registered-nurse", "MI", started_on=DAY, completed_on=DAY)
GOOD = """\
kind: contact-hours
names: {en: Hours}
units: {en: [hour, hours]}
statements: {en: "{provider} awards {amount}."}
source_url: https://example.org/rule
source_key: KEY
checked_on: 2026-11-24
"""


def write(folder: Path, text: str, name: str = "x.yaml") -> Path:
    (folder / "credits").mkdir(exist_ok=True)
    (folder / "credits" / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("minutes", "per_hour", "step", "rounds_down", "earned"),
    [
        (90, 60, "0.25", True, "1.5"),
        (89, 60, "0.25", True, "1.25"),
        (89, 60, "0.25", False, "1.5"),
        (90, 50, "0.5", True, "1.5"),
        (90, 50, "0.1", True, "1.8"),
        (50, 50, "0.25", True, "1"),
        (50, 60, "0.01", False, "0.83"),
        (15, 60, "0.5", False, "0.5"),
        (14, 60, "0.5", False, "0"),
        (75, 50, "1", False, "2"),
        (74, 50, "1", False, "1"),
        (0, 60, "0.25", True, "0"),
    ],
)
def test_minutes_are_hours_of_the_rule_rounded_to_its_step(minutes, per_hour, step, rounds_down, earned):
    rule = replace(RULE, minutes_per_hour=per_hour, step=Decimal(step), rounds_down=rounds_down)

    assert amount(rule, minutes) == Decimal(earned)


@pytest.mark.parametrize(("minutes", "per_hour", "earned"), [(60, 60, "0.1"), (90, 60, "0.1"), (600, 50, "1.2")])
def test_one_ceu_is_ten_contact_hours(minutes, per_hour, earned):
    rule = replace(RULE, kind=Kind.CEU, minutes_per_hour=per_hour, step=Decimal("0.1"))

    assert amount(rule, minutes) == Decimal(earned)


@given(st.integers(0, 6000), st.sampled_from([50, 60]), st.sampled_from(["0.01", "0.1", "0.25", "0.5", "1"]))
def test_rounding_down_never_awards_more_than_the_minutes(minutes, per_hour, step):
    rule = replace(RULE, minutes_per_hour=per_hour, step=Decimal(step))

    assert 0 <= minutes - amount(rule, minutes) * per_hour < per_hour * rule.step


def test_negative_minutes_earn_an_error():
    with pytest.raises(ValueError, match="-1"):
        amount(RULE, -1)


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ("1.50", "en", "1.5 contact hours"),
        ("1.00", "en", "1 contact hour"),
        ("0.25", "en", "0.25 contact hours"),
        ("0.00", "en", "0 contact hours"),
        ("100", "en", "100 contact hours"),
        ("1.50", "es", "1.5 horas de contacto"),
        ("1", "es", "1 hora de contacto"),
        ("2", "fr", "2 contact hours"),
    ],
)
def test_an_amount_is_read_with_its_unit_and_without_idle_zeros(value, language, text):
    assert amount_text(RULE, Decimal(value), language) == text


@pytest.mark.parametrize(
    ("professions", "states", "profession", "state", "is_served"),
    [
        ((), (), "dentist", "", True),
        (("dentist",), (), "dentist", "TX", True),
        (("dentist",), (), "physician", "TX", False),
        ((), ("CA",), "detective", "CA", True),
        ((), ("CA",), "detective", "TX", False),
        ((), ("CA",), "detective", "", False),
        (("dentist",), (), "", "", False),
    ],
)
def test_a_rule_serves_those_whom_it_names_and_never_an_unknown_state(
    professions, states, profession, state, is_served
):
    assert serves(replace(RULE, professions=professions, states=states), profession, state) is is_served


@pytest.mark.parametrize(
    "number",
    ["", "  ", "-", "0", "0000", "00-00", "xxx", "X0X0", "?", "???", "TBD", "t.b.d.", "n/a", "None", "test", "TEST-1",
     "sample 12", "123456", "12345", "1234567890", "abc", "Provider number", "pending"],
)  # fmt: skip
def test_a_dummy_is_no_number(number: str):
    assert not is_real(number)


@pytest.mark.parametrize("number", ["P-20417", "1540", "0004512", "4M5678", "CEP 16789", "XAB-1200", "7"])
def test_what_a_board_could_have_given_is_a_number(number: str):
    assert is_real(number)


@pytest.mark.parametrize(
    ("rule", "approval", "has_begun"),
    [
        (PLAIN, None, True),
        (RULE, None, False),
        (RULE, APPROVAL, True),
        (RULE, replace(APPROVAL, provider_number="0000"), False),
        (RULE, replace(APPROVAL, provider_name=" "), False),
        (RULE, replace(APPROVAL, rule="pharmacy"), False),
        (replace(RULE, provider_number="P-20417"), None, False),
        (replace(RULE, provider_number="P-20417"), replace(APPROVAL, provider_number=""), True),
    ],
)
def test_credit_is_off_until_a_provider_with_a_real_number_stands_behind_it(rule, approval, has_begun):
    assert is_on(rule, approval) is has_begun


@pytest.mark.parametrize(
    ("changes", "situation", "codes"),
    [
        ({}, {}, []),
        ({"fields": (LICENCE,)}, {}, [("field", False, 0)]),
        ({"fields": (LICENCE,)}, {"fields": {"licence": " AB1234 "}}, [("field", True, 0)]),
        ({"fields": (LICENCE,)}, {"fields": {"licence": "AB12345"}}, [("field", False, 0)]),
        ({"attestation": {"en": "It is me."}}, {}, [("attestation", False, 0)]),
        ({"attestation": {"en": "It is me."}}, {"has_attested": True}, [("attestation", True, 0)]),
        ({"minimum_active_minutes": 50}, {"active_minutes": 49}, [("active-minutes", False, 50)]),
        ({"minimum_active_minutes": 50}, {"active_minutes": 50}, [("active-minutes", True, 50)]),
        ({"passing_percent": 75}, {}, [("passing", False, 75)]),
        ({"passing_percent": 75}, {"score_percent": 74}, [("passing", False, 75)]),
        ({"passing_percent": 75}, {"score_percent": 75}, [("passing", True, 75)]),
        ({"needs_evaluation": True}, {}, [("evaluation", False, 0)]),
        ({"needs_evaluation": True}, {"has_evaluation": True}, [("evaluation", True, 0)]),
        ({"valid_from": date(2026, 11, 25)}, {"completed_on": date(2026, 11, 26)}, [("started-in-time", False, 0)]),
        ({"valid_until": DAY}, {}, []),
        ({"valid_until": DAY}, {"completed_on": date(2026, 11, 25)}, [("in-time", False, 0)]),
        ({"valid_until": DAY}, {"completed_on": None}, []),
    ],
)
def test_what_a_rule_asks_is_listed_and_nothing_else(changes, situation, codes):
    found = needs(replace(RULE, **changes), APPROVAL, replace(SITUATION, **situation))

    assert [(need.code, need.is_met, need.amount) for need in found] == codes


def test_needs_stand_in_the_order_in_which_a_person_does_them():
    asking = replace(
        RULE,
        fields=(LICENCE, HIDDEN),
        attestation={"en": "It is me."},
        minimum_active_minutes=5,
        passing_percent=75,
        needs_evaluation=True,
    )
    approval = replace(APPROVAL, valid_until=date(2026, 11, 1))

    assert [need.code for need in needs(asking, approval, SITUATION)] == [
        "started-in-time", "field", "field", "attestation", "active-minutes", "passing", "evaluation", "in-time",
    ]  # fmt: skip
    assert [need.field for need in needs(asking, approval, SITUATION)][1:3] == [LICENCE, HIDDEN]


@pytest.mark.parametrize(
    ("rule", "approval", "situation", "is_due"),
    [
        (PLAIN, None, SITUATION, True),
        (PLAIN, None, replace(SITUATION, completed_on=None), False),
        (RULE, APPROVAL, SITUATION, True),
        (RULE, None, SITUATION, False),
        (RULE, replace(APPROVAL, provider_number="TBD"), SITUATION, False),
        (replace(RULE, needs_evaluation=True), APPROVAL, SITUATION, False),
        (replace(RULE, professions=("physician",)), APPROVAL, SITUATION, False),
        (replace(RULE, states=("MI",)), APPROVAL, replace(SITUATION, state=""), False),
    ],
)
def test_credit_is_earned_only_when_everything_is_done_by_someone_whom_it_serves(rule, approval, situation, is_due):
    assert is_earned(rule, approval, situation) is is_due


def test_of_two_days_the_stricter_counts_and_the_rule_fills_what_was_left_blank():
    rule = replace(RULE, valid_from=DAY, valid_until=date(2028, 1, 1), approval_number="3270")
    entered = replace(APPROVAL, valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1), approval_number="")

    terms = terms_of(rule, entered)

    assert (terms.valid_from, terms.valid_until) == (DAY, date(2027, 1, 1))
    assert (terms.approval_number, terms.provider_number) == ("3270", "P-20417")


@pytest.mark.parametrize(
    ("value", "is_refused"),
    [("AB1234", False), (" AB1234\n", False), ("", True), ("ab1234", True), ("AB1234x", True), ("AB१२३४", True)],
)
def test_a_typed_value_fits_the_whole_pattern(value: str, is_refused: bool):
    assert field_problem(LICENCE, value) is is_refused


def test_a_typed_value_has_at_most_forty_characters():
    anything = replace(LICENCE, pattern=".*")

    assert [field_problem(anything, "x" * length) for length in (40, 41)] == [False, True]


@pytest.mark.parametrize(
    ("months", "earned_on", "previous", "expires_on"),
    [
        (0, DAY, None, None),
        (24, DAY, None, date(2028, 11, 24)),
        (1, date(2027, 1, 31), None, date(2027, 2, 28)),
        (12, date(2028, 2, 29), None, date(2029, 2, 28)),
        (13, date(2026, 12, 31), None, date(2028, 1, 31)),
        (12, date(2026, 10, 1), date(2026, 12, 15), date(2027, 10, 1)),
        (12, date(2026, 10, 16), date(2026, 12, 15), date(2027, 12, 15)),
        (12, date(2026, 12, 15), date(2026, 12, 15), date(2027, 12, 15)),
        (12, date(2026, 12, 16), date(2026, 12, 15), date(2027, 12, 16)),
    ],
)
def test_renewing_within_the_window_loses_no_time(months, earned_on, previous, expires_on):
    rule = replace(RULE, expires_months=months, renewal_days=60)

    assert expiry(rule, earned_on, previous) == expires_on


def awarded(rule: CreditRule, approval: Approval | None, situation: Situation, language: str = "en") -> CreditLine:
    return award(rule, approval, situation, minutes=90, on=DAY, language=language)


def test_an_award_keeps_all_that_the_certificate_says():
    rule = replace(
        RULE,
        fields=(LICENCE, HIDDEN),
        attestation={"en": "It is me.", "es": "Soy yo."},
        expires_months=24,
        retention_years=6,
        source_url="https://example.org/rule",
    )
    typed = {"licence": " AB1234 ", "birth-day": "1124"}

    line = awarded(rule, APPROVAL, replace(SITUATION, fields=typed, has_attested=True), "es")

    assert line == CreditLine(
        "nursing",
        kind="contact-hours",
        name="Horas de contacto",
        amount="1.5",
        amount_text="1.5 horas de contacto",
        statement="Example College (P-20417, A-9) awards 1.5 horas de contacto.",
        provider_name="Example College",
        provider_number="P-20417",
        provider_address="example.org",
        approval_number="A-9",
        fields=(("licence", "AB1234"), ("birth-day", "1124")),
        printed=(("Número de licencia", "AB1234"),),
        attestation="Soy yo.",
        expires_on="2028-11-24",
        retain_until="2032-11-24",
        source_url="https://example.org/rule",
    )


def test_what_was_not_attested_is_not_printed():
    line = awarded(replace(RULE, attestation={"en": "It is me."}, fields=(LICENCE,)), APPROVAL, SITUATION)

    assert (line.attestation, line.printed, line.expires_on, line.retain_until) == ("", (), "", "")


def test_nothing_is_awarded_in_the_name_of_nobody():
    with pytest.raises(ValueError, match="nursing"):
        awarded(RULE, None, SITUATION)


def test_a_statement_takes_names_as_they_are():
    odd = replace(APPROVAL, provider_name="{number} {0} {x.__class__}")

    shown = filled_statement(RULE, odd, minutes=60, language="en")

    assert shown == "{number} {0} {x.__class__} (P-20417, A-9) awards 1 contact hour."


def test_a_line_comes_back_from_json_as_it_went():
    line = awarded(replace(RULE, fields=(LICENCE,)), APPROVAL, replace(SITUATION, fields={"licence": "AB1234"}))

    assert line_from(line.as_json()) == line


def test_a_line_of_another_version_is_read():
    assert line_from({"rule": "nursing", "amount": "2", "colour": "red"}) == CreditLine("nursing", amount="2")


def test_plain_completion_ships_and_says_that_it_is_no_credit():
    plain = SHIPPED["completion"]

    line = awarded(plain, None, SITUATION)

    assert plain.is_plain
    assert line.statement == "No continuing-education credit is awarded."
    assert plain.statement_in("es") == "No se otorgan créditos de educación continua."
    assert (line.provider_name, line.amount_text) == ("", "1.5 hours")


def test_the_promised_templates_ship():
    assert TEMPLATES == ["california-post", "nursing", "pharmacy", "physicians", "social-work", "texas-tcole"]


@pytest.mark.parametrize("slug", TEMPLATES)
def test_a_shipped_template_is_off_until_a_number_is_entered(slug: str):
    rule = SHIPPED[slug]
    blank = Approval(slug, "basics")

    assert (rule.provider_name, rule.provider_number, rule.minimum_active_minutes) == ("", "", 0)
    assert not is_on(rule, None)
    assert not is_on(rule, blank)
    assert is_on(rule, replace(blank, provider_name="Example College", provider_number="P-20417"))


@pytest.mark.parametrize("slug", TEMPLATES)
def test_a_shipped_template_has_a_source_and_asks_the_provider_to_confirm(slug: str):
    rule = SHIPPED[slug]

    assert rule.source_url
    assert rule.source_key
    assert rule.checked_on == DAY
    assert "the provider must confirm" in rule.note
    assert "{provider}" in rule.statement_in("en")


@pytest.mark.parametrize("slug", ["california-post", "texas-tcole"])
def test_credit_of_officers_serves_the_professions_that_have_an_id(slug: str):
    assert set(SHIPPED[slug].professions) == {seed.slug for seed in PROFESSIONS if seed.licence_label == POST_ID}


@pytest.mark.parametrize(
    ("value", "is_refused"),
    [("1124", False), ("0229", False), ("1324", True), ("0000", True), ("24/11", True), ("112426", True)],
)
def test_a_birth_day_is_month_and_day(value: str, is_refused: bool):
    field = SHIPPED["pharmacy"].fields[1]

    assert (field.key, field.is_printed, field_problem(field, value)) == ("birth-day", False, is_refused)


def test_no_folder_gives_no_rules(tmp_path: Path):
    assert load_rules(tmp_path) == {}


def test_a_file_is_read_again_when_it_changes(tmp_path: Path):
    before = load_rules(write(tmp_path, GOOD))

    after = load_rules(write(tmp_path, GOOD + "passing_percent: 75\n"))

    assert (before["x"].passing_percent, after["x"].passing_percent) == (0, 75)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("colour: red", "8: credit-key there is no setting 'colour'"),
        ("5: red", "8: credit-key there is no setting 5"),
        ("passing_percent: most", "8: credit-value 'passing_percent' cannot be 'most': it is a number"),
        ("passing_percent: true", "8: credit-value 'passing_percent' cannot be True: it is a number"),
        ("passing_percent: 101", "8: credit-passing passing_percent is from 0 to 100, not 101"),
        ("provider_number: 12", "8: credit-value 'provider_number' cannot be 12: it is text in quotes"),
        ("needs_evaluation: 1", "8: credit-value 'needs_evaluation' cannot be 1: it is true or false"),
        ("expires_months: -1", "8: credit-value expires_months is from 0 to 1200, not -1"),
        ("minutes_per_hour: 45", "8: credit-minutes minutes_per_hour is 50 or 60, not 45"),
        ("step: 0", "8: credit-step step is from 0.001 to 1, such as 0.25, not 0"),
        ("step: .nan", "8: credit-step step is from 0.001 to 1, such as 0.25, not nan"),
        ("professions: [wizard]", "8: credit-profession professions has 'wizard', which is not known; one is written "
         "'patrol-officer'"),
        ("states: [Texas]", "8: credit-state states has 'Texas', which is not known; one is written 'AL'"),
        ("valid_from: 2026-02-30", "8: credit-date valid_from is a day such as 2026-11-24, not '2026-02-30'"),
        ("valid_from: soon", "8: credit-date valid_from is a day such as 2026-11-24, not 'soon'"),
        ("valid_until: 2026-01-01\nvalid_from: '2026-01-02'",
         "8: credit-date valid_until 2026-01-01 is before valid_from 2026-01-02"),
        ("attestation: {es: Soy yo.}", "8: credit-language attestation has no words in English (en)"),
        ("attestation: {en: 5}", "8: credit-value attestation in 'en' cannot be 5: it is text in quotes"),
        ("fields: [{key: a, label: {en: A}}]", "8: credit-field field 1: 'pattern' is missing"),
        ("fields: [{key: a, label: {en: A}, pattern: x, size: 1}]",
         "8: credit-field field 1: 'size' is not a setting of a field"),
        ("fields: [{key: A B, label: {en: A}, pattern: x}]",
         "8: credit-field field 1: key has small letters, digits and hyphens"),
        ("fields: [{key: a, label: {en: A}, pattern: '('}]", "8: credit-pattern field 1: the pattern '(' cannot be "
         "read: missing ), unterminated subpattern at position 0"),
        ("fields: [{key: a, label: {en: A}, pattern: '(a+)+b'}]",
         "8: credit-pattern field 1: the pattern '(a+)+b' repeats a group, looks around or refers back"),
        ("fields: [{key: a, label: {en: A}, pattern: 'a*a*a*a*a*a*b'}]",
         "8: credit-pattern field 1: the pattern 'a*a*a*a*a*a*b' has more than 5 repeats"),
        ("fields: [&a {key: a, label: {en: A}, pattern: x}, *a]",
         "1: credit-yaml the file cannot be read: references (*name) are not allowed"),
        ("note: a: b", "8: credit-yaml the file cannot be read: mapping values are not allowed here"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_line(tmp_path: Path, line: str, problem: str):
    with pytest.raises(ContentError) as caught:
        load_rules(write(tmp_path, f"{GOOD}{line}\n"))

    assert caught.value.problems == (f"credits/x.yaml:{problem}",)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("contact-hours", "hours", "1: credit-kind there is no kind 'hours'; there are completion, contact-hours, cme, "
         "ceu, post-hours"),
        ("kind: contact-hours", "", "1: credit-key 'kind' is missing"),
        ("{en: Hours}", "Hours", "2: credit-value 'names' cannot be 'Hours': it is a list of `key: value` lines"),
        ("[hour, hours]", "hour", "3: credit-value units in 'en' are [singular, plural], not 'hour'"),
        ("{amount}", "{hours}", "4: credit-statement there is no {hours}; there are {provider}, {number}, {approval}, "
         "{amount}"),
        ("source_key: KEY", "", "1: credit-source 'source_key' is missing"),
        ("source_url: https://", "source_url: ftp://",
         "5: credit-source source_url begins with https:// or http://, not 'ftp://example.org/rule'"),
        ("checked_on: 2026-11-24", "", "1: credit-source 'checked_on' is missing"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line(tmp_path: Path, old: str, new: str, problem: str):
    with pytest.raises(ContentError) as caught:
        load_rules(write(tmp_path, GOOD.replace(old, new)))

    assert caught.value.problems == (f"credits/x.yaml:{problem}",)


def test_a_pattern_has_at_most_a_hundred_characters(tmp_path: Path):
    long = f"fields: [{{key: a, label: {{en: A}}, pattern: {'x' * 101}}}]\n"

    with pytest.raises(ContentError, match="has from 1 to 100 characters"):
        load_rules(write(tmp_path, GOOD + long))


def test_two_fields_with_one_key_are_refused(tmp_path: Path):
    one = "{key: a, label: {en: A}, pattern: x}"

    with pytest.raises(ContentError, match="two fields have the key 'a'"):
        load_rules(write(tmp_path, f"{GOOD}fields: [{one}, {one}]\n"))


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path):
    write(tmp_path, "", "empty.yaml")
    write(tmp_path, GOOD, "Bad_Name.yaml")

    with pytest.raises(ContentError) as caught:
        load_rules(tmp_path)

    assert caught.value.problems == (
        "credits/Bad_Name.yaml:1: credit-slug the file's name 'Bad_Name' has small letters, digits and single hyphens",
        "credits/empty.yaml:1: credit-yaml the file has no settings",
    )


def test_a_plain_completion_needs_no_source(tmp_path: Path):
    plain = "kind: completion\nnames: {en: Done}\nunits: {en: [hour, hours]}\n"

    rule = load_rules(write(tmp_path, plain))["x"]

    assert (rule.is_plain, rule.statement_in("es"), rule.attestation_in("es"), rule.name_in("es")) == (
        True, "", "", "Done",
    )  # fmt: skip
