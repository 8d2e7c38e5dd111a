"""What every view needs of its request: the session, the settings, the signed-in person, a safe way back."""

from ipaddress import ip_address, ip_network
from typing import cast
from urllib.parse import urlsplit

from flask import abort, current_app, g, request
from flask_login import current_user
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ttaplatform.clock import now
from ttaplatform.config import Settings
from ttaplatform.db import reader, writer
from ttaplatform.roles import Person

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def engine() -> Engine:
    """Return the application's engine."""
    return cast("Engine", current_app.extensions["engine"])


def session() -> Session:
    """Return this request's database session: for reading only in a GET, one that may write otherwise."""
    if "db_session" not in g:
        g.db_session = reader(engine()) if request.method in SAFE_METHODS else writer(engine())
    return cast("Session", g.db_session)


def is_posted() -> bool:
    """Say whether this request may change something."""
    return request.method not in SAFE_METHODS


def commit() -> None:
    """Commit; a GET never does."""
    if request.method in SAFE_METHODS:
        raise RuntimeError("a GET must not change anything")
    session().commit()


def unlock() -> None:
    """End the transaction in which it was asked who is signed in, before work that takes long.

    On SQLite a POST holds the lock of all writers from then on: others who save would wait for the work to end. What
    the session has loaded is loaded anew when it is used again.
    """
    session().rollback()


def announce(news: str, **details: object) -> None:
    """Tell the floors above, within this transaction; web.py binds who listens."""
    for listener in current_app.extensions["listeners"].get(news, ()):
        listener(session(), at=now(), **details)


def ask(question: str, **details: object) -> object:
    """Ask a floor above; web.py binds who answers. None when nobody does."""
    answer = current_app.extensions["answers"].get(question)
    return answer(session(), **details) if answer else None


def limit_rate(what: str) -> None:
    """Answer 429 to an address that asks `what` too often; web.py binds how often that is."""
    if not current_app.extensions["rate"](what, _network(request.remote_addr or "")):
        abort(429)


def _network(address: str) -> str:
    """Return what one visitor can hardly change: an IPv4 address, or the first half of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


def close_session(_error: BaseException | None = None) -> None:
    """Give the session back at the end of the request."""
    if (opened := g.pop("db_session", None)) is not None:
        opened.close()


def settings() -> Settings:
    """Return the settings that the application was started with."""
    return cast("Settings", current_app.config["SETTINGS"])


def person() -> Person:
    """Return who is signed in (only in views that require it)."""
    return cast("Person", current_user)


def safe_next(target: str | None, fallback: str) -> str:
    """Return `target` when it is a path on this site, otherwise `fallback`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target
