"""Certificates in the browser; each complaint about those of other platforms has a test named after it."""

import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import event, select, text, update

from tests.badges.test_node import run_verifier
from tests.make import AT, complete, enrolled, make_account, make_agency, published
from ttaplatform import schema
from ttaplatform.certificates import service
from ttaplatform.certificates.models import Certificate
from ttaplatform.clock import now
from ttaplatform.db import reader, writer
from ttaplatform.learning.service import enrol_again, get_enrolment
from ttaplatform.people.models import Account
from ttaplatform.roles import Role
from ttaplatform.tasks import every_minute
from ttaplatform.web import create_app


def certified(engine, *, at=AT, **details) -> str:
    """Return the code of a certificate of a new account."""
    with writer(engine) as session:
        one = enrolled(session, make_account(session, **details), at=at)
        complete(session, one, at=at)
        certificate = service.issue_certificate(session, enrolment_id=one.id, at=at)
        session.commit()
        return certificate.code


def upload(browser, content: bytes, *, status: int = 200):
    """Return the page that answers an uploaded file."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/verify").text)[1]
    fields = {"csrf_token": token, "file": (io.BytesIO(content), "certificate.pdf")}
    return browser._page(browser.post("/verify/file", data=fields), status)


def own_pdf(app, code: str) -> bytes:
    """Return the certificate as its owner downloads it."""
    client = app.test_client()
    client.sign_in()
    return client.get(f"/certificates/{code}.pdf").data


def jobs(engine) -> int:
    """Return how many jobs were ever enqueued."""
    table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
    with engine.connect() as connection:
        return connection.execute(text(f"select count(*) from {table}")).scalar()


def test_complaint_an_upgrade_reissued_redated_and_remailed_everything(app, engine, settings, database_url):
    code = certified(engine)
    pdf, before = own_pdf(app, code), jobs(engine)

    schema.upgrade(engine, database_url)
    upgraded = create_app(settings, engine)
    for due in every_minute(upgraded):
        due()
    with writer(engine) as session:
        account_id = session.scalars(select(Account.id)).one()
        service.issue_waiting(session, account_id=account_id, at=now() + timedelta(days=400))
        session.commit()

    assert own_pdf(app, code) == pdf
    assert jobs(engine) == before
    with reader(engine) as session:
        assert [one.code for one in session.scalars(select(Certificate))] == [code]


def test_complaint_a_new_logo_or_a_changed_name_altered_issued_certificates(app, engine):
    code = certified(engine)
    pdf = own_pdf(app, code)
    with writer(engine) as session:
        make_account(session, "admin@example.org", role=Role.ADMINISTRATOR)
        session.execute(update(Account).where(Account.email == "pat@example.org").values(name="Someone Else"))
        session.commit()
    admin = app.test_client()
    admin.sign_in("admin@example.org")
    from tests.db.test_certificates import picture

    admin.send("/admin/certificates/design", {"place": "seal site", "picture": (io.BytesIO(picture()), "seal.png")})

    assert own_pdf(app, code) == pdf
    assert "Pat Example" in admin.show(f"/verify/{code}").text


def test_complaint_a_retake_kept_the_old_date(engine, session):
    account = make_account(session)
    first = enrolled(session, account)
    complete(session, first)
    old = service.issue_certificate(session, enrolment_id=first.id, at=AT)
    later = AT + timedelta(days=365)
    again = enrol_again(session, get_enrolment(session, first.id, account.id), published(session), at=later)
    complete(session, get_enrolment(session, again, account.id), at=later)

    new = service.issue_certificate(session, enrolment_id=again, at=later)

    assert (new.issued_on - old.issued_on).days == 365


def test_complaint_one_certificate_could_not_be_reissued_for_a_typing_mistake(app, engine):
    code = certified(engine, name="Pat Exmaple")
    certified(engine, email="other@example.org", name="Other Person")
    browser = app.test_client()
    browser.sign_in()
    with writer(engine) as session:
        session.execute(update(Account).where(Account.name == "Pat Exmaple").values(name="Pat Example"))
        session.commit()

    assert "Pat Example" in browser.show(f"/certificates/{code}/correct").text
    browser.send(f"/certificates/{code}/correct")

    with reader(engine) as session:
        old, _other, new = session.scalars(select(Certificate).order_by(Certificate.id))
    assert (old.superseded_at is not None, new.name, new.supersedes_id) == (True, "Pat Example", old.id)
    assert new.code in browser.show(f"/verify/{old.code}").text
    assert f"This certificate replaces {old.code}." in PdfReader(
        io.BytesIO(own_pdf(app, new.code))).pages[0].extract_text()  # fmt: skip
    assert browser.get(f"/certificates/{code}/correct").status_code == 303  # nothing is left to correct


def test_complaint_verification_crashed_on_an_expiry_date(app, engine):
    from datetime import date

    with writer(engine) as session:
        one = enrolled(session, make_account(session))
        complete(session, one)
        old = service.issue_certificate(session, enrolment_id=one.id, at=AT)
        changes = {"expires_on": date(2026, 1, 31)}
        new = service.correct_certificate(session, old, changes, actor_id=old.account_id, at=AT)
        session.commit()
        code = new.code

    page = app.test_client().show(f"/verify/{code}")

    assert page.headings["h1"] == ["Expired certificate"]
    assert "valid until January 31, 2026" in page.text


def test_complaint_verification_said_only_valid_so_an_edited_pdf_passed(app, engine):
    code = certified(engine)
    pdf = own_pdf(app, code)
    stranger = app.test_client()

    assert upload(stranger, pdf).headings["h1"] == ["Genuine certificate"]
    edited = upload(stranger, pdf[:300] + bytes([pdf[300] ^ 1]) + pdf[301:])
    assert edited.headings["h1"] == ["Altered file"]
    assert "Pat Example" in edited.text  # what was certified, to compare
    assert upload(stranger, b"%PDF-1.4 nothing").headings["h1"] == ["Unknown certificate"]


def test_a_transcript_and_an_affidavit_are_known_as_signed_here(app, engine):
    code = certified(engine)
    browser = app.test_client()
    browser.sign_in()
    transcript, affidavit = (browser.get(p).data for p in ("/transcript.pdf", f"/certificates/{code}/affidavit.pdf"))

    for pdf in (transcript, affidavit):
        assert upload(browser, pdf).headings["h1"] == ["Signed here and unchanged"]
        assert upload(browser, pdf + b"\n").headings["h1"] == ["Altered file"]


def test_complaint_verification_showed_no_date(app, engine):
    page = app.test_client().show(f"/verify/{certified(engine)}").text

    assert "November 24, 2026 (America/New_York)" in page


def test_complaint_verification_died_with_the_account(app, engine):
    code = certified(engine)
    pdf = own_pdf(app, code)
    browser = app.test_client()
    browser.sign_in()
    assert "not your password" in browser.send("/account/delete", {"password": "wrong"}, status=422).text
    from tests.make import PASSWORD

    browser.send("/account/delete", {"password": PASSWORD})

    assert browser.get("/learning").status_code == 303  # signed out
    assert browser.send("/signin", {"email": "pat@example.org", "password": PASSWORD}, status=422)
    assert "Pat Example" in browser.show(f"/verify/{code}").text
    assert upload(browser, pdf).headings["h1"] == ["Genuine certificate"]
    with reader(engine) as session:
        kept = session.execute(text("select email, name, licence_number from account")).one()
        assert "pat" not in " ".join(kept).lower()


def test_complaint_a_pdf_without_tags_that_a_screen_reader_cannot_read(app, engine):
    from tests.db.test_document import tags

    root = PdfReader(io.BytesIO(own_pdf(app, certified(engine)))).trailer["/Root"]
    kinds = [str(element["/S"]) for element in tags(root["/StructTreeRoot"], [])]

    assert root["/MarkInfo"]["/Marked"]
    assert kinds.count("/H1") == 1
    assert {"/P", "/Figure", "/LI"} & set(kinds)


def test_complaint_a_certificate_dated_tomorrow(engine):
    evening = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)  # 10:30 p.m. on the 24th in New York

    code = certified(engine, at=evening)

    with reader(engine) as session:
        assert service.find_by_code(session, code).issued_on.isoformat() == "2026-11-24"


def test_complaint_the_issuing_job_took_351782_reads(app, engine):
    for number in range(12):
        certified(engine, email=f"other-{number}@example.org")
    with writer(engine) as session:
        one = enrolled(session, make_account(session))
        complete(session, one)
        session.commit()
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    with writer(engine) as session:
        service.issue_certificate(session, enrolment_id=one.id, at=AT)
        session.commit()

    assert len(asked) < 40  # whatever else was ever issued


def test_complaint_i_cannot_see_my_certificate_is_nearly_always_an_unfinished_step(app, engine):
    with writer(engine) as session:
        one = enrolled(session, make_account(session))
        from ttaplatform.learning.service import finish_lesson

        finish_lesson(session, one, "01-one", at=AT)
        session.commit()
    browser = app.test_client()
    browser.sign_in()

    left = browser.show("/courses/small-course").text

    assert "What is left" in left
    assert "Take the final assessment" in left or "Continue: First check" in left


def test_a_badge_is_downloaded_verifies_elsewhere_and_fails_after_revocation(app, engine):
    code = certified(engine, at=now() - timedelta(hours=1))
    with writer(engine) as session:
        make_account(session, "admin@example.org", role=Role.ADMINISTRATOR)
        session.commit()
    browser, admin = app.test_client(), app.test_client()
    browser.sign_in()
    admin.sign_in("admin@example.org")
    badge = json.loads(browser.get(f"/certificates/{code}.json").data)
    path = badge["credentialStatus"]["statusListCredential"].removeprefix("http://localhost:8000")

    def verified() -> bool:
        handed = {
            "credential": badge,
            "did_document": json.loads(browser.get("/.well-known/did.json").data),
            "status_list": json.loads(browser.get(path).data),
        }
        return run_verifier(handed)["verified"]

    attached = PdfReader(io.BytesIO(own_pdf(app, code))).attachments
    assert json.loads(attached["badge.json"][0]) == badge
    assert verified()
    admin.send(f"/admin/certificates/{code}", {"reason": ""}, status=422)
    admin.send(f"/admin/certificates/{code}", {"reason": "Issued by mistake"})
    assert not verified()
    page = browser.show(f"/verify/{code}")
    assert (page.headings["h1"], "Issued by mistake" in page.text) == (["Revoked certificate"], True)
    assert browser.get("/credentials/status/7").status_code == 404
    assert "@" not in json.dumps(badge["credentialSubject"])


def test_verification_is_rate_limited_for_each_network_and_lists_nothing(app, engine):
    code = certified(engine)
    browser = app.test_client()
    for _ in range(60):
        assert browser.get(f"/verify/{code}").status_code == 200

    assert browser.show(f"/verify/{code}", status=429).headings["h1"] == ["Too many requests"]
    assert browser.get(f"/verify/{code}", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
    assert "@example.org" not in browser.get(f"/verify/{code}", environ_base={"REMOTE_ADDR": "203.0.113.9"}).text
    assert browser.get("/verify/").status_code == 404


def test_a_file_that_is_too_large_is_refused_in_words(app, engine):
    page = upload(app.test_client(), b"%PDF" + b"x" * 999_000 + b"y" * 500, status=200)
    assert page.headings["h1"] == ["Unknown certificate"]
    assert (
        app.test_client().post("/verify/file", data={"file": (io.BytesIO(b"x" * 1_200_000), "a.pdf")}).status_code
        == 413
    )


def test_only_an_administrator_corrects_others_revokes_and_sets_seals(app, engine):
    code = certified(engine)
    with writer(engine) as session:
        make_account(session, "coordinator@example.org", role=Role.COORDINATOR, scope=make_agency(session))
        session.commit()
    browser = app.test_client()
    browser.sign_in("coordinator@example.org")

    for path in ("", f"/{code}", "/design", "/bulk"):
        assert browser.get(f"/admin/certificates{path}").status_code == 403
    assert browser.get(f"/certificates/{code}/correct").status_code == 404
    assert browser.get("/admin").status_code == 403


def test_an_administrator_finds_corrects_and_collects_certificates(app, engine):
    code = certified(engine, name="Pat Exmaple")
    with writer(engine) as session:
        make_account(session, "admin@example.org", role=Role.ADMINISTRATOR)
        session.commit()
    admin = app.test_client()
    admin.sign_in("admin@example.org")

    assert code in admin.show("/admin/certificates?q=exmaple small").text
    assert code not in admin.show("/admin/certificates?q=nobody").text
    path = f"/admin/certificates/{code}"
    assert "Type the name" in admin.send(path, {"name": ""}, status=422).text
    new = admin.send(path, {"name": "Pat Example", "licence_number": ""})
    assert "Replaces" in admin.show(new).text
    assert admin.send(new, {"name": "Pat Example", "licence_number": ""}) == new  # nothing to change
    admin.send("/admin/certificates/bulk", {"agency": "", "course": ""})
    assert "not ready" in admin.show("/admin/certificates/bulk").text
    assert admin.get("/admin/certificates/bulk/1.zip").status_code == 404


def test_the_public_keys_are_published(app, engine):
    stranger = app.test_client()
    assert "No certificate was signed yet" in stranger.show("/.well-known/certificate-keys").text
    own_pdf(app, certified(engine))

    link = re.search(
        r"/.well-known/certificate-keys/[0-9a-f]{16}.pem", stranger.show("/.well-known/certificate-keys").text
    )
    assert stranger.get(link[0]).data.startswith(b"-----BEGIN CERTIFICATE-----")
    assert stranger.get("/.well-known/certificate-keys/0.pem").status_code == 404


def test_the_letter_about_a_certificate_has_a_link_and_no_attachment(app, engine, settings):
    from ttaplatform.certificates.letters import issued

    certified(engine)
    with app.app_context(), reader(engine) as session:
        letter = issued(session, settings, session.scalars(select(Certificate.id)).one())

    assert (letter.to, letter.subject) == ("pat@example.org", "Your certificate")
    assert f"{settings.base_url}/transcript" in letter.text
    assert "trafficking" not in letter.subject + letter.text


@pytest.mark.parametrize("path", ["/verify", "/verify/AAAA"])
def test_verification_speaks_spanish(app, path):
    browser = app.test_client()
    browser.send("/language", {"language": "es"})

    assert browser.show(path, status=404 if path.endswith("A") else 200).lang == "es"
