"""Two servers side by side: a gunicorn worker of four threads pinned to one core, wrk on the other."""

import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.browser.conftest import free_port, wait_for

PAIRS, SECONDS, CONNECTIONS, SERVER_CORE, CLIENT_CORE = 7, 2, 8, "0", "1"


@dataclass
class Server:
    """A gunicorn worker that is measured."""

    target: str
    environ: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = ["taskset", "-c", SERVER_CORE, sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}",
                   "--workers", "1", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning",
                   "--no-control-socket", self.target]  # fmt: skip
        self.process = subprocess.Popen(command, env={**os.environ, **self.environ})
        wait_for(self._answers, self.target, seconds=30)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url + "/help", timeout=2)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Stop it."""
        if self.process:
            self.process.terminate()
            self.process.wait(30)

    def cpu_seconds(self) -> float:
        """Return the CPU time of the worker process so far."""
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout
        fields = Path(f"/proc/{children.split()[0]}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Visitor:
    """Someone signed in, whose cookie and token the load uses."""

    def __init__(self, server: Server) -> None:
        self.server, self.jar = server, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        """Return the page."""
        with self.opener.open(self.server.url + path) as reply:
            return reply.read().decode()

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Post a form; return where it led."""
        with self.opener.open(self.server.url + path, urllib.parse.urlencode(fields).encode()) as reply:
            reply.read()
            return reply.geturl().removeprefix(self.server.url)

    def token(self, path: str) -> str:
        """Return the token of a page's forms."""
        page = self.get(path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return found[1] if found else page

    @property
    def cookie(self) -> str:
        """Return the cookies as a header."""
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)


@dataclass(frozen=True)
class Load:
    """What wrk asks for: a page, or (with a body) a form that is posted."""

    server: Server
    path: str
    cookie: str
    body: str = ""

    def run(self, seconds: int = SECONDS) -> float:
        """Return requests per second; raise RuntimeError when any answer is an error."""
        command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        if self.body:
            script = Path(f"/tmp/ttaplatform-wrk-{self.server.port}.lua")
            script.write_text(
                f'wrk.method="POST"\nwrk.body="{self.body}"\n'
                'wrk.headers["Content-Type"]="application/x-www-form-urlencoded"\n'
                'wrk.headers["X-Saved-As-Given"]="1"\n'
            )
            command += ["-s", str(script)]
        found = subprocess.run([*command, "-H", f"Cookie: {self.cookie}", self.server.url + self.path],
                               capture_output=True, text=True, check=True).stdout  # fmt: skip
        if "Non-2xx" in found:
            raise RuntimeError(found)
        return float(re.search(r"Requests/sec:\s+([\d.]+)", found)[1])


def compare(ours: Load, floor: Load) -> dict[str, float]:
    """Return the median of the ratios of alternating pairs, with least and greatest, and CPU per request."""
    for load in (ours, floor):
        load.run()
    ratios, spent = [], {}
    for _ in range(PAIRS):
        figures = {}
        for name, load in (("ours", ours), ("floor", floor)):
            before = load.server.cpu_seconds()
            figures[name] = load.run()
            used = load.server.cpu_seconds() - before
            spent.setdefault(name, []).append(1000 * used / (figures[name] * SECONDS))
        ratios.append(figures["ours"] / figures["floor"])
    return {
        "ratio": median(ratios), "least": min(ratios), "greatest": max(ratios),
        "cpu_ms": median(spent["ours"]), "floor_cpu_ms": median(spent["floor"]),
    }  # fmt: skip
