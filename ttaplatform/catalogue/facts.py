"""The facts that courses and pages use: courses/facts.yaml."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Fact:
    """A statement or number from outside, with its source and the day it was last compared with it."""

    id: str
    text: str
    source: str
    checked_on: str
    status: str


@lru_cache(maxsize=8)
def load_facts(folder: Path) -> dict[str, Fact]:
    """Return the facts of `folder`/facts.yaml by id; read once for each process."""
    raw: list[dict[str, Any]] = yaml.safe_load((folder / "facts.yaml").read_text("utf-8"))
    return {
        entry["id"]: Fact(entry["id"], str(entry["text"]), entry["source"], str(entry["checked_on"]), entry["status"])
        for entry in raw
    }


def fact_texts(folder: Path) -> dict[str, str]:
    """Return the text of each fact by id."""
    return {name: fact.text for name, fact in load_facts(folder).items()}
