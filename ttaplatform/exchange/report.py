"""What an import or export tells: the text it made, and each thing that changed or was lost on the way."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Note:
    """What was changed, or could not be carried over (`is_lost`), at a line of the file that was read."""

    line: int
    message: str
    is_lost: bool


@dataclass(frozen=True)
class Imported:
    """Questions in the quiz dialect, without front matter; `count` of them, and what changed on the way."""

    text: str
    count: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Unsaid:
    """What another format cannot say of the item `item_id`; "" is the quiz itself.

    `is_lost` is false when this platform still reads it back from the file.
    """

    item_id: str
    message: str
    is_lost: bool


@dataclass(frozen=True)
class Exported:
    """A quiz in another format, and what that format cannot say."""

    text: str
    notes: tuple[Unsaid, ...]


@dataclass
class Notes:
    """The notes of one import while it runs; the same one is kept once."""

    found: dict[Note, None] = field(default_factory=dict)

    def lost(self, line: int, message: str) -> None:
        """Note what could not be carried over."""
        self.found[Note(line, message, is_lost=True)] = None

    def changed(self, line: int, message: str) -> None:
        """Note what is said in another way."""
        self.found[Note(line, message, is_lost=False)] = None

    def sorted(self) -> tuple[Note, ...]:
        """Return the notes in the order of their lines."""
        return tuple(sorted(self.found))
