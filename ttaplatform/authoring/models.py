"""Tables of authoring: drafts of courses with their files and versions, reviews, comments, and the rule of review."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.authoring.rules import KINDS, NEEDS, REVIEWS, STATES, VERDICTS
from ttaplatform.db import Base

_OPEN = text("state in ('draft', 'in-review', 'scheduled')")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=column)


class CourseDraft(Base):
    """A course while it is written: from a template, or from the release that it changes (`base_release_id`).

    There is one open draft of a slug. `content_hash` is of the files when they were sent to review; `publish_at` is set
    while it waits to be published.
    """

    __tablename__ = "course_draft"
    __table_args__ = (
        _one_of("state", STATES),
        _one_of("kind", ("", *KINDS)),
        CheckConstraint("(state = 'scheduled') = (publish_at is not null)", name="scheduled"),
        Index("uq_course_draft_open", "slug", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    base_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    publish_at: Mapped[datetime | None]


class DraftFile(Base):
    """A file of a draft as it is now: its text, or of a picture its digest. `revision` counts the savings."""

    __tablename__ = "draft_file"
    __table_args__ = (CheckConstraint("(text is null) <> (digest is null)", name="content"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class DraftVersion(Base):
    """What stood in a file once (`text` null: it was removed): one version for each person and spell of writing."""

    __tablename__ = "draft_version"
    __table_args__ = (Index("ix_draft_version_draft_id_path", "draft_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class DraftPresence(Base):
    """Who has a file of a draft open in the editor, as its page said last."""

    __tablename__ = "draft_presence"

    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime]


class Signature(Base):
    """What a reviewer decided of a content: approved, or changes wanted; once for each kind of review and content."""

    __tablename__ = "review_signature"
    __table_args__ = (
        _one_of("kind", REVIEWS),
        _one_of("verdict", VERDICTS),
        UniqueConstraint("draft_id", "content_hash", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(1000), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    shown_name: Mapped[str] = mapped_column(String(80), default="")
    signed_at: Mapped[datetime]


class Comment(Base):
    """What a reviewer says of a line; `quoted` is the line as it stood, since lines move."""

    __tablename__ = "review_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    quoted: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[str] = mapped_column(String(2000))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class ReviewRule(Base):
    """Which signatures a release of this installation needs, as an administrator set it last."""

    __tablename__ = "review_rule"
    __table_args__ = (_one_of("needs", NEEDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    needs: Mapped[str] = mapped_column(String(10))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    set_at: Mapped[datetime]
