"""Databases for tests: a migrated template with the small course, copied for each test, on SQLite and PostgreSQL."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from tests.make import AT, spanish_files
from ttaplatform import schema
from ttaplatform.catalogue.service import publish
from ttaplatform.config import Settings, load_settings
from ttaplatform.db import make_engine, writer
from ttaplatform.people import passwords
from ttaplatform.people.service import ensure_professions

COURSES = Path(__file__).parent.parent / "courses"
SHIPPED_HASHER = passwords._hasher


def write_course(folder: Path, files: dict[str, str]) -> Path:
    """Write the files of a course below `folder`; return it."""
    for name, words in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words, "utf-8")
    return folder


def prepare(url: str, folder: Path) -> None:
    """Migrate the database at `url` and publish the small course in it."""
    engine = make_engine(url)
    schema.upgrade(engine, url)
    with writer(engine) as session:
        ensure_professions(session)
        publish(session, write_course(folder, spanish_files()), COURSES, at=AT)
        session.commit()
    engine.dispose()


def postgresql_url(name: str) -> str:
    """Return the address of a database in the cluster that pg_virtualenv made."""
    if "PGHOST" not in os.environ:
        raise RuntimeError("PostgreSQL is not there: run the tests by 'make test' (it starts a throw-away cluster)")
    env = os.environ
    return f"postgresql+psycopg://{env['PGUSER']}:{env['PGPASSWORD']}@{env['PGHOST']}:{env['PGPORT']}/{name}"


def administer(statement: str) -> None:
    """Run a statement that needs no transaction in the cluster."""
    engine = create_engine(postgresql_url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what draws documents to the slow tests where it would be drawn a second time."""
    for item in items:
        if item.get_closest_marker("drawing") and "postgresql" in item.name:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords with little work: tests sign in hundreds of times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file."""
    folder = tmp_path_factory.mktemp("template")
    prepare(f"sqlite:///{folder / 'tta.db'}", folder / "course")
    return folder / "tta.db"


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory, worker: str) -> str:
    """Return the name of a migrated PostgreSQL database."""
    name = f"tta_template_{worker}"
    administer(f"create database {name}")
    prepare(postgresql_url(name), tmp_path_factory.mktemp("template") / "course")
    return name


@pytest.fixture(scope="session")
def worker() -> str:
    """Return the name of this test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


_counter = iter(range(1_000_000))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, worker: str) -> Iterator[str]:
    """Return the address of a fresh database with the small course, once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tta.db")
        yield f"sqlite:///{tmp_path / 'tta.db'}"
        return
    template = request.getfixturevalue("postgresql_template")
    name = f"tta_{worker}_{next(_counter)}"
    administer(f"create database {name} template {template}")
    yield postgresql_url(name)
    gc.collect()  # a connection that is collected later, inside ast, upsets Python 3.11 (CPython gh-106905)
    gc.freeze()  # what is alive now is what was imported: the next collection need not walk it again
    administer(f"drop database {name} with (force)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on a fresh database."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine):
    """Return a session on a fresh database."""
    with writer(engine) as session:
        yield session


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return settings on a fresh database, with mail written to a folder."""
    return load_settings(
        {
            "TTA_DATABASE_URL": make_url(database_url)
            .render_as_string(hide_password=False)
            .replace("postgresql+psycopg", "postgresql"),
            "TTA_DATA_DIR": str(tmp_path / "data"),
            "TTA_SECRET_KEY": "a key of the tests",
        }
    )
