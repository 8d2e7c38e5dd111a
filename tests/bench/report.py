"""One writing of the report of all completions, ours or its floor; each runs in a process of its own."""

import csv
import os
import re
import sqlite3
import sys
import time
from importlib import import_module
from pathlib import Path

from sqlalchemy.dialects import sqlite

from ttaplatform.db import make_engine, reader
from ttaplatform.reporting.rules import Question
from ttaplatform.reporting.service import detail_csv, detail_query


def write_report(kind: str, database: str) -> None:
    """Write the report to a null file; print seconds and the resident memory in MB, with a web process around ours."""
    question = Question(("agency",), "America/New_York")
    if kind == "ours":
        import_module("ttaplatform.web")
    start = time.perf_counter()
    count = 0
    if kind == "ours":
        with reader(make_engine(f"sqlite:///{database}")) as session, Path(os.devnull).open("w") as file:
            for piece in detail_csv(session, question, None):
                count += file.write(piece)
    else:
        statement = str(detail_query().compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        cursor = sqlite3.connect(database).execute(statement)
        with Path(os.devnull).open("w") as file:
            csv.writer(file).writerows(cursor)
    print(time.perf_counter() - start, resident_mb())


def resident_mb() -> float:
    """Return the most memory that this process had resident, in MB (ru_maxrss would count its parent's)."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


if __name__ == "__main__":
    write_report(*sys.argv[1:])
