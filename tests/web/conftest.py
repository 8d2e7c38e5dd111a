"""The application on a fresh database, and a client that checks every page."""

from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache

from tests.web.page import Browser
from ttaplatform.web import create_app


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
