"""A real server with its job worker, and Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.conftest import COURSES

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Site:
    """A served site: its address, its data folder, and its process."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://localhost:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TTA_")}
        self.environ = kept | {
            "TTA_DATA_DIR": str(folder),
            "TTA_BASE_URL": self.url,
            "TTA_COURSES_DIR": str(COURSES),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def tta(self, *words: str) -> None:
        """Run a command of the platform."""
        subprocess.run([sys.executable, "-m", "ttaplatform.cli", *words], env=self.environ, check=True, cwd=ROOT,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    def start(self) -> None:
        """Serve, and wait until the site answers."""
        command = [sys.executable, "-m", "ttaplatform.cli", "serve", "--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(command, env=self.environ, cwd=ROOT, stdout=subprocess.DEVNULL)
        wait_for(self.answers, "the site to answer", seconds=40)

    def answers(self) -> bool:
        """Say whether the site answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as reply:
                return reply.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """Stop the site gracefully."""
        if self.process:
            self.process.terminate()
            self.process.wait(40)


def wait_for(condition, what: str, *, seconds: float = 20):
    """Return the first true value of `condition()`; fail when it stays false for too long."""
    deadline = time.monotonic() + seconds
    tick = __import__("threading").Event()
    while time.monotonic() < deadline:
        if value := condition():
            return value
        tick.wait(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """Serve the shipped courses with demonstration data on a fresh database."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.tta("init")
    site.tta("demo", "--learners", "4")
    site.start()
    yield site
    site.stop()


# Its event loop must not outlive the browser tests: while it runs, Python 3.11 miscounts the recursion of
# ast (CPython gh-106905), and the next application that is made in this process fails at random.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Start Playwright."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start Chromium: the system's, or Playwright's own where the system has none."""
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, site: Site):
    """Return a page of a new visitor on a phone."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 390, "height": 844}, locale="en-US")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
