"""What the checker found can be read by what reads SARIF 2.1.0."""

import json
from urllib.parse import unquote, urlsplit

from ttaplatform.catalogue.codes import CODES
from ttaplatform.catalogue.rules import Problem
from ttaplatform.exchange.sarif import sarif

FOUND = [
    Problem("courses/my course/módulo/a#b.md", 7, "no-alt", 'a "picture" needs words – ñ'),
    Problem("course.md", 0, "review-overdue", "the review was due"),
]


def log() -> dict:
    return json.loads(sarif(FOUND))


def test_a_log_has_the_parts_that_the_standard_demands():
    whole = log()

    assert (whole["version"], whole["$schema"].endswith("sarif-schema-2.1.0.json")) == ("2.1.0", True)
    assert len(whole["runs"]) == 1
    assert whole["runs"][0]["tool"]["driver"]["name"]


def test_every_code_is_a_rule_and_a_result_points_to_its_own():
    run = log()["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == list(CODES)
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)


def test_a_warning_is_a_warning_and_an_error_an_error():
    run = log()["runs"][0]

    assert [one["level"] for one in run["results"]] == ["error", "warning"]
    assert {rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]} == {"error", "warning"}


def test_a_place_is_a_relative_address_with_forward_slashes_and_a_line_from_one():
    places = [one["locations"][0]["physicalLocation"] for one in log()["runs"][0]["results"]]

    for place, problem in zip(places, FOUND, strict=True):
        address = urlsplit(place["artifactLocation"]["uri"])
        assert (address.scheme, address.netloc, address.fragment, address.path.startswith("/")) == ("", "", "", False)
        assert unquote(address.path) == problem.path
        assert place["region"]["startLine"] == max(1, problem.line)


def test_words_are_kept_as_they_are():
    assert log()["runs"][0]["results"][0]["message"]["text"] == FOUND[0].message
