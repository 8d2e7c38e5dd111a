"""The settings at the head of a course file, read for a form and written back: every other line stays as it was."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from ttaplatform.authoring.starter import front_matter
from ttaplatform.catalogue.text import plain

KEY = re.compile(r"^([a-z_]+):")
OBJECTIVE = re.compile(r"^\s*([A-Z]{1,4}\d{1,2})\s*[:.]\s*(\S.*)$")
SOURCE_PARTS = ("key", "publisher", "title", "year", "url")


def read_settings(text: str) -> dict[str, Any]:
    """Return the settings of a file; nothing while they cannot be read."""
    head, _body = split_settings(text)
    try:
        found = yaml.safe_load("\n".join(head))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def with_settings(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with these settings; one that is the same already, and every other line, is not touched."""
    head, body = split_settings(text)
    known = read_settings(text)
    for name, value in values.items():
        if name not in known or known[name] != value:
            head = _replaced(head, name, front_matter({name: value}).rstrip("\n").split("\n"))
    return "\n".join(["---", *head, "---", *body])


def split_settings(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of the settings and those of the body; a text without settings is all body."""
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    if lines[0].strip() != "---" or not end:
        return [], lines
    return lines[1:end], lines[end + 1 :]


def _replaced(head: Sequence[str], name: str, new: Sequence[str]) -> list[str]:
    """Return the lines with those of one setting replaced, or with it added at the end."""
    start = next((n for n, line in enumerate(head) if (match := KEY.match(line)) and match[1] == name), None)
    if start is None:
        return [*head, *new]
    end = next((n for n in range(start + 1, len(head)) if KEY.match(head[n]) or head[n].startswith("#")), len(head))
    return [*head[:start], *new, *head[end:]]


def module_title(files: Mapping[str, str], folder: str) -> str:
    """Return a module's title as its settings say, or its folder while they do not."""
    title = read_settings(plain(files.get(f"{folder}/module.md", ""))).get("title")
    return str(title) if title else folder


def objectives_from(typed: str) -> dict[str, str] | None:
    """Return objectives by id from lines such as "LO1: Tell …"; None when a line is none, or an id comes twice."""
    lines = [line for line in typed.splitlines() if line.strip()]
    found = [match.groups() for line in lines if (match := OBJECTIVE.match(line))]
    objectives = {name: words.strip() for name, words in found}
    return objectives if len(objectives) == len(lines) else None


def objectives_text(objectives: object) -> str:
    """Return objectives as the lines that `objectives_from` reads."""
    pairs = objectives.items() if isinstance(objectives, dict) else ()
    return "\n".join(f"{name}: {words}" for name, words in pairs)


def sources_from(typed: str) -> list[dict[str, Any]] | None:
    """Return sources from lines of key | publisher | title | year | address; None when a line is none."""
    found = []
    for line in typed.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if not line.strip():
            continue
        if len(parts) != len(SOURCE_PARTS) or not re.fullmatch(r"[A-Z0-9][A-Z0-9-]*", parts[0]):
            return None
        if not parts[4].startswith(("https://", "http://")):
            return None
        year = int(parts[3]) if parts[3].isdecimal() else parts[3]
        found.append({**dict(zip(SOURCE_PARTS, parts, strict=True)), "year": year})
    return found


def sources_text(sources: object) -> str:
    """Return sources as the lines that `sources_from` reads."""
    listed = sources if isinstance(sources, list) else []
    rows = [[str(one.get(name, "")) for name in SOURCE_PARTS] for one in listed if isinstance(one, dict)]
    return "\n".join(" | ".join(row) for row in rows)


def as_day(value: object) -> date | None:
    """Return a setting that is a day, None when it is none."""
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None
