"""The certificate as a PDF: tagged, in the language of its holder, names in any script, made once."""

import io
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.make import AT, complete, enrolled, make_account
from ttaplatform.certificates.keys import ensure_keys, load_keys
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.preparing import make, prepare_pdf
from ttaplatform.certificates.service import issue_certificate
from ttaplatform.config import load_settings
from ttaplatform.db import make_engine, reader, writer
from ttaplatform.web import create_app

NAMES = [
    "Łucja Świętochłowska-Ångström",
    "Александра Преображенская",
    "محمد عبد الرحمن الأنصاري",
    "陳美玲歐陽司馬相如",
    "שרה בת־אל כהן־לוי",
    "अनुराधा श्रीवास्तव",
    "Maximiliana Wolfeschlegelsteinhausenbergerdorff-Fitzgerald de la Cruz y Santacruz"[:80],
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Return an application without a database: a certificate is made from its record alone."""
    folder = tmp_path_factory.mktemp("document")
    return create_app(load_settings({"TTA_DATA_DIR": str(folder), "TTA_SECRET_KEY": "x"}))


@pytest.fixture(scope="module")
def made(app):
    """Return what makes the signed PDF of a certificate."""
    settings = app.config["SETTINGS"]
    ensure_keys(settings, at=AT)

    def pdf(certificate: Certificate, **more) -> bytes:
        with app.app_context():
            return make(certificate, settings, load_keys(settings), **more).pdf

    return pdf


def certificate(name: str, *, language: str = "en") -> Certificate:
    return Certificate(
        code="ABCD-EFGH-JKMN-PQRS", name=name, course_title="Small course", minutes=90, score_percent=100,
        agency_name="Springfield Police", profession_name="Patrol officer", language=language,
        issued_on=date(2026, 11, 24), issued_at=AT, status_index=5, course_slug="small-course",
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_stands_whole_on_one_page(made, name, tmp_path):
    pdf = made(certificate(name))
    (tmp_path / "c.pdf").write_bytes(pdf)

    reader_ = PdfReader(io.BytesIO(pdf))
    boxes = subprocess.run(["pdftotext", "-bbox", str(tmp_path / "c.pdf"), "-"], capture_output=True, text=True).stdout
    edges = [float(part.split('"')[1]) for part in boxes.split() if part.startswith(("xMax=", "xMin="))]

    assert len(reader_.pages) == 1
    assert (float(reader_.pages[0].mediabox.width), float(reader_.pages[0].mediabox.height)) == (792, 612)
    assert min(edges) >= 0
    assert max(edges) <= 792
    letters = sum(letter in boxes for letter in set(name) - {" "})
    assert letters >= 0.6 * len(set(name) - {" "})  # Arabic comes back in its joined forms


def tags(node, found: list) -> list:
    """Return the structure elements below `node` in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if hasattr(kid, "get") and kid.get("/S"):
            found.append(kid)
            tags(kid, found)
    return found


def test_the_tag_tree_has_one_h1_reading_order_alternate_text_language_and_embedded_fonts(made):
    document = PdfReader(io.BytesIO(made(certificate("Pat Example", language="es"))))
    root = document.trailer["/Root"]
    elements = tags(root["/StructTreeRoot"], [])
    kinds = [str(element["/S"]) for element in elements]
    fonts = [font.get_object() for font in document.pages[0]["/Resources"]["/Font"].values()]

    assert str(root["/Lang"]) == "es"
    assert root["/MarkInfo"]["/Marked"]
    assert kinds.count("/H1") == 1
    assert kinds.index("/H1") < kinds.index("/Figure")
    figures = [element for element in elements if element["/S"] == "/Figure"]
    assert [bool(figure.get("/Alt")) for figure in figures] == [True]
    assert "Certificado" in document.metadata.title
    assert all("/FontFile2" in f["/DescendantFonts"][0].get_object()["/FontDescriptor"]
               or "/FontFile3" in f["/DescendantFonts"][0].get_object()["/FontDescriptor"] for f in fonts)  # fmt: skip
    text = document.pages[0].extract_text()
    assert text.index("Certificado de") < text.index("Pat Example") < text.index("Small course")


def test_pdfua_check_finds_no_error_on_the_signed_file(made, tmp_path):
    (tmp_path / "c.pdf").write_bytes(made(certificate("Pat Example")))

    checked = subprocess.run(
        [Path(sys.executable).with_name("pdfua"), "check", str(tmp_path / "c.pdf")], capture_output=True, text=True
    )

    assert "errors=0" in checked.stdout, checked.stdout


def test_two_that_make_the_bytes_at_once_store_one(settings, database_url):
    app = create_app(settings)
    engine = app.extensions["engine"]
    with writer(engine) as session:
        account = make_account(session)
        one = enrolled(session, account)
        complete(session, one)
        certificate_id = issue_certificate(session, enrolment_id=one.id, at=AT).id
        session.commit()
    made: list[bytes] = []

    def make() -> None:
        with app.app_context():
            made.append(prepare_pdf(engine, certificate_id, settings))

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reader(make_engine(database_url)) as session:
        stored = session.scalars(select(Certificate.pdf)).one()
    assert made == [stored, stored]
    engine.dispose()
