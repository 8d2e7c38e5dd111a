"""Certificates that hold: sealed by the database, corrected by a new one, revoked with a reason, verified by file."""

import hashlib
import io
import subprocess
import zipfile
import zlib
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from tests.make import AT, complete, enrolled, make_account, make_agency, publish_changed
from ttaplatform.bulk import make_bundle
from ttaplatform.certificates import bundles, emblems, service
from ttaplatform.certificates.keys import ensure_keys, load_keys
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.signing import TimeStampError, codes_in, read_signature
from ttaplatform.certificates.verification import verify_code, verify_pdf
from ttaplatform.clock import now
from ttaplatform.db import writer
from ttaplatform.errors import RuleBrokenError
from ttaplatform.learning.service import enrol_again, get_enrolment
from ttaplatform.people.service import delete_account, update_account
from ttaplatform.web import create_app

TODAY = date(2026, 11, 24)
# A PNG whose header claims 20,000 by 20,000 pixels.
_HEADER = b"IHDR" + (20_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"
BOMB = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + _HEADER + zlib.crc32(_HEADER).to_bytes(4)


def earned(session, account=None) -> Certificate:
    """Return the certificate of a completed small course."""
    one = enrolled(session, account or make_account(session))
    complete(session, one)
    certificate = service.issue_certificate(session, enrolment_id=one.id, at=AT)
    session.flush()
    return certificate


def prepared(settings, engine, certificate: Certificate) -> bytes:
    """Return the certificate's stored bytes."""
    app = create_app(settings, engine)
    with app.app_context():
        return prepare_pdf(engine, certificate.id, settings)


def correct(session, certificate: Certificate, **changes: str) -> Certificate:
    """Return the certificate that corrects this one."""
    return service.correct_certificate(session, certificate, changes, actor_id=1, at=AT + timedelta(days=1))


@pytest.mark.parametrize(
    "change",
    ["name = 'Other'", "minutes = 99", "issued_on = '2020-01-01'", "pdf = null, pdf_sha256 = null",
     "release_hash = 'x'", "credits = '[{\"rule\": \"nursing\"}]'", "account_id = 77", "expires_on = '2030-01-01'"],
)  # fmt: skip
def test_the_database_refuses_to_change_what_is_sealed(session, settings, engine, change):
    certificate = earned(session)
    session.commit()
    prepared(settings, engine, certificate)

    with pytest.raises(DBAPIError):
        session.execute(text(f"update certificate set {change}"))


def test_nothing_that_happens_later_changes_a_stored_hash(session, settings, engine, tmp_path):
    account = make_account(session, agency=make_agency(session, "Old Name Police"))
    certificate = earned(session, account)
    session.commit()
    pdf = prepared(settings, engine, certificate)
    before = session.execute(text("select pdf_sha256, name, course_title, agency_name from certificate")).all()

    publish_changed(
        session, tmp_path / "new", **{"02-two__module.md": "---\ntitle: Renamed\nminutes: 9\n---\n\nNew.\n"}
    )
    session.execute(text("update agency set name = 'New Name Police'"))
    values = {"name": "New Name", "licence_number": "X1", "agency_id": make_agency(session, "Elsewhere")}
    update_account(session, account.id, values, at=AT)
    emblems.set_emblem(session, ("seal", "site", ""), picture(), actor_id=account.id, at=AT)
    session.execute(update(Certificate).values(superseded_at=None))
    service.let_go(session, account_id=account.id, at=AT)
    delete_account(session, account.id, at=AT)
    session.commit()

    assert prepared(settings, engine, certificate) == pdf
    after = session.execute(text("select pdf_sha256, name, course_title, agency_name from certificate")).all()
    assert after == before == [(hashlib.sha256(pdf).hexdigest(), "Pat Example", "Small course", "Old Name Police")]


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 40), kind: str = "PNG") -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def test_a_correction_names_and_supersedes_the_old_one_and_leaves_its_bytes(session, settings, engine):
    old = earned(session)
    session.commit()
    pdf = prepared(settings, engine, old)

    new = correct(session, old, name="Pat Exemplar")
    session.commit()
    new_pdf = prepared(settings, engine, new)

    assert (new.name, new.supersedes_id, new.correction) == ("Pat Exemplar", old.id, "name")
    assert (new.issued_on, new.completed_on) == (date(2026, 11, 25), old.completed_on)
    assert verify_pdf(session, pdf, today=TODAY).state == "superseded"
    assert verify_pdf(session, pdf, today=TODAY).successor.code == new.code
    assert verify_pdf(session, new_pdf, today=TODAY).state == "genuine"
    assert old.code in pdf_text(new_pdf)
    with pytest.raises(RuleBrokenError):
        correct(session, old, name="Once more")


def pdf_text(pdf: bytes) -> str:
    """Return the words of a PDF."""
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_correction_that_changes_nothing_is_refused(session):
    certificate = earned(session)

    with pytest.raises(RuleBrokenError):
        correct(session, certificate, name=certificate.name)


def test_revoking_takes_a_reason_and_happens_once(session):
    certificate = earned(session)

    with pytest.raises(RuleBrokenError):
        service.revoke_certificate(session, certificate, "  ", actor_id=1, at=AT)
    actor = make_account(session, "boss@example.org").id
    service.revoke_certificate(session, certificate, "Issued by mistake", actor_id=actor, at=AT)
    with pytest.raises(RuleBrokenError):
        service.revoke_certificate(session, certificate, "Again", actor_id=actor, at=AT)

    answer = verify_code(session, certificate.code, today=TODAY)
    assert (answer.state, answer.certificate.revoke_reason) == ("revoked", "Issued by mistake")


def test_a_retake_has_its_own_certificate_with_its_own_date(session):
    account = make_account(session)
    first = earned(session, account)
    from tests.make import published

    again = enrol_again(session, get_enrolment(session, first.enrolment_id, account.id), published(session), at=AT)
    later = AT + timedelta(days=400)
    complete(session, get_enrolment(session, again, account.id), at=later)

    second = service.issue_certificate(session, enrolment_id=again, at=later)

    assert (first.issued_on, second.issued_on) == (TODAY, TODAY + timedelta(days=400))
    assert {one.code for one in service.list_certificates(session, account.id)} == {first.code, second.code}


@pytest.mark.drawing
def test_pdfsig_finds_the_signature_valid_over_the_total_document(session, settings, engine, tmp_path):
    certificate = earned(session)
    session.commit()
    (tmp_path / "c.pdf").write_bytes(prepared(settings, engine, certificate))

    said = subprocess.run(["pdfsig", str(tmp_path / "c.pdf")], capture_output=True, text=True).stdout

    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert said.count("Signature #") == 1


@pytest.mark.drawing
def test_any_changed_byte_is_seen(session, settings, engine, tmp_path):
    certificate = earned(session)
    session.commit()
    pdf = prepared(settings, engine, certificate)
    inside = pdf[:200] + bytes([pdf[200] ^ 1]) + pdf[201:]
    place = pdf.index(b"/Contents <") + 2000  # the padding of the signature: not covered by it
    outside = pdf[:place] + (b"1" if pdf[place : place + 1] == b"0" else b"0") + pdf[place + 1 :]

    assert read_signature(pdf).is_intact
    assert not read_signature(inside).is_intact
    for changed in (inside, outside, pdf + b"\n", pdf[:-1]):
        answer = verify_pdf(session, changed, today=TODAY)
        assert (answer.state, answer.certificate.code) == ("altered", certificate.code)


@pytest.mark.drawing
@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.7\nABCD-EFGH-JKMN-PQRS" + b"<<" * 5000])
def test_a_file_that_says_nothing_is_unknown(session, junk):
    assert verify_pdf(session, junk, today=TODAY).state == "unknown"


def test_a_certificate_expires_after_its_last_day(session):
    certificate = earned(session)
    session.expunge(certificate)
    certificate.expires_on = TODAY

    from ttaplatform.certificates.verification import state_on

    assert (state_on(certificate, TODAY), state_on(certificate, TODAY + timedelta(days=1))) == ("genuine", "expired")


@pytest.mark.drawing
def test_keys_rotate_and_old_certificates_keep_verifying(session, settings, engine, monkeypatch, tmp_path):
    from ttaplatform.cli import main

    def verify(file: str, key: str = "") -> list[str]:
        return ["certificate", "verify", str(tmp_path / file), *(["--key", str(tmp_path / key)] if key else [])]

    old = earned(session)
    session.commit()
    pdf = prepared(settings, engine, old)
    before = load_keys(settings).document.id
    monkeypatch.setenv("TTA_DATABASE_URL", settings.database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("TTA_DATA_DIR", str(settings.data_dir))
    run = CliRunner().invoke
    assert run(main, ["certificate", "new-keys", "--yes"]).exit_code == 0
    new = correct(session, old, name="Pat Exemplar")
    session.commit()
    new_pdf = prepared(settings, engine, new)
    (tmp_path / "old.pdf").write_bytes(pdf)
    (tmp_path / "new.pdf").write_bytes(new_pdf)
    keys = {key.id: key.public_pem for key in emblems.list_keys(session, "document")}
    session.commit()  # SQLite lets nobody write while this session might
    files = sorted(settings.data_dir.glob("*.pem"))
    (tmp_path / "old.pem").write_text(keys[before])

    assert len(keys) == 2
    assert read_signature(pdf).key_id == before != read_signature(new_pdf).key_id
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 4
    offline = run(main, verify("old.pdf", "old.pem"))
    assert (offline.exit_code, "status not checked" in offline.output) == (0, True)
    assert run(main, verify("new.pdf", "old.pem")).exit_code == 1
    assert run(main, verify("old.pdf")).exit_code == 2
    assert run(main, verify("new.pdf")).exit_code == 0
    assert run(main, verify("absent.pdf")).exit_code == 3
    assert run(main, verify("new.pdf", "new.pdf")).exit_code == 3
    listed = run(main, ["certificate", "list", "--format", "json", "--agency", "springfield police"])
    assert f'"code": "{new.code}"' in listed.output
    assert run(main, ["certificate", "list", "--agency", "Nowhere"]).exit_code == 1
    assert run(main, ["certificate", "export", new.code, str(tmp_path / "out.pdf")]).exit_code == 0
    assert (tmp_path / "out.pdf").read_bytes() == new_pdf


def test_the_key_file_says_what_replaces_it_and_is_made_once(settings):
    assert ensure_keys(settings, at=AT)
    first = settings.signing_key_file.read_bytes()

    assert not ensure_keys(settings, at=AT)
    assert settings.signing_key_file.read_bytes() == first
    assert b"TTA_SIGNING_KEY_FILE" in first


@pytest.mark.drawing
def test_the_codes_of_a_file_are_found_in_its_signature(session, settings, engine):
    certificate = earned(session)
    session.commit()

    assert codes_in(prepared(settings, engine, certificate)) == [certificate.code]


@pytest.mark.drawing
def test_a_time_stamp_authority_that_does_not_answer_leaves_the_bytes_for_later(session, settings, engine):
    from dataclasses import replace

    certificate = earned(session)
    session.commit()

    with pytest.raises(TimeStampError):
        prepared(replace(settings, tsa_url="http://127.0.0.1:9/"), engine, certificate)
    assert prepared(settings, engine, certificate).startswith(b"%PDF")


def test_a_certificate_bears_the_seal_of_the_nearest_agency_and_the_site_otherwise(session):
    above = make_agency(session, "County")
    below = make_agency(session, "City", parent=above)
    account = make_account(session, agency=below)
    certificate = earned(session, account)

    def seal() -> bytes | None:
        return emblems.pictures_for(session, certificate).seal

    assert seal() is None
    for scope, size in (("site", 10), (emblems.agency_scope(above), 20), (emblems.agency_scope(below), 30)):
        emblems.set_emblem(session, ("seal", scope, ""), picture(size=(size, size)), actor_id=account.id, at=AT)
        assert Image.open(io.BytesIO(seal())).width == size


@pytest.mark.drawing
@pytest.mark.parametrize("bad", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"GIF89a", BOMB])
def test_a_picture_that_cannot_be_read_is_refused(session, bad):
    with pytest.raises(RuleBrokenError):
        emblems.set_emblem(session, ("seal", "site", ""), bad, actor_id=1, at=AT)


def test_a_large_picture_is_made_small_and_nothing_else_of_the_file_is_kept(session):
    emblems.set_emblem(session, ("seal", "site", ""), picture(size=(3000, 1500), kind="JPEG"), actor_id=1, at=AT)

    kept = Image.open(io.BytesIO(emblems.list_emblems(session)[0].png))
    assert (kept.format, kept.size, kept.info) == ("PNG", (900, 450), {})


def test_every_job_of_an_issue_exists_once(engine, settings):
    with writer(engine) as session:
        certificate = earned(session)
        service.issue_certificate(session, enrolment_id=certificate.enrolment_id, at=AT + timedelta(days=90))
        session.commit()
        table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
        found = session.execute(
            text(f"select count(*) from {table} where workflow_uuid like '%certificate:%'")
        ).scalar()

    assert found == 2  # the file and the letter


@pytest.mark.drawing
def test_a_bundle_holds_every_current_certificate_of_an_agency_and_issues_what_waits(session, settings, engine):
    above = make_agency(session, "County")
    city = make_account(session, agency=make_agency(session, "City", parent=above))
    first = earned(session, city)
    second = correct(session, first, name="=HYPERLINK(1)")
    gone = earned(session, make_account(session, "gone@example.org", agency=above))
    service.revoke_certificate(session, gone, "A mistake", actor_id=city.id, at=AT)
    earned(session, make_account(session, "else@example.org", agency=make_agency(session, "Elsewhere")))
    waiting = make_account(session, "waits@example.org", agency=above)
    complete(session, enrolled(session, waiting))
    bundle = bundles.ask_bundle(session, agency_id=above, course_slug="small-course", actor_id=city.id, at=now())
    session.commit()

    make_bundle(engine, bundle.id, settings)
    session.refresh(bundle)

    issued = service.list_certificates(session, waiting.id)[0]
    with zipfile.ZipFile(bundles.bundle_file(settings, bundle.id)) as archive:
        names, index = set(archive.namelist()), archive.read("index.csv").decode("utf-8-sig")
        held = archive.read(bundles.file_of(second))
    assert names == {bundles.file_of(second), bundles.file_of(issued), "index.csv"}
    assert hashlib.sha256(held).hexdigest() == session.get(Certificate, second.id, populate_existing=True).pdf_sha256
    assert (bundle.total, bundle.done, bundle.finished_at is not None) == (2, 2, True)
    assert "'=HYPERLINK(1)" in index
    session.commit()
    make_bundle(engine, bundle.id, settings)  # again: it is made


def test_an_altered_copy_of_a_revoked_certificate_says_that_it_was_revoked(session, settings, engine):
    certificate = earned(session)
    session.commit()
    pdf = prepared(settings, engine, certificate)
    service.revoke_certificate(session, certificate, "A mistake", actor_id=certificate.account_id, at=AT)

    answer = verify_pdf(session, pdf + b"\n", today=TODAY)

    assert (answer.state, answer.meant) == ("altered", "revoked")


def test_revoking_a_replaced_certificate_revokes_what_replaced_it(session):
    old = earned(session)
    new = correct(session, old, name="Pat Exemplar")

    service.revoke_certificate(session, old, "Taken by another", actor_id=old.account_id, at=AT)

    assert [verify_code(session, one.code, today=TODAY).state for one in (old, new)] == ["revoked", "revoked"]


@pytest.mark.drawing
def test_a_detailed_seal_is_kept_small(session):
    out = io.BytesIO()
    Image.effect_noise((1200, 1200), 90).convert("RGB").save(out, "PNG")

    emblems.set_emblem(session, ("seal", "site", ""), out.getvalue(), actor_id=1, at=AT)

    assert len(emblems.list_emblems(session)[0].png) <= emblems.MAX_PNG_BYTES
