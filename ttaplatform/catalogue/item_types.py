"""The register of item types: a new type is one module of its own and one entry here."""

from ttaplatform.catalogue.draft import Draft
from ttaplatform.catalogue.item_choice import MULTIPLE, OPTION, SINGLE
from ttaplatform.catalogue.item_cloze import CLOZE
from ttaplatform.catalogue.item_match import MATCH
from ttaplatform.catalogue.item_number import NUMBER
from ttaplatform.catalogue.item_order import ORDER
from ttaplatform.catalogue.item_scenario import SCENARIO
from ttaplatform.catalogue.item_survey import LIKERT, OPEN
from ttaplatform.catalogue.item_text import TEXT
from ttaplatform.catalogue.item_type import ItemType

ITEM_TYPES: dict[str, ItemType] = {
    "single": SINGLE,
    "multiple": MULTIPLE,
    "text": TEXT,
    "number": NUMBER,
    "match": MATCH,
    "order": ORDER,
    "cloze": CLOZE,
    "likert": LIKERT,
    "open": OPEN,
    "scenario": SCENARIO,
}


def type_of(draft: Draft) -> str:
    """Return the type that the settings name, else the one that the list of options shows."""
    if named := draft.settings.get("type"):
        return named
    first = next((match for line in draft.lines if (match := OPTION.match(line.text))), None)
    return "multiple" if first and first[1] in "-*" else "single"
