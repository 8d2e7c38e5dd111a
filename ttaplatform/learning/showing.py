"""How an item is asked and told on a page: its controls and verdicts with the facts filled in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from ttaplatform.catalogue.item_type import Chance, Control, Verdict
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import Item

Filled = Callable[[str], Markup]


@dataclass(frozen=True)
class Asked:
    """An item as a page asks it."""

    item: Item
    stem: Markup
    hint: Markup
    controls: tuple[Control, ...]
    asks: str


@dataclass(frozen=True)
class Told:
    """An item after it was answered: each option or part, the explanation, and the share earned (None: no answer)."""

    stem: Markup
    verdicts: tuple[Verdict, ...]
    explanation: Markup
    note: Markup
    cited: tuple[str, ...]
    share: Fraction | None
    is_graded: bool = True

    @property
    def state(self) -> str:
        """Return right, partly, wrong or open."""
        if self.share is None:
            return "open"
        return "right" if self.share == 1 else "partly" if self.share else "wrong"


def ask(item: Item, order: Sequence[str], given: Sequence[str], filled: Filled) -> Asked:
    """Return the item with its controls, what was given so far in them; nothing of the key."""
    kind = ITEM_TYPES[item.type]
    controls = tuple(_filled(control, filled) for control in kind.show(item, order, given))
    return Asked(item, filled(item.stem_html), filled(item.hint_html), controls, kind.asks)


def _filled(control: Control, filled: Filled) -> Control:
    choices = tuple(Chance(one.value, filled(one.html), one.is_chosen) for one in control.choices)
    return replace(control, html=filled(control.html), choices=choices)


def tell(item: Item, order: Sequence[str], given: Sequence[str], filled: Filled) -> Told:
    """Return the item with what was given, what is right, and the feedback."""
    kind = ITEM_TYPES[item.type]
    share = kind.grade(item, given) if given else None
    verdicts = tuple(
        replace(
            one,
            html=filled(one.html),
            given_html=filled(one.given_html),
            right_html=filled(one.right_html),
            feedback_html=filled(one.feedback_html),
        )
        for one in kind.explain(item, order, given)
    )
    note = item.right_html if share == 1 else item.wrong_html if share is not None else ""
    explained, noted = filled(item.explanation_html), filled(note)
    return Told(filled(item.stem_html), verdicts, explained, noted, item.cited, share, kind.is_graded(item))


def is_given(given: Sequence[str]) -> bool:
    """Say whether anything was given: a value, or a part with one."""
    return any(word.rpartition(":")[2].strip() for word in given)


def given_to(item: Item, order: Sequence[str], form: "MultiDict[str, str]", name: str = "answer") -> list[str]:
    """Return what a form gave for the item as it was shown, in the item's own keys."""
    return list(ITEM_TYPES[item.type].decode(item, order, given_in(form, name)))


def given_in(form: "MultiDict[str, str]", name: str = "answer") -> list[str]:
    """Return what a form gave for the item called `name`: its own values, and those of parts as `part:value`."""
    parts = [
        f"{field.removeprefix(name + '.')}:{value}"
        for field, value in form.items(multi=True)
        if field.startswith(name + ".")
    ]
    return [*form.getlist(name), *parts]
