"""Tables of the catalogue: courses, their immutable releases, and when each was published."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base


class CourseRecord(Base):
    """A course by its slug; what it contains is in its releases.

    Trainers of `agency_id` and those above it author it; null is the site's own. After `withdrawn_at` nobody begins it.
    `review_told` is the day of the due review and the stage that its authors were reminded of last.
    """

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    withdrawn_at: Mapped[datetime | None]
    review_told: Mapped[str] = mapped_column(String(20), default="")


class Release(Base):
    """The content of a course, never changed: `content` is JSON of catalogue.rules.Course, `source` of its files.

    The files are path to text, of a picture to its digest. `content` is made from them; a release from before they were
    kept gets them when the same content is published again.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("course_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    source: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Publication(Base):
    """The event that made a release the current one; `signatures` are who signed it: kind, and a name or none."""

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
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    signatures: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)


class Media(Base):
    """A picture of a release, by the SHA-256 of its bytes: web nodes need no shared disk for courses."""

    __tablename__ = "media"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(50))
    content: Mapped[bytes] = mapped_column(LargeBinary)
