"""Does a course teach and test well: lengths of options, reading grade, minutes, options that give tactics away."""

from collections.abc import Iterator, Mapping

from ttaplatform import markup
from ttaplatform.catalogue.front_matter import translated
from ttaplatform.catalogue.prose import FEWEST_WORDS, WORD, paragraphs, place, reading_grade
from ttaplatform.catalogue.reference import Wording
from ttaplatform.catalogue.rules import Course, Item, Module, Problem

LONGEST_RATIO = 1.3
LONGEST_SHARE = (0.15, 0.35)
HIGHEST_GRADE = 10
# Brysbaert (2019, doi 10.1016/j.jml.2019.104047): adults read non-fiction in English at 238 words per minute, silently.
WORDS_PER_MINUTE = 238
MINUTES_PER_ITEM = {"scenario": 3.0}


def check_teaching(
    course: Course, files: Mapping[str, str], language: str, wording: Wording | None
) -> Iterator[Problem]:
    """Yield what hinders learning in the course as it stands in `language` ("" is the original)."""
    yield from _lengths(course, files, language)
    for item in course.items if wording else ():
        yield from _catch_all(item, files, language, wording)
    for module in course.modules:
        yield from _minutes(module, files, language)
    if sum(module.minutes for module in course.modules) > course.minutes and not language:
        told = sum(module.minutes for module in course.modules)
        yield Problem(
            "course.md", 1, "minutes-sum", f"the lessons take {told} minutes, the course says {course.minutes}"
        )


def check_grade(path: str, text: str) -> Iterator[Problem]:
    """Yield a warning when an English file reads above HIGHEST_GRADE; it names the hardest paragraph."""
    found = list(paragraphs(text))
    if sum(len(WORD.findall(one.text)) for one in found) < FEWEST_WORDS:
        return
    grade = reading_grade([one.text for one in found])
    if grade > HIGHEST_GRADE:
        long = [one for one in found if len(WORD.findall(one.text)) > 15] or found
        hardest = max(long, key=lambda one: reading_grade([one.text]))
        message = f"the page reads at grade {grade:.1f}, this paragraph at {reading_grade([hardest.text]):.1f}"
        yield Problem(path, hardest.line, "reading-grade", message)


def _lengths(course: Course, files: Mapping[str, str], language: str) -> Iterator[Problem]:
    singles = [item for item in course.items if item.type == "single"]
    longest = 0
    for item in singles:
        right = max((len(markup.plain(o.html)) for o in item.options if o.is_right), default=0)
        wrong = max((len(markup.plain(o.html)) for o in item.options if not o.is_right), default=1)
        longest += right > wrong
        if right > LONGEST_RATIO * wrong:
            message = f"the right option has {right} characters, the longest wrong one {wrong}"
            yield _at(item, files, language, "length-clue", message)
    low, high = LONGEST_SHARE
    if len(singles) >= 20 and not low <= longest / len(singles) <= high:
        message = f"the right option is the longest in {longest} of {len(singles)} items; 15 to 35 % is meant"
        yield Problem(translated("course.md", language), 1, "length-share", message)


def _at(item: Item, files: Mapping[str, str], language: str, code: str, message: str) -> Problem:
    return Problem(*place(files, f"id={item.id}", language), code, message)


def _catch_all(item: Item, files: Mapping[str, str], language: str, wording: Wording | None) -> Iterator[Problem]:
    for option in item.options:
        words = markup.plain(option.html).strip()
        if wording and wording.catch_all.fullmatch(words):
            yield _at(item, files, language, "catch-all", f"the option {words!r} asks for tactics, not for knowledge")


def _minutes(module: Module, files: Mapping[str, str], language: str) -> Iterator[Problem]:
    path = translated(f"{module.slug}/module.md", language)
    words = sum(len(WORD.findall(one.text)) for one in paragraphs(files.get(path, "")))
    needed = words / WORDS_PER_MINUTE + sum(MINUTES_PER_ITEM.get(item.type, 0.5) for item in module.lesson.items)
    if needed > module.minutes:
        yield Problem(
            path, 1, "too-long", f"reading and answering takes about {needed:.0f} minutes, not {module.minutes}"
        )
