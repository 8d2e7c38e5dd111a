"""The skeletons of questions that the editor inserts: each passes the checker before a word is filled in."""

import itertools
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader

from ttaplatform.catalogue.draft import Line
from ttaplatform.catalogue.quiz_text import parse_quiz

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
UNGRADED = {"likert", "open"}
TYPES = {
    "single": ["single"], "multiple": ["multiple"], "true-false": ["single"], "pool": ["single", "single"],
} | {kind: [kind] for kind in ("text", "number", "match", "order", "cloze", "scenario", "likert", "open")}  # fmt: skip


def snippets(course: object = None) -> dict[str, str]:
    """Return the skeletons by kind, as a browser reads them and the editor inserts them."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True, autoescape=True)
    html = page.get_template("authoring/editor_snippets.html").render(_=lambda words: words, course=course)
    found = re.findall(r'<template data-snippet="([\w-]+)">(.*?)</template>', html, re.S)
    numbers = itertools.count(1)
    return {kind: re.sub(r"\bid=ID\b", lambda _match: f"id=q{next(numbers)}", unescape(text)) for kind, text in found}


def test_every_type_has_a_skeleton():
    assert set(snippets()) == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_a_skeleton_passes_the_checker(kind):
    lines = [Line(number, text) for number, text in enumerate(snippets()[kind].strip().splitlines(), 1)]

    items, pools, problems = parse_quiz("quiz.md", lines, is_survey=kind in UNGRADED)

    assert not problems
    assert [item.type for item in items] == TYPES[kind]
    assert len(pools) == 1


def test_a_skeleton_tests_the_first_objective_of_its_course():
    course = SimpleNamespace(objectives={"LO7": "Tell an indicator from proof."})

    assert "objective=LO7" in snippets(course)["single"]
