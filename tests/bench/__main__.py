"""The benchmarks: each figure beside its floor in the same run, as a ratio; a table, and bench.json."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path
from statistics import median

from tests.bench import assessment, authoring, certificates
from tests.bench.servers import Load, Server, Visitor, compare

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "demonstration only"
ROWS = 200_000


def show(name: str, goal: str, figures: dict[str, float]) -> dict[str, object]:
    """Print a line of the table and return it for the file."""
    extra = "".join(f"  {key} {value:.2f}" for key, value in figures.items() if key != "ratio")
    print(f"{name:<44} {figures['ratio']:6.2f}  goal {goal:<8}{extra}", flush=True)
    return {"name": name, "goal": goal, **figures}


def tta(environ: dict[str, str], *words: str) -> None:
    """Run a command of the platform."""
    subprocess.run([sys.executable, "-m", "ttaplatform.cli", *words], env={**os.environ, **environ}, check=True,
                   stdout=subprocess.DEVNULL, cwd=ROOT)  # fmt: skip


def pages(folder: Path) -> list[dict[str, object]]:
    """Measure lesson, saved answer and submitted quiz against the framework floor."""
    environ = {"TTA_DATA_DIR": str(folder)}
    tta(environ, "init")
    tta(environ, "demo", "--learners", "0")
    ours = Server("wsgi:app", environ)
    ours.start()
    visitor = Visitor(ours)
    visitor.post(
        "/signin", {"csrf_token": visitor.token("/signin"), "email": "nurse@example.org", "password": PASSWORD}
    )
    token = visitor.token("/help")
    lesson = visitor.post("/courses/soar-in-health-care/enrol", {"csrf_token": token})
    enrolment = re.search(r"/learn/(\d+)/", lesson)[1]
    lesson = f"/learn/{enrolment}/lessons/01-stop"
    quiz = f"/learn/{enrolment}/quizzes/01-stop"
    question = visitor.post(quiz, {"csrf_token": token})
    size = len(visitor.get(lesson).encode())
    floor = Server("tests.bench.floor:create_app()", {"FLOOR_DB": str(folder / "floor.db"), "FLOOR_BYTES": str(size)})
    floor.start()
    guest = Visitor(floor)
    floor_token = guest.get("/signin")
    body = f"csrf_token={urllib.parse.quote(token)}&answer=a"
    floor_body = f"csrf_token={urllib.parse.quote(floor_token)}&answer=a"
    page, floor_page = Load(ours, lesson, visitor.cookie), Load(floor, "/lesson", guest.cookie)
    lines = [
        show("noise: the floor against itself", "–", compare(floor_page, floor_page)),
        show("bare Flask against the floor", "–", compare(Load(floor, "/bare", guest.cookie), floor_page)),
        show("lesson page, signed in", ">= 0.5", compare(page, floor_page)),
        show("saving an answer", ">= 0.5", compare(Load(ours, question, visitor.cookie, body),
                                                  Load(floor, "/save", guest.cookie, floor_body))),
    ]  # fmt: skip
    ours.stop()
    lines += [show(name, ">= 0.5", figures) for name, figures in certificates.served(folder, floor, "/lesson")]
    floor.stop()
    return [*lines, submitting(folder)]


def submitting(folder: Path) -> dict[str, object]:
    """Measure submitting and grading ten questions in one process, beside the floor's ten rows."""
    from tests.bench.floor import create_app as floor_app
    from ttaplatform.config import load_settings
    from ttaplatform.db import make_engine, writer
    from ttaplatform.web import create_app

    os.environ |= {"FLOOR_DB": str(folder / "floor.db")}
    settings = load_settings({"TTA_DATA_DIR": str(folder)})
    app = create_app(settings)
    engine = make_engine(settings.database_url)
    client, floor = app.test_client(), floor_app().test_client()
    floor_token = floor.get("/signin").text

    def sign_in() -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/signin").text)[1]
        client.post("/signin", data={"csrf_token": token, "email": "learner@example.org", "password": PASSWORD})
        return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/help").text)[1]

    token = sign_in()
    ratios = []
    for _ in range(40):
        path = ready_final(engine, writer)
        start = time.perf_counter()
        assert client.post(path, data={"csrf_token": token}).status_code == 303
        middle = time.perf_counter()
        assert floor.post("/submit", data={"csrf_token": floor_token}).status_code == 200
        ratios.append((time.perf_counter() - middle) / (middle - start))
    return show("submitting and grading 10 questions", ">= 0.4",
                {"ratio": median(ratios), "least": min(ratios), "greatest": max(ratios)})  # fmt: skip


def ready_final(engine, writer) -> str:
    """Return the review page of a new final attempt with every answer (wrong) saved."""
    from ttaplatform.catalogue.service import find_published
    from ttaplatform.clock import now
    from ttaplatform.learning import answers, attempts, service, sittings
    from ttaplatform.people.service import find_account

    with writer(engine) as session:
        account = find_account(session, "learner@example.org")
        published = find_published(session, "law-enforcement-first-contact")
        found = service.find_open_enrolment(session, account.id, published.course_id)
        if found:
            old = service.get_enrolment(session, found, account.id)
            service.enrol_again(session, old, published, at=now())
        one = service.get_enrolment(session, service.enrol(session, account.id, published, at=now()), account.id)
        for module in one.course.modules:
            service.finish_lesson(session, one, module.slug, at=now())
            attempts.start_attempt(session, one, module.slug, at=now())
            attempts.submit_attempt(
                session, one, sittings.find_sitting(session, one, module.slug), module.slug, at=now()
            )
        attempts.start_attempt(session, one, "final", at=now())
        sitting = sittings.find_sitting(session, one, "final")
        for position in range(1, 11):
            wrong = next(option.key for option in sitting.item(position)[0].options if not option.is_right)
            answers.save_response(session, sitting, position, [wrong], at=now())
        session.commit()
    return f"/learn/{one.id}/quizzes/final/review"


def report(folder: Path) -> dict[str, object]:
    """Measure the CSV of 200,000 completions beside csv.writer over a raw cursor of the same columns."""
    database = folder / "tta.db"
    fill(database)
    figures = {}
    for kind in ("ours", "floor"):
        runs = []
        for _ in range(3):
            words = [sys.executable, "-m", "tests.bench.report", kind, str(database)]
            found = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
            runs.append((float(found[0]), float(found[1])))
        figures[kind] = (median(run[0] for run in runs), max(run[1] for run in runs))
    return show("CSV of 200,000 completions, rows per second", ">= 0.5",
                {"ratio": figures["floor"][0] / figures["ours"][0], "resident_mb": figures["ours"][1]})  # fmt: skip


def fill(database: Path) -> None:
    """Put 200,000 completions into the database by plain SQL, as the services would have written them."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA foreign_keys=OFF")
    release = connection.execute("select id, course_id from release limit 1").fetchone()
    people = connection.execute("select account_id, agency_id from membership").fetchall()
    profession = connection.execute("select id from profession limit 1").fetchone()[0]
    enrolments, milestones = [], []
    for number in range(1, ROWS + 1):
        person, agency = people[number % len(people)]
        at = f"2026-{number % 11 + 1:02}-{number % 28 + 1:02} {number % 24:02}:{number % 60:02}:00.000000"
        key = 1_000_000 + number
        enrolments.append((key, person, release[1], release[0], at, at))
        shared = (at, person, release[1], agency, profession, 90)
        milestones += [(key, "completed", *shared, None), (key, "passed", *shared, 90)]
    connection.executemany("insert into enrolment (id, account_id, course_id, release_id, started_at, closed_at) "
                           "values (?,?,?,?,?,?)", enrolments)  # fmt: skip
    connection.executemany("insert into milestone (enrolment_id, kind, reached_at, account_id, course_id, agency_id, "
                           "profession_id, minutes, score_percent) values (?,?,?,?,?,?,?,?,?)", milestones)  # fmt: skip
    connection.execute("analyze")
    connection.commit()
    connection.close()


def main() -> None:
    """Run every benchmark."""
    with tempfile.TemporaryDirectory() as name:
        lines = pages(Path(name))
        lines += [
            show("signed certificate (its time, ours / floor)", "<= 1.25", certificates.one()),
            show("200 in bulk, both cores / one", ">= 1.6", certificates.bulk(Path(name))),
            report(Path(name)),
            show("a preview (its answer / its render)", "<= 1.5", authoring.preview(Path(name))),
            show("a page while publishing / while another reads", "<= 1.2", authoring.publishing(Path(name))),
        ]
    lines += [
        show("the largest lesson (ours / bare Markdown)", "<= 1.5", authoring.rendering()),
        show("checking and compiling all (ours / bare)", "<= 3", authoring.curriculum()),
        show("grading 150,000 responses (floor: parsing)", "–", assessment.grading()),
        show("item statistics 100,000 x 30 (ours / floor)", "<= 3", assessment.statistics()),
    ]
    (ROOT / "bench.json").write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    main()
