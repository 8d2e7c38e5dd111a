"""What an item's figures mean, in a trainer's words: flags with their rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

EASY, HARD = 0.95, 0.30
WEAK = 0.10  # Ebel and Frisbie (1991, p. 232) call an index below 0.19 poor; this is meant to be worth a look
IDLE_SHARE = 0.02


@dataclass(frozen=True)
class OptionCount:
    """How often an option was chosen: by all, and by the upper and the lower 27 % of attempts."""

    key: str
    is_right: bool
    chosen: int
    upper: int
    lower: int


@dataclass(frozen=True)
class Flag:
    """A thing worth a look: its kind, and what it is about (a percent or an option's letter)."""

    kind: str
    about: str = ""


def flags_of(asked: int, facility: float, discrimination: float, options: Mapping[str, OptionCount]) -> list[Flag]:
    """Return what is worth a look about an item; nothing while it is too few to say.

    easy: over 95 %. hard: under 30 %. key: strong learners choose a wrong option more often than the right one, and
    more often than weak learners do. weak: the corrected point-biserial is below 0.10. idle: under 2 % choose it.
    """
    if isnan(discrimination) and not (facility > EASY or facility < HARD):
        return []
    found = []
    if facility > EASY:
        found.append(Flag("easy", f"{facility:.0%}"))
    if facility < HARD:
        found.append(Flag("hard", f"{facility:.0%}"))
    if suspect := _suspect(options):
        found.append(Flag("key", suspect.key.upper()))
    elif discrimination < WEAK and facility <= EASY:
        found.append(Flag("weak"))
    found += [
        Flag("idle", one.key.upper())
        for one in options.values()
        if not one.is_right and one.chosen < IDLE_SHARE * asked and facility <= EASY
    ]
    return found


def _suspect(options: Mapping[str, OptionCount]) -> OptionCount | None:
    best = max((one.upper for one in options.values() if one.is_right), default=0)
    wrong = [one for one in options.values() if not one.is_right and one.upper > best and one.upper > one.lower]
    return max(wrong, key=lambda one: one.upper, default=None)
