"""Jobs run after the commit, and one that was begun when the worker was killed is begun again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.browser.conftest import wait_for
from tests.make import make_account
from ttaplatform.db import writer
from ttaplatform.jobs.queue import enqueue

WORKER = """
import sys, threading
from pathlib import Path
from ttaplatform.jobs.worker import run_worker
folder = Path(sys.argv[2])
def slow(payload):
    (folder / "begun").write_text("x")
    if not (folder / "go").exists():
        threading.Event().wait()  # the first worker is killed here
    (folder / "done").write_text(str(payload["account_id"]))
run_worker(sys.argv[1], {"mail-slow": slow}, polling_seconds=0.1)
"""


def start(url: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORKER, url, str(folder)], cwd=Path.cwd())


def test_a_job_that_was_begun_when_the_worker_was_killed_is_begun_again(engine, database_url, tmp_path):
    with writer(engine) as session:
        enqueue(session, "mail-slow", {"account_id": make_account(session).id})
        session.commit()
    first = start(database_url, tmp_path)
    wait_for((tmp_path / "begun").exists, "the job to begin")
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)

    (tmp_path / "go").write_text("x")
    second = start(database_url, tmp_path)

    wait_for((tmp_path / "done").exists, "the job to be done by the next worker", seconds=40)
    second.terminate()
    assert second.wait(40) == 0
