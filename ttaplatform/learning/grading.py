"""Draw, order and grade a quiz: functions of values, the same for the same seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item, Quiz


@dataclass(frozen=True)
class Shown:
    """An item as one attempt shows it: its hash and the order of its options."""

    item_id: str
    item_hash: str
    option_keys: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Points earned of those possible."""

    earned: Fraction
    possible: int

    @property
    def percent(self) -> int:
        """Return the score in percent, rounded down."""
        return int(self.earned * 100 / self.possible) if self.possible else 0

    def reaches(self, passing_percent: int) -> bool:
        """Say whether the exact score is at least the passing percent."""
        return self.possible > 0 and self.earned * 100 >= passing_percent * self.possible


def draw(quiz: Quiz, seed: int) -> tuple[Shown, ...]:
    """Return the items that an attempt with this seed asks, pool by pool, with their options' order."""
    chance = random.Random(seed)  # noqa: S311 - the draw is reproducible, not secret
    shown = []
    for pool in quiz.pools:
        ids = list(pool.item_ids)
        if pool.draw < len(ids):
            ids = chance.sample(ids, pool.draw)
        shown += [_show(quiz.item(item_id), chance) for item_id in ids]
    return tuple(shown)


def redraw(quiz: Quiz, before: Sequence[Shown], seed: int) -> tuple[Shown, ...]:
    """Return what an attempt that showed `before` asks of a changed quiz: what asks the same stays where it stood.

    Each pool is filled up with other items, among them those that ask something else now.
    """
    chance = random.Random(seed)  # noqa: S311 - as in draw
    shown: list[Shown] = []
    for pool in quiz.pools:
        kept = [one for one in before if one.item_id in pool.item_ids and quiz.item(one.item_id).hash == one.item_hash]
        kept = kept[: pool.draw]
        rest = [name for name in pool.item_ids if name not in {one.item_id for one in kept}]
        added = chance.sample(rest, pool.draw - len(kept))
        shown += [*kept, *(_show(quiz.item(name), chance) for name in added)]
    return tuple(shown)


def show(item: Item, seed: int) -> Shown:
    """Return one item with the order of its options for this seed."""
    return _show(item, random.Random(seed))  # noqa: S311 - see draw


def _show(item: Item, chance: random.Random) -> Shown:
    keys = [option.key for option in item.options]
    if item.shuffle:
        chance.shuffle(keys)
    if ITEM_TYPES[item.type].hides_order and keys == [option.key for option in item.options]:
        keys.reverse()  # the right order is never the one that is shown
    return Shown(item.id, item.hash, tuple(keys))


def grade(items: Sequence[Item], responses: Mapping[str, Sequence[str]]) -> Score:
    """Return the score of `responses` (by item id); an item without one earns nothing."""
    earned = Fraction(0)
    for item in items:
        if (given := responses.get(item.id)) and (share := ITEM_TYPES[item.type].grade(item, given)):
            earned += share if item.points == 1 else item.points * share
    return Score(earned, sum(item.points for item in items))
