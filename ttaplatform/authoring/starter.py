"""What a new course and a new module begin with: small sound files that say what to write where."""

import yaml

from ttaplatform.authoring.rules import slug_of

COURSE = """---
{settings}---

Say in two or three sentences what this course is about and for whom it is.
"""
MODULE = """---
{settings}---

## First section

Write the lesson here. Leave an empty line between paragraphs.

> [!TIP]
> A short point that people should keep.
"""
QUIZ = """---
title: {title}
---

{question}"""
QUESTION = """## Question: Write the question here

<!-- quiz: id={id} objective=LO1 -->

1. [x] The right answer

    > Say why it is right.

2. [ ] An answer that is wrong

    > Say why it is not.

> **Explanation:** What everyone should know after this question.
"""
JOB_AID = """---
title: On one page
---

## First

- The first thing to do
"""
EVALUATION = """---
title: Evaluation
---

## Question: What I learned helps me in my work.

<!-- quiz: id=ev-useful type=likert -->

1. Not at all
2. A little
3. Mostly
4. Very much

## Question: What should we change?

<!-- quiz: id=ev-change type=open -->
"""


def course_files(title: str, *, slug: str, summary: str, sector: str, minutes: int, language: str) -> dict[str, str]:
    """Return the files of a new course with one module, a final assessment and an evaluation."""
    settings = {
        "title": title, "slug": slug, "summary": summary, "audience": [], "sector": sector, "level": "beginning",
        "languages": [language], "minutes": minutes, "passing_percent": 80, "attempts": 3, "certificate": True,
        "objectives": {"LO1": "Write here what learners can do after this course."}, "sources": [],
    }  # fmt: skip
    return {
        "course.md": COURSE.format(settings=front_matter(settings)),
        **module_files("First module", folder="01-first-module", minutes=max(1, minutes - 10), taken=()),
        "final/quiz.md": QUIZ.format(title="Final assessment", question=QUESTION.format(id="final-1")),
        "evaluation.md": EVALUATION,
    }


def module_files(title: str, *, folder: str, minutes: int, taken: tuple[str, ...]) -> dict[str, str]:
    """Return the files of a new module: its lesson, and a knowledge check whose item id is none of those `taken`."""
    name = slug_of(title, taken)
    settings = {"title": title, "minutes": minutes, "objectives": ["LO1"]}
    return {
        f"{folder}/module.md": MODULE.format(settings=front_matter(settings)),
        f"{folder}/quiz.md": quiz_file(name),
    }


def quiz_file(name: str) -> str:
    """Return a knowledge check with one question, whose id begins with `name`."""
    return QUIZ.format(title="Knowledge check", question=QUESTION.format(id=f"{name}-1"))


def front_matter(settings: dict[str, object]) -> str:
    """Return settings as YAML, one a line, in their order; only objectives and sources take several lines."""
    return "".join(_setting(name, value) for name, value in settings.items())


def _setting(name: str, value: object) -> str:
    is_long = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))
    if is_long and value:
        return _dumped({name: value}, is_inline=False)
    if isinstance(value, list | dict):
        return f"{name}: {_dumped(value, is_inline=True)}"
    return _dumped({name: value}, is_inline=False)


def _dumped(value: object, *, is_inline: bool) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=is_inline)
