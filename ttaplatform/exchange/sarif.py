"""What the checker found as SARIF 2.1.0, the format in which Git hosts and editors show such findings."""

import json
from collections.abc import Iterable
from urllib.parse import quote

from ttaplatform.catalogue.codes import CODES, Code
from ttaplatform.catalogue.rules import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
PLACES = {name: place for place, name in enumerate(CODES)}


def sarif(found: Iterable[Problem]) -> str:
    """Return the problems, whose paths are relative to where the command ran, as one run of a SARIF log.

    OASIS SARIF 2.1.0: a path is a relative address with forward slashes (3.4.3), `level` is error or warning (3.27.10).
    """
    rules = [_rule(name, code) for name, code in CODES.items()]
    run = {
        "tool": {"driver": {"name": "tta course check", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _level(*, is_warning: bool) -> str:
    return "warning" if is_warning else "error"


def _rule(name: str, code: Code) -> dict[str, object]:
    return {
        "id": name,
        "shortDescription": {"text": code.meaning},
        "help": {"text": f"For example: {code.example}"},
        "defaultConfiguration": {"level": _level(is_warning=code.is_warning)},
    }


def _result(problem: Problem) -> dict[str, object]:
    place = {
        "artifactLocation": {"uri": quote(problem.path.replace("\\", "/"), safe="/")},
        "region": {"startLine": max(1, problem.line)},
    }
    return {
        "ruleId": problem.code,
        "ruleIndex": PLACES[problem.code],
        "level": _level(is_warning=problem.is_warning),
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": place}],
    }
