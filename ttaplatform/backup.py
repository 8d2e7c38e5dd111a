"""Back up and restore the database: SQLite by its own online copy, PostgreSQL by pg_dump."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

SQLITE_MAGIC = b"SQLite format 3\x00"


class BackupError(Exception):
    """The file is no backup of this kind of database."""


def back_up(url: str, file: Path) -> None:
    """Write a consistent copy of the database at `url` to `file` (mode 0600), replaced only when it is whole."""
    part = file.with_name(file.name + ".part")
    parsed = make_url(url)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    if parsed.get_backend_name() == "sqlite":
        _copy(parsed.database or "", str(part))
    else:
        subprocess.run(["pg_dump", "--format=custom", f"--file={part}", _libpq(parsed)], check=True)  # noqa: S603, S607
    part.rename(file)


def restore_into(url: str, file: Path) -> None:
    """Replace the database at `url` by the backup; raises BackupError when `file` is none."""
    parsed = make_url(url)
    is_sqlite = file.read_bytes()[:16] == SQLITE_MAGIC
    if is_sqlite != (parsed.get_backend_name() == "sqlite"):
        raise BackupError(f"{file} is not a backup of this kind of database")
    if is_sqlite:
        _check(file)
        _copy(str(file), parsed.database or "")
    else:
        command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction"]
        subprocess.run([*command, f"--dbname={_libpq(parsed)}", str(file)], check=True)  # noqa: S603


def _check(file: Path) -> None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BackupError(f"{file} is damaged")


def _copy(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
