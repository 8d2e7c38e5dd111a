"""The difference between two releases of a course as learners would see it: blocks that came, went or stayed."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from ttaplatform.catalogue.lesson import ITEM_PART
from ttaplatform.catalogue.rules import Course, Item, Module, Quiz

VOID = {"br", "hr", "img", "source", "track", "input", "col", "wbr"}
CONTEXT = 1  # unchanged blocks shown around a change


@dataclass(frozen=True)
class Block:
    """A block of a page: "+" is new, "-" is gone, " " stayed, "…" stands for blocks that are left out."""

    mark: str
    html: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a course that differs: its title, and its blocks."""

    title: str
    blocks: tuple[Block, ...]


class _Splitter(HTMLParser):
    """Cut HTML at its outermost elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.depth = 0
        self.pieces: list[str] = [""]

    def _add(self, text: str) -> None:
        self.pieces[-1] += text

    def _end(self) -> None:
        if self.depth == 0 and self.pieces[-1].strip():
            self.pieces.append("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(self.get_starttag_text() or "")
        self.depth += tag not in VOID
        self._end()

    def handle_endtag(self, tag: str) -> None:
        self._add(f"</{tag}>")
        self.depth = max(0, self.depth - (tag not in VOID))
        self._end()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        self._add(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add(f"&#{name};")


def blocks_of(html: str) -> list[str]:
    """Return the outermost elements of rendered content, in order."""
    splitter = _Splitter()
    splitter.feed(html)
    splitter.close()
    return [piece.strip() for piece in splitter.pieces if piece.strip()]


def compare_blocks(old: Sequence[str], new: Sequence[str]) -> tuple[Block, ...]:
    """Return the blocks that differ, with CONTEXT around them; nothing when all are the same."""
    found: list[Block] = []
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT)
    for place, group in enumerate(groups):
        found += [Block("…")] if place or group[0][1] else []
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                found += [Block(" ", html) for html in new[new_from:new_to]]
            else:
                found += [Block("-", html) for html in old[old_from:old_to]]
                found += [Block("+", html) for html in new[new_from:new_to]]
    return tuple(found)


def sections(old: Course, new: Course) -> list[Section]:
    """Return the parts of a course that differ, in the order of the new one; those that are gone come last."""
    before, after = dict(_pages(old)), dict(_pages(new))
    titles = [*after, *(name for name in before if name not in after)]
    compared = [
        Section(name[1], compare_blocks(before.get(name, []), after.get(name, []))) for name in dict.fromkeys(titles)
    ]
    return [section for section in compared if section.blocks]


def _pages(course: Course) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Yield each page of a course, called by what it is and its title, as its blocks."""
    facts = [
        course.title,
        course.summary,
        f"{course.minutes} min, {course.passing_percent}%",
        *course.objectives.values(),
    ]
    yield (
        ("course", course.title),
        [*(f"<p>{escape(text)}</p>" for text in facts), *blocks_of(course.introduction_html)],
    )
    for module in course.modules:
        yield (f"module {module.slug[3:]}", module.title), _lesson(module)
        if module.quiz:
            yield (f"quiz {module.slug[3:]}", f"{module.title}: {module.quiz.title}"), _quiz(module.quiz)
    yield ("final", course.final.title), _quiz(course.final)
    if course.evaluation:
        yield ("evaluation", course.evaluation.title), _quiz(course.evaluation)
    if course.job_aid:
        yield ("job aid", course.job_aid.title), blocks_of(course.job_aid.html)
    for language, spoken in course.translations.items():
        for (kind, title), blocks in _pages(spoken):
            yield (f"{language} {kind}", f"{title} ({language})"), blocks


def _lesson(module: Module) -> list[str]:
    items = {item.id: item for item in module.lesson.items}
    found = [
        f"<p>{module.minutes} min</p>",
        *([f"<p>{escape(module.content_note)}</p>"] if module.content_note else []),
    ]
    for part in module.lesson.parts:
        is_item = part.startswith(ITEM_PART)
        found += [_item(items[part.removeprefix(ITEM_PART)])] if is_item else blocks_of(part)
    return found


def _quiz(quiz: Quiz) -> list[str]:
    return [_item(item) for item in quiz.items]


def _item(item: Item) -> str:
    """Return a question with its key and what is said of it, as one block."""
    lines = [
        f"<li>{'✓ ' if option.is_right else ''}{option.html}{option.feedback_html}</li>" for option in item.options
    ]
    lines += [f"<li>{part.html} {escape(', '.join(part.right))}</li>" for part in item.parts if part.html]
    lines += [
        f"<li>{scene.html}<ul>{''.join(f'<li>{move.html}{move.feedback_html}</li>' for move in scene.moves)}</ul></li>"
        for scene in item.scenes
    ]
    return f"<div><p>{escape(item.id)}</p>{item.stem_html}<ul>{''.join(lines)}</ul>{item.explanation_html}</div>"
