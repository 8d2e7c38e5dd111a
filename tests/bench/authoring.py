"""Authoring: rendering, checking, a preview, and pages while a course is published; each beside its floor."""

import html
import re
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from markdown import Markdown

from tests.bench.servers import Server, Visitor

COURSES = Path(__file__).parent.parent.parent / "courses"
EXTENSIONS = ["tables", "def_list", "sane_lists", "toc", "abbr"]
PASSWORD = "demonstration only"
TIMES = 25


def _ratios(ours: Callable[[], object], floor: Callable[[], object], times: int = TIMES) -> dict[str, float]:
    """Return the time of `ours` over that of `floor`, each run in turn."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        floor()
        found.append((middle - start) / (time.perf_counter() - middle))
    return {"ratio": statistics.median(found), "least": min(found), "greatest": max(found)}


def _courses() -> dict[str, dict[str, str]]:
    from ttaplatform.catalogue.folder import course_folders, read_course

    return {folder.name: read_course(folder)[0] for folder in course_folders(COURSES)}


def _largest() -> tuple[dict[str, str], str]:
    """Return the files of the course with the largest lesson, and that lesson's path."""
    lessons = [(files, path) for files in _courses().values() for path in files if path.endswith("/module.md")]
    return max(lessons, key=lambda one: len(one[0][one[1]]))


def rendering() -> dict[str, float]:
    """Measure rendering the largest lesson, its questions too, beside bare Python-Markdown on the same text."""
    from ttaplatform.catalogue.draft import numbered
    from ttaplatform.catalogue.lesson import parse_lesson

    files, path = _largest()
    body = files[path].split("---", 2)[2]
    lines, bare = numbered(body), Markdown(extensions=EXTENSIONS)
    return _ratios(lambda: parse_lesson(path, lines, files), lambda: bare.reset().convert(body))


def curriculum() -> dict[str, float]:
    """Measure checking and compiling every shipped course beside bare Python-Markdown on all its texts."""
    from ttaplatform.catalogue.parser import parse_course
    from ttaplatform.catalogue.reference import load_reference

    courses, reference, bare = _courses(), load_reference(COURSES), Markdown(extensions=EXTENSIONS)
    texts = [text.split("---", 2)[-1] for files in courses.values() for path, text in files.items()
             if path.endswith(".md")]  # fmt: skip

    def ours() -> None:
        for files in courses.values():
            parse_course(files, reference)

    def floor() -> None:
        for text in texts:
            bare.reset().convert(text)

    return _ratios(ours, floor, times=3)


def preview(folder: Path) -> dict[str, float]:
    """Measure a preview's whole answer beside rendering and checking the same text by the same code."""
    from flask import render_template

    from ttaplatform.authoring.previewing import preview_of
    from ttaplatform.config import load_settings
    from ttaplatform.web import create_app

    app = create_app(load_settings({"TTA_DATA_DIR": str(folder)}))
    client, (files, path) = app.test_client(), _largest()
    slug = re.search(r"^slug: (\S+)", files["course.md"], re.M)[1]
    token = _sign_in(client)
    draft = client.post(f"/authoring/courses/{slug}/edit", data={"csrf_token": token}).location
    number = iter(range(10_000))

    def text() -> str:
        return f"{files[path]}\n<!-- {next(number)} -->\n"

    def answer() -> None:
        assert client.post(f"{draft}/preview/{path}", data={"csrf_token": token, "text": text()}).json["html"]

    def render() -> None:
        shown = preview_of(1, path, files | {path: text()})
        render_template("authoring/preview.html", shown=shown, **shown.values)

    with app.test_request_context():
        return _ratios(answer, render)


def _sign_in(client) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/signin").text)[1]
    client.post("/signin", data={"csrf_token": token, "email": "admin@example.org", "password": PASSWORD})
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/help").text)[1]


def publishing(folder: Path) -> dict[str, float]:
    """Measure a course page's time while courses are published, beside its time while one more guest reads."""
    server = Server("wsgi:app", {"TTA_DATA_DIR": str(folder)})
    server.start()
    author = Visitor(server)
    fields = {"csrf_token": author.token("/signin"), "email": "admin@example.org", "password": PASSWORD}
    author.post("/signin", fields)
    token = author.token("/help")
    author.post("/admin/reviews", {"csrf_token": token, "needs": "none"})
    drafts = [_ready(author, token, slug) for slug in ("children-and-youth", "labor-trafficking", "native-communities")]
    quiet = _times(server, lambda: [author.get("/courses/train-the-trainer") for _ in range(100)])
    busy = _times(server, lambda: [author.post(f"{draft}/release/publish", {"csrf_token": token}) for draft in drafts])
    server.stop()
    return {"ratio": statistics.median(busy) / statistics.median(quiet), "quiet_ms": statistics.median(quiet) * 1000,
            "greatest_ms": max(busy) * 1000}  # fmt: skip


def _ready(author: Visitor, token: str, slug: str) -> str:
    """Return a draft of the course that is changed and sent, so that it can be published."""
    draft = author.post(f"/authoring/courses/{slug}/edit", {"csrf_token": token})
    page = author.get(f"{draft}/files/job-aid.md")
    text = re.search(r'<textarea[^>]*id="text"[^>]*>\n(.*?)</textarea>', page, re.S)[1]
    changed = html.unescape(text) + "\n<!-- changed -->\n"
    author.post(f"{draft}/files/job-aid.md", {"csrf_token": token, "text": changed, "seen": "1"})
    author.post(f"{draft}/release/send", {"csrf_token": token, "kind": "editorial", "note": ""})
    return draft


def _times(server: Server, act: Callable[[], object]) -> list[float]:
    """Return the times of a course page, asked again and again by a guest while `act` runs."""
    found: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            start = time.perf_counter()
            urllib.request.urlopen(f"{server.url}/courses/soar-in-health-care").read()
            found.append(time.perf_counter() - start)

    guest = threading.Thread(target=ask)
    guest.start()
    act()
    done.set()
    guest.join()
    return found


if __name__ == "__main__":
    from tests.bench.__main__ import show, tta

    with tempfile.TemporaryDirectory() as name:
        tta({"TTA_DATA_DIR": name}, "init")
        tta({"TTA_DATA_DIR": name}, "demo", "--learners", "0")
        show("the largest lesson (ours / bare Markdown)", "<= 1.5", rendering())
        show("checking and compiling all (ours / bare)", "<= 3", curriculum())
        show("a preview (its answer / its render)", "<= 1.5", preview(Path(name)))
        show("a page while publishing / while another reads", "<= 1.2", publishing(Path(name)))
