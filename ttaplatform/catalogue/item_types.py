"""The register of item types: a new type is one entry here and one module of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ttaplatform.catalogue import item_choice
from ttaplatform.catalogue.rules import Item


@dataclass(frozen=True)
class ItemType:
    """How one type reads and grades a response, and the component that shows it."""

    read: Callable[[Item, Sequence[str]], list[str] | None]
    grade: Callable[[Item, Sequence[str]], Fraction]
    control: str


ITEM_TYPES = {
    "single": ItemType(item_choice.read_single, item_choice.grade_single, "radio"),
    "multiple": ItemType(item_choice.read_multiple, item_choice.grade_multiple, "checkbox"),
}
