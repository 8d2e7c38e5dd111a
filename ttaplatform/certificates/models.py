"""The table of certificates: a record of what was certified, and its bytes, that nothing later changes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base


class Certificate(Base):
    """What was certified, copied at issue. `pdf` is made later, once."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("(pdf is null) = (pdf_sha256 is null)", name="pdf"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(80))
    course_slug: Mapped[str] = mapped_column(String(100))
    course_title: Mapped[str] = mapped_column(String(200))
    release_hash: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    score_percent: Mapped[int]
    agency_name: Mapped[str] = mapped_column(String(200))
    profession_name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(5))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(50))
    template_version: Mapped[int]
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
