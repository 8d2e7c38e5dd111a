"""Credit: approvals, choices, awards, active time; training elsewhere, bundles, layouts of boards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _boards()
    _credit()
    _choices()
    _bundles()
    _elsewhere()
    _certificates()


def _boards() -> None:
    op.create_table(
        "board_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_layout")),
        sa.UniqueConstraint("name", name=op.f("uq_board_layout_name")),
    )


def _credit() -> None:
    op.create_table(
        "credit_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("course_slug", sa.String(length=100), nullable=False),
        sa.Column("provider_name", sa.String(length=160), nullable=False),
        sa.Column("provider_number", sa.String(length=60), nullable=False),
        sa.Column("provider_address", sa.String(length=200), nullable=False),
        sa.Column("approval_number", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("provider_number <> ''", name=op.f("ck_credit_approval_provider_number")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_credit_approval_valid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_approval")),
        sa.UniqueConstraint(
            "rule", "course_slug", "valid_from", name=op.f("uq_credit_approval_rule_course_slug_valid_from")
        ),
    )
    with op.batch_alter_table("credit_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_approval_course_slug"), ["course_slug"], unique=False)


def _choices() -> None:
    op.create_table(
        "credit_choice",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_credit_choice_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "rule", name=op.f("pk_credit_choice")),
    )
    op.create_table(
        "lesson_time",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_lesson_time_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "module", name=op.f("pk_lesson_time")),
    )


def _bundles() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("course_slug", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.CheckConstraint("done <= total", name=op.f("ck_bundle_done")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_bundle_agency_id")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_bundle_asked_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )


def _elsewhere() -> None:
    op.create_table(
        "external_training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=160), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("proof_kind", sa.String(length=3), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("proof_kind in ('pdf', 'png')", name=op.f("ck_external_training_proof_kind")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_external_training_minutes")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_external_training_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_external_training_agency_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_external_training_confirmed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_training")),
    )
    with op.batch_alter_table("external_training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_training_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_external_training_agency_id"), ["agency_id"], unique=False)


def _certificates() -> None:
    op.create_table(
        "credit_award",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_credit_award_certificate_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_credit_award_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "rule", name=op.f("pk_credit_award")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_days", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_certificate_expires_on"), ["expires_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_expires_on"))
        batch_op.drop_column("reminded_days")

    op.drop_table("credit_award")
    op.drop_table("lesson_time")
    op.drop_table("credit_choice")
    with op.batch_alter_table("external_training", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_training_agency_id"))
        batch_op.drop_index(batch_op.f("ix_external_training_account_id"))

    op.drop_table("external_training")
    op.drop_table("bundle")
    with op.batch_alter_table("credit_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_approval_course_slug"))

    op.drop_table("credit_approval")
    op.drop_table("board_layout")
