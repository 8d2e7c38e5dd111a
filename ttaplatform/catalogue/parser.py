"""A course folder as a mapping of paths to texts, compiled to a Course; all problems come at once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ttaplatform import markup
from ttaplatform.catalogue.checks import check_course, check_file
from ttaplatform.catalogue.draft import Line
from ttaplatform.catalogue.front_matter import (
    COURSE_KEYS,
    EVALUATION_KEYS,
    MODULE_KEYS,
    PAGE_KEYS,
    QUIZ_KEYS,
    Reader,
    language_of,
)
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.lesson import parse_lesson, place_pictures
from ttaplatform.catalogue.limits import check_limits, check_text
from ttaplatform.catalogue.prose import place
from ttaplatform.catalogue.quiz_text import parse_quiz
from ttaplatform.catalogue.reference import Reference
from ttaplatform.catalogue.rules import FINAL, Course, JobAid, Module, Pool, Problem, Quiz, Source
from ttaplatform.catalogue.text import plain
from ttaplatform.catalogue.translation import check_translation, join_answers

RULES = ("counts", "feedback", "cooldown_minutes", "time_limit_minutes")
Page = Module | Quiz | JobAid | Course
MODULE_PATH = re.compile(r"^(\d\d-[a-z0-9-]+)/module\.md$")


def parse_course(files: Mapping[str, str], reference: Reference) -> tuple[Course | None, list[Problem]]:
    """Return the compiled course, or None when it is broken, with every problem in order of place.

    `files` maps a path inside the course folder to its text (a picture to its digest).
    """
    problems: list[Problem] = []
    files = {path: plain(text) for path, text in files.items()}
    if problems := check_limits(files):
        return None, sorted(problems)
    course = _compile(Reader(files, problems))
    if course is None:
        return None, sorted(problems)
    translations = {}
    for language in course.languages[1:]:
        other = _compile(Reader(files, problems, language))
        if other is not None:
            translations[language] = other
            problems += check_translation(course, other, language, files)
    spoken = {"": course, **translations}
    joined = {
        one: join_answers(told, [other for two, other in spoken.items() if two != one]) for one, told in spoken.items()
    }
    course = replace(joined.pop(""), translations=joined)
    problems += _unlisted(course, files)
    problems += check_course(course, files, reference)
    problems.sort()
    return (None if _is_broken(problems) else course), problems


def parse_page(path: str, files: Mapping[str, str], reference: Reference) -> tuple[Page | None, list[Problem]]:
    """Return one file of a course as it will be shown (of course.md a course without modules), and its problems.

    What only the whole course shows, such as an id in two files, is left to `parse_course`. Questions that are broken
    are left out; None when nothing can be shown.
    """
    language, problems = language_of(path), list[Problem]()
    original = path.replace(f".{language}.md", ".md") if language else path
    files = dict(files) | {name: plain(files[name]) for name in (path, original) if name in files}
    for name in {path, original} & set(files):
        problems += check_text(name, files[name])
    if problems:
        return None, sorted(one for one in problems if one.path == path)
    reader = Reader(files, problems, language)
    page = _page(reader, original)
    problems += check_file(path, files[path], files, language or "en", reference)
    problems = sorted(one for one in problems if one.path == path)
    return page, problems


def _page(reader: Reader, original: str) -> Page | None:
    if match := MODULE_PATH.match(original):
        return _module(Reader({name: text for name, text in reader.files.items() if not name.endswith("quiz.md")},
                              reader.problems, reader.language), match[1])  # fmt: skip
    if original == "job-aid.md":
        return _job_aid(reader)
    if original == "course.md":
        settings, body = reader.page(original, COURSE_KEYS)
        reader.check_forms(original, settings)
        nothing = Quiz("", (), (Pool("all", 0, ()),), None)
        return None if _is_broken(reader.problems) else _course(reader, settings, body, [], nothing)
    return _quiz(reader, original, "unlimited", is_survey=original == "evaluation.md")


def _is_broken(problems: list[Problem]) -> bool:
    return any(not problem.is_warning for problem in problems)


def _unlisted(course: Course, files: Mapping[str, str]) -> list[Problem]:
    message = "this language is not in the course's list of languages"
    known = {"", *course.languages[1:]}
    return [Problem(path, 1, "translation-unlisted", message) for path in files if language_of(path) not in known]


def _compile(reader: Reader) -> Course | None:
    """Return the course in the reader's language, or None when it is broken."""
    settings, body = reader.page("course.md", COURSE_KEYS)
    reader.check_forms("course.md", settings)
    modules = [_module(reader, match[1]) for path in sorted(reader.files) if (match := MODULE_PATH.match(path))]
    if not modules:
        reader.report("course.md", 1, "no-modules", "there is no folder 01-name with a module.md")
    final = _quiz(reader, f"{FINAL}/quiz.md", settings["attempts"])
    if final is None:
        reader.report("course.md", 1, "no-final", "there is no final/quiz.md")
    if _is_broken(reader.problems) or final is None:
        return None
    return _course(reader, settings, body, [m for m in modules if m], final)


def _course(
    reader: Reader, settings: Mapping[str, Any], body: list[Line], modules: list[Module], final: Quiz
) -> Course:
    plan = settings["plan"]
    cited: list[str] = []
    return Course(
        slug=settings["slug"],
        title=settings["title"],
        summary=settings["summary"],
        introduction_html=markup.render("\n".join(line.text for line in body), cited, reader.language),
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
        review_due=str(settings["review_due"]),
        reviewers=tuple(map(str, settings["reviewers"])),
        awaiting_review=tuple(map(str, settings["awaiting_review"])),
        local_fields=tuple(map(str, settings["local_fields"])),
        sources=tuple(_sources(reader, settings["sources"])),
        modules=tuple(modules),
        final=final,
        has_pretest=settings["pretest"],
        follow_up_days=_days(settings["follow_up_days"]),
        expires_after_months=settings["expires_after_months"],
        evaluation=_quiz(reader, "evaluation.md", "unlimited", is_survey=True),
        job_aid=_job_aid(reader),
        language=reader.language or settings["languages"][0],
    )


def _sources(reader: Reader, raw: list[Any]) -> list[Source]:
    sources = []
    for entry in raw:
        if not isinstance(entry, dict) or not {"key", "publisher", "title", "url"} <= set(entry):
            reader.report(
                "course.md", 1, "bad-source", f"a source needs key, publisher, title and url: {str(entry)[:80]}"
            )
            continue
        texts = [str(entry.get(name, "")) for name in ("key", "publisher", "title", "year", "url")]
        if not texts[4].startswith(("https://", "http://")):
            reader.report("course.md", 1, "bad-source", f"the address of {texts[0]} is not a web address")
        sources.append(Source(*texts))
    return sources


def _attempts(reader: Reader, path: str, value: int | str | None) -> int | None:
    if value in (None, "unlimited"):
        return None
    if isinstance(value, int) and 1 <= value <= 100:
        return value
    reader.report(path, 1, "bad-attempts", "attempts is a number from 1 to 100, or unlimited")
    return None


def _module(reader: Reader, slug: str) -> Module | None:
    original = f"{slug}/module.md"
    settings, body = reader.page(original, MODULE_KEYS)
    reader.check_forms(original, settings)
    lesson, problems = parse_lesson(reader.path(original), body, reader.files)
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


def _quiz(reader: Reader, original: str, attempts: int | str | None, *, is_survey: bool = False) -> Quiz | None:
    if original not in reader.files:
        return None
    path = reader.path(original)
    settings, body = reader.page(original, EVALUATION_KEYS if is_survey else QUIZ_KEYS)
    reader.check_forms(path, settings)
    items, pools, problems = parse_quiz(path, body, is_survey=is_survey)
    reader.problems += problems
    for item in items if not is_survey else ():
        if not ITEM_TYPES[item.type].is_graded(item):
            line = place({path: reader.files.get(path, "")}, f"id={item.id}")[1]
            reader.report(path, line, "ungraded-item", f"{item.id} is of the type {item.type}, which earns no points")
    own = attempts if settings.get("attempts") is None else settings["attempts"]
    if not items and not _is_broken(problems):
        reader.report(path, 1, "no-questions", "there is no '## Question: ...' in this quiz")
    return Quiz(
        title=settings["title"] or "",
        items=tuple(items),
        pools=tuple(pools) or (Pool("all", 0, ()),),
        attempts=_attempts(reader, path, own),
        is_required=settings.get("required", False),
        **{name: settings[name] for name in RULES if name in settings},
    )


def _days(listed: list[Any]) -> tuple[int, ...]:
    return tuple(sorted({day for day in listed if isinstance(day, int)}))


def _job_aid(reader: Reader) -> JobAid | None:
    if "job-aid.md" not in reader.files:
        return None
    settings, body = reader.page("job-aid.md", PAGE_KEYS)
    cited: list[str] = []
    rendered = markup.render("\n".join(line.text for line in body), cited, reader.language)
    return JobAid(settings["title"] or "", place_pictures(rendered, reader.files), tuple(cited))
