"""Jobs are enqueued in the caller's transaction: they exist only if it commits (DBOS, in the same database)."""

import logging
from typing import Any
from weakref import WeakKeyDictionary

from dbos import DBOSClient, run_dbos_database_migrations
from sqlalchemy import Engine
from sqlalchemy.orm import Session

MAIL, DOCUMENTS = "mail", "documents"  # two queues: a slow document holds up no letter
WORKFLOW = "run_job"
APPLICATION = "ttaplatform"

_clients: WeakKeyDictionary[Engine, DBOSClient] = WeakKeyDictionary()


def enqueue(session: Session, name: str, payload: dict[str, Any], *, key: str | None = None) -> None:
    """Have the job `name` done after the session commits; with a `key`, once for that key."""
    options: dict[str, Any] = {
        "workflow_name": WORKFLOW,
        "queue_name": MAIL if name.startswith("mail-") else DOCUMENTS,
    }
    if key is not None:
        options["workflow_id"] = f"{name}:{key}"
    _client(session).enqueue_in_transaction(session, options, name, payload)  # type: ignore[arg-type]


def _client(session: Session) -> DBOSClient:
    engine = session.get_bind()
    base = engine.engine
    if base not in _clients:
        _clients[base] = DBOSClient(system_database_engine=base, application_name=APPLICATION, lazy=True)
    return _clients[base]


def prepare(engine: Engine, url: str) -> None:
    """Create or upgrade the tables of the job queue; they are DBOS's own and Alembic leaves them alone."""
    quiet()
    run_dbos_database_migrations(system_database_url=url)


def quiet() -> None:
    """Silence the queue's chatter (its console link among it); warnings stay."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
