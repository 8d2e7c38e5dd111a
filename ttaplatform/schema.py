"""Create and upgrade the tables: ours by Alembic, the job queue's by DBOS."""

from pathlib import Path

from sqlalchemy import Connection, Engine

from ttaplatform.jobs.queue import prepare

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, url: str, revision: str = "head") -> None:
    """Bring the database to `revision`; on SQLite within one transaction with foreign keys off, then checked."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # The pragma is ignored inside a transaction, so it is said before ours begins.
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            try:
                with connection.begin():
                    _run(connection, revision)
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                        raise RuntimeError("the migration would leave rows without their parents; nothing was changed")
            finally:
                raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
    else:
        with engine.begin() as connection:
            _run(connection, revision)
    prepare(engine, url)


def _run(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - heavy: only when the schema is touched
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def current_revision(engine: Engine) -> tuple[str | None, str | None]:
    """Return the database's revision and the one that this code needs."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - heavy
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found, ScriptDirectory(str(MIGRATIONS)).get_current_head()
