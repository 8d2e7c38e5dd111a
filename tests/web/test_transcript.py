"""The transcript in the browser: what is there, what is still open, proofs that come and go, and who confirms them."""

import io
import re
from datetime import date, timedelta

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlalchemy import func, select

from tests.make import AT, complete, enrolled, make_account, make_agency, published
from ttaplatform.certificates import service as certificates
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.signing import read_signature
from ttaplatform.clock import now
from ttaplatform.credit.rules import Approval, Kind
from ttaplatform.credit.service import approve
from ttaplatform.db import writer
from ttaplatform.learning import service as learning
from ttaplatform.learning.credits import choose_credit, list_offers
from ttaplatform.learning.models import Enrolment
from ttaplatform.roles import Role
from ttaplatform.transcript import views
from ttaplatform.transcript.models import ExternalTraining

FORM = "/transcript/elsewhere"


@pytest.fixture
def learner(session, browser):
    """Return an account that is signed in."""
    account = make_account(session)
    session.commit()
    browser.sign_in()
    return account


def pdf(javascript: str = "") -> bytes:
    """Return a PDF of one page."""
    writer_, out = PdfWriter(), io.BytesIO()
    writer_.add_blank_page(width=300, height=300)
    writer_.write(out)
    return out.getvalue().replace(b"%%EOF", javascript.encode() + b"\n%%EOF")


def picture() -> bytes:
    """Return a JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    return out.getvalue()


def fields(proof: bytes | None = None, name: str = "proof.pdf", **changes: str) -> dict:
    """Return what is sent by the form."""
    typed = {"title": "A day on interviews", "provider": "State academy", "hours": "1.5", "completed_on": "2026-10-01",
             "expires_on": ""}  # fmt: skip
    return typed | changes | {"proof": (io.BytesIO(pdf() if proof is None else proof), name)}


def count(engine) -> int:
    """Return how many entries are stored."""
    with writer(engine) as session:
        return session.scalar(select(func.count()).select_from(ExternalTraining))


def earned(session, account, rules, *, at) -> Certificate:
    """Return the certificate of the small course with a credit that ends two years after `at`."""
    rule = next(one for one in rules.values() if one.kind is Kind.CONTACT_HOURS)
    approval = Approval(rule.slug, "small-course", "County Hospital", "P-4711", valid_from=date(2020, 1, 1))
    offered = published(session)
    approve(session, rule, offered.course, approval, actor_id=account.id, at=at)
    one = enrolled(session, account, at=at)
    choose_credit(session, list_offers(session, one, rules)[0], one, {}, attests=False, at=at)
    complete(session, one, at=at)
    return certificates.issue_certificate(session, enrolment_id=one.id, at=at, rules=rules)


@pytest.fixture
def rules(app, monkeypatch):
    """Return rules with one credit that ends after a year and is renewed in the 90 days before."""
    from ttaplatform.credit.rules import CreditRule

    rule = CreditRule(
        "nursing", Kind.CONTACT_HOURS, {"en": "Nursing", "es": "Enfermería"},
        {"en": ("contact hour", "contact hours")}, statements={"en": "{provider} gives {amount}."},
        expires_months=12, renewal_days=90,
    )  # fmt: skip
    monkeypatch.setattr(views, "sound_rules", lambda _folder: {"nursing": rule})
    return {"nursing": rule}


def test_an_empty_transcript_says_what_comes_next(browser, learner):
    page = browser.show("/transcript")

    assert "You have no certificate yet" in page.text
    assert "Download my transcript" not in page.text
    assert "second account" in page.text


def test_a_certificate_shows_its_credit_its_end_and_when_it_is_renewed(browser, session, learner, rules):
    certificate = earned(session, learner, rules, at=now())
    session.commit()

    page = browser.show("/transcript")

    assert "0.33 contact hours, County Hospital" in page.text
    assert "Valid until" in page.text
    assert "without losing time" in page.text
    assert f"/certificates/{certificate.code}.pdf" in page.text
    assert "<dt>Nursing</dt><dd>0.33 contact hours</dd>" in page.text
    assert "<dt>Courses completed here</dt><dd>0.33 hours</dd>" in page.text


def test_renew_begins_the_course_again_and_the_history_is_kept(browser, session, engine, learner, rules):
    certificate = earned(session, learner, rules, at=now() - timedelta(300))
    session.commit()
    page = browser.show("/transcript")
    [url] = re.findall(r'action="(/courses/[^"]+)"', page.text)

    browser.send(url)

    page = browser.show("/transcript")
    assert certificate.code in page.text
    assert "0 of 5 done: continue" in page.text
    assert "/again" not in page.text  # pressed twice it would throw away what was begun
    with writer(engine) as other:
        assert other.scalar(select(func.count()).select_from(Enrolment)) == 2


def test_what_is_renewed_offers_no_renewal(browser, session, learner, rules):
    earned(session, learner, rules, at=now() - timedelta(300))
    one = learning.list_enrolments(session, learner.id)[0]
    new = learning.enrol_again(session, one, published(session), at=now())
    again = learning.get_enrolment(session, new, learner.id)
    choose_credit(session, list_offers(session, again, rules)[0], again, {}, attests=False, at=now())
    complete(session, again, at=now())
    certificates.issue_certificate(session, enrolment_id=new, at=now(), rules=rules)
    session.commit()

    page = browser.show("/transcript")

    assert "/again" not in page.text
    assert page.text.count("without losing time") == 1


def test_a_missing_certificate_explains_itself_by_the_steps_that_are_open(browser, session, learner):
    one = enrolled(session, learner)
    learning.finish_lesson(session, one, one.course.modules[0].slug, at=AT)
    session.commit()

    page = browser.show("/transcript")

    assert "1 of 5 done: continue" in page.text
    assert browser.get(f"/learn/{one.id}").status_code == 303


def test_a_missing_certificate_explains_itself_by_the_address_that_is_not_confirmed(browser, session):
    account = make_account(session, is_confirmed=False)
    complete(session, enrolled(session, account))
    session.commit()
    browser.sign_in()

    assert "One step is left: confirm your e-mail address" in browser.show("/transcript").text


def test_replaced_and_correctable_certificates_are_as_they_were(browser, session, learner, rules):
    old = earned(session, learner, rules, at=now())
    certificates.correct_certificate(session, old, {"name": "Pat E."}, actor_id=learner.id, at=now())
    session.commit()

    page = browser.show("/transcript")

    assert "Replaced or revoked" in page.text
    assert f"{old.code}</a> (replaced)" in page.text
    assert "/correct" in page.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pdf_of_the_transcript_is_signed_and_in_the_persons_language(browser, session, rules, language):
    account = make_account(session, language=language)
    earned(session, account, rules, at=now())
    session.commit()
    browser.sign_in()

    response = browser.get("/transcript.pdf")

    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="transcript-20')
    assert response.headers["Cache-Control"] == "private, no-store"
    assert read_signature(response.data).is_whole
    assert PdfReader(io.BytesIO(response.data)).trailer["/Root"]["/Lang"] == language


def test_training_elsewhere_is_added_shown_apart_and_removed(browser, engine, learner):
    browser.show(FORM)

    assert browser.send(FORM, fields(expires_on="2027-10-01", hours="1,25")) == "/transcript"

    page = browser.show("/transcript")
    assert "A day on interviews" in page.text
    assert "Valid until October 1, 2027" in page.text
    assert "<dt>Training elsewhere, self-reported</dt><dd>1.25 hours</dd>" in page.text
    [url] = re.findall(r'action="(/transcript/elsewhere/\d+/remove)"', page.text)
    browser.send(url)
    assert count(engine) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"title": " "}, "Type the title"), ({"title": "x" * 201}, "at most 200"), ({"provider": ""}, "Type who gave"),
     ({"title": "<b>"}, "usual marks"), ({"hours": "two"}, "such as 1.5"), ({"hours": ""}, "such as 1.5"),
     ({"hours": "0"}, "such as 1.5"), ({"completed_on": "yesterday"}, "year-month-day"),
     ({"completed_on": ""}, "Choose the day"), ({"completed_on": "2999-01-01"}, "still to come"),
     ({"expires_on": "2026-09-30"}, "before it was completed"), ({"expires_on": "never"}, "year-month-day")],
)  # fmt: skip
def test_what_is_typed_wrong_is_said_at_its_field_and_what_was_typed_stays(browser, engine, learner, changes, words):
    page = browser.send(FORM, fields(**changes), status=422)

    assert words in page.text
    assert f'href="#{next(iter(changes))}"' in page.text
    assert 'value="State academy"' in page.text or "provider" in changes
    assert count(engine) == 0


@pytest.mark.parametrize(
    ("proof", "name"),
    [(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "proof.png"), (b"GIF89a" + pdf(), "proof.pdf"),
     (pdf("9 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj"), "proof.pdf"),
     (b"%PDF-1.7 <script>alert(1)</script>", "proof.pdf"), (b"", "proof.pdf"), (pdf() + b" " * 5_000_001, "proof.pdf")],
)  # fmt: skip
def test_a_file_that_is_no_proof_is_refused_in_words_and_not_stored(browser, engine, learner, proof, name):
    page = browser.send(FORM, fields(proof, name), status=422)

    assert 'id="proof-error-1"' in page.text
    assert "at most 5 MB" in page.text
    assert count(engine) == 0


def test_a_form_without_a_file_asks_for_one(browser, engine, learner):
    page = browser.send(FORM, {name: value for name, value in fields().items() if name != "proof"}, status=422)

    assert "Choose the file" in page.text
    assert count(engine) == 0


def test_a_claim_of_50_megabytes_is_refused_before_it_is_read(browser, engine, learner):
    response = browser.post(FORM, data=fields(), environ_overrides={"CONTENT_LENGTH": "50000000"})

    assert response.status_code == 413
    assert count(engine) == 0


def test_other_forms_stay_as_small_as_they_were(browser, learner):
    response = browser.post("/account", data={"name": "x"}, environ_overrides={"CONTENT_LENGTH": "2000000"})

    assert response.status_code == 413


@pytest.mark.parametrize(("proof", "kind", "start"), [(pdf(), "pdf", b"%PDF"), (picture(), "png", b"\x89PNG")])
def test_a_proof_is_always_downloaded_and_can_do_nothing(browser, session, learner, proof, kind, start):
    browser.send(FORM, fields(proof, "../../evil.html"))
    session.rollback()
    training_id = session.scalars(select(ExternalTraining.id)).one()
    session.rollback()

    response = browser.get(f"{FORM}/{training_id}/proof")

    assert response.data.startswith(start)
    assert response.mimetype == {"pdf": "application/pdf", "png": "image/png"}[kind]
    assert response.headers["Content-Disposition"] == f'attachment; filename="proof-{training_id}.{kind}"'
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def entry(browser, session, learner) -> int:
    """Return the id of an entry of the learner; others exist too."""
    browser.send(FORM, fields())
    session.rollback()
    training_id = session.scalars(select(ExternalTraining.id)).one()
    other = make_agency(session, "Elsewhere Police")
    make_account(session, "stranger@example.org")
    make_account(session, "other@example.org", role=Role.COORDINATOR, scope=other)
    make_account(session, "boss@example.org", name="Bo Boss", role=Role.COORDINATOR, scope=make_agency(session))
    session.commit()
    return training_id


def test_a_stranger_and_another_agencys_coordinator_get_the_404_of_what_is_not_there(app, entry):
    for email, confirm in (("stranger@example.org", 403), ("other@example.org", 404)):
        client = app.test_client()
        client.sign_in(email)
        client.show(f"{FORM}/{entry}/proof", status=404)
        client.show(f"{FORM}/999/proof", status=404)
        client.send(f"{FORM}/{entry}/remove", status=404)
        client.send(f"/reports/elsewhere/{entry}/confirm", status=confirm)


def test_a_coordinator_opens_the_proof_and_confirms_and_the_transcript_says_so(app, browser, entry):
    boss = app.test_client()
    boss.sign_in("boss@example.org")
    page = boss.show("/reports/elsewhere")
    assert "Pat Example" in page.text
    assert boss.get(f"{FORM}/{entry}/proof").status_code == 200

    assert boss.send(f"/reports/elsewhere/{entry}/confirm") == "/reports/elsewhere"

    assert "Nothing waits" in boss.show("/reports/elsewhere").text
    page = browser.show("/transcript")
    assert "confirmed by the agency" in page.text
    assert "/remove" not in page.text
    browser.send(f"{FORM}/{entry}/remove", status=422)


def test_a_coordinator_sees_nothing_of_their_own_to_confirm_and_cannot_confirm_it(app, engine, session, entry):
    boss = app.test_client()
    boss.sign_in("boss@example.org")
    boss.send(FORM, fields())
    session.rollback()
    own = session.scalars(select(ExternalTraining.id).order_by(ExternalTraining.id.desc())).first()
    session.rollback()

    page = boss.show("/reports/elsewhere")

    assert "Bo Boss" not in page.text.split("<main")[1]
    boss.send(f"/reports/elsewhere/{own}/confirm", status=422)
    with writer(engine) as other:
        assert other.get_one(ExternalTraining, own).confirmed_at is None


def test_a_learner_has_no_list_to_confirm_and_a_stranger_signs_in_first(app, browser, entry):
    browser.show("/reports/elsewhere", status=403)
    for path in (FORM, f"{FORM}/{entry}/proof", "/transcript.pdf", "/reports/elsewhere"):
        assert app.test_client().get(path).location.startswith("/signin")


def test_every_page_of_the_room_is_shown_in_spanish(app, browser, entry):
    browser.send("/language", {"language": "es"})

    assert {browser.show(path).lang for path in ("/transcript", FORM)} == {"es"}
