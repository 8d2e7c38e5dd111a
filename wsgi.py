"""The WSGI entry point: gunicorn wsgi:app."""

from ttaplatform.config import load_settings
from ttaplatform.web import create_app

app = create_app(load_settings())
