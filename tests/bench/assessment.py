"""Benchmarks of assessment: grading many attempts, and item statistics over a large matrix."""

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).parent.parent.parent
ATTEMPTS, ITEMS = 10_000, 15
LARGE = (100_000, 30)


def rows() -> tuple[list, list[str]]:
    """Return fifteen items of every graded type, and 10,000 attempts as JSON lines of item id to response."""
    from tests.make import question
    from tests.unit.test_items import CLOZE, MATCH, NUMBER, ORDER, SCENES, TEXT
    from ttaplatform.catalogue.draft import numbered
    from ttaplatform.catalogue.item_types import ITEM_TYPES
    from ttaplatform.catalogue.quiz_text import parse_questions

    bodies = {"text": TEXT, "number": NUMBER, "match": MATCH, "order": ORDER, "cloze": CLOZE, "scenario": SCENES}
    texts = [f"## Question: Q\n\n<!-- quiz: id={kind} type={kind} -->\n\n{body}" for kind, body in bodies.items()]
    texts += [question(f"s{n}") for n in range(6)] + [question(f"m{n}", kind="multiple") for n in range(3)]
    items = parse_questions("quiz.md", numbered("\n\n".join(texts)))[0]
    assert len(items) == ITEMS
    chance = random.Random(1)
    wrong = {item.id: (ITEM_TYPES[item.type].solve(item) or [])[:1] for item in items}
    right = {item.id: ITEM_TYPES[item.type].solve(item) for item in items}
    lines = [
        json.dumps({item.id: (right if chance.random() < 0.7 else wrong)[item.id] for item in items})
        for _ in range(ATTEMPTS)
    ]
    return items, lines


def grading() -> dict[str, float]:
    """Return rows (responses) per second, and the time of only parsing them as a share of parsing and grading."""
    from ttaplatform.learning.grading import grade

    items, lines = rows()
    ratios, speeds = [], []
    for _ in range(5):
        start = time.perf_counter()
        for line in lines:
            json.loads(line)
        middle = time.perf_counter()
        for line in lines:
            grade(items, json.loads(line))
        end = time.perf_counter()
        ratios.append((middle - start) / (end - middle))
        speeds.append(ATTEMPTS * ITEMS / (end - middle))
    return {"ratio": median(ratios), "responses_per_second": median(speeds)}


def statistics() -> dict[str, float]:
    """Return the time of item statistics over numpy's bare arithmetic on the same arrays, and resident memory in MB."""
    child = "from tests.bench.assessment import measure_statistics as m; m()"
    found = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True, cwd=ROOT)
    ratio, resident = map(float, found.stdout.split())
    return {"ratio": ratio, "resident_mb": resident}


def measure_statistics() -> None:
    """Print the ratio and the memory; in a process of its own."""
    from ttaplatform.assessing.items import alpha, item_figures

    chance = np.random.default_rng(1)
    skill = chance.normal(size=(LARGE[0], 1))
    scores = (skill + chance.normal(size=LARGE) > 0).astype(float)
    ratios = []
    for _ in range(7):
        start = time.perf_counter()
        item_figures(scores)
        alpha(scores)
        middle = time.perf_counter()
        bare(scores)
        ratios.append((middle - start) / (time.perf_counter() - middle))
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
    print(median(ratios), peak)


def bare(scores: np.ndarray) -> None:
    """Do the arithmetic alone: means, rests, correlations, tails and the covariance matrix, for complete data."""
    totals = scores.sum(axis=1)
    scores.mean(axis=0)
    rest = (totals[:, None] - scores) / (scores.shape[1] - 1)
    one, two = scores - scores.mean(axis=0), rest - rest.mean(axis=0)
    (one * two).sum(axis=0) / np.sqrt((one**2).sum(axis=0) * (two**2).sum(axis=0))
    order = np.argsort(totals, kind="stable")
    tail = round(0.27 * len(totals))
    scores[order[-tail:]].mean(axis=0) - scores[order[:tail]].mean(axis=0)
    np.cov(scores, rowvar=False)
