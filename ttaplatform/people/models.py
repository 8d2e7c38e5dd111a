"""Tables of people: accounts, agencies, professions, roles as grants, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base
from ttaplatform.people.rules import AgencyKind, Level, Sector
from ttaplatform.roles import Role


def _one_of(column: str, values: type[AgencyKind] | type[Level] | type[Sector] | type[Role]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=column)


class Profession(Base):
    """What a learner does, with the label of the licence or ID number that its boards ask for."""

    __tablename__ = "profession"
    __table_args__ = (_one_of("sector", Sector),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sector: Mapped[str] = mapped_column(String(20))
    licence_label: Mapped[str] = mapped_column(String(80), default="")


class Agency(Base):
    """The organization a learner works for; figures roll up to its parent."""

    __tablename__ = "agency"
    __table_args__ = (
        _one_of("kind", AgencyKind),
        _one_of("level", Level),
        CheckConstraint("status in ('active', 'pending')", name="status"),
        CheckConstraint("parent_id <> id", name="parent"),
        Index("uq_agency_name_key_state", "name_key", "state", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    level: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(2), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    ori: Mapped[str] = mapped_column(String(20), default="")
    status: Mapped[str] = mapped_column(String(10), default="active")
    created_at: Mapped[datetime]


class Account(Base):
    """How someone signs in. `epoch` is counted up to end every session, as after a new password."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    profession_id: Mapped[int] = mapped_column(ForeignKey("profession.id"))
    licence_number: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    time_zone: Mapped[str] = mapped_column(String(50))
    epoch: Mapped[int] = mapped_column(default=0)
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    wants_boosters: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    email_confirmed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class Membership(Base):
    """A person's place in an agency; one of them is primary."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_primary",
            "account_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, index=True)
    is_primary: Mapped[bool] = mapped_column(default=True)


class RoleGrant(Base):
    """A role that a person holds for an agency and those below it, or (agency null) for the site."""

    __tablename__ = "role_grant"
    __table_args__ = (_one_of("role", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    granted_at: Mapped[datetime]


class AuditEvent(Base):
    """Who did what, when: ids only, never names, answers or addresses."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(50))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SignInFailure(Base):
    """How often in a row an address was tried with a wrong password, kept whether or not it has an account."""

    __tablename__ = "sign_in_failure"

    address_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
