"""Is a course careful with people and with facts: words, content notes, sources, facts with a day and a language."""

import re
from collections.abc import Iterator, Mapping

from ttaplatform import markup
from ttaplatform.catalogue.prose import Paragraph, paragraphs
from ttaplatform.catalogue.reference import QUOTED, Fact, Wording
from ttaplatform.catalogue.rules import Problem

LESSON = re.compile(r"/module(\.[a-z]{2})?\.md$")
ASKED = re.compile(r"^ {4,}>|^\s*(?:[-*]|\d+[.)])\s+(?:\[[ xX]\]|\[[^\]]+\]\(#scene-)")
WORDY = re.compile(r"[A-Za-z]{3,} ")
NOTED = re.compile(r"(?m)^content_note:\s*\S|^>\s*\[!CONTENT\]")


def check_care(path: str, text: str, wording: Wording) -> Iterator[Problem]:
    """Yield words to avoid in the file, and in a lesson what lacks a source or a content note."""
    is_lesson = LESSON.search(path) is not None
    before = ""
    for one in paragraphs(text):
        if not one.is_wrong_option:
            for words, instead in wording.avoided(one.text):
                yield Problem(path, one.line, "wording", f"{words!r}: better {instead!r}")
        if is_lesson and _is_uncited(one, before, wording):
            yield Problem(path, one.line, "uncited", "a number or finding without a source: add [@KEY]")
        before = one.raw
    if is_lesson and not NOTED.search(text) and (found := wording.sensitive.search(text)):
        line = text[: found.start()].count("\n") + 1
        yield Problem(path, line, "no-content-note", f"{found[0]!r} is told of without a content note")


def _is_uncited(one: Paragraph, before: str, wording: Wording) -> bool:
    """Say whether a paragraph tells a number or finding, and neither it nor the one before it names a source."""
    if ASKED.match(one.raw) or "[@" in one.raw or "[@" in before:
        return False
    plain = QUOTED.sub(" ", markup.FACT.sub(" ", one.text))
    return re.search(r"\d", plain) is not None or wording.factual.search(plain) is not None


def check_facts(path: str, text: str, facts: Mapping[str, Fact], language: str) -> Iterator[Problem]:
    """Yield facts that the file uses and that are not there, have no day, or no words in `language`."""
    for number, line in enumerate(text.splitlines(), 1):
        for name in markup.FACT.findall(line):
            fact = facts.get(name)
            if fact is None:
                yield Problem(path, number, "fact-unknown", f"there is no fact {name!r} in facts.yaml")
            elif not re.fullmatch(r"\d{4}-\d\d-\d\d", fact.checked_on):
                yield Problem(path, number, "fact-undated", f"the fact {name!r} has no day of its last check")
            elif language not in ("", "en", *fact.texts) and WORDY.search(fact.text):
                yield Problem(path, number, "fact-untranslated", f"the fact {name!r} has no text_{language}")
