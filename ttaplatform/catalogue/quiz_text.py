"""The quiz dialect: Markdown questions to items, with a problem for every line that is wrong."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence

from ttaplatform.catalogue.draft import CITATION, QUESTION, SCENE, SETTINGS, Draft, Line, block, labelled
from ttaplatform.catalogue.item_types import ITEM_TYPES, type_of
from ttaplatform.catalogue.rules import Item, Pool, Problem

POOL = re.compile(r"^<!--\s*pool:\s*([\w-]+)(?:\s+draw=(\S+))?\s*-->\s*$")
POOL_END = re.compile(r"^<!--\s*/pool\s*-->\s*$")
CREDITS = ("exact", "partial", "partial-correct")
KNOWN_SETTINGS = {"id", "type", "shuffle", "points", "objective", "family", "credit", "case"}


def split_questions(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield each question's lines, from its heading to the next heading (but a scene's) or pool mark."""
    found: list[Line] = []
    for line in lines:
        is_heading = line.text.startswith("## ") and not SCENE.match(line.text)
        if found and (is_heading or POOL.match(line.text) or POOL_END.match(line.text)):
            yield found
            found = []
        if found or QUESTION.match(line.text) or SCENE.match(line.text):
            found.append(line)
    if found:
        yield found


def parse_quiz(
    path: str, lines: Sequence[Line], *, is_survey: bool = False
) -> tuple[list[Item], list[Pool], list[Problem]]:
    """Return the items and pools of a quiz file's body, and what is wrong with them."""
    items, problems = parse_questions(path, lines, is_survey=is_survey)
    pools, pool_problems = _pools(path, lines, items)
    return items, pools, [*problems, *pool_problems, *_outside(path, lines)]


def _outside(path: str, lines: Sequence[Line]) -> Iterator[Problem]:
    """Yield where words stand outside of every question: learners see none of them."""
    asked = {line.number for found in split_questions(lines) for line in found}
    was_told = False
    for line in lines:
        if line.number in asked or not line.text.strip() or POOL.match(line.text) or POOL_END.match(line.text):
            was_told = False
        elif SETTINGS.match(line.text):
            message = "these settings belong to no question: its heading begins with ## Question:"
            yield Problem(path, line.number, "stray-text", message)
        elif not was_told and not line.text.startswith("<!--"):
            was_told = True
            yield Problem(path, line.number, "unasked", "learners do not see what stands here: it is in no question")


def parse_questions(path: str, lines: Sequence[Line], *, is_survey: bool = False) -> tuple[list[Item], list[Problem]]:
    """Return the items written in `lines`, and what is wrong with them; a survey's items need no key."""
    items: list[Item] = []
    problems: list[Problem] = []
    for found in split_questions(lines):
        draft = Draft(path, found[0].number, QUESTION.sub(r"\1", found[0].text).strip(), found[1:], is_survey)
        item = _item(draft)
        problems += draft.problems
        if item:
            items.append(item)
    return items, problems


def _pools(path: str, lines: Sequence[Line], items: Sequence[Item]) -> tuple[list[Pool], list[Problem]]:
    pools: list[Pool] = []
    problems: list[Problem] = []
    ids = {item.id for item in items}
    name, draw, opened = "", "", 0
    members: list[str] = []
    for line in lines:
        if match := POOL.match(line.text):
            name, draw, members, opened = match[1], match[2] or "", [], line.number
        elif opened and (match := SETTINGS.match(line.text)):
            members += [m for m in re.findall(r"\bid=([\w-]+)", match[1]) if m in ids]
        elif opened and POOL_END.match(line.text):
            count = int(draw) if draw.isdigit() else 0
            if not 1 <= count <= len(members):
                message = f"the pool {name!r} has {len(members)} questions and draws {draw or 'nothing'}"
                problems.append(Problem(path, opened, "pool-draw", message))
            pools.append(Pool(name, count, tuple(members)))
            opened = 0
    if opened:
        problems.append(Problem(path, opened, "pool-open", f"the pool {name!r} is not closed by <!-- /pool -->"))
    pooled = {member for pool in pools for member in pool.item_ids}
    loose = tuple(item.id for item in items if item.id not in pooled)
    return ([*pools, Pool("all", len(loose), loose)] if loose else pools), problems


def _read_settings(draft: Draft) -> None:
    for line in draft.lines:
        match = SETTINGS.match(line.text)
        for word in match[1].split() if match else ():
            name, _, value = word.partition("=")
            if name not in KNOWN_SETTINGS:
                draft.report("unknown-setting", f"there is no question setting {name!r}", line.number)
            draft.settings[name] = value or "yes"
    draft.lines = [line for line in draft.lines if not SETTINGS.match(line.text)]


def _item(draft: Draft) -> Item | None:
    """Return the item, or None when it is broken; the draft then holds why."""
    if SCENE.match(draft.heading):
        draft.report("scene-alone", "a scene stands under a '## Question: ...' with type=scenario")
        return None
    source = "\n".join([f"## Question: {draft.heading}", *(line.text for line in draft.lines)]).strip() + "\n"
    _read_settings(draft)
    _check_common(draft)
    kind = type_of(draft)
    if kind not in ITEM_TYPES:
        draft.report("unknown-type", f"the type {kind!r} is not known; there are {', '.join(sorted(ITEM_TYPES))}")
        return None
    parsed = ITEM_TYPES[kind].parse(draft)
    if draft.problems:
        return None
    settings = draft.settings
    notes = labelled(parsed.notes)
    points = settings.get("points", "1")
    content = json.dumps([kind, parsed.stem, *parsed.content, points])
    return Item(
        id=settings["id"],
        type=kind,
        stem_html=block(parsed.stem),
        options=parsed.options,
        points=int(points),
        shuffle="shuffle" in settings or parsed.is_shuffled,
        credit=settings.get("credit", parsed.credit),
        objective=settings.get("objective", ""),
        family=settings.get("family", ""),
        hint_html=notes.get("Hint", ""),
        explanation_html=notes.get("Explanation", ""),
        cited=tuple(dict.fromkeys(CITATION.findall(source))),
        hash=hashlib.sha256(content.encode()).hexdigest()[:16],
        scenes=parsed.scenes,
        parts=parsed.parts,
        case=settings.get("case", "fold"),
        right_html=notes.get("Right", ""),
        wrong_html=notes.get("Wrong", ""),
        source=source,
    )


def _check_common(draft: Draft) -> None:
    settings = draft.settings
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}", settings.get("id", "")):
        draft.report("no-id", "a question needs <!-- quiz: id=... --> of up to 80 letters, digits and hyphens")
    if settings.get("credit", "exact") not in CREDITS:
        draft.report("unknown-credit", f"credit is one of {', '.join(CREDITS)}")
    if settings.get("case", "fold") not in ("fold", "exact"):
        draft.report("bad-case", "case is fold (default) or exact")
    if not draft.heading:
        draft.report("no-stem", "a question needs words behind 'Question:'")
    if not re.fullmatch(r"[1-9]\d?", settings.get("points", "1")):
        draft.report("bad-points", "points is a whole number from 1 to 99")
