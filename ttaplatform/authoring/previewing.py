"""One file of a draft as a learner will see it, by the code that shows it to learners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import url_for

from ttaplatform import pages
from ttaplatform.authoring.checking import check_page
from ttaplatform.catalogue.rules import Course, Item, JobAid, Module, Problem, Quiz
from ttaplatform.learning.showing import Asked, Told, ask, tell
from ttaplatform.learning.views import Check, filled, lesson_parts, printed


@dataclass(frozen=True)
class Shown:
    """A file as its template shows it: which kind it is, the values for it, and the problems of its own text."""

    kind: str
    problems: Sequence[Problem]
    values: dict[str, Any] = field(default_factory=dict)


def preview_of(draft_id: int, path: str, files: Mapping[str, str]) -> Shown:
    """Return the file at `path` as it will be shown; of the kind "broken" while it cannot be."""
    folder = pages.settings().courses_dir
    page, problems = check_page(path, files, folder)
    if page is None:
        return Shown("broken", problems)
    course = page if isinstance(page, Course) else _cover(files.get("course.md", ""), folder)
    values: dict[str, Any] = {"course": course, "title_tag": "h2"}  # the page around it has its own h1
    match page:
        case Module():
            values |= {"module": page, "parts": lesson_parts(page, lambda item: _check(draft_id, path, item))}
            return Shown("lesson", problems, values)
        case Quiz():
            return Shown("quiz", problems, values | {"quiz": page, "asked": [asked(item) for item in page.items]})
        case JobAid():
            return Shown("job-aid", problems, values | {"job_aid": page, "words": printed(page.html)})
        case Course():
            return Shown("course", problems, values | {"introduction": printed(page.introduction_html)})


@lru_cache(maxsize=16)
def _cover(text: str, folder: Path) -> Course | None:
    """Return the course that course.md tells of, without modules: a lesson shows its sources."""
    page, _problems = check_page("course.md", {"course.md": text}, folder)
    return page if isinstance(page, Course) else None


def _check(draft_id: int, path: str, item: Item) -> Check:
    url = ""
    if item.scenes:
        url = url_for("authoring.scenario", draft_id=draft_id, place=path, item_id=item.id)
    return Check(ask(item, [option.key for option in item.options], (), filled), None, url)


def asked(item: Item) -> tuple[Asked, Told]:
    """Return a question as it is asked, and as it is told to whoever answered it rightly."""
    order = [option.key for option in item.options]
    return ask(item, order, (), filled), tell(item, order, (), filled)
