"""A translation has the same structure as its original: modules, items, keys, pools, headings, citations."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from ttaplatform.catalogue.front_matter import translated
from ttaplatform.catalogue.item_type import joins_nothing
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL, Course, Item, Problem, Quiz

SHAPE = re.compile(r"<(h[2-6]|table|details|aside|figure|dl)\b|#source-(\d+)")
CODE = "translation-differs"


def check_translation(original: Course, other: Course, language: str, files: Mapping[str, str]) -> Iterator[Problem]:
    """Yield where `other`, the translation of `original`, has another structure."""
    yield from _untranslated(language, files)
    if list(original.objectives) != list(other.objectives):
        yield Problem(translated("course.md", language), 1, CODE, "the objectives are not the original's")
    for one, two in zip(original.modules, other.modules, strict=True):
        path = translated(f"{one.slug}/module.md", language)
        yield from _items(path, one.lesson.items, two.lesson.items, files)
        yield from _quiz(translated(f"{one.slug}/quiz.md", language), one.quiz, two.quiz, files)
        shapes = (_shape(one.lesson.parts), _shape(two.lesson.parts))
        if shapes[0] != shapes[1]:
            yield Problem(path, 1, CODE, _first_difference(*shapes))
        if bool(one.content_note) != bool(two.content_note) or (
            one.content_note and one.content_note == two.content_note
        ):
            yield Problem(path, 1, CODE, "the content note is not translated")
    yield from _quiz(translated(f"{FINAL}/quiz.md", language), original.final, other.final, files)
    yield from _quiz(translated("evaluation.md", language), original.evaluation, other.evaluation, files)


def _untranslated(language: str, files: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the files whose words below the settings are the original's."""
    for original in files:
        path = translated(original, language)
        words = _body(files.get(path, ""))
        if path != original and words and words == _body(files[original]):
            yield Problem(path, 1, "translation-same", "nothing is translated yet: the words are the original's")


def _body(text: str) -> str:
    return text.partition("\n---\n")[2].strip()


def join_answers(course: Course, others: Sequence[Course]) -> Course:
    """Return the course whose typed answers are also taken in the languages of `others`."""
    known = [{item.id: item for item in other.items} for other in others]

    def join(item: Item) -> Item:
        for other in known:
            if item.id in other:
                item = ITEM_TYPES[item.type].join(item, other[item.id])
        return item

    def joined(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(map(join, items))

    modules = tuple(
        replace(
            module,
            lesson=replace(module.lesson, items=joined(module.lesson.items)),
            quiz=replace(module.quiz, items=joined(module.quiz.items)) if module.quiz else None,
        )
        for module in course.modules
    )
    return replace(course, modules=modules, final=replace(course.final, items=joined(course.final.items)))


def _quiz(path: str, one: Quiz | None, two: Quiz | None, files: Mapping[str, str]) -> Iterator[Problem]:
    if one is None or two is None:
        return
    yield from _items(path, one.items, two.items, files)
    if one.pools != two.pools:
        yield Problem(path, 1, CODE, "the pools are not the original's")


def _items(path: str, ones: tuple[Item, ...], twos: tuple[Item, ...], files: Mapping[str, str]) -> Iterator[Problem]:
    for one, two in zip_longest(ones, twos):
        if one is None or two is None or one.id != two.id:
            name = (one or two).id
            yield Problem(path, 1, CODE, f"the item {name!r} is missing, doubled or in another place")
            return
        if _key(one) != _key(two):
            message = f"type, options, key, settings or sources of {one.id!r} are not the original's"
            yield Problem(path, _line(files.get(path, ""), one.id), CODE, message)


def _key(item: Item) -> object:
    scenes = [(scene.key, [(move.target, move.points) for move in scene.moves]) for scene in item.scenes]
    notes = (bool(item.hint_html), bool(item.explanation_html))
    takes_words = ITEM_TYPES[item.type].join is not joins_nothing
    rights = [] if takes_words else [option.is_right for option in item.options]
    parts = [
        (part.key, len(part.choices), part.right if part.choices or not takes_words else ()) for part in item.parts
    ]
    settings = (item.type, item.points, item.shuffle, item.credit, item.objective, item.family)
    return settings, rights, parts, scenes, notes, sorted(item.cited)


def _line(text: str, item_id: str) -> int:
    pattern = re.compile(rf"\bid={re.escape(item_id)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)), 1)


def _shape(parts: tuple[str, ...]) -> list[str]:
    return [match[1] or f"source {match[2]}" for part in parts for match in SHAPE.finditer(part)]


def _first_difference(one: list[str], two: list[str]) -> str:
    place, pair = next((i, pair) for i, pair in enumerate(zip_longest(one, two), 1) if pair[0] != pair[1])
    return f"block {place} of the lesson is {pair[0] or 'missing'} in the original and {pair[1] or 'missing'} here"
