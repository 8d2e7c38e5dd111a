"""The application on a fresh database, and a client that checks every page."""

import pytest

from tests.web.page import Browser
from ttaplatform.web import create_app


@pytest.fixture
def app(settings, engine):
    """Return the application."""
    app = create_app(settings, engine)
    app.test_client_class = Browser
    return app


@pytest.fixture
def browser(app) -> Browser:
    """Return a signed-out client."""
    return app.test_client()
