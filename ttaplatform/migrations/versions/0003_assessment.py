"""Attempts with a limit, marks and versions of answers; replies without a name; invitations after completion."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extra_time_percent", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("wants_boosters", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("marked", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("writer", sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_final", sa.Boolean(), nullable=False, server_default=sa.false()))
    _replies()
    _invitations()


def _replies() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("profession_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_reply_course_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_reply_release_id")),
        sa.ForeignKeyConstraint(["profession_id"], ["profession.id"], name=op.f("fk_reply_profession_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_course_id"), "reply", ["course_id"], unique=False)


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('follow-up', 'booster')", name=op.f("ck_invitation_kind")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_invitation_enrolment_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("enrolment_id", "kind", "days", name=op.f("uq_invitation_enrolment_id_kind_days")),
    )
    op.create_index("ix_invitation_due_at", "invitation", ["due_at"], unique=False)
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_table("invitation")
    op.drop_table("reply")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_column("is_final")
        batch_op.drop_column("writer")
        batch_op.drop_column("version")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_column("marked")
        batch_op.drop_column("due_at")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("wants_boosters")
        batch_op.drop_column("extra_time_percent")
