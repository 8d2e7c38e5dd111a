"""Several answer blocks in one GIFT text, or one that our own file marks: a text with gaps of the quiz dialect."""

from ttaplatform.exchange.gift_answering import Body
from ttaplatform.exchange.gift_answers import Answer, Answers
from ttaplatform.exchange.gift_encoding import GAP
from ttaplatform.exchange.gift_markdown import gap_words, harmless, plain_inline
from ttaplatform.exchange.gift_parts import Parts
from ttaplatform.exchange.gift_words import block, inline, plain
from ttaplatform.exchange.report import Notes


def cloze(parts: Parts, notes: Notes) -> tuple[list[str], Body]:
    """Return the lines of heading and text, and the rest of the item; gaps have no weights and no feedback."""
    said: list[str] = []
    pieces = "\n".join(harmless(_headed(parts, notes), "cloze", parts.line, notes)).split(GAP)
    text = pieces[0]
    for answers, words in zip(parts.blocks, pieces[1:], strict=False):
        text += f"[[{_gap(answers, said, notes)}]]{words}"
    heading, _, rest = text.partition("\n")
    return [heading, "", "", *rest.strip().split("\n")], Body("cloze", [], words={"explanation": "<br>".join(said)})


def _headed(parts: Parts, notes: Notes) -> str:
    """Return the text under a heading without gaps: its own first line, or one that is added."""
    text = "\n".join(harmless(block(parts.stem, notes), "", parts.line, notes))
    heading, _, rest = text.partition("\n")
    if GAP not in heading and rest.strip():
        return text
    added = plain_inline(parts.name) or "Fill in the gaps."
    notes.changed(parts.line, f"the gaps stand under a heading that was added: {added}")
    return f"{added}\n\n{text}"


def _gap(answers: Answers, said: list[str], notes: Notes) -> str:
    if answers.kind == "truth":
        return "(True)|False" if answers.answers[0].sign == "T" else "True|(False)"
    is_chosen = answers.kind == "choice"
    words = []
    for answer in answers.answers:
        _say(answer, said, notes)
        raw = plain(answer.text, notes)
        clean = gap_words(raw.partition(":")[0] if answers.kind == "number" else raw)
        if clean != raw:
            notes.changed(answer.line, f"in a gap {raw[:80]} became {clean[:80]}")
        if clean and (is_chosen or answer.sign != "~"):
            words.append(f"({clean})" if is_chosen and _is_right(answer) else clean)
    if not answers.general.is_empty:
        said.append(inline(answers.general, notes))
    return "|".join(dict.fromkeys(words)) or "?"


def _is_right(answer: Answer) -> bool:
    return answer.sign == "=" or float(answer.weight or 0) > 0


def _say(answer: Answer, said: list[str], notes: Notes) -> None:
    """Keep the feedback of a gap's answer in the explanation; note a weight."""
    if answer.weight.strip("0") not in ("", "1", "1."):
        notes.lost(answer.line, f"a gap's answer has no weight; left out: {answer.weight}%")
    if not answer.feedback.is_empty:
        notes.changed(answer.line, "a gap has no feedback of its own; it went into the explanation")
        said.append(f"{inline(answer.text, notes)}: {inline(answer.feedback, notes)}")
