"""The settings at the head of a course's files, checked and with their defaults; translations overlay them."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ttaplatform import markup
from ttaplatform.catalogue.draft import Line, numbered
from ttaplatform.catalogue.rules import Problem

Keys = Mapping[str, tuple[Any, Any]]
COURSE_KEYS: Keys = {
    "title": (str, None), "slug": (str, None), "summary": (str, ""), "audience": (list, []),
    "sector": (str, "all"), "level": (str, "beginning"), "languages": (list, ["en"]), "minutes": (int, None),
    "passing_percent": (int, 80), "attempts": ((int, str), 3), "pretest": (bool, False), "certificate": (bool, True),
    "credits": (list, []), "objectives": (dict, {}), "plan": (dict, {}), "expires_after_months": (int, 0),
    "follow_up_days": (list, []), "reviewed_on": (object, ""), "review_due": (object, ""), "reviewers": (list, []),
    "awaiting_review": (list, []), "local_fields": (list, []), "sources": (list, []),
}  # fmt: skip
MODULE_KEYS: Keys = {
    "title": (str, None), "minutes": (int, None), "objectives": (list, []), "content_note": (str, ""),
}  # fmt: skip
QUIZ_KEYS: Keys = {
    "title": (str, None), "attempts": ((int, str), None), "cooldown_minutes": (int, 0), "counts": (str, "best"),
    "feedback": (str, "after-submitting"), "time_limit_minutes": (int, 0),
}  # fmt: skip
PAGE_KEYS: Keys = {"title": (str, None)}
EVALUATION_KEYS: Keys = {"title": (str, None), "required": (bool, False)}
FORMS = {
    "slug": (r"[a-z0-9]+(-[a-z0-9]+)*", "bad-slug", "slug has small letters, digits and single hyphens"),
    "sector": (r"law-enforcement|health|all", "bad-sector", "sector is law-enforcement, health or all"),
    "level": (r"beginning|intermediate|advanced", "bad-level", "level is beginning, intermediate or advanced"),
    "plan": (
        r"\{(('goal': \d{1,3}|'objectives': \[[\d, ]*\])(, )?)*\}",
        "bad-value",
        "plan is such as {goal: 3, objectives: [6]}",
    ),
    "audience": (r"\[('[^'\\]*'(, '[^'\\]*')*)?\]", "bad-value", "audience is a list of professions by their slugs"),
    "minutes": (r"[1-9]\d{0,4}", "bad-minutes", "minutes are from 1 to 99999"),
    "languages": (
        r"\['[a-z]{2}'(, '[a-z]{2}')*\]",
        "bad-language",
        "languages are codes such as [en, es], the original's first",
    ),
    "passing_percent": (r"[1-9]\d?|100", "bad-passing", "passing_percent is from 1 to 100"),
    "reviewed_on": (r"|\d{4}-\d\d-\d\d", "bad-date", "reviewed_on is a day such as 2026-11-24"),
    "counts": (r"best|last", "bad-counts", "counts is best or last"),
    "feedback": (
        r"at-once|after-submitting|after-passing",
        "bad-feedback",
        "feedback is at-once, after-submitting or after-passing",
    ),
    "cooldown_minutes": (r"\d{1,5}", "bad-minutes", "cooldown_minutes is from 0 to 99999"),
    "time_limit_minutes": (r"\d{1,3}", "bad-minutes", "time_limit_minutes is from 0 to 999"),
    "expires_after_months": (r"\d{1,3}", "bad-value", "expires_after_months is from 0 (never) to 999"),
    "follow_up_days": (r"\[(\d{1,3}(, \d{1,3})*)?\]", "bad-value", "follow_up_days is a list of days such as [30, 90]"),
    "review_due": (r"|\d{4}-\d\d-\d\d", "bad-date", "review_due is a day such as 2026-11-24"),
}
LONGEST = {"title": 200, "slug": 100}  # characters, as the database keeps them; other settings have LONGEST_VALUE
LONGEST_VALUE, LONGEST_LIST, LONGEST_NUMBER = 2_000, 500, 12
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TRANSLATED = {"title", "summary", "objectives", "content_note", "awaiting_review", "local_fields"}


def translated(path: str, language: str) -> str:
    """Return the path of the translation of `path`: `module.md` in es is `module.es.md`; "" is the original."""
    return f"{path.removesuffix('.md')}.{language}.md" if language else path


def language_of(path: str) -> str:
    """Return the language that a file's name says, "" for the original."""
    match = re.search(r"\.([a-z]{2})\.md$", path)
    return match[1] if match else ""


class _Loader(yaml.SafeLoader):
    """YAML of plain values in which a key stands once and a whole number has as many digits as one can read."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping; raise ConstructorError for a key that stands twice."""
        seen = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value[:80]!r} stands twice", key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep)

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Return the whole number; raise ConstructorError for one that is too long."""
        if len(node.value) > LONGEST_NUMBER:
            raise yaml.constructor.ConstructorError(None, None, "a number has too many digits", node.start_mark)
        return super().construct_yaml_int(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)


@dataclass
class Reader:
    """The files of one course in one language ("" is the original), and the problems found so far."""

    files: Mapping[str, str]
    problems: list[Problem]
    language: str = ""

    def report(self, path: str, line: int, code: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(path, line, code, message))

    def path(self, path: str) -> str:
        """Return the path of the file in this reader's language."""
        return translated(path, self.language)

    def page(self, original: str, keys: Keys) -> tuple[dict[str, Any], list[Line]]:
        """Return the settings of a file (checked against `keys`, defaults filled) and the body's lines.

        A translation says only what differs by language (TRANSLATED); the rest is the original's.
        """
        path = self.path(original)
        if self.language and path not in self.files:
            self.report(original, 1, "translation-missing", f"there is no {path}, and the course names this language")
        raw, body = self._split(path)
        if not self.language:
            return self._checked(path, raw, keys), body
        quiet = Reader(self.files, [])
        settings = quiet.page(original, keys)[0]
        for name in set(raw) - TRANSLATED:
            if name not in settings or settings[name] != raw[name]:
                self.report(path, self.line_of(path, name), "translation-setting", f"{name!r} belongs into {original}")
        own = {name: value for name, value in raw.items() if name in TRANSLATED and name in settings}
        spoken = [Line(line.number, markup.FACT.sub(rf"{{{{ fact:\1.{self.language} }}}}", line.text)) for line in body]
        return settings | self._checked(path, own, {name: keys[name] for name in own}), spoken

    def _split(self, path: str) -> tuple[dict[str, Any], list[Line]]:
        lines = numbered(self.files.get(path, ""))
        end = next((line.number for line in lines[1:] if line.text.strip() == "---"), 0)
        if not lines or lines[0].text.strip() != "---" or not end:
            if path in self.files or not self.language:
                self.report(path, 1, "no-front-matter", "the file does not begin with settings between --- lines")
            return {}, lines
        return self._yaml(path, "\n".join(line.text for line in lines[1 : end - 1])), lines[end:]

    def _yaml(self, path: str, text: str) -> dict[str, Any]:
        if re.search(r"(?m)(^|[\s\[{,:-])[&*][A-Za-z0-9_]+(\s|$)", text):
            self.report(path, 2, "yaml-anchor", "anchors (&name) and references (*name) are not allowed")
            return {}
        try:
            raw = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 2 if error.problem_mark else 2
            hint = "; put quotes around a text with a colon" if "mapping values" in str(error.problem) else ""
            self.report(path, line, "bad-yaml", f"the settings cannot be read: {error.problem}{hint}")
            return {}
        except RecursionError:
            self.report(path, 2, "too-deep", "the settings stand too deep in one another")
            return {}
        except (yaml.YAMLError, ValueError) as error:
            self.report(path, 2, "bad-yaml", f"the settings cannot be read: {str(error).splitlines()[0][:200]}")
            return {}
        return raw if isinstance(raw, dict) else {}

    def check_forms(self, path: str, settings: Mapping[str, Any]) -> None:
        """Report each setting of the original whose value has not the form of FORMS."""
        for name, (pattern, code, message) in FORMS.items() if not self.language else ():
            if settings.get(name) is not None and not re.fullmatch(pattern, str(settings[name])):
                self.report(path, self.line_of(path, name), code, message)

    def line_of(self, path: str, name: str) -> int:
        """Return the line of the setting `name` of a file; 1 when it is not there."""
        for line in numbered(self.files.get(path, "")):
            if line.text.startswith(f"{name}:"):
                return line.number
        return 1

    def _checked(self, path: str, raw: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
        for name in raw:
            if name not in keys:
                self.report(path, self.line_of(path, name), "unknown-key", f"there is no setting {str(name)[:80]!r}")
        values = {}
        for name, (kind, default) in keys.items():
            value = raw.get(name, default)
            if (value is None or (name == "title" and not str(value).strip())) and name != "attempts":
                self.report(path, 1, "missing-key", f"the setting {name!r} is missing")
            elif value is not None and not isinstance(value, kind):
                self.report(path, self.line_of(path, name), "bad-value", f"{name!r} cannot be {str(value)[:80]!r}")
                value = default
            elif value is not None and UNSEEN.search(str(value)):
                self.report(path, self.line_of(path, name), "bad-value", f"{name!r} has signs that cannot be seen")
                value = default
            elif isinstance(value, str | list | dict) and len(value) > _most(name, value):
                message = f"{name!r} has more than {_most(name, value):,} characters or entries"
                self.report(path, self.line_of(path, name), "too-large", message)
                value = default
            values[name] = value
        return values


def _most(name: str, value: str | list[Any] | dict[Any, Any]) -> int:
    """Return how many characters or entries the setting `name` may have."""
    return LONGEST.get(name, LONGEST_VALUE) if isinstance(value, str) else LONGEST_LIST
