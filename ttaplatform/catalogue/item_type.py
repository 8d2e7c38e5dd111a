"""What every type of item offers: parse, read, grade, show, explain. Each type is one module with values of this."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ttaplatform.catalogue.draft import Draft, Parsed
from ttaplatform.catalogue.rules import Item

Response = list[str]
Rendered = Callable[[str], str]


@dataclass(frozen=True)
class Chance:
    """One choice of a control: its value, its words (safe HTML), and whether it is chosen."""

    value: str
    html: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Control:
    """A native form control, or words between controls, as the page draws it. It tells nothing of the key.

    kind: radio, checkbox (a group each), select, line (one line of text), number, words (several lines), html (no
    control), kept (a hidden value). `part` is the field's own name within the answer; "" is the answer itself.
    """

    kind: str
    part: str = ""
    html: str = ""
    value: str = ""
    choices: tuple[Chance, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    """One line of what is told after submitting: an option or part, what was given, what is right, and the feedback."""

    html: str
    is_given: bool = False
    is_right: bool = False
    given_html: str = ""
    right_html: str = ""
    feedback_html: str = ""


def as_given(_item: Item, _order: Sequence[str], given: Sequence[str]) -> Sequence[str]:
    """Return what a form gave: its values are the item's own keys."""
    return given


def always(_item: Item, _response: Sequence[str]) -> bool:
    """Return True: an answer of this type is never a part of one."""
    return True


def goes_nowhere(_item: Item, _given: Sequence[str]) -> bool:
    """Return False: the answer is complete as it was given."""
    return False


def joins_nothing(item: Item, _other: Item) -> Item:
    """Return the item as it is: what one gives is the same in every language."""
    return item


def is_always_graded(_item: Item) -> bool:
    """Return True: every item of the type earns points."""
    return True


def is_never_graded(_item: Item) -> bool:
    """Return False: no item of the type earns points."""
    return False


@dataclass(frozen=True)
class ItemType:
    """How one type is written, read from a form, graded and shown.

    `parse` takes a draft; problems are noted on it. `read` takes what a form gave (values of the answer's own field as
    they are, of a part as `part:value`) and returns the response as it is stored, or None when it is none of what was
    offered. `grade` returns the share earned, 0 to 1. `show` takes the order of options and the response so far.
    `explain` takes the same and tells all. `solve` returns a response that earns all, None when none can be made from
    the key (a pattern). `asks` names the sentence of how to answer. `hides_order` means
    that the order in which options were written is the key, and is never shown. `goes_on` says whether the
    question continues after what was given, as a scenario that has not reached an end.
    `decode` turns a form's values, which may be places in the order shown so that they tell nothing of the key, into
    the item's own keys. `is_complete` says whether a response leaves nothing open.
    `join` adds what the same item takes in another language, where answers are typed.
    """

    parse: Callable[[Draft], Parsed]
    read: Callable[[Item, Sequence[str]], Response | None]
    grade: Callable[[Item, Sequence[str]], Fraction]
    show: Callable[[Item, Sequence[str], Sequence[str]], list[Control]]
    explain: Callable[[Item, Sequence[str], Sequence[str]], list[Verdict]]
    solve: Callable[[Item], Response | None]
    asks: str = ""
    hides_order: bool = False
    join: Callable[[Item, Item], Item] = field(default=joins_nothing)
    decode: Callable[[Item, Sequence[str], Sequence[str]], Sequence[str]] = field(default=as_given)
    is_complete: Callable[[Item, Sequence[str]], bool] = field(default=always)
    goes_on: Callable[[Item, Sequence[str]], bool] = field(default=goes_nowhere)
    is_graded: Callable[[Item], bool] = field(default=is_always_graded)


def by_part(given: Sequence[str]) -> Mapping[str, str]:
    """Return the values of `part:value` by part; what has no colon is left out."""
    return {part: value for part, colon, value in (word.partition(":") for word in given) if colon}
