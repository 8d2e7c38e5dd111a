"""What is asked some days after a course: items not seen before, and what changed in practice."""

import random
from collections.abc import Collection, Sequence

from ttaplatform.catalogue.rules import Course, Item, Quiz
from ttaplatform.learning.grading import Shown, show

FOLLOW_UP, BOOSTER = "follow-up", "booster"
FOLLOW_UP_ITEMS = 3  # with the questions on practice: two minutes
BOOSTER_DAYS = (28, 84)
BOOSTER_ITEMS = 2
MOST_MAILS = {FOLLOW_UP: 4, BOOSTER: 1}  # the first and up to three reminders
DAYS_BETWEEN = 7


def follow_up_items(quiz: Quiz, seen: Collection[str], seed: int, count: int = FOLLOW_UP_ITEMS) -> list[Shown]:
    """Return items of the families that were asked, in words that the learner has not seen; the same for a seed.

    Where there are too few of these, other unseen items come, then any.
    """
    families = {item.family for item in quiz.items if item.id in seen and item.family}
    asked = [item for item in quiz.items if len(item.scenes) == 0]
    unseen = [item for item in asked if item.id not in seen]
    same = [item for item in unseen if item.family in families]
    chosen: list[Item] = []
    for listed in (same, unseen, asked):
        chosen += _some([item for item in listed if item not in chosen], count - len(chosen), seed)
    return [show(item, seed) for item in chosen]


def _some(items: Sequence[Item], count: int, seed: int) -> list[Item]:
    """Return up to `count` of the items, of different families as far as there are some."""
    shuffled = random.Random(seed).sample(items, len(items))  # noqa: S311 - reproducible, not secret
    firsts = list({item.family or item.id: item for item in reversed(shuffled)}.values())
    ordered = [item for item in shuffled if item in firsts] + [item for item in shuffled if item not in firsts]
    return ordered[: max(0, count)]


def booster_items(course: Course, objective: str, seen: Collection[str]) -> list[Item]:
    """Return a few choice items that test the objective, unseen ones first."""
    items = [item for item in course.final.items if item.objective == objective and item.options and not item.scenes]
    return sorted(items, key=lambda item: item.id in seen)[:BOOSTER_ITEMS]
