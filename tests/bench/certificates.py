"""Certificates: one signed, many in bulk, one served, one verified; each beside its floor."""

import sqlite3
import tempfile
import time
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from statistics import median

from tests.bench.servers import Load, Server, Visitor, compare

COUNT = 200
CODE = "ABCD-EFGH-JKMN-PQRS"


def record(**changes):
    """Return a certificate as it is issued."""
    from ttaplatform.certificates.models import Certificate

    values = {
        "code": CODE, "name": "Pat Example", "course_title": "First contact", "course_slug": "first-contact",
        "minutes": 90, "score_percent": 90, "agency_name": "Example Police", "profession_name": "Patrol officer",
        "language": "en", "issued_on": date(2026, 11, 24), "issued_at": datetime(2026, 11, 24, tzinfo=UTC),
        "status_index": 7,
    }  # fmt: skip
    return Certificate(**values | changes)


def one() -> dict[str, float]:
    """Measure making a signed certificate beside WeasyPrint and pyHanko alone on the finished HTML."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from weasyprint import HTML

    from ttaplatform import paths
    from ttaplatform.certificates.document import certificate_html
    from ttaplatform.certificates.keys import ensure_keys, load_keys
    from ttaplatform.certificates.preparing import make
    from ttaplatform.certificates.signing import _signer
    from ttaplatform.clock import now
    from ttaplatform.config import load_settings
    from ttaplatform.web import create_app

    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"TTA_DATA_DIR": folder})
        ensure_keys(settings, at=now())
        keys = load_keys(settings)
        app = create_app(settings)
        base = paths.shipped("static").as_uri() + "/"
        ratios = []
        with app.app_context():
            html = certificate_html(record(), settings.base_url)
            for number in range(13):
                start = time.perf_counter()
                make(record(), settings, keys)
                middle = time.perf_counter()
                pdf = HTML(string=html, base_url=base).write_pdf(pdf_variant="pdf/ua-1")
                meta = signers.PdfSignatureMetadata(
                    field_name="Signature", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
                )
                field = fields.SigFieldSpec("Signature")
                signer = signers.PdfSigner(meta, _signer(keys.document), new_field_spec=field)
                signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
                if number > 2:
                    ratios.append((middle - start) / (time.perf_counter() - middle))
    return {"ratio": median(ratios), "least": min(ratios), "greatest": max(ratios)}


def bulk(folder: Path) -> dict[str, float]:
    """Measure making COUNT certificates by two processes and by one, each with the start of its processes."""
    from ttaplatform.bulk import prepare_all
    from ttaplatform.config import load_settings

    settings = load_settings({"TTA_DATA_DIR": str(folder)})
    seconds = {}
    for processes in (1, 2):
        ids = issue(sqlite3.connect(folder / "tta.db"), processes)
        start = time.perf_counter()
        for _done in prepare_all(ids, settings, processes):
            pass
        seconds[processes] = time.perf_counter() - start
    return {"ratio": seconds[1] / seconds[2], "one_each_second": COUNT / seconds[1], "both": COUNT / seconds[2]}


def issue(connection, number: int) -> list[int]:
    """Issue COUNT certificates without files by plain SQL, as the services would have written them."""
    release = connection.execute("select id, course_id from release limit 1").fetchone()
    account = connection.execute("select id from account limit 1").fetchone()[0]
    ids = []
    for place in range(COUNT):
        key = 5_000_000 + number * 10_000 + place
        at = "2026-11-24 12:00:00.000000"
        connection.execute("insert into enrolment (id, account_id, course_id, release_id, started_at, closed_at) "
                           "values (?,?,?,?,?,?)", (key, account, release[1], release[0], at, at))  # fmt: skip
        connection.execute(
            "insert into certificate (id, code, enrolment_id, account_id, name, course_slug, course_title, "
            "release_hash, minutes, score_percent, agency_name, profession_name, language, completed_on, issued_at, "
            "issued_on, time_zone, template_version, status_index, credits, licence_number, correction, "
            "revoke_reason) values "
            "(?,?,?,?,?,'c','First contact','h',90,90,'Example Police','Patrol officer','en','2026-11-24',?,"
            "'2026-11-24','UTC',2,?,'[]','','','')",
            (key, code_of(key), key, account, f"Pat Example {place}", at, key),
        )
        ids.append(key)
    connection.commit()
    connection.close()
    return ids


def code_of(key: int) -> str:
    """Return a code that no one can have guessed apart from this file."""
    return "-".join(f"{key:016}"[i : i + 4] for i in range(0, 16, 4))


def served(folder: Path, floor: Server, floor_path: str) -> list[tuple[str, dict[str, float]]]:
    """Measure a stored certificate that is served, and a code that is verified, beside the floor's signed-in page."""
    ours = Server("wsgi:app", {"TTA_DATA_DIR": str(folder), "TTA_VERIFY_LIMIT": "0"})
    ours.start()
    visitor, guest = Visitor(ours), Visitor(floor)
    visitor.post("/signin", {"csrf_token": visitor.token("/signin"), "email": "admin@example.org",
                             "password": "demonstration only"})  # fmt: skip
    guest.get("/signin")
    code = code_of(issue(sqlite3.connect(folder / "tta.db"), 0)[0])
    pdf, page = f"/certificates/{code}.pdf", f"/verify/{code}"
    with visitor.opener.open(ours.url + pdf) as reply:  # the first makes the file
        reply.read()
    base = Load(floor, floor_path, guest.cookie)
    lines = [
        ("stored certificate served", compare(Load(ours, pdf, visitor.cookie), base)),
        ("code verified", compare(Load(ours, page, visitor.cookie), base)),
    ]
    ours.stop()
    return lines
