"""Tables of the catalogue: courses, their immutable releases, and when each was published."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base


class CourseRecord(Base):
    """A course by its slug; what it contains is in its releases."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(200))


class Release(Base):
    """The compiled content of a course, never changed; `content` is JSON of catalogue.rules.Course."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("course_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Publication(Base):
    """The event that made a release the current one."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("kind in ('editorial', 'material', 'safety-critical')", name="kind"),
        Index("ix_publication_course_id_id", "course_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime]


class Media(Base):
    """A picture of a release, by the SHA-256 of its bytes: web nodes need no shared disk for courses."""

    __tablename__ = "media"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(50))
    content: Mapped[bytes] = mapped_column(LargeBinary)
