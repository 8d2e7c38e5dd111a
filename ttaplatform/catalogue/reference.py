"""What courses are written from and checked against: courses/facts.yaml and courses/wording.yaml."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

KEYS = ("id", "text", "source", "checked_on", "status")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")


@dataclass(frozen=True)
class Fact:
    """A statement or number from outside, with its source and the day it was last compared with it.

    `texts` are its words in other languages than English; a fact without letters needs none.
    """

    id: str
    text: str
    source: str = ""
    checked_on: str = ""
    status: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wording:
    """Words of one language that the checker looks for; see courses/wording.yaml."""

    avoid: tuple[tuple[re.Pattern[str], str], ...]
    sensitive: re.Pattern[str]
    catch_all: re.Pattern[str]
    factual: re.Pattern[str]

    @cached_property
    def any_avoided(self) -> re.Pattern[str]:
        """Return a pattern of all words to avoid together."""
        return re.compile("|".join(pattern.pattern for pattern, _instead in self.avoid) or r"(?!)", re.IGNORECASE)

    def avoided(self, text: str) -> list[tuple[str, str]]:
        """Return the words of `text` that are to be avoided, and what to write instead; quoted ones are left alone."""
        found: list[tuple[str, str]] = []
        rest = QUOTED.sub(" ", text)
        if not self.any_avoided.search(rest):  # most paragraphs
            return found
        for pattern, instead in self.avoid:
            found += [(match[0], instead) for match in pattern.finditer(rest)]
            rest = pattern.sub(" ", rest)
        return found


@dataclass(frozen=True)
class Reference:
    """Facts by id and wording by language."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    wording: Mapping[str, Wording] = field(default_factory=dict)


@lru_cache(maxsize=8)
def load_facts(folder: Path) -> dict[str, Fact]:
    """Return the facts of `folder`/facts.yaml by id; read once for each process."""
    raw: list[dict[str, Any]] = yaml.safe_load((folder / "facts.yaml").read_text("utf-8"))
    return {entry["id"]: _fact(entry) for entry in raw}


def _fact(entry: Mapping[str, Any]) -> Fact:
    name, text, source, day, status = (str(entry.get(key) or "") for key in KEYS)
    texts = {key.removeprefix("text_"): str(words) for key, words in entry.items() if key.startswith("text_")}
    return Fact(name, text, source, day, status, texts)


@lru_cache(maxsize=8)
def load_wording(folder: Path) -> dict[str, Wording]:
    """Return `folder`/wording.yaml by language; nothing when it is not there."""
    path = folder / "wording.yaml"
    raw: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}
    return {
        language: Wording(
            tuple((_words([pattern]), instead) for pattern, instead in lists["avoid"].items()),
            *(_words(lists[name]) for name in ("sensitive", "catch_all", "factual")),
        )
        for language, lists in raw.items()
    }


def _words(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def load_reference(folder: Path) -> Reference:
    """Return facts and wording of `folder`."""
    return Reference(load_facts(folder), load_wording(folder))


@lru_cache(maxsize=8)
def fact_texts(folder: Path) -> dict[str, str]:
    """Return the text of each fact by id, and those in other languages by id.es."""
    texts = {name: fact.text for name, fact in load_facts(folder).items()}
    for name, fact in load_facts(folder).items():
        texts |= {f"{name}.{language}": text for language, text in fact.texts.items()}
    return texts
