"""What stands between the braces of a GIFT question: its type, its answers with weights and feedback."""

import re
from dataclasses import dataclass
from itertools import pairwise

from ttaplatform.exchange.gift_text import Text, cut, signs, text_of

TRUTH = re.compile(r"\s*(t|true|f|false)\s*(#|$)", re.IGNORECASE)
ORDER = re.compile(
    r"\s*>\s*(?P<count>\d+)\s*(?P<select>ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)?\s*"
    r"(?P<layout>HORIZONTAL|HORI|H|VERTICAL|VERT|V)?\s*(?P<grading>ALL_OR_NOTHING|[A-Z]+_[A-Z_]+|ABSOLUTE|RELATIVE|ABS)?"
    r"\s*(?P<shown>SHOW|HIDE|TRUE|FALSE|YES|NO)?[ \t]*(?:\n|$)"
)
WEIGHT = re.compile(r"\s*%\s*([+-]?)\s*(\d{1,3})(?:[.,](\d*))?\s*%")


@dataclass(frozen=True)
class Answer:
    """One answer: its sign (= right, ~ other, "" none), its weight in percent ("" none), words and feedback."""

    line: int
    sign: str
    weight: str
    text: Text
    feedback: Text


@dataclass(frozen=True)
class Answers:
    """An answer block; `general` is said whatever was answered, `head` is what an ordering says of itself.

    kind: choice, truth, text, number, match, order, open.
    """

    kind: str
    answers: tuple[Answer, ...]
    general: Text
    head: str = ""


def read_answers(raw: str, line: int, default: str, named: str = "") -> Answers:
    """Return what the braces hold, `raw` beginning at `line`; texts without a format have the `default` one.

    `named` is the kind that our own files name where GIFT leaves it open.
    """
    said, general = _general(raw, line, default)
    kind = named or kind_of(said)
    if kind == "order":
        return _order(said, line, default, general)
    if kind == "truth":
        return Answers(kind, (_truth(said, line, default),), general)
    if kind == "number":
        said = said.replace("#", " ", 1) if said.lstrip().startswith("#") else said
    answers = [] if kind == "open" else _split(said, line, default, "~=|[~=]" if kind in ("choice", "number") else "=")
    return Answers(kind, tuple(answers), general)


def _general(raw: str, line: int, default: str) -> tuple[str, Text]:
    """Return the block without its general feedback (behind ####), and that feedback; several become paragraphs."""
    first, *others = cut(raw, "#{4,}") if "####" in raw else [raw]
    if not others:
        return raw, Text("", default, line)
    said = [text_of(words, 0, default) for words in others]
    begins = text_of(others[0], line + first.count("\n"), default).line
    return first, Text(r"\n\n".join(text.raw for text in said), said[0].format, begins)


def kind_of(said: str) -> str:
    """Return the kind of an answer block as Moodle decides it; true and false are read in any case."""
    if not said.strip():
        return "open"
    if said.lstrip().startswith("#"):
        return "number"
    if ORDER.match(said):
        return "order"
    if "~" in said and any(signs("~", said)):
        return "choice"
    if TRUTH.match(said):
        return "truth"
    if "->" not in said:
        return "text"
    pairs = [piece for piece in cut(said, "=") if any(signs("->", cut(piece, "#", 1)[0]))]
    return "match" if len(pairs) > 1 else "text"


def looks_like_answers(raw: str) -> bool:
    """Say whether braces hold answers, and not words such as the 2 of x^{2}."""
    said = raw.strip()
    return not said or said[0] in "=~#%>" or bool(TRUTH.match(said)) or any(signs("[~=]", said))


def _split(said: str, line: int, default: str, pattern: str) -> list[Answer]:
    found = [
        (0, 0, ""),
        *((match.start(), match.end(), match[0][-1]) for match in signs(pattern, said)),
        (len(said), 0, ""),
    ]
    answers = []
    for (start, end, sign), (stop, _end, _sign) in pairwise(found):
        line += said.count("\n", start, end)
        piece = said[end:stop]
        if sign or piece.strip():
            answers.append(_answer(sign, piece, line, default))
        line += piece.count("\n")
    return answers


def _answer(sign: str, piece: str, line: int, default: str) -> Answer:
    weight = ""
    if match := WEIGHT.match(piece):
        weight = f"{match[1].strip('+')}{match[2]}" + (f".{match[3]}" if match[3] else "")
        line += piece.count("\n", 0, match.end())
        piece = piece[match.end() :]
    words, *feedback = cut(piece, "#", 1) if "#" in piece else [piece]
    text = text_of(words, line, default)
    return Answer(text.line, sign, weight, text, text_of("".join(feedback), line + words.count("\n"), default))


def _truth(said: str, line: int, default: str) -> Answer:
    """Return the right answer: its sign is T or F, its text is said of a wrong response, its feedback of a right."""
    words, wrong, right = [*cut(said, "#", 2), "", ""][:3]
    sign = words.strip()[0].upper()
    line += words.count("\n")
    return Answer(line, sign, "", text_of(wrong, line, default), text_of(right, line + wrong.count("\n"), default))


def _order(said: str, line: int, default: str, general: Text) -> Answers:
    match = ORDER.match(said)
    start = match.end() if match else 0
    line += said.count("\n", 0, start)
    empty = Text("", default, line)
    entries = [
        Answer(number, "", "", text_of(words, number, default), empty)
        for number, words in enumerate(said[start:].split("\n"), line)
        if words.strip()
    ]
    return Answers("order", tuple(entries), general, match[0].strip() if match else "")


def split_pair(text: Text) -> tuple[Text, Text] | None:
    """Return the two sides of a matching pair, None when no arrow parts them; Moodle reads the right one as plain."""
    sides = cut(text.raw, "->", 1)
    if len(sides) < 2:
        return None
    plain = text.format if text.format == "markdown" else "moodle"
    return Text(sides[0], text.format, text.line), Text(sides[1], plain, text.line + sides[0].count("\n"))
