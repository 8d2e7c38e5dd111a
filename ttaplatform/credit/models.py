"""The table of approvals: which provider may award which credit for which course, as an administrator entered it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base


class ApprovalRecord(Base):
    """An approval of one course under one credit rule for a time; without one the rule is off for the course."""

    __tablename__ = "credit_approval"
    __table_args__ = (
        UniqueConstraint("rule", "course_slug", "valid_from"),
        CheckConstraint("provider_number <> ''", name="provider_number"),
        CheckConstraint("valid_from <= valid_until", name="valid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(100))
    course_slug: Mapped[str] = mapped_column(String(100), index=True)
    provider_name: Mapped[str] = mapped_column(String(160))
    provider_number: Mapped[str] = mapped_column(String(60))
    provider_address: Mapped[str] = mapped_column(String(200), default="")
    approval_number: Mapped[str] = mapped_column(String(60), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    entered_at: Mapped[datetime]
