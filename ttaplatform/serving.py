"""The production server: gunicorn and one job worker as child processes, watched, stopped gracefully."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import FrameType

STOP_SECONDS = 30
CHECK_SECONDS = 0.5


@dataclass(frozen=True)
class Serving:
    """Where to serve, with how many processes, and whether with a job worker."""

    host: str
    port: int
    workers: int
    with_worker: bool = True


def serve(serving: Serving) -> int:
    """Run until SIGTERM or SIGINT, or until gunicorn ends; restart a dead job worker. Return the exit code."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    web = _start(_gunicorn(serving))
    worker = _start(_worker()) if serving.with_worker else None
    while not stopping and web.poll() is None:
        if worker is not None and worker.poll() is not None:
            worker = _start(_worker())
        time.sleep(CHECK_SECONDS)
    _stop([child for child in (web, worker) if child is not None])
    return 0 if stopping else web.returncode or 1


def _gunicorn(serving: Serving) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"{serving.host}:{serving.port}",
        "--workers", str(serving.workers), "--worker-class", "gthread", "--threads", "4",
        "--graceful-timeout", "20", "--access-logfile", "/dev/null", "--log-level", "warning",
        "--no-control-socket", "wsgi:app" if os.path.exists("wsgi.py") else "ttaplatform.wsgi:app",  # noqa: PTH110
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "-m", "ttaplatform.cli", "worker"]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C reaches us alone, and we stop the children in order.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own commands


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
