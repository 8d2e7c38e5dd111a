"""A course folder as a mapping of paths to texts, compiled to a Course; all problems come at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ttaplatform import markup
from ttaplatform.catalogue.checks import check_course, final_size
from ttaplatform.catalogue.lesson import parse_lesson
from ttaplatform.catalogue.quiz_text import Line, numbered, parse_quiz
from ttaplatform.catalogue.rules import FINAL, Course, Module, Pool, Problem, Quiz, Source

MODULE_PATH = re.compile(r"^(\d\d-[a-z0-9-]+)/module\.md$")
COURSE_KEYS: dict[str, tuple[Any, Any]] = {
    "title": (str, None), "slug": (str, None), "summary": (str, ""), "audience": (list, []),
    "sector": (str, "all"), "level": (str, "beginning"), "languages": (list, ["en"]), "minutes": (int, None),
    "passing_percent": (int, 80), "attempts": ((int, str), 3), "pretest": (bool, False), "certificate": (bool, True),
    "credits": (list, []), "objectives": (dict, {}), "plan": (dict, {}), "expires_after_months": (int, 0),
    "follow_up_days": (list, []), "reviewed_on": (object, ""), "review_due": (object, ""), "reviewers": (list, []),
    "awaiting_review": (list, []), "local_fields": (list, []), "sources": (list, []),
}  # fmt: skip
MODULE_KEYS: dict[str, tuple[Any, Any]] = {
    "title": (str, None), "minutes": (int, None), "objectives": (list, []), "content_note": (str, ""),
}  # fmt: skip
QUIZ_KEYS: dict[str, tuple[Any, Any]] = {
    "title": (str, None), "attempts": ((int, str), None), "cooldown_minutes": (int, 0), "counts": (str, "best"),
    "feedback": (str, "after-submitting"), "time_limit_minutes": (int, 0),
}  # fmt: skip
SECTORS = ("law-enforcement", "health", "all")


@dataclass
class _Reader:
    """The files of one course and the problems found so far."""

    files: Mapping[str, str]
    problems: list[Problem]

    def report(self, path: str, line: int, code: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(path, line, code, message))

    def page(self, path: str, keys: Mapping[str, tuple[Any, Any]]) -> tuple[dict[str, Any], list[Line]]:
        """Return the front matter (checked against `keys`, defaults filled) and the body's lines."""
        lines = numbered(self.files.get(path, ""))
        end = next((line.number for line in lines[1:] if line.text.strip() == "---"), 0)
        if not lines or lines[0].text.strip() != "---" or not end:
            self.report(path, 1, "no-front-matter", "the file does not begin with settings between --- lines")
            return self._checked(path, {}, keys), lines
        raw = self._yaml(path, "\n".join(line.text for line in lines[1 : end - 1]))
        return self._checked(path, raw, keys), lines[end:]

    def _yaml(self, path: str, text: str) -> dict[str, Any]:
        if re.search(r"(?m)(^|[\s\[{,:-])[&*][A-Za-z0-9_]+(\s|$)", text):
            self.report(path, 2, "yaml-anchor", "anchors (&name) and references (*name) are not allowed")
            return {}
        try:
            raw = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 2 if error.problem_mark else 2
            self.report(path, line, "bad-yaml", f"the settings cannot be read: {error.problem}")
            return {}
        return raw if isinstance(raw, dict) else {}

    def _line_of(self, path: str, name: str) -> int:
        for line in numbered(self.files.get(path, "")):
            if line.text.startswith(f"{name}:"):
                return line.number
        return 1

    def _checked(self, path: str, raw: Mapping[str, Any], keys: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
        for name in raw:
            if name not in keys:
                self.report(path, self._line_of(path, name), "unknown-key", f"there is no setting {name!r}")
        values = {}
        for name, (kind, default) in keys.items():
            value = raw.get(name, default)
            if value is None and name != "attempts":
                self.report(path, 1, "missing-key", f"the setting {name!r} is missing")
            elif value is not None and not isinstance(value, kind):
                self.report(path, self._line_of(path, name), "bad-value", f"{name!r} cannot be {value!r}")
                value = default
            values[name] = value
        return values


def parse_course(files: Mapping[str, str], facts: Mapping[str, str]) -> tuple[Course | None, list[Problem]]:
    """Return the compiled course, or None when it is broken, with every problem in order of place.

    `files` maps a path inside the course folder to its text (pictures to ""); `facts` maps ids to texts.
    """
    reader = _Reader(files, [])
    settings, body = reader.page("course.md", COURSE_KEYS)
    modules = [_module(reader, match[1]) for path in sorted(files) if (match := MODULE_PATH.match(path))]
    if not modules:
        reader.report("course.md", 1, "no-modules", "there is no folder 01-name with a module.md")
    final = _quiz(reader, f"{FINAL}/quiz.md", settings["attempts"])
    if final is None:
        reader.report("course.md", 1, "no-final", "there is no final/quiz.md")
    if _is_broken(reader.problems) or final is None:
        return None, sorted(reader.problems)
    course = _course(reader, settings, body, [m for m in modules if m], final)
    problems = sorted([*reader.problems, *final_size(course), *check_course(course, files, facts)])
    return (None if _is_broken(problems) else course), problems


def _is_broken(problems: list[Problem]) -> bool:
    return any(not problem.is_warning for problem in problems)


def _course(
    reader: _Reader, settings: Mapping[str, Any], body: list[Line], modules: list[Module], final: Quiz
) -> Course:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", settings["slug"]):
        reader.report("course.md", 1, "bad-slug", "slug has small letters, digits and single hyphens")
    if settings["sector"] not in SECTORS:
        reader.report("course.md", 1, "bad-sector", f"sector is one of {', '.join(SECTORS)}")
    if not 1 <= settings["passing_percent"] <= 100:
        reader.report("course.md", 1, "bad-passing", "passing_percent is from 1 to 100")
    if settings["reviewed_on"] and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(settings["reviewed_on"])):
        reader.report("course.md", 1, "bad-date", "reviewed_on is a day such as 2026-11-24")
    plan = settings["plan"]
    cited: list[str] = []
    return Course(
        slug=settings["slug"],
        title=settings["title"],
        summary=settings["summary"],
        introduction_html=markup.render("\n".join(line.text for line in body), cited),
        introduction_cited=tuple(cited),
        audience=tuple(settings["audience"]),
        sector=settings["sector"],
        level=settings["level"],
        languages=tuple(settings["languages"]),
        minutes=settings["minutes"],
        passing_percent=settings["passing_percent"],
        attempts=_attempts(reader, "course.md", settings["attempts"]),
        gives_certificate=settings["certificate"],
        objectives={str(name): str(text) for name, text in settings["objectives"].items()},
        plan_goal=int(plan.get("goal", 0)),
        plan_objectives=tuple(plan.get("objectives", ())),
        reviewed_on=str(settings["reviewed_on"]),
        reviewers=tuple(map(str, settings["reviewers"])),
        awaiting_review=tuple(map(str, settings["awaiting_review"])),
        sources=tuple(_sources(reader, settings["sources"])),
        modules=tuple(modules),
        final=final,
    )


def _sources(reader: _Reader, raw: list[Any]) -> list[Source]:
    sources = []
    for entry in raw:
        if not isinstance(entry, dict) or not {"key", "publisher", "title", "url"} <= set(entry):
            reader.report("course.md", 1, "bad-source", f"a source needs key, publisher, title and url: {entry!r}")
            continue
        texts = [str(entry.get(name, "")) for name in ("key", "publisher", "title", "year", "url")]
        if not texts[4].startswith(("https://", "http://")):
            reader.report("course.md", 1, "bad-source", f"the address of {texts[0]} is not a web address")
        sources.append(Source(*texts))
    return sources


def _attempts(reader: _Reader, path: str, value: int | str | None) -> int | None:
    if value in (None, "unlimited"):
        return None
    if isinstance(value, int) and 1 <= value <= 100:
        return value
    reader.report(path, 1, "bad-attempts", "attempts is a number from 1 to 100, or unlimited")
    return None


def _module(reader: _Reader, slug: str) -> Module | None:
    path = f"{slug}/module.md"
    settings, body = reader.page(path, MODULE_KEYS)
    lesson, problems = parse_lesson(path, body)
    reader.problems += problems
    quiz = _quiz(reader, f"{slug}/quiz.md", "unlimited")
    if settings["title"] is None or settings["minutes"] is None:
        return None
    return Module(
        slug=slug,
        title=settings["title"],
        minutes=settings["minutes"],
        objectives=tuple(map(str, settings["objectives"])),
        content_note=settings["content_note"],
        lesson=lesson,
        quiz=quiz,
    )


def _quiz(reader: _Reader, path: str, attempts: int | str | None) -> Quiz | None:
    if path not in reader.files:
        return None
    settings, body = reader.page(path, QUIZ_KEYS)
    items, pools, problems = parse_quiz(path, body)
    reader.problems += problems
    own = settings["attempts"] if settings["attempts"] is not None else attempts
    if not items and not problems:
        reader.report(path, 1, "no-questions", "there is no '## Question: ...' in this quiz")
    return Quiz(settings["title"] or "", tuple(items), tuple(pools) or (Pool("all", 0, ()),),
                _attempts(reader, path, own))  # fmt: skip
