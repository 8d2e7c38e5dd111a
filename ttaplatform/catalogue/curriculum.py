"""The map of the curriculum: course by objective, with the items that test it and the Plan's objectives."""

from collections.abc import Iterator, Sequence

from ttaplatform.catalogue.rules import Course

HEAD = """# The curriculum

Made by `tta course map courses`; a test compares this page with the courses. "Lessons" counts self-checks, scenarios
and knowledge checks, "final" the items of the final assessment. The Plan is the Federal Strategic Action Plan on
Services for Victims of Human Trafficking in the United States, 2013-2017; its objective 6 is targeted training.
"""


def curriculum_map(courses: Sequence[Course]) -> str:
    """Return the map as Markdown, a table for each course, in the order given."""
    return "\n".join([HEAD, *(line for course in courses for line in _table(course))])


def _table(course: Course) -> Iterator[str]:
    objectives = ", ".join(map(str, course.plan_objectives))
    scenarios = sum(bool(item.scenes) for item in course.items)
    yield f"## {course.title}"
    yield ""
    yield (
        f"`{course.slug}`: {course.minutes} minutes, {len(course.modules)} modules, scenarios: {scenarios}, "
        f"languages: {', '.join(course.languages)}; Plan goal {course.plan_goal}, objective {objectives}."
    )
    yield ""
    yield "| objective | lessons | final |"
    yield "|---|---|---|"
    for name, text in course.objectives.items():
        final = sum(item.objective == name for item in course.final.items)
        every = sum(item.objective == name for item in course.items)
        yield f"| {name} {text} | {every - final} | {final} |"
    yield ""
