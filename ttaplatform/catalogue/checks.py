"""What a compiled course must hold beyond its grammar: ids, sources, objectives, lengths, headings."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from ttaplatform import markup
from ttaplatform.catalogue.front_matter import language_of, translated
from ttaplatform.catalogue.rules import Course, Item, Problem

LONGEST_RATIO = 1.3
LONGEST_SHARE = (0.15, 0.35)
CITATION = re.compile(r"\[@([A-Z0-9][A-Z0-9-]*)\]")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]*)")
EMPTY_LINKS = {"click here", "here", "this link", "link", "read more", "more"}


def check_course(course: Course, files: Mapping[str, str], facts: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with `course`, whose files (path to text) and known facts are given."""
    yield from _ids(course, files)
    yield from _sources(course, files)
    yield from _objectives(course)
    for language, spoken in {"": course, **course.translations}.items():
        yield from _lengths(spoken, files, language)
    for path, text in sorted(files.items()):
        if path.endswith(".md"):
            yield from _facts(path, text, facts)
            yield from _accessibility(path, text, files)


def all_items(course: Course) -> list[Item]:
    """Return every item of the course: self-checks, knowledge checks, the final assessment."""
    items = [item for module in course.modules for item in module.lesson.items]
    items += [item for module in course.modules if module.quiz for item in module.quiz.items]
    return [*items, *course.final.items]


def _place(files: Mapping[str, str], pattern: str, language: str = "") -> tuple[str, int]:
    """Return the first place of `pattern` in the files of a language ("" is the original)."""
    for path, text in sorted(files.items()):
        if language_of(path) != language:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(pattern, line):
                return path, number
    return "course.md", 1


def _ids(course: Course, files: Mapping[str, str]) -> Iterator[Problem]:
    for item_id, count in Counter(item.id for item in all_items(course)).items():
        if count > 1:
            path, line = _place(files, rf"\bid={re.escape(item_id)}\b")
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
        listed_in, at = _place(files, rf"key:\s*{re.escape(key)}\b")
        yield Problem(listed_in, at, "source-uncited", f"the source {key} is listed and never cited", True)


def _objectives(course: Course) -> Iterator[Problem]:
    used = {item.objective for item in all_items(course)}
    for name in sorted(used - set(course.objectives) - {""}):
        yield Problem("course.md", 1, "objective-unknown", f"an item names the objective {name}, which is not listed")
    for name in sorted(set(course.objectives) - {item.objective for item in course.final.items}):
        yield Problem("course.md", 1, "objective-untested", f"no item of the final assessment tests {name}", True)


def _lengths(course: Course, files: Mapping[str, str], language: str) -> Iterator[Problem]:
    singles = [item for item in all_items(course) if item.type == "single"]
    longest = 0
    for item in singles:
        right = max((len(markup.plain(o.html)) for o in item.options if o.is_right), default=0)
        wrong = max((len(markup.plain(o.html)) for o in item.options if not o.is_right), default=1)
        longest += right > wrong
        if right > LONGEST_RATIO * wrong:
            path, line = _place(files, rf"\bid={re.escape(item.id)}\b", language)
            message = f"the right option has {right} characters, the longest wrong one {wrong}"
            yield Problem(path, line, "length-clue", message, True)
    low, high = LONGEST_SHARE
    if len(singles) >= 20 and not low <= longest / len(singles) <= high:
        message = f"the right option is the longest in {longest} of {len(singles)} items; 15 to 35 % is meant"
        yield Problem(translated("course.md", language), 1, "length-share", message, True)


def _facts(path: str, text: str, facts: Mapping[str, str]) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        for name in markup.FACT.findall(line):
            if name not in facts:
                yield Problem(path, number, "fact-unknown", f"there is no fact {name!r} in facts.yaml")


def _accessibility(path: str, text: str, files: Mapping[str, str]) -> Iterator[Problem]:
    yield from _headings(path, text)
    for number, line in enumerate(text.splitlines(), 1):
        for alt, target in IMAGE.findall(line):
            if not alt.strip():
                yield Problem(path, number, "no-alt", "a picture needs words in its square brackets")
            if target not in files and target not in {f"../{name}" for name in files}:
                yield Problem(path, number, "no-media", f"the picture {target!r} is not in this course")
        for words, _target in LINK.findall(line):
            if words.strip().lower() in EMPTY_LINKS:
                yield Problem(path, number, "vague-link", f"{words!r} does not say where the link goes")


def _headings(path: str, text: str) -> Iterator[Problem]:
    level = 1
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"(#{1,6}) ", line):
            if len(match[1]) > level + 1:
                yield Problem(path, number, "heading-jump", f"a level {len(match[1])} heading follows level {level}")
            level = len(match[1])
