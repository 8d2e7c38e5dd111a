"""The schema: migrated with rows in it, down and up; backups; the job queue in the caller's transaction."""

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from tests.make import AT, PASSWORD, complete, enrolled, make_account
from ttaplatform import schema
from ttaplatform.backup import BackupError, back_up, restore_into
from ttaplatform.certificates.keys import ensure_keys
from ttaplatform.db import Base, make_engine, writer
from ttaplatform.jobs.queue import enqueue


def test_the_migrated_tables_are_those_of_the_models(engine):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [change for change in compare_metadata(context, Base.metadata) if "table" in str(change[0])]

    assert [c for c in found if c[0] != "remove_table"] == []
    assert {c[1].name for c in found if c[0] == "remove_table"} & set(Base.metadata.tables) == set()


def test_migrating_again_changes_nothing_and_keeps_rows(engine, database_url):
    with writer(engine) as session:
        complete(session, enrolled(session, make_account(session)))
        session.commit()

    schema.upgrade(engine, database_url)

    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from milestone")).scalar() == 3
    assert len(set(schema.current_revision(engine))) == 1


def test_the_way_down_removes_our_tables(engine, database_url):
    schema.upgrade(engine, database_url, "base")

    assert not set(inspect(engine).get_table_names()) & set(Base.metadata.tables)


def test_a_backup_brings_everything_back(engine, database_url, tmp_path):
    with writer(engine) as session:
        make_account(session, "kept@example.org")
        session.commit()
    back_up(database_url, tmp_path / "backup")
    with writer(engine) as session:
        session.execute(text("delete from membership"))
        session.execute(text("delete from account"))
        session.commit()
    engine.dispose()

    restore_into(database_url, tmp_path / "backup")

    with make_engine(database_url).connect() as connection:
        assert connection.execute(text("select email from account")).scalars().all() == ["kept@example.org"]
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_backup_is_refused(database_url, tmp_path):
    (tmp_path / "other").write_text("not a backup" if "sqlite" in database_url else "SQLite format 3\x00 and so on")

    with pytest.raises(BackupError):
        restore_into(database_url, tmp_path / "other")


def test_a_job_exists_only_if_the_transaction_commits(engine):
    def jobs() -> int:
        table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
        with engine.connect() as connection:
            return connection.execute(text(f"select count(*) from {table}")).scalar()

    before = jobs()
    with writer(engine) as session:
        enqueue(session, "mail-password", {"account_id": 1})
        session.rollback()
    assert jobs() == before
    with writer(engine) as session:
        for _ in range(2):
            enqueue(session, "certificate", {"certificate_id": 1}, key="1")
        session.commit()
    assert jobs() == before + 1


def test_the_commands_check_publish_report_and_say_what_is_wrong(settings, tmp_path, monkeypatch):
    from tests.conftest import write_course
    from tests.make import spanish_files
    from ttaplatform.cli import main

    monkeypatch.setenv("TTA_DATABASE_URL", settings.database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("TTA_DATA_DIR", str(settings.data_dir))
    run = CliRunner().invoke
    sound = write_course(tmp_path / "courses" / "small", spanish_files())
    broken = write_course(tmp_path / "broken", spanish_files(**{"final__quiz.md": "---\ntitle: F\n---\n"}))

    assert run(main, ["course", "check", str(sound.parent)]).exit_code == 0
    checked = run(main, ["course", "check", str(broken)])
    assert (checked.exit_code, "final/quiz.md:1: no-questions" in checked.output) == (1, True)
    assert run(main, ["course", "publish", str(broken)]).exit_code == 1
    assert "| LO1 Do it. | 4 | 5 |" in run(main, ["course", "map", str(sound)]).output
    assert run(main, ["course", "map", str(broken)]).exit_code == 1
    assert "unchanged" in run(main, ["course", "publish", str(sound)]).output
    out = tmp_path / "report.csv"
    assert run(main, ["report", "completions", "--output", str(out)]).exit_code == 0
    assert out.read_text("utf-8").startswith("\ufeffagency,profession,started")
    assert run(main, ["report", "completions", "--by", "colour", "--output", str(out)]).exit_code == 2


def test_an_operator_makes_the_first_administrator_and_confirms_a_proposed_agency(settings, session, monkeypatch):
    from ttaplatform.cli import main
    from ttaplatform.people.service import propose_agency

    proposed = propose_agency(session, "New Clinic", kind="clinic", level="local", state="TX", at=AT).id
    session.commit()
    monkeypatch.setenv("TTA_DATABASE_URL", settings.database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("TTA_DATA_DIR", str(settings.data_dir))
    run = CliRunner().invoke
    words = ["account", "create", "--email", "boss@example.org", "--name", "Boss", "--role", "administrator"]

    assert run(main, [*words, "--password-stdin"], input="short\n").exit_code == 1
    assert run(main, [*words, "--password-stdin"], input=PASSWORD + "\n").exit_code == 0
    assert "email-taken" in run(main, [*words, "--password-stdin"], input=PASSWORD + "\n").output
    assert "New Clinic" in run(main, ["agency", "pending"]).output
    assert run(main, ["agency", "confirm", str(proposed)]).exit_code == 0
    assert "New Clinic" not in run(main, ["agency", "pending"]).output
    ensure_keys(settings, at=AT)
    assert run(main, ["doctor"]).exit_code == 0
    settings.signing_key_file.chmod(0o644)
    assert "chmod 600" in run(main, ["doctor"]).output
