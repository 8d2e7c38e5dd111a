"""Branching scenarios: scenes that lead to one another, and the path that a learner took through them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ttaplatform.catalogue.draft import SCENE, Draft, Entry, Line, Parsed, block, inline
from ttaplatform.catalogue.item_type import Chance, Control, ItemType, Verdict
from ttaplatform.catalogue.rules import Item, Move, Scene

MOVE = re.compile(r"^[-*]\s+\[([^\]]+)\]\(#scene-([a-z0-9-]+)\)\s*(?:`\+(\d)`)?\s*$")
NAME = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")
LONGEST_PATH = 60
STEP = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True)
class Walk:
    """Where a path leads: the moves taken, in order, and the scene one stands in."""

    moves: tuple[Move, ...]
    scene: Scene


def parse_scenario(draft: Draft) -> Parsed:
    """Return the scenes; the first is where it begins, one without links is an end."""
    stem, body = draft.opened_by(SCENE)
    scenes: dict[str, Scene] = {}
    for lines in _split(body):
        scene = _scene(draft, lines)
        if scene.key in scenes:
            draft.report("doubled-scene", f"there are two scenes called {scene.key!r}", lines[0].number)
        scenes[scene.key] = scene
    if len(scenes) < 2:
        draft.report("no-scenes", "a scenario needs two or more '## Scene: name' under its question")
    _check(draft, scenes)
    content = [
        [scene.key, scene.html, [[m.html, m.target, m.points] for m in scene.moves]] for scene in scenes.values()
    ]
    return Parsed(stem, scenes=tuple(scenes.values()), content=[content])


def _split(lines: Sequence[Line]) -> list[list[Line]]:
    parts: list[list[Line]] = []
    for line in lines:
        if SCENE.match(line.text):
            parts.append([])
        parts[-1].append(line)
    return parts


def _scene(draft: Draft, lines: Sequence[Line]) -> Scene:
    match = SCENE.match(lines[0].text)
    name = match[1].strip() if match else ""
    if not NAME.fullmatch(name):
        draft.report("scene-name", "a scene's name has letters without accents, digits and single blanks",
                     lines[0].number)  # fmt: skip
    start = next((i for i, line in enumerate(lines) if i and MOVE.match(line.text)), len(lines))
    entries, notes = draft.entries(MOVE, lines[start:])
    if notes:
        draft.report("stray-text", "the quote of a choice is indented by four spaces", lines[start].number)
    prose = "\n".join(line.text for line in lines[1:start]).strip()
    if not prose:
        draft.report("empty-scene", f"the scene {name!r} has no words", lines[0].number)
    return Scene(name.lower().replace(" ", "-"), block(prose), tuple(_move(draft, entry) for entry in entries))


def _move(draft: Draft, entry: Entry) -> Move:
    if not any(entry.feedback):
        draft.report("no-feedback", "this choice has no feedback; put an indented quote under it", entry.line)
    words = [entry.match[1], *entry.words]
    return Move(inline(words), entry.match[2], int(entry.match[3] or 0), block("\n".join(entry.feedback)))


def _check(draft: Draft, scenes: Mapping[str, Scene]) -> None:
    for scene in scenes.values():
        for move in scene.moves:
            if move.target not in scenes:
                draft.report("scene-unknown", f"the scene {scene.key!r} leads to {move.target!r}, which is not there")
    start = next(iter(scenes), "")
    for key in sorted(set(scenes) - _reached(scenes, start)):
        draft.report("scene-unreachable", f"no path leads to the scene {key!r}")
    for key in scenes:
        if all(scenes[one].moves for one in _reached(scenes, key)):
            draft.report("scene-endless", f"from the scene {key!r} no path leads to an end")


def _reached(scenes: Mapping[str, Scene], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start] if start in scenes else []
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [move.target for move in scenes[key].moves if move.target in scenes]
    return found


def walk(item: Item, path: Sequence[int]) -> Walk:
    """Return where `path` (the place of each move taken, from 0) leads; it stops before a move that is not offered."""
    scenes = {scene.key: scene for scene in item.scenes}
    scene, moves = item.scenes[0], []
    for place in path[:LONGEST_PATH]:
        if not 0 <= place < len(scene.moves):
            break
        moves.append(scene.moves[place])
        scene = scenes[scene.moves[place].target]
    return Walk(tuple(moves), scene)


def read_scenario(item: Item, given: Sequence[str]) -> list[str] | None:
    """Return the path as it is stored, or None when it holds a move that was not offered."""
    if not given or not all(STEP.fullmatch(word) for word in given):
        return None
    path = [int(word) for word in given]
    return list(given) if len(walk(item, path).moves) == len(path) else None


def grade_scenario(item: Item, response: Sequence[str]) -> Fraction:
    """Return the points earned as a share of those that the scenes on the path offered.

    In each scene the first choice counts, against the best one offered there; in a scene that the path stopped in
    before an end, nothing was earned.
    """
    scenes = {scene.key: scene for scene in item.scenes}
    taken = walk(item, [int(step) for step in response])
    chosen: dict[str, int] = {}
    here = item.scenes[0].key
    for move in taken.moves:
        chosen.setdefault(here, move.points)
        here = move.target
    chosen.setdefault(here, 0)
    offered = sum(max((move.points for move in scenes[key].moves), default=0) for key in chosen)
    return Fraction(sum(chosen.values()), offered) if offered else Fraction(0)


def is_scored(item: Item) -> bool:
    """Say whether choices of the scenario earn points."""
    return any(move.points for scene in item.scenes for move in scene.moves)


def show_scenario(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Control]:
    """Return the last choice with what followed, the scene one stands in, and its choices; the path so far is kept."""
    taken = walk(item, [int(step) for step in given])
    kept = [Control("kept", value=step) for step in given]
    told = f'<div class="callout callout-note">{taken.moves[-1].feedback_html}</div>' if taken.moves else ""
    scene = Control("html", html=told + taken.scene.html)
    choices = tuple(Chance(str(place), move.html) for place, move in enumerate(taken.scene.moves))
    return [*kept, scene, *([Control("radio", choices=choices)] if choices else [])]


def explain_scenario(item: Item, _order: Sequence[str], given: Sequence[str]) -> list[Verdict]:
    """Return each choice that was taken, with what followed."""
    return [
        Verdict(move.html, is_given=True, is_right=move.points > 0, feedback_html=move.feedback_html)
        for move in walk(item, [int(step) for step in given]).moves
    ]


def goes_on(item: Item, given: Sequence[str]) -> bool:
    """Say whether the path has not reached an end."""
    return bool(walk(item, [int(step) for step in given if STEP.fullmatch(step)]).scene.moves)


def has_ended(item: Item, response: Sequence[str]) -> bool:
    """Say whether the path has reached an end."""
    return not goes_on(item, response)


def solve_scenario(item: Item) -> list[str] | None:
    """Return the path of the best choice in each scene, as far as it goes."""
    path: list[str] = []
    while moves := walk(item, [int(step) for step in path]).scene.moves:
        if len(path) == LONGEST_PATH:
            return None
        path.append(str(max(range(len(moves)), key=lambda place: moves[place].points)))
    return path


SCENARIO = ItemType(
    parse_scenario,
    read_scenario,
    grade_scenario,
    show_scenario,
    explain_scenario,
    solve_scenario,
    asks="scenario",
    goes_on=goes_on,
    is_complete=has_ended,
    is_graded=is_scored,
)
