"""What a learner has done in one enrolment, as plain values; and what may stand in a free text."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Milestone(StrEnum):
    """What is recorded once for an enrolment."""

    STARTED = "started"
    COMPLETED = "completed"
    PASSED = "passed"


POINTS_TO_SOMEBODY = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)"  # mail address, telephone
    r"|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)|(?<!\d)\d{1,2}/\d{1,2}/(?:19|20)?\d{2}(?!\d)"  # Social Security number, date
)


def points_to_somebody(text: str) -> bool:
    """Say whether a free text holds what could point to a person: no data about victims, ever."""
    return POINTS_TO_SOMEBODY.search(text) is not None


@dataclass(frozen=True)
class AttemptResult:
    """A submitted attempt. `score_percent` is rounded down, so that 79.9 is never shown as 80."""

    quiz: str
    number: int
    score_percent: int
    has_passed: bool
    submitted_at: datetime


@dataclass(frozen=True)
class Progress:
    """The lessons finished by their Next button, the attempts submitted, and whether the evaluation was sent."""

    finished_lessons: frozenset[str] = frozenset()
    results: tuple[AttemptResult, ...] = field(default=())
    has_evaluated: bool = False

    def results_of(self, quiz: str) -> list[AttemptResult]:
        """Return the submitted attempts at `quiz`, in order."""
        return [result for result in self.results if result.quiz == quiz]
