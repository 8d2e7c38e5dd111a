"""What a learner has done in one enrolment, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Milestone(StrEnum):
    """What is recorded once for an enrolment."""

    STARTED = "started"
    COMPLETED = "completed"
    PASSED = "passed"


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
    """The lessons finished by their Next button, and the attempts submitted."""

    finished_lessons: frozenset[str] = frozenset()
    results: tuple[AttemptResult, ...] = field(default=())

    def results_of(self, quiz: str) -> list[AttemptResult]:
        """Return the submitted attempts at `quiz`, in order."""
        return [result for result in self.results if result.quiz == quiz]
