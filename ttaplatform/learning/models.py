"""Tables of learning: enrolments, finished lessons, attempts with their responses, replies, milestones."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base

_OPEN = text("closed_at is null")
_UNSUBMITTED = text("submitted_at is null")


class Enrolment(Base):
    """One learner in one course, on the release that they began; a renewal is a new one."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("uq_enrolment_open", "account_id", "course_id", unique=True,
              sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class FinishedLesson(Base):
    """A lesson that was finished by its Next button."""

    __tablename__ = "finished_lesson"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    finished_at: Mapped[datetime]


class CreditChoice(Base):
    """A credit that the learner wants for an enrolment, with what its rule asks them to type or to state."""

    __tablename__ = "credit_choice"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(100), primary_key=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    chosen_at: Mapped[datetime]
    attested_at: Mapped[datetime | None]


class LessonTime(Base):
    """How long a learner was active in a lesson, where a credit asks it; `counted_until` is the last moment counted."""

    __tablename__ = "lesson_time"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    seconds: Mapped[int] = mapped_column(default=0)
    counted_until: Mapped[datetime]


class EnrolmentMove(Base):
    """A learner in progress who was moved to another release by a safety-critical change, until they have seen why."""

    __tablename__ = "enrolment_move"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    from_release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    moved_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class Attempt(Base):
    """One try at one quiz: what it shows of the release, and its score once it is submitted.

    An open one moves with its enrolment to another release; a submitted one stays on that which was asked.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz", "number"),
        Index("uq_attempt_open", "enrolment_id", "quiz", unique=True,
              sqlite_where=_UNSUBMITTED, postgresql_where=_UNSUBMITTED),
        CheckConstraint("(submitted_at is null) = (score_percent is null)", name="scored"),
        CheckConstraint("score_percent between 0 and 100", name="score_percent"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    quiz: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    seed: Mapped[int]
    shown: Mapped[list[Any]] = mapped_column(JSON)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score_percent: Mapped[int | None]
    has_passed: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    marked: Mapped[list[str]] = mapped_column(JSON, default=list)


class Response(Base):
    """What was answered to an item in an attempt, as last saved.

    `version` counts the savings, so that a page that was opened earlier does not overwrite a newer answer.
    `writer` is the page that saved it last: the same page may always go on. `is_final` is set once the feedback was
    shown: then it stays.
    """

    __tablename__ = "response"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[list[str]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    writer: Mapped[str] = mapped_column(String(16), default="")
    is_final: Mapped[bool] = mapped_column(default=False)


class Reply(Base):
    """What somebody answered in an evaluation or about their practice; it does not say who, and only in which month.

    Its id is random, so that the order of the rows tells nothing either.
    """

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    form: Mapped[str] = mapped_column(String(20))
    month: Mapped[date]
    profession_id: Mapped[int] = mapped_column(ForeignKey("profession.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)


class Invitation(Base):
    """A mail that asks a learner back some days after completion, to a follow-up or a booster, with its own link."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind", "days"),
        CheckConstraint("kind in ('follow-up', 'booster')", name="kind"),
        Index("ix_invitation_due_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    days: Mapped[int]
    due_at: Mapped[datetime]
    mails: Mapped[int] = mapped_column(default=0)
    mailed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class MilestoneRecord(Base):
    """Started, completed or passed: recorded once per enrolment, with agency and profession of that moment."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind"),
        CheckConstraint("kind in ('started', 'completed', 'passed')", name="kind"),
        CheckConstraint("(kind = 'passed') = (score_percent is not null)", name="score"),
        Index("ix_milestone_kind_reached_at", "kind", "reached_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    kind: Mapped[str] = mapped_column(String(10))
    reached_at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    profession_id: Mapped[int] = mapped_column(ForeignKey("profession.id"))
    minutes: Mapped[int]
    score_percent: Mapped[int | None]
