"""GIFT in: the bytes of a file to questions in the quiz dialect, and a note of all that changed or was lost."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ttaplatform.exchange.gift_answering import KINDS, Body
from ttaplatform.exchange.gift_comments import VALID_ID, Names, Said, read_comments, slug
from ttaplatform.exchange.gift_dialect import head_lines, note_lines
from ttaplatform.exchange.gift_encoding import GAP, decoded
from ttaplatform.exchange.gift_gaps import cloze
from ttaplatform.exchange.gift_html import code_lines
from ttaplatform.exchange.gift_markdown import harmless, plain_blocks, plain_inline
from ttaplatform.exchange.gift_parts import Parts, default_name, parts_of
from ttaplatform.exchange.gift_questions import CATEGORY, Passage, passages
from ttaplatform.exchange.gift_text import unescaped
from ttaplatform.exchange.gift_words import block, inline
from ttaplatform.exchange.report import Imported, Notes

ROOTS = {"", "top", "$course$", "$module$", "$system$", "$category$"}
POOL = re.compile(r"([\w-]+)(?:\s+draw=(\d+))?$")
MACHINE_GAP = "_____"
CODE_FIRST = re.compile(r"\A(?: {4}[^\n]*(?:\n|\Z)|\n)+")  # a heading cannot be a code block


@dataclass
class _Pool:
    """A category as a pool: its name ("" for questions outside any), how many it draws, its questions."""

    name: str
    line: int
    draw: int = 0
    questions: list[str] = field(default_factory=list)


@dataclass
class _Reader:
    """One import while it runs."""

    notes: Notes
    ids: Names
    pool_names: Names = field(default_factory=Names)
    pools: dict[str, _Pool] = field(default_factory=lambda: {"": _Pool("", 1)})
    category: str = ""
    count: int = 0

    def read(self, passage: Passage) -> None:
        """Read one passage of the file."""
        said = read_comments(passage.comments, self.notes)
        if match := CATEGORY.match(passage.text):
            self._open_category(passage.text[match.end() :].strip(), passage.line, said)
            return
        parts = parts_of(passage, self.notes, said.settings.get("type", ""))
        lines = self._question(parts, said) if parts.blocks else self._description(parts, said)
        self.pools[self.category].questions.append("\n".join(lines).strip("\n"))

    def _open_category(self, raw: str, line: int, said: Said) -> None:
        path = unescaped(raw)
        steps = [step.strip().replace("\0", "/") for step in path.replace("//", "\0").split("/")]
        steps = [step for step in steps if step.lower() not in ROOTS]
        self.category = "/".join(steps)
        own = POOL.match(said.words.get("pool", ""))
        if self.category and self.category not in self.pools:
            name = self.pool_names.new(own[1] if own else slug(steps[-1]) or "pool")
            self.pools[self.category] = _Pool(name, line, int((own and own[2]) or 0))
            if name != path.rpartition("/")[2]:
                self.notes.changed(line, f"the category {path[:200]} became the pool {name}")

    def _description(self, parts: Parts, said: Said) -> list[str]:
        """Return words that are no question: they stay in the file, where learners do not see them."""
        message = "a description stays in the file under a heading of its own; learners do not see it"
        self.notes.lost(parts.line, message)
        if said.id or said.settings:
            self.notes.lost(parts.line, f"the id and tags of a description were left out: {said.id}")
        title = f"## Text: {plain_inline(parts.name)}".strip()
        return harmless(f"{title}\n\n{block(parts.stem, self.notes)}", "", parts.line, self.notes)

    def _question(self, parts: Parts, said: Said) -> list[str]:
        self.count += 1
        is_cloze = len(parts.blocks) > 1 or said.settings.get("type") == "cloze"
        if is_cloze:
            stem, body = cloze(parts, self.notes)
        else:
            body = KINDS[parts.blocks[0].kind](parts.blocks[0], said.settings | said.words, self.notes)
            stem = self._stem(parts, body, said)
        settings = self._settings(parts, said, body)
        general = "" if is_cloze or body.type == "open" else inline(parts.blocks[0].general, self.notes)
        words = {} if body.type == "open" else {"explanation": general, **_spoken(said), **body.words}
        return [*head_lines(stem, settings), "", *"\n".join(body.lines).strip("\n").split("\n"), *note_lines(words)]

    def _stem(self, parts: Parts, body: Body, said: Said) -> list[str]:
        """Return the lines of the stem, the gap of a missing word shown as a line."""
        kind = body.type or "choice"
        markdown = block(parts.stem, self.notes).replace(GAP, MACHINE_GAP)
        markdown = CODE_FIRST.sub(lambda match: code_lines(match[0]).replace("\n", "") + "\n\n", markdown)
        if parts.stem.format != "markdown":
            markdown = re.sub(r"^(?:#+ )?([^\n]*)\n\n", r"\1\n\n\n", markdown)
        markdown = re.sub(r"\A([^\n]*[^\n ]) {2,}\n", r"\1<br>\n", markdown)  # a heading cannot end in blanks
        if not markdown.strip():
            markdown = plain_blocks(parts.name or said.id or MACHINE_GAP)
            self.notes.changed(parts.line, f"a question without words was given these: {markdown}")
        markdown = "\\" + markdown.strip() if markdown.strip() == MACHINE_GAP else markdown
        lines = harmless(markdown.strip(), kind, parts.line, self.notes)
        return lines if lines and lines[0].strip() else ["\\" + MACHINE_GAP, *lines]

    def _settings(self, parts: Parts, said: Said, body: Body) -> dict[str, str]:
        settings = {name: value for name, value in said.settings.items() if name != "weights"}
        settings |= body.settings
        if settings.get("type") in ("single", "text", "cloze") or body.type:
            settings["type"] = body.type
        if not settings.get("type"):
            settings.pop("type", None)
        return {"id": self._id(parts, said)} | settings

    def _id(self, parts: Parts, said: Said) -> str:
        name = slug(parts.name)
        wanted = (said.id if VALID_ID.fullmatch(said.id) else slug(said.id)) or name
        given = self.ids.new(wanted) if wanted else self.ids.numbered("q")
        if said.id and given != said.id:
            self.notes.changed(parts.line, f"the id {said.id[:100]} became {given}")
        elif not said.id and given != wanted and wanted:
            self.notes.changed(parts.line, f"a name was given twice; the id became {given}")
        if parts.name and not _is_kept(parts, name, given):
            self.notes.lost(parts.line, f"the name was left out: {parts.name[:200]}")
        return given

    def text(self) -> str:
        """Return all pools as one text in the dialect."""
        return "\n\n".join(filter(None, map(self._pool_text, self.pools.values()))) + "\n"

    def _pool_text(self, pool: _Pool) -> str:
        count = sum(question.startswith("## Question:") for question in pool.questions)
        if not pool.name or not count:
            if pool.name:
                self.notes.changed(pool.line, f"the category {pool.name} has no questions")
            return "\n\n".join(pool.questions)
        draw = pool.draw if 1 <= pool.draw <= count else count
        return "\n\n".join([f"<!-- pool: {pool.name} draw={draw} -->", *pool.questions, "<!-- /pool -->"])


def _is_kept(parts: Parts, name: str, given: str) -> bool:
    """Say whether an item's id or the beginning of its words tells the name of the question."""
    if name and given.lower().startswith(name):
        return len(parts.name) <= len(name) + 20
    return default_name(parts.stem).startswith(parts.name.rstrip(". …"))


def _spoken(said: Said) -> Mapping[str, str]:
    return {name: words for name, words in said.words.items() if name in ("hint", "right", "wrong")}


def read_gift(data: bytes, taken: Collection[str] = ()) -> Imported:
    """Return the questions of a GIFT file in the quiz dialect, with a note of all that changed or was lost.

    The text has no front matter; the ordinary parser reads and checks it. `taken` are the ids that exist already in
    the course. No bytes raise an error. Escapes, answers and formats are read as Moodle does
    (docs.moodle.org, "GIFT format"), and more liberally where a file is sloppy.
    """
    notes = Notes()
    reader = _Reader(notes, Names(frozenset(taken)))
    found, trailing = passages(decoded(data, notes))
    for passage in found:
        reader.read(passage)
    read_comments(trailing, notes)
    text = reader.text() if reader.count or any(pool.questions for pool in reader.pools.values()) else ""
    return Imported(text, reader.count, notes.sorted())
