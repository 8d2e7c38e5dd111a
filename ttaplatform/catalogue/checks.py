"""What a compiled course must hold beyond its grammar: all checks, and here ids, sources, objectives, accessibility."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from ttaplatform.catalogue.care import check_care, check_facts
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.catalogue.media import is_media
from ttaplatform.catalogue.prose import place
from ttaplatform.catalogue.reference import Reference
from ttaplatform.catalogue.rules import Course, Problem
from ttaplatform.catalogue.teaching import check_grade, check_teaching

CITATION = re.compile(r"\[@([A-Z0-9][A-Z0-9-]*)\]")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]*)")
TABLE_RULE = re.compile(r"\|?(\s*:?-{3,}:?\s*\|)+\s*(:?-{3,}:?)?")
LIST_MARK = re.compile(r"^[\s>]*(?:## Question:|\*\*Explanation:\*\*|LO1:|(?:[-*]|\d+\.)(?: \[[ x]\])?)?")
# What a new course and a new module say before anybody wrote in them (authoring.starter).
PLACEHOLDERS = {
    "Say in two or three sentences what this course is about and for whom it is.",
    "Write here what learners can do after this course.",
    "Write the lesson here. Leave an empty line between paragraphs.",
    "A short point that people should keep.",
    "Write the question here",
    "Say why it is right.",
    "Say why it is not.",
    "What everyone should know after this question.",
    "The first thing to do",
}
EMPTY_LINKS = {"click here", "here", "this link", "link", "read more", "more"}


def check_course(course: Course, files: Mapping[str, str], reference: Reference) -> Iterator[Problem]:
    """Yield what is wrong with `course`, whose files (path to text) and reference are given."""
    yield from _ids(course, files)
    yield from _sources(course, files)
    yield from _objectives(course)
    for language, spoken in {"": course, **course.translations}.items():
        yield from check_teaching(spoken, files, language, reference.wording.get(spoken.language))
    for path, text in sorted(files.items()):
        if path.endswith(".md"):
            yield from check_file(path, text, files, language_of(path) or course.language, reference)


def check_file(
    path: str, text: str, files: Mapping[str, str], language: str, reference: Reference
) -> Iterator[Problem]:
    """Yield what is wrong with the words of one file, whatever is in the others."""
    yield from check_facts(path, text, reference.facts, language)
    yield from _accessibility(path, text, files)
    yield from _placeholders(path, text)
    if language in reference.wording:
        yield from check_care(path, text, reference.wording[language])
    if language == "en":
        yield from check_grade(path, text)


def _placeholders(path: str, text: str) -> Iterator[Problem]:
    """Yield the lines that still say what a template says to write there."""
    for number, line in enumerate(text.splitlines(), 1):
        words = LIST_MARK.sub("", line).strip()
        if words in PLACEHOLDERS:
            yield Problem(path, number, "placeholder", f"the template's words stand here: {words}")


def check_review(course: Course, today: date) -> Iterator[Problem]:
    """Yield a warning when the next review of the course was due before `today`."""
    if course.review_due and course.review_due < today.isoformat():
        yield Problem("course.md", 1, "review-overdue", f"the review was due on {course.review_due}")


def _ids(course: Course, files: Mapping[str, str]) -> Iterator[Problem]:
    for item_id, count in Counter(item.id for item in course.items).items():
        if count > 1:
            path, line = place(files, f"id={item_id}")
            yield Problem(path, line, "doubled-id", f"the id {item_id!r} is used {count} times in this course")


def _sources(course: Course, files: Mapping[str, str]) -> Iterator[Problem]:
    listed = {source.key for source in course.sources}
    cited = set()
    for path, text in sorted(files.items()):
        for number, line in enumerate(text.splitlines(), 1):
            for key in CITATION.findall(line) if path.endswith(".md") else ():
                cited.add(key)
                if key not in listed:
                    yield Problem(path, number, "source-unlisted", f"[@{key}] is not in the list of sources")
    for key in sorted(listed - cited):
        listed_in, at = place({"course.md": files["course.md"]}, key)
        yield Problem(listed_in, at, "source-uncited", f"the source {key} is listed and never cited")


def _objectives(course: Course) -> Iterator[Problem]:
    used = {item.objective for item in course.items}
    for name in sorted(used - set(course.objectives) - {""}):
        yield Problem("course.md", 1, "objective-unknown", f"an item names the objective {name}, which is not listed")
    for name in sorted(set(course.objectives) - {item.objective for item in course.final.items}):
        yield Problem("course.md", 1, "objective-untested", f"no item of the final assessment tests {name}")


def _accessibility(path: str, text: str, files: Mapping[str, str]) -> Iterator[Problem]:
    yield from _headings(path, text)
    before = ""
    for number, line in enumerate(text.splitlines(), 1):
        yield from _pictures(path, number, line, files)
        yield from _links(path, number, line)
        if TABLE_RULE.fullmatch(line.strip()) and re.search(r"\|\s*\||^\s*\|?\s*$", before.strip()):
            yield Problem(path, number - 1, "table-header", "a column of this table has no heading")
        before = line


def _pictures(path: str, number: int, line: str, files: Mapping[str, str]) -> Iterator[Problem]:
    for alt, target in IMAGE.findall(line):
        if not alt.strip():
            yield Problem(path, number, "no-alt", "a picture needs words in its square brackets")
        name = target.removeprefix("../")
        if name not in files or not is_media(name):
            yield Problem(path, number, "no-media", f"the picture {target!r} is not in this course")
        if (captions := _captions(target)) and not captions & set(files):
            yield Problem(path, number, "no-captions", f"the video {target!r} has no captions, {min(captions)}")


def _captions(target: str) -> set[str]:
    """Return the files of which a video needs one; nothing for a picture."""
    stem, _dot, suffix = target.removeprefix("../").rpartition(".")
    return {f"{stem}.vtt", f"{stem}.en.vtt", f"{stem}.es.vtt"} if suffix in ("mp4", "webm") else set()


def _links(path: str, number: int, line: str) -> Iterator[Problem]:
    for words, target in LINK.findall(line):
        if words.strip().lower() in EMPTY_LINKS:
            yield Problem(path, number, "vague-link", f"{words!r} does not say where the link goes")
        if not re.match(r"https?://|mailto:|tel:|sms:|#|\{\{", target):
            yield Problem(path, number, "bad-link", f"the link to {target!r} is no web address")


def _headings(path: str, text: str) -> Iterator[Problem]:
    level = 1
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"(#{1,6}) ", line):
            if len(match[1]) > level + 1:
                yield Problem(path, number, "heading-jump", f"a level {len(match[1])} heading follows level {level}")
            level = len(match[1])
