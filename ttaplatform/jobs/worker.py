"""The job worker: takes jobs from the queue and runs their handlers, each until it succeeds."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dbos import DBOS, DBOSConfig

from ttaplatform.jobs.queue import APPLICATION, DOCUMENTS, MAIL, WORKFLOW, quiet

Handler = Callable[[dict[str, Any]], None]
TICK_SECONDS = 60.0
log = logging.getLogger(__name__)


def run_worker(
    url: str,
    handlers: Mapping[str, Handler],
    every_minute: Sequence[Callable[[], None]] = (),
    *,
    polling_seconds: float = 0.5,
) -> None:
    """Work until SIGTERM or SIGINT; a job that was begun when the process died is begun again."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    start(url, handlers, polling_seconds=polling_seconds)
    while not stop.wait(TICK_SECONDS):
        tick(every_minute)
    DBOS.destroy(workflow_completion_timeout_sec=20)


def tick(every_minute: Sequence[Callable[[], None]]) -> None:
    """Do what is due each minute; one that fails is logged, tried again the next minute, and holds up no other."""
    for task in every_minute:
        try:
            task()
        except Exception:  # the next minute is another chance
            log.exception("a task of the minute failed")


def start(url: str, handlers: Mapping[str, Handler], *, polling_seconds: float = 0.5) -> None:
    """Launch the queue in this process and return."""
    quiet()
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "executor_id": "worker",
        "application_version": "1",
        "log_level": "WARNING",
        "use_listen_notify": False,
    }
    DBOS(config=config)

    @DBOS.step(name="handle", retries_allowed=True, max_attempts=8, interval_seconds=2.0, backoff_rate=3.0)
    def handle(name: str, payload: dict[str, Any]) -> None:
        handlers[name](payload)

    @DBOS.workflow(name=WORKFLOW)
    def run_job(name: str, payload: dict[str, Any]) -> None:
        handle(name, payload)

    DBOS.launch()
    for queue in (MAIL, DOCUMENTS):
        DBOS.register_queue(queue, worker_concurrency=2, polling_interval_sec=polling_seconds)
    log.info("job worker is ready")
