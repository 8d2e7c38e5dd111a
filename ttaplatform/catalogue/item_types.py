"""The register of item types: a new type is one entry here and one module of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ttaplatform.catalogue import item_choice, item_scenario, item_survey
from ttaplatform.catalogue.draft import Draft, Parsed
from ttaplatform.catalogue.rules import Item


@dataclass(frozen=True)
class ItemType:
    """How one type is written, how a response is read and graded, and the component that shows it."""

    parse: Callable[[Draft], Parsed]
    read: Callable[[Item, Sequence[str]], list[str] | None]
    grade: Callable[[Item, Sequence[str]], Fraction]
    control: str

    @property
    def is_graded(self) -> bool:
        """Say whether responses earn points."""
        return self.grade is not item_survey.never


ITEM_TYPES = {
    "single": ItemType(item_choice.parse_choice, item_choice.read_single, item_choice.grade_single, "radio"),
    "multiple": ItemType(item_choice.parse_choice, item_choice.read_multiple, item_choice.grade_multiple, "checkbox"),
    "likert": ItemType(item_survey.parse_rating, item_choice.read_single, item_survey.never, "radio"),
    "open": ItemType(item_survey.parse_open, item_survey.read_open, item_survey.never, "words"),
    "scenario": ItemType(item_scenario.parse_scenario, item_scenario.read_scenario, item_survey.never, "scenario"),
}


def type_of(draft: Draft) -> str:
    """Return the type that the settings name, else the one that the list of options shows."""
    if named := draft.settings.get("type"):
        return named
    first = next((match for line in draft.lines if (match := item_choice.OPTION.match(line.text))), None)
    return "multiple" if first and first[1] in "-*" else "single"
