"""What learners said, without names: evaluations, and what changed in practice. Few answers are not shown."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.catalogue.rules import EVALUATION, Course
from ttaplatform.learning.models import Reply

FEWEST_REPLIES = 5  # fewer could tell who it was


@dataclass(frozen=True)
class Voice:
    """A question of an evaluation: how often each option was chosen, and what was written."""

    stem_html: str
    counts: list[tuple[str, int]]
    words: list[str]


@dataclass(frozen=True)
class Voices:
    """The evaluations of a course, and by follow-up (days) how often each change in practice was named."""

    replies: int
    questions: list[Voice]
    practice: dict[str, tuple[int, Counter[str]]]

    @property
    def is_enough(self) -> bool:
        """Say whether the evaluations can be shown."""
        return self.replies >= FEWEST_REPLIES


def voices(session: Session, course: Course) -> Voices:
    """Return what learners said of the course; questions are those of its present evaluation."""
    rows = session.execute(
        select(Reply.form, Reply.answers)
        .join(CourseRecord, CourseRecord.id == Reply.course_id)
        .where(CourseRecord.slug == course.slug)
        .order_by(Reply.id)
    ).all()
    sent = [row.answers for row in rows if row.form == EVALUATION]
    questions = []
    for item in course.evaluation.items if course.evaluation else ():
        given = [value for answers in sent for value in answers.get(item.id, [])]
        chosen = Counter(given)
        counts = [(option.html, chosen[option.key]) for option in item.options]
        questions.append(Voice(item.stem_html, counts, [] if item.options else given))
    practice = {}
    for form in sorted({row.form for row in rows} - {EVALUATION}):
        replies = [row.answers for row in rows if row.form == form]
        named = Counter(name for answers in replies for part in answers.values() for name in part)
        if len(replies) >= FEWEST_REPLIES:
            practice[form.rsplit("-", 1)[1]] = (len(replies), named)
    return Voices(len(sent), questions, practice)
