"""Questions in the quiz dialect, line by line: heading, settings, options with feedback, notes."""

from collections.abc import Mapping, Sequence

from ttaplatform.exchange.gift_markdown import harmless_option

LABELS = {"hint": "Hint", "right": "Right", "wrong": "Wrong", "explanation": "Explanation"}
ORDER = ("type", "shuffle", "points", "credit", "case", "objective", "family")


def head_lines(stem: Sequence[str], settings: Mapping[str, str]) -> list[str]:
    """Return heading, settings and the rest of a stem so that the parser puts them together as they were."""
    words = [f"{name}={settings[name]}" if settings[name] else name for name in ORDER if name in settings]
    comment = f"<!-- quiz: {' '.join(['id=' + settings['id'], *words])} -->"
    heading, rest = f"## Question: {stem[0].strip()}", list(stem[1:])
    if not rest:
        return [heading, "", comment]
    if rest[:2] == ["", ""]:
        return [heading, "", comment, *rest[1:]]
    return [heading, comment, *rest]


def option_lines(mark: str, words: str, weight: str, feedback: str, *, can_weigh: bool = True) -> list[str]:
    """Return an option: its mark, words and weight, further lines indented, and its feedback as a nested quote."""
    first, *others = harmless_option(words.split("\n"), has_weight=bool(weight) or not can_weigh) or [""]
    lines = [f"{mark} {first}", *(f"    {line}" for line in others)]
    if weight:
        lines[-1] += f" ({weight}%)"
    return [*lines, *feedback_lines(feedback)]


def feedback_lines(feedback: str) -> list[str]:
    """Return feedback as the quote nested under an option; nothing for none."""
    if not feedback.strip():
        return [""]
    return ["", *(f"    > {line}" if line else "    >" for line in feedback.split("\n")), ""]


def note_lines(words: Mapping[str, str]) -> list[str]:
    """Return the quote below a question: a paragraph for each of hint, right, wrong and explanation."""
    paragraphs = [f"**{label}:** {words[name]}".split("\n") for name, label in LABELS.items() if words.get(name)]
    lines = [line for paragraph in paragraphs for line in ["", *paragraph]][1:]
    return ["", *(f"> {line}" if line else ">" for line in lines)] if lines else []
