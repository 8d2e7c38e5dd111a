"""The table of training that a person did elsewhere."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base


class ExternalTraining(Base):
    """Training elsewhere, as its learner says, until a coordinator confirms it; the proof is a PDF or a PNG."""

    __tablename__ = "external_training"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("proof_kind in ('pdf', 'png')", name="proof_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(160))
    minutes: Mapped[int]
    completed_on: Mapped[date]
    expires_on: Mapped[date | None]
    proof_kind: Mapped[str] = mapped_column(String(3))
    proof: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    entered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
