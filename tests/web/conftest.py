"""The application on a fresh database, and a client that checks every page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.web.page import Browser
from ttaplatform.web import create_app

# Pages are the same whatever keeps their data: what is asked of the database is tested on both kinds in tests/db, and
# here where people save or hand in at once. The other pages run on PostgreSQL with the slow tests.
ON_BOTH = ("test_quiz", "test_pages")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the second run of most pages to the slow tests."""
    for item in items:
        if item.path.parent == Path(__file__).parent and "postgresql" in item.name and item.path.stem not in ON_BOTH:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def addresses() -> Iterator[None]:
    """Keep what is compiled for each address: every test has its own application, and all have the same addresses."""
    kept: dict[tuple[str, bool], object] = {}
    compile_anew = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> object:
        key = (f"{rule.rule} {rule.defaults}", append_unknown)
        if key not in kept:
            kept[key] = compile_anew(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of compiled templates: every test has its own application, and compiling takes longest."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def app(settings, engine, compiled):
    """Return the application."""
    app = create_app(settings, engine)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.test_client_class = Browser
    return app


@pytest.fixture
def browser(app) -> Browser:
    """Return a signed-out client."""
    return app.test_client()
