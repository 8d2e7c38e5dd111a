"""The authors' guide as a page: its words, and each example with what learners see of it, by the code that shows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ttaplatform import markup
from ttaplatform.catalogue.draft import QUESTION, numbered
from ttaplatform.catalogue.lesson import parse_lesson
from ttaplatform.catalogue.quiz_text import parse_questions
from ttaplatform.catalogue.rules import Item, Lesson

FENCE = re.compile(r"^```markdown\n(.*?)^```$", re.M | re.S)
NO_LESSON = Lesson((), (), ())


@dataclass(frozen=True)
class Part:
    """A part of the guide: words (safe HTML), or an example with the questions or the lesson that it makes."""

    html: str = ""
    example: str = ""
    items: tuple[Item, ...] = ()
    lesson: Lesson = NO_LESSON


@lru_cache(maxsize=4)
def guide(file: Path) -> tuple[Part, ...]:
    """Return the guide in `file` in parts; read once for each process."""
    return tuple(_parts(file.read_text("utf-8")))


def _parts(text: str) -> Iterator[Part]:
    text = text.partition("\n")[2]  # the title is the page's own
    for place, piece in enumerate(FENCE.split(text)):
        yield _example(piece) if place % 2 else Part(html=markup.render(piece))


def _example(text: str) -> Part:
    lines = numbered(text)
    if any(QUESTION.match(line.text) for line in lines):
        items, problems = parse_questions("example.md", lines, is_survey="type=likert" in text)
        return Part(example=text, items=tuple(items) if not problems else ())
    return Part(example=text, lesson=parse_lesson("example.md", lines, {})[0])
