"""Authoring: the files of releases, drafts with versions, reviews, and the moves of learners to another release."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
ROLES = ("learner", "trainer", "coordinator", "administrator")
REVIEWERS = ("subject-expert", "survivor-reviewer")
OPEN = sa.text("state in ('draft', 'in-review', 'scheduled')")


def upgrade() -> None:
    _releases()
    _drafts()
    _files()
    _presence()
    _reviews()
    _comments()
    _learning()
    _roles((*ROLES, *REVIEWERS))


def _at(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _account(table: str, name: str, ondelete: str = "SET NULL") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["account.id"], name=op.f(f"fk_{table}_{name}"), ondelete=ondelete)


def _draft(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["draft_id"], ["course_draft.id"], name=op.f(f"fk_{table}_draft_id"), ondelete="CASCADE"
    )


def _releases() -> None:
    op.add_column("release", sa.Column("source", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agency_id", sa.Integer(), nullable=True))
        batch_op.add_column(_at("withdrawn_at", nullable=True))
        batch_op.add_column(sa.Column("review_told", sa.String(length=20), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_course_agency_id"), "agency", ["agency_id"], ["id"])
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("published_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signatures", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_foreign_key(
            batch_op.f("fk_publication_published_by_id"), "account", ["published_by_id"], ["id"], ondelete="SET NULL"
        )


def _drafts() -> None:
    op.create_table(
        "course_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("base_release_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        _at("created_at"),
        _at("changed_at"),
        _at("publish_at", nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'in-review', 'scheduled', 'published', 'discarded')", name=op.f("ck_course_draft_state")
        ),
        sa.CheckConstraint(
            "kind in ('', 'editorial', 'material', 'safety-critical')", name=op.f("ck_course_draft_kind")
        ),
        sa.CheckConstraint("(state = 'scheduled') = (publish_at is not null)", name=op.f("ck_course_draft_scheduled")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_draft_course_id")),
        sa.ForeignKeyConstraint(["base_release_id"], ["release.id"], name=op.f("fk_course_draft_base_release_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_course_draft_agency_id")),
        _account("course_draft", "created_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_draft")),
    )
    op.create_index(op.f("ix_course_draft_course_id"), "course_draft", ["course_id"])
    op.create_index(
        "uq_course_draft_open", "course_draft", ["slug"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _files() -> None:
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        _at("changed_at"),
        sa.CheckConstraint("(text is null) <> (digest is null)", name=op.f("ck_draft_file_content")),
        _draft("draft_file"),
        _account("draft_file", "changed_by_id"),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_draft_file")),
    )
    op.create_table(
        "draft_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _at("begun_at"),
        _at("saved_at"),
        _draft("draft_version"),
        _account("draft_version", "account_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_version")),
    )
    op.create_index("ix_draft_version_draft_id_path", "draft_version", ["draft_id", "path"])


def _presence() -> None:
    op.create_table(
        "draft_presence",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _at("seen_at"),
        _draft("draft_presence"),
        _account("draft_presence", "account_id", "CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "path", "account_id", name=op.f("pk_draft_presence")),
    )


def _reviews() -> None:
    op.create_table(
        "review_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("shown_name", sa.String(length=80), nullable=False),
        _at("signed_at"),
        sa.CheckConstraint("kind in ('subject-expert', 'survivor-reviewer')", name=op.f("ck_review_signature_kind")),
        sa.CheckConstraint("verdict in ('approved', 'changes')", name=op.f("ck_review_signature_verdict")),
        _draft("review_signature"),
        _account("review_signature", "account_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_signature")),
        sa.UniqueConstraint("draft_id", "content_hash", "account_id", name=op.f("uq_review_signature_draft_id")),
    )


def _comments() -> None:
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("quoted", sa.String(length=300), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _at("written_at"),
        _at("resolved_at", nullable=True),
        _draft("review_comment"),
        _account("review_comment", "account_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    op.create_index(op.f("ix_review_comment_draft_id"), "review_comment", ["draft_id"])
    op.create_table(
        "review_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("needs", sa.String(length=10), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        _at("set_at"),
        sa.CheckConstraint("needs in ('both', 'one', 'none')", name=op.f("ck_review_rule_needs")),
        _account("review_rule", "set_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rule")),
    )


def _learning() -> None:
    op.add_column("attempt", sa.Column("release_id", sa.Integer(), nullable=True))
    op.execute(
        "update attempt set release_id = (select release_id from enrolment where enrolment.id = attempt.enrolment_id)"
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.alter_column("release_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_attempt_release_id"), "release", ["release_id"], ["id"])
    op.create_table(
        "enrolment_move",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("from_release_id", sa.Integer(), nullable=False),
        _at("moved_at"),
        _at("seen_at", nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_enrolment_move_enrolment_id")),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f("fk_enrolment_move_publication_id")),
        sa.ForeignKeyConstraint(["from_release_id"], ["release.id"], name=op.f("fk_enrolment_move_from_release_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "publication_id", name=op.f("pk_enrolment_move")),
    )


def _roles(roles: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_role_grant_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_role_grant_role"), f"role in ({listed})")


def downgrade() -> None:
    op.execute("delete from role_grant where role in ('subject-expert', 'survivor-reviewer')")
    _roles(ROLES)
    for table in ("enrolment_move", "review_rule", "review_comment", "review_signature"):
        op.drop_table(table)
    for table in ("draft_presence", "draft_version", "draft_file", "course_draft"):
        op.drop_table(table)
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attempt_release_id"), type_="foreignkey")
        batch_op.drop_column("release_id")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_publication_published_by_id"), type_="foreignkey")
        batch_op.drop_column("signatures")
        batch_op.drop_column("published_by_id")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_course_agency_id"), type_="foreignkey")
        batch_op.drop_column("review_told")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("agency_id")
    op.drop_column("release", "source")
