"""What a course file may hold at most, so that reading and showing it takes time in proportion to its length.

The numbers are far above what people write (the longest shipped file has 34,000 characters, its longest line 805) and
far below what makes a renderer of Markdown slow or lets it call itself too often. They are checked before all else.
"""

import re
from collections.abc import Iterator, Mapping

from ttaplatform.catalogue.rules import Problem
from ttaplatform.catalogue.text import MAX_TEXT_BYTES

MOST_FILES, MOST_COURSE = 1_000, 10_000_000  # characters of all files
MOST_MODULES = 99  # their folders begin with two digits
MOST_ITEMS, MOST_ITEMS_OF_COURSE = 500, 3_000
MOST_LINES, LONGEST_LINE, LONGEST_BLOCK = 10_000, 10_000, 500  # lines of a file, signs of a line, lines without a gap
MOST_BLANKS = 200  # in a row
DEEPEST = 8  # quotes and lists in one another
MOST_HEADINGS = 1_200  # headings, rules, definitions and addresses of links
MOST_TAGS, MOST_BROKEN_TAGS = 2_000, 50
MOST_CELLS = 20_000
# A renderer compares each opening sign of a paragraph with the others, so that their squares count.
MOST_SIGNS_SQUARED = 1_000_000
QUESTION = re.compile(r"^## Question:", re.I)
NESTED = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|[0-9]{1,9}[.)](?=[ \t]|$)))*+")
MARK = re.compile(r">|[-+*](?=[ \t]|$)|[0-9]{1,9}[.)]")
RULE = re.compile(r"[-_*= \t]{1,300}")
HEADING = re.compile(r"[ >]*(?:#|=+[ \t]*$|-+[ \t]*$|:[ \t]|\*\[|\[[^\]]{1,200}\]:)")
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
SIGNS = re.compile(r"[\[\]<*_`!&\\]")
TABLE_RULE = re.compile(r"[ \t>]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+\|)++(?:[ \t]*+:?+-++:?+)?+[ \t]*+")


def check_limits(files: Mapping[str, str]) -> list[Problem]:
    """Return where a course has too much of something; then nothing in it is read."""
    texts = {path: text for path, text in files.items() if path.endswith(".md")}
    modules = [path for path in sorted(texts) if path.endswith("/module.md")]
    items = sum(text.lower().count("\n## question:") for path, text in texts.items() if path.count(".") == 1)
    problems = []
    if len(files) > MOST_FILES or sum(map(len, texts.values())) > MOST_COURSE:
        message = f"a course has at most {MOST_FILES:,} files and {MOST_COURSE:,} characters"
        problems.append(Problem("course.md", 1, "too-large", message))
    if len(modules) > MOST_MODULES:
        message = f"there are {len(modules):,} modules; a course has {MOST_MODULES} at most"
        problems.append(Problem(modules[MOST_MODULES], 1, "too-large", message))
    if items > MOST_ITEMS_OF_COURSE:
        message = f"there are {items:,} questions; a course has {MOST_ITEMS_OF_COURSE:,} at most"
        problems.append(Problem("course.md", 1, "too-many-items", message))
    if not problems:
        problems = [problem for path, text in texts.items() for problem in check_text(path, text)]
    return problems


def check_text(path: str, text: str) -> list[Problem]:
    """Return where a file has too much of something, at most one of each kind."""
    if len(text) > MAX_TEXT_BYTES:
        return [Problem(path, 1, "too-large", f"the file is longer than {MAX_TEXT_BYTES:,} characters")]
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        return [Problem(path, MOST_LINES, "too-large", f"a file has {MOST_LINES:,} lines at most")]
    found = [*_lines(lines), *_blocks(lines)] or [*_counts(lines)]
    first = {message: (line, code) for line, code, message in reversed(found)}
    return sorted(Problem(path, line, code, message) for message, (line, code) in first.items())


def _lines(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    questions = 0
    for number, line in enumerate(lines, 1):
        questions += QUESTION.match(line) is not None
        if questions > MOST_ITEMS:
            yield number, "too-many-items", f"a file has {MOST_ITEMS} questions at most; part them among modules"
            return
        if len(line) > LONGEST_LINE:
            yield number, "too-large", f"a line has {LONGEST_LINE:,} characters at most; part it into paragraphs"
        elif _depth(line) > DEEPEST:
            yield number, "too-deep", f"quotes and lists stand at most {DEEPEST} deep in one another"
        elif " " * MOST_BLANKS in line or re.search(rf"\s{{{MOST_BLANKS}}}", line):
            yield number, "too-large", f"{MOST_BLANKS} blanks in a row are too many"


def _depth(line: str) -> int:
    if RULE.fullmatch(line):
        return 0
    match = NESTED.match(line)
    return len(MARK.findall(match[0])) if match else 0


def _blocks(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield where lines without a gap, the cells of tables, or the opening signs are too many."""
    start = signs = squares = cells = columns = 0
    for number, line in enumerate([*lines, ""], 1):
        if line.strip(" \t>"):
            start = start or number
            signs += len(SIGNS.findall(line))
            columns = max(columns, line.count("|") + 1 if TABLE_RULE.fullmatch(line) else columns)
            continue
        squares += signs * signs
        cells += columns * (number - start) if start else 0
        if start and number - start > LONGEST_BLOCK:
            yield start, "too-large", f"{LONGEST_BLOCK} lines without an empty one between them are the most"
        if squares > MOST_SIGNS_SQUARED or cells > MOST_CELLS:
            yield max(1, start), "too-large", "there are too many opening signs (such as [ * _ < `) or cells together"
            return
        start = signs = columns = 0


def _counts(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    headings = tags = broken = 0
    for number, line in enumerate(lines, 1):
        headings += HEADING.match(line) is not None
        whole = len(TAG.findall(line)) if "<" in line else 0
        tags += whole
        broken += line.count("<") - whole
        if headings > MOST_HEADINGS:
            yield number, "too-large", f"a file has {MOST_HEADINGS:,} headings, rules and definitions at most"
            return
        if tags > MOST_TAGS or broken > MOST_BROKEN_TAGS:
            yield number, "too-large", f"there are too many signs < or tags; write &lt; for a sign (line {number})"
            return
