"""A module's lesson: Markdown with self-checks, rendered in parts."""

from collections.abc import Sequence

from ttaplatform import markup
from ttaplatform.catalogue.quiz_text import QUESTION, Line, parse_questions
from ttaplatform.catalogue.rules import Lesson, Problem

ITEM_PART = "item:"


def parse_lesson(path: str, lines: Sequence[Line]) -> tuple[Lesson, list[Problem]]:
    """Return the rendered lesson of a module file's body, and what is wrong with its self-checks."""
    cited: list[str] = []
    parts: list[str] = []
    items, problems = parse_questions(path, lines)
    waiting = list(items)
    for is_question, chunk in _chunks(lines):
        if is_question:
            parts += [ITEM_PART + waiting.pop(0).id] if waiting else []
        elif any(line.text.strip() for line in chunk):
            parts.append(markup.render("\n".join(line.text for line in chunk), cited))
    return Lesson(tuple(parts), tuple(items), tuple(cited)), problems


def _chunks(lines: Sequence[Line]) -> list[tuple[bool, list[Line]]]:
    chunks: list[tuple[bool, list[Line]]] = [(False, [])]
    for line in lines:
        if line.text.startswith("## "):
            chunks.append((QUESTION.match(line.text) is not None, []))
        chunks[-1][1].append(line)
    return chunks
