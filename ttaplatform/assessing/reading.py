"""First attempts as arrays: scores by attempt and item hash, answers, and seconds for each question."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item


@dataclass(frozen=True)
class Answered:
    """A first attempt: when it began, the hashes of the items shown, and the answers by item id.

    An answer is the response, when it was saved, and whether it was saved only once.
    """

    started_at: datetime
    shown: Sequence[tuple[str, str]]
    answers: dict[str, tuple[list[str], datetime, bool]]


@dataclass
class Matrix:
    """Attempts by items: `scores` (NaN: not asked), seconds per item, and the answers given to each item."""

    items: list[Item]
    scores: NDArray[np.float64]
    omitted: list[int]
    seconds: list[list[float]]
    given: list[list[tuple[int, list[str]]]] = field(default_factory=list)


def read_matrix(attempts: Sequence[Answered], items: Iterable[Item]) -> Matrix:
    """Return the matrix of the attempts over those `items` (by hash) that were asked; other hashes are left out.

    The seconds of an answer run from the answer saved before it in the same attempt, or from the start; an answer
    that was saved again later has none.
    """
    known = {item.hash: item for item in items}
    asked = Counter(hash_ for attempt in attempts for _id, hash_ in attempt.shown if hash_ in known)
    columns = {hash_: place for place, hash_ in enumerate(hash_ for hash_ in known if asked[hash_])}
    matrix = Matrix(
        [known[hash_] for hash_ in columns],
        np.full((len(attempts), len(columns)), np.nan),
        [0] * len(columns),
        [[] for _ in columns],
        [[] for _ in columns],
    )
    graded: dict[tuple[str, tuple[str, ...]], float] = {}
    for row, attempt in enumerate(attempts):
        seconds = _seconds(attempt)
        for item_id, hash_ in attempt.shown:
            if (place := columns.get(hash_)) is not None:
                _enter(matrix, row, place, attempt.answers.get(item_id), graded)
                matrix.seconds[place] += seconds.get(item_id, [])
    return matrix


def _enter(
    matrix: Matrix,
    row: int,
    place: int,
    answer: tuple[list[str], datetime, bool] | None,
    graded: dict[tuple[str, tuple[str, ...]], float],
) -> None:
    if answer is None:
        matrix.scores[row, place] = 0
        matrix.omitted[place] += 1
        return
    item, value = matrix.items[place], answer[0]
    key = (item.hash, tuple(value))
    if key not in graded:
        graded[key] = float(_grade(item, value))
    matrix.scores[row, place] = graded[key]
    matrix.given[place].append((row, value))


def _grade(item: Item, value: list[str]) -> Fraction:
    return ITEM_TYPES[item.type].grade(item, value)


def _seconds(attempt: Answered) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    before = attempt.started_at
    for item_id, (_value, at, is_first) in sorted(attempt.answers.items(), key=lambda entry: entry[1][1]):
        if is_first:
            found[item_id] = [(at - before).total_seconds()]
        before = at
    return found
