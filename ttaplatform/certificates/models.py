"""Tables of certificates: a sealed record of what was certified, and the public keys that signed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base

_CURRENT = text("superseded_at is null")


class SigningKeyRecord(Base):
    """What is public of a key that signed: an X.509 certificate with those above it, or the public key of badges."""

    __tablename__ = "signing_key"
    __table_args__ = (CheckConstraint("kind in ('document', 'badge')", name="kind"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    public_pem: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime]


class Emblem(Base):
    """A picture of the certificates to come: the seal of the site or of an agency, the signature of a provider.

    `scope` is "site", "agency:ID" or "rule:SLUG"; `caption` is the name and title below a signature.
    """

    __tablename__ = "emblem"
    __table_args__ = (UniqueConstraint("kind", "scope"), CheckConstraint("kind in ('seal', 'signature')", name="kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(120))
    caption: Mapped[str] = mapped_column(String(160), default="")
    png: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


class Certificate(Base):
    """What was certified, copied at issue. `pdf` and the badge are made later, once.

    The database refuses to change what is sealed (triggers of migration 0004): only the holder's account, the
    state (superseded, revoked) and, once, the bytes can be written after issue. `course_ends_on` is the end that the
    course itself sets, `expires_on` the last end of all; of `next_end_on` its holder is reminded, last `reminded_days`
    before it.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("(pdf is null) = (pdf_sha256 is null)", name="pdf"),
        CheckConstraint("(revoked_at is null) = (revoke_reason = '')", name="revoked"),
        CheckConstraint("minutes > 0", name="minutes"),
        Index("uq_certificate_current", "enrolment_id", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    course_slug: Mapped[str] = mapped_column(String(100))
    course_title: Mapped[str] = mapped_column(String(200))
    release_hash: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    score_percent: Mapped[int]
    agency_name: Mapped[str] = mapped_column(String(200))
    profession_name: Mapped[str] = mapped_column(String(120))
    licence_number: Mapped[str] = mapped_column(String(40), default="")
    credits: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(String(5))
    completed_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    course_ends_on: Mapped[date | None]
    time_zone: Mapped[str] = mapped_column(String(50))
    template_version: Mapped[int]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    correction: Mapped[str] = mapped_column(String(20), default="")
    superseded_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    revoke_reason: Mapped[str] = mapped_column(String(300), default="")
    status_index: Mapped[int] = mapped_column(unique=True)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    badge: Mapped[str | None] = mapped_column(Text, deferred=True)
    signing_key_id: Mapped[str | None] = mapped_column(ForeignKey("signing_key.id"))
    next_end_on: Mapped[date | None] = mapped_column(index=True)
    reminded_days: Mapped[int | None]


class CreditAward(Base):
    """A credit that an enrolment earned: each once, whatever certificates say of it."""

    __tablename__ = "credit_award"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(100), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    awarded_at: Mapped[datetime]


class Bundle(Base):
    """A zip of certificates that an administrator asked for: made by a job, kept in the data folder for some days."""

    __tablename__ = "bundle"
    __table_args__ = (CheckConstraint("done <= total", name="done"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    course_slug: Mapped[str] = mapped_column(String(100), default="")
    asked_at: Mapped[datetime]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(200), default="")
