"""A module's lesson: Markdown with self-checks, rendered in parts."""

import re
from collections.abc import Mapping, Sequence

from ttaplatform import markup
from ttaplatform.catalogue.draft import QUESTION, SCENE, SETTINGS, Line, numbered
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.catalogue.quiz_text import parse_questions
from ttaplatform.catalogue.rules import Lesson, Problem
from ttaplatform.catalogue.text import plain

ITEM_PART = "item:"
ID = re.compile(r"\bid=([\w-]+)")
DIGEST = re.compile(r"[0-9a-f]{1,64}")
CAPTIONS = re.compile(r"\.[a-z]{2}\.vtt$")
PICTURE = re.compile(r'src="(?:\.\./)?(media/([A-Za-z0-9._-]+))"')


def parse_lesson(path: str, lines: Sequence[Line], files: Mapping[str, str]) -> tuple[Lesson, list[Problem]]:
    """Return the rendered lesson of a module file's body, and what is wrong with its self-checks."""
    cited: list[str] = []
    parts: list[str] = []
    items, problems = parse_questions(path, lines)
    known = {item.id for item in items}
    for is_question, chunk in _chunks(lines):
        if is_question:
            parts += [ITEM_PART + name for name in ids_in(chunk) if name in known]
        elif any(line.text.strip() for line in chunk):
            rendered = markup.render("\n".join(line.text for line in chunk), cited, language_of(path))
            parts.append(place_pictures(rendered, files))
    return Lesson(tuple(parts), tuple(items), tuple(cited)), problems


def place_pictures(rendered: str, files: Mapping[str, str]) -> str:
    """Return rendered content with each picture's address on this site, which holds its digest."""

    def placed(match: re.Match[str]) -> str:
        name = match[1] if match[1] in files else CAPTIONS.sub(".vtt", match[1])  # captions may be in one language only
        digest = files.get(name, "")
        digest = digest if DIGEST.fullmatch(digest) else ""  # a text would be read as HTML
        return f'src="/media/{digest}/{name.removeprefix("media/")}"'

    return PICTURE.sub(placed, rendered)


def ids_in(lines: Sequence[Line]) -> list[str]:
    """Return the id that the settings of a question name; none while they do not."""
    return [match[1] for line in lines if SETTINGS.match(line.text) and (match := ID.search(line.text))][:1]


def item_ids(files: Mapping[str, str]) -> set[str]:
    """Return the ids of every question that is written in these files."""
    texts = (plain(text) for path, text in files.items() if path.endswith(".md"))
    return {name for text in texts for line in numbered(text) for name in ids_in([line])}


def _chunks(lines: Sequence[Line]) -> list[tuple[bool, list[Line]]]:
    chunks: list[tuple[bool, list[Line]]] = [(False, [])]
    for line in lines:
        if line.text.startswith("## ") and not SCENE.match(line.text):
            chunks.append((QUESTION.match(line.text) is not None, []))
        chunks[-1][1].append(line)
    return chunks
