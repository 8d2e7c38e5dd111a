"""Sealed certificates: credits, correction, revocation, keys; the database refuses to change what is sealed."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# What may still change after issue: the holder's account, the state, and once the bytes (a null that is filled).
SEALED = (
    "code", "enrolment_id", "agency_id", "name", "course_slug", "course_title", "release_hash", "minutes",
    "score_percent", "agency_name", "profession_name", "licence_number", "language", "completed_on", "issued_at",
    "issued_on", "expires_on", "time_zone", "template_version", "supersedes_id", "correction", "status_index",
)  # fmt: skip
ONCE = ("pdf", "pdf_sha256", "badge", "signing_key_id", "superseded_at", "revoked_at", "account_id")


def upgrade() -> None:
    _tables()
    op.add_column("account", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        for column in _columns():
            batch_op.add_column(column)
        batch_op.drop_constraint("uq_certificate_enrolment_id", type_="unique")
    _fill()
    _promises()
    current = sa.text("superseded_at is null")
    op.create_index(
        "uq_certificate_current", "certificate", ["enrolment_id"], unique=True,
        sqlite_where=current, postgresql_where=current,
    )  # fmt: skip
    _seal()


def _tables() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("public_pem", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('document', 'badge')", name=op.f("ck_signing_key_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "emblem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("caption", sa.String(length=160), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('seal', 'signature')", name=op.f("ck_emblem_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emblem")),
        sa.UniqueConstraint("kind", "scope", name=op.f("uq_emblem_kind_scope")),
    )


def _promises() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.alter_column("completed_on", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("status_index", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_certificate_supersedes_id"), "certificate", ["supersedes_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_certificate_signing_key_id"), "signing_key", ["signing_key_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_certificate_revoked_by_id"), "account", ["revoked_by_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_unique_constraint(batch_op.f("uq_certificate_supersedes_id"), ["supersedes_id"])
        batch_op.create_unique_constraint(batch_op.f("uq_certificate_status_index"), ["status_index"])
        batch_op.create_check_constraint(
            batch_op.f("ck_certificate_revoked"), "(revoked_at is null) = (revoke_reason = '')"
        )
        batch_op.create_index(batch_op.f("ix_certificate_enrolment_id"), ["enrolment_id"])
        batch_op.create_index(batch_op.f("ix_certificate_agency_id"), ["agency_id"])
        batch_op.create_index(batch_op.f("ix_certificate_pdf_sha256"), ["pdf_sha256"])


def _columns() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("licence_number", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("credits", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("correction", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoke_reason", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("status_index", sa.Integer(), nullable=True),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("signing_key_id", sa.String(length=16), nullable=True),
    ]


def _fill() -> None:
    """Give the certificates that are there a random place in the status list, and the day of issue as completion."""
    certificate = sa.table(
        "certificate", sa.column("id"), sa.column("status_index"), sa.column("completed_on"), sa.column("issued_on")
    )
    connection = op.get_bind()
    ids = connection.scalars(sa.select(certificate.c.id)).all()
    lists = len(ids) // 65_536 + 1
    places = secrets.SystemRandom().sample(range(lists * 131_072), len(ids))
    for number, place in zip(ids, places, strict=True):
        connection.execute(
            sa.update(certificate).where(certificate.c.id == number)
            .values(status_index=place, completed_on=certificate.c.issued_on)
        )  # fmt: skip


def _seal() -> None:
    differ = "is distinct from" if op.get_bind().dialect.name == "postgresql" else "is not"
    changed = [f"new.{name} {differ} old.{name}" for name in SEALED]
    changed += [
        f"(old.{name} is not null and new.{name} is not null and new.{name} {differ} old.{name})" for name in ONCE
    ]
    changed += [f"(old.{name} is not null and new.{name} is null)" for name in ONCE if name != "account_id"]
    changed.append(f"cast(new.credits as text) {differ} cast(old.credits as text)")
    condition = " or ".join(changed)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function certificate_sealed() returns trigger language plpgsql as $$ begin "
            "raise exception 'a sealed certificate cannot be changed' using errcode = 'check_violation'; end $$"
        )
        op.execute(
            f"create trigger certificate_sealed before update on certificate for each row when ({condition}) "
            "execute function certificate_sealed()"
        )
    else:
        op.execute(
            f"create trigger certificate_sealed before update on certificate when {condition} "
            "begin select raise(abort, 'a sealed certificate cannot be changed'); end"
        )


def downgrade() -> None:
    op.execute(
        "drop trigger if exists certificate_sealed"
        + (" on certificate" if op.get_bind().dialect.name == "postgresql" else "")
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function certificate_sealed()")
    op.drop_index("uq_certificate_current", "certificate")
    op.execute("update certificate set supersedes_id = null")
    op.execute("delete from certificate where superseded_at is not null")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        for name in ("enrolment_id", "agency_id", "pdf_sha256"):
            batch_op.drop_index(batch_op.f(f"ix_certificate_{name}"))
        batch_op.drop_constraint(batch_op.f("ck_certificate_revoked"), type_="check")
        for name in ("supersedes_id", "status_index"):
            batch_op.drop_constraint(batch_op.f(f"uq_certificate_{name}"), type_="unique")
        for name in ("supersedes_id", "signing_key_id", "revoked_by_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_certificate_{name}"), type_="foreignkey")
        for column in _columns():
            batch_op.drop_column(column.name)
        batch_op.create_unique_constraint("uq_certificate_enrolment_id", ["enrolment_id"])
    op.drop_column("account", "deleted_at")
    op.drop_table("emblem")
    op.drop_table("signing_key")
