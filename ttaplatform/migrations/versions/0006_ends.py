"""What a certificate ends by: the course's own end, and the next one that its holder is reminded of."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("certificate", sa.Column("course_ends_on", sa.Date(), nullable=True))
    op.add_column("certificate", sa.Column("next_end_on", sa.Date(), nullable=True))
    op.execute("update certificate set next_end_on = expires_on")
    op.create_index(op.f("ix_certificate_next_end_on"), "certificate", ["next_end_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_certificate_next_end_on"), "certificate")
    op.drop_column("certificate", "next_end_on")
    op.drop_column("certificate", "course_ends_on")
