"""GIFT out: a quiz as a file that Moodle reads, and a note of all that GIFT cannot say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ttaplatform import markup
from ttaplatform.catalogue.draft import CITATION, numbered
from ttaplatform.catalogue.quiz_text import parse_questions
from ttaplatform.catalogue.rules import Item, Pool, Quiz
from ttaplatform.exchange.gift_blocks import TYPES, Block, marked
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.gift_text import escaped
from ttaplatform.exchange.gift_words import PICTURE
from ttaplatform.exchange.report import Exported, Unsaid

WHY = {
    "scenario": "GIFT has no branching scenarios; it was left out",
    "likert": "GIFT has no ratings; it was left out",
    "cloze": "GIFT has no text with several gaps; it was left out",
    "text": "GIFT has no patterns, and this item accepts nothing else; it was left out",
}
LABELS = ("hint", "right", "wrong", "explanation")
LOOSE = "all"  # the parser's name for the questions outside of pools


@dataclass
class _Writer:
    """One export while it runs."""

    notes: list[Unsaid] = field(default_factory=list)

    def note(self, item: Item | None, message: str, *, is_lost: bool) -> None:
        self.notes.append(Unsaid(item.id if item else "", message, is_lost))

    def item(self, item: Item) -> str:
        """Return the item in GIFT, "" when GIFT cannot ask it."""
        block = TYPES[item.type](item) if item.type in TYPES and item.source else None
        if block is None or block.answers is None:
            self.note(item, WHY.get(item.type, f"GIFT has no items of type {item.type}; it was left out"), is_lost=True)
            return ""
        self._unsaid(item, block)
        return "\n".join([_moodle_comment(item), *_own_comments(item, block), _question(item, block)])

    def _unsaid(self, item: Item, block: Block) -> None:
        for message in block.lost:
            self.note(item, message, is_lost=True)
        for message in block.kept:
            self.note(item, message, is_lost=False)
        if names := [*_own_settings(item, block), *_own_words(block)]:
            self.note(item, f"kept in a comment that only this platform reads: {', '.join(names)}", is_lost=False)
        for words in block.source.loose:
            self.note(item, f"a paragraph of its notes without a label: {words[:80]}", is_lost=True)
        if CITATION.search(item.source) or markup.FACT.search(item.source):
            self.note(item, "citations and facts are plain text in GIFT", is_lost=False)
        for match in PICTURE.finditer(item.source):
            self.note(item, f"the picture {match[2]} is named but not in the file", is_lost=True)

    def pool(self, pool: Pool, blocks: Sequence[str]) -> list[str]:
        """Return a pool's questions under their category."""
        if not pool.name:
            return list(blocks)
        if pool.draw != len(pool.item_ids):
            message = (
                f"the pool {pool.name} draws {pool.draw} of {len(pool.item_ids)}; a GIFT category has no such number"
            )
            self.note(None, message, is_lost=False)
        head = f"// quiz-pool: {pool.name} draw={pool.draw}\n$CATEGORY: $course$/top/{escaped(pool.name)}"
        return [head, *blocks]

    def check(self, quiz: Quiz, text: str, left_out: set[str]) -> None:
        """Note each item that would come back with another stem, option or key."""
        back, _problems = parse_questions("", numbered(read_gift(text.encode()).text), is_survey=True)
        hashes = {item.id: item.hash for item in back}
        for item in quiz.items:
            if item.id not in left_out and hashes.get(item.id) != item.hash:
                self.note(item, "GIFT cannot say its words to the letter; it comes back changed", is_lost=True)


def _moodle_comment(item: Item) -> str:
    tags = {"objective": item.objective, "family": item.family}
    said = [f"[tag:{name}:{value.replace(']', '')}]" for name, value in tags.items() if value]
    return " ".join([f"// [id:{item.id}]", *said])


def _own_settings(item: Item, block: Block) -> list[str]:
    settings = {name: value for name, value in block.source.settings.items() if name in ("points", "credit", "case")}
    settings |= block.settings
    if settings.get("points") == "1":  # the default
        del settings["points"]
    shuffle = ["shuffle"] if "shuffle" in block.source.settings else []
    return [*shuffle, *(f"{name}={value}" if value else name for name, value in settings.items())]


def _own_words(block: Block) -> list[str]:
    return [name for name in LABELS if block.source.notes.get(name) and name not in block.said]


def _own_comments(item: Item, block: Block) -> list[str]:
    words = {name: value for name, value in block.words.items() if value}
    words |= {name: block.source.notes[name] for name in _own_words(block)}
    settings = _own_settings(item, block)
    lines = [f"// quiz: {' '.join(settings)}"] if settings else []
    return [*lines, *(f"// quiz-{name}: {escaped(value)}" for name, value in words.items())]


def _question(item: Item, block: Block) -> str:
    opening = f"::{escaped(item.id)}::[markdown]"
    if block.is_within:
        return opening + block.stem
    answers = list(block.answers or [])
    general = block.source.notes.get("explanation", "")
    if general:
        answers.append(f"####{marked(general)}")
    head = answers.pop(0) if answers and (answers[0] == "#" or answers[0].startswith((">", "TRUE", "FALSE"))) else ""
    lines = "".join(f"\t{answer}\n" for answer in answers)
    return f"{opening}{escaped(block.stem)}{{{head}{chr(10) if lines else ''}{lines}}}"


def write_gift(quiz: Quiz) -> Exported:
    """Return the quiz in GIFT, and what it cannot say of each item.

    Texts are written as [markdown], as their author wrote them. What Moodle does not know (pools that draw, points,
    hints) stands in comments that begin with `// quiz`, so that our own files come back the same.
    """
    writer = _Writer()
    blocks = {item.id: block for item in quiz.items if (block := writer.item(item))}
    pooled = [pool for pool in quiz.pools if pool.name != LOOSE or pool.draw != len(pool.item_ids)]
    inside = {item_id for pool in pooled for item_id in pool.item_ids}
    parts = [blocks[item.id] for item in quiz.items if item.id in blocks and item.id not in inside]
    for pool in pooled:
        parts += writer.pool(pool, [blocks[item_id] for item_id in pool.item_ids if item_id in blocks])
    text = "\n\n".join(parts) + "\n" if parts else ""
    writer.check(quiz, text, {item.id for item in quiz.items} - set(blocks))
    return Exported(text, tuple(writer.notes))
