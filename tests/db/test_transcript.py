"""Training elsewhere and its proofs, reminders once each, renewals that lose no time, the signed transcript."""

import io
import re
import subprocess
import sys
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import func, select, text

from tests.make import AT, complete, course_files, enrolled, make_account, make_agency, publish_changed, published
from ttaplatform.certificates import service as certificates
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.signing import codes_in, read_signature
from ttaplatform.credit.rules import Approval, CreditRule, Kind
from ttaplatform.credit.service import approve
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.learning.credits import choose_credit, list_offers
from ttaplatform.learning.service import enrol_again, get_enrolment
from ttaplatform.people.models import AuditEvent
from ttaplatform.people.service import find_person
from ttaplatform.roles import Role
from ttaplatform.transcript import letters, service
from ttaplatform.transcript.document import signed_pdf, transcript_html
from ttaplatform.transcript.models import ExternalTraining
from ttaplatform.transcript.rules import MAX_PROOF_BYTES
from ttaplatform.transcript.service import Elsewhere
from ttaplatform.web import create_app

TODAY = date(2026, 11, 24)
DETAILS = Elsewhere("A day on interviews", "State academy", 360, date(2026, 10, 1))
RULE = CreditRule(
    "nursing", Kind.CONTACT_HOURS, {"en": "Nursing"}, {"en": ("contact hour", "contact hours")},
    statements={"en": "{provider} gives {amount}."}, expires_months=12, renewal_days=90,
)  # fmt: skip
RULES = {"nursing": RULE}
FOREVER = replace(RULE, slug="forever", expires_months=0)
LONGER = replace(RULE, slug="longer", expires_months=24)


def pdf(*, javascript: bool = False, password: str = "", attachment: bool = False, packed: bool = False) -> bytes:
    """Return a PDF of one page."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=300, height=300)
    if javascript:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if attachment:
        writer.add_attachment("a.exe", b"MZ")
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(out)
    return repacked(out.getvalue()) if packed else out.getvalue()


def repacked(content: bytes) -> bytes:
    """Return the PDF with its objects in packed object streams, where no name can be read."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more) -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def bomb() -> bytes:
    """Return a small PNG that claims to be 20,000 pixels a side."""
    small = picture(size=(1, 1))
    head = b"IHDR" + (20_000).to_bytes(4) + (20_000).to_bytes(4) + small[24:29]
    return small[:12] + head + zlib.crc32(head).to_bytes(4) + small[33:]


def pdf_bomb() -> bytes:
    """Return a small PDF with a stream of some 70 MB."""
    packed = zlib.compress(b"\0" * 70_000_000, 9)
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed)
    return pdf().replace(b"\nxref", b"\n9 0 obj " + stream + b" endobj\nxref", 1)


def added(session, account, details: Elsewhere = DETAILS, proof: bytes = b"") -> ExternalTraining:
    """Return an entry of training elsewhere."""
    return service.add_external(session, account.id, details, proof or pdf(), at=AT)


def person(session, email: str, role: Role | None = None, scope: int | None = None, **more):
    """Return someone as pages know them."""
    account = make_account(session, email, role=role, scope=scope, **more)
    return find_person(session, account.id, 0)


def actions(session) -> list[str]:
    """Return the actions of the audit log about training elsewhere."""
    query = select(AuditEvent.action).where(AuditEvent.action.startswith("training.")).order_by(AuditEvent.id)
    return list(session.scalars(query))


REFUSED = {
    "nothing": lambda: b"",
    "a GIF with the header of a PDF": lambda: b"GIF89a" + pdf(),
    "HTML after the header of a PDF": lambda: b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF",
    "an archive behind a PDF": lambda: pdf() + b"PK\x03\x04" + b"\0" * 5000,
    "an SVG": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>',
    "an encrypted PDF": lambda: pdf(password="secret"),
    "a PDF with JavaScript": lambda: pdf(javascript=True),
    "a PDF with packed JavaScript": lambda: pdf(javascript=True, packed=True),
    "a PDF with a file in it": lambda: pdf(attachment=True),
    "half a PDF": lambda: pdf()[:300],
    "a PDF that unpacks to too much": pdf_bomb,
    "a picture that unpacks to too much": bomb,
    "half a picture": lambda: picture("JPEG", (400, 400))[:400],
    "a GIF": lambda: picture("GIF"),
    "what is too large": lambda: pdf() + b"%" * MAX_PROOF_BYTES,
}


@pytest.mark.drawing
@pytest.mark.parametrize("proof", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_plain_pdf_or_picture_is_refused_and_nothing_is_stored(session, proof):
    account = make_account(session)

    with pytest.raises(RuleBrokenError, match="proof"):
        service.add_external(session, account.id, DETAILS, proof(), at=AT)

    assert session.scalar(select(func.count()).select_from(ExternalTraining)) == 0
    assert actions(session) == []


@pytest.mark.slow
def test_a_proof_that_takes_too_long_to_read_is_refused(session):
    account = make_account(session)
    lines = b"".join(b"%d 0 obj [%b] endobj\n" % (number, b"1 " * 240) for number in range(9, 9000))
    old = pdf()
    listed = b"xref\n9 8991\n" + b"".join(
        b"%010d 00000 n \n" % (len(old) + found.start()) for found in re.finditer(rb"\d+ 0 obj", lines)
    )
    tail = b"trailer<</Size 9000/Root %b/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (
        re.search(rb"/Root (\d+ \d+ R)", old)[1], re.search(rb"startxref\s+(\d+)", old)[1], len(old) + len(lines)
    )  # fmt: skip
    heavy = old + lines + listed + tail
    assert len(heavy) < MAX_PROOF_BYTES

    with pytest.raises(RuleBrokenError, match="proof"):
        added(session, account, proof=heavy)


@pytest.mark.drawing
def test_a_page_that_is_packed_or_scanned_is_kept_as_it_is(session):
    account = make_account(session)
    scan = io.BytesIO()
    Image.effect_noise((600, 800), 80).save(scan, "PDF")

    for proof in (pdf(), pdf(packed=True), scan.getvalue()):
        assert added(session, account, proof=proof).proof == proof


@pytest.mark.drawing
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1", "I;16"])
def test_a_picture_of_any_kind_is_drawn_anew_with_nothing_else_of_the_file(session, mode):
    account = make_account(session)
    proof = picture("JPEG" if mode == "CMYK" else "PNG", (3000, 1500), mode, comment=b"secret") + b"<script>"

    kept = Image.open(io.BytesIO(added(session, account, proof=proof).proof))

    assert (kept.format, kept.mode, kept.size, kept.info) == ("PNG", "RGB", (2400, 1200), {})


def test_a_photo_is_turned_upright_and_loses_its_place(session):
    exif = Image.Exif()
    exif[0x0112], exif[0x8825] = 6, {1: "N"}

    training = added(session, make_account(session), proof=picture("JPEG", (40, 30), exif=exif))

    kept = Image.open(io.BytesIO(training.proof))
    assert (training.proof_kind, kept.size, dict(kept.getexif())) == ("png", (30, 40), {})


@pytest.mark.slow
def test_a_noisy_picture_is_made_small_enough_to_keep(session):
    out = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((2400, 2400), 120)] * 3).rotate(7).save(out, "JPEG", quality=60)

    assert len(added(session, make_account(session), proof=out.getvalue()).proof) <= MAX_PROOF_BYTES


def test_an_entry_is_self_reported_for_the_agency_of_its_day_and_said_in_ids_only(session):
    account = make_account(session)

    training = added(session, account)

    assert (training.agency_id, training.confirmed_at) == (make_agency(session), None)
    [line] = service.external_lines(session, account.id, today=TODAY)
    assert (line.kind, line.minutes, line.provider) == ("self-reported", 360, "State academy")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "training.add")).one()
    assert (event.actor_id, event.details) == (account.id, {"training": training.id})


def test_nobody_fills_the_disk(session, monkeypatch):
    account = make_account(session)
    monkeypatch.setattr(service, "MOST_ENTRIES", 1)
    added(session, account)

    with pytest.raises(RuleBrokenError, match="full"):
        added(session, account)


def test_an_entry_is_removed_by_its_owner_and_only_until_it_is_confirmed(session):
    account, other = make_account(session), make_account(session, "other@example.org")
    first, second = added(session, account), added(session, account)
    boss = person(session, "boss@example.org", Role.ADMINISTRATOR)
    service.confirm_external(session, second.id, boss, at=AT)

    with pytest.raises(NotFoundError):
        service.remove_external(session, first.id, other.id, at=AT)
    with pytest.raises(RuleBrokenError, match="confirmed"):
        service.remove_external(session, second.id, account.id, at=AT)
    service.remove_external(session, first.id, account.id, at=AT)

    assert [one.id for one in service.list_external(session, account.id)] == [second.id]
    assert actions(session) == ["training.add", "training.add", "training.confirm", "training.remove"]


def test_only_the_owner_and_who_may_confirm_it_see_a_proof_and_confirm(session):
    county = make_agency(session, "County")
    town = make_agency(session, "Town Police", parent=county)
    elsewhere = make_agency(session, "Elsewhere Police")
    account = make_account(session, agency=town)
    training = added(session, account)
    may = [
        person(session, "county@example.org", Role.COORDINATOR, county),
        person(session, "town@example.org", Role.COORDINATOR, town),
        person(session, "site@example.org", Role.COORDINATOR),
        person(session, "admin@example.org", Role.ADMINISTRATOR),
    ]
    may_not = [
        person(session, "stranger@example.org", agency=town),
        person(session, "trainer@example.org", Role.TRAINER),
        person(session, "coordinator@example.org", Role.COORDINATOR, elsewhere),
    ]

    for one in may_not:
        assert service.list_to_confirm(session, one) == []
        for ask in (lambda: service.get_proof(session, training.id, one),  # noqa: B023 - asked at once
                    lambda: service.confirm_external(session, training.id, one, at=AT)):  # noqa: B023 # fmt: skip
            with pytest.raises(NotFoundError):
                ask()
    for one in may:
        assert [(row.training.id, row.name, row.agency) for row in service.list_to_confirm(session, one)] == [
            (training.id, "Pat Example", "Town Police")
        ]
    for one in (*may, find_person(session, account.id, 0)):
        assert service.get_proof(session, training.id, one) == ("pdf", training.proof)


def test_a_confirmation_is_made_once_and_stays_the_first_ones(session):
    account = make_account(session)
    training = added(session, account)
    first = person(session, "one@example.org", Role.ADMINISTRATOR)
    second = person(session, "two@example.org", Role.COORDINATOR)

    service.confirm_external(session, training.id, first, at=AT)
    service.confirm_external(session, training.id, second, at=AT + timedelta(1))

    assert (training.confirmed_by_id, training.confirmed_at) == (first.id, AT)
    assert actions(session) == ["training.add", "training.confirm"]
    assert service.list_to_confirm(session, second) == []
    assert service.external_lines(session, account.id, today=TODAY)[0].kind == "confirmed"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, None])
def test_nobody_confirms_their_own(session, role):
    account = make_account(session, role=role)
    me = find_person(session, account.id, 0)
    training = added(session, account)

    assert service.list_to_confirm(session, me) == []
    with pytest.raises(RuleBrokenError, match="own"):
        service.confirm_external(session, training.id, me, at=AT)


def test_the_entries_of_a_deleted_account_are_gone(session):
    account, other = make_account(session), make_account(session, "other@example.org")
    added(session, account)
    kept = added(session, other)

    service.let_go(session, account_id=account.id, at=AT)

    assert list(session.scalars(select(ExternalTraining.id))) == [kept.id]
    assert actions(session)[-1] == "training.let-go"


def earned(session, account, *, at=AT, again: int | None = None, rules=RULES) -> Certificate:
    """Return the certificate of the small course, completed at `at`, with every credit of `rules`."""
    offered = published(session)
    if again is None:
        for rule in rules.values():
            approval = Approval(rule.slug, "small-course", "County Hospital", "P-4711", valid_from=date(2020, 1, 1))
            approve(session, rule, offered.course, approval, actor_id=account.id, at=at)
        one = enrolled(session, account, at=at)
    else:
        earlier = get_enrolment(session, again, account.id)
        one = get_enrolment(session, enrol_again(session, earlier, offered, at=at), account.id)
    for offer in list_offers(session, one, rules):
        choose_credit(session, offer, one, {}, attests=False, at=at)
    complete(session, one, at=at)
    return certificates.issue_certificate(session, enrolment_id=one.id, at=at, rules=rules)


def say_expiry(session, folder: Path, *, months: int) -> None:
    """Publish the small course with an end of its own."""
    text = course_files()["course.md"].replace("attempts: 2", f"attempts: 2\nexpires_after_months: {months}")
    publish_changed(session, folder, **{"course.md": text})


def jobs(session, name: str) -> list[str]:
    """Return the keys of the jobs of that name."""
    table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
    ids = session.scalars(text(f"select workflow_uuid from {table} where workflow_uuid like '{name}:%'"))
    return sorted(one.removeprefix(f"{name}:") for one in ids)


def around(*ends: int) -> list[int]:
    """Return days before that day on which a reminder of these ends may be due, and their neighbors."""
    return [end + left for end in ends for left in (120, 91, 90, 89, 31, 30, 29, 8, 7, 6, 0, -1, -20)]


def reminded(session, days: Iterable[int], **more) -> list[int]:
    """Return how many days before 24 November 2027 reminders were sent, asked every day."""
    at = AT + timedelta(365)
    return [left for left in days for _ in range(service.remind_expiring(session, at=at - timedelta(left), **more))]


def test_reminders_go_out_at_90_30_and_7_days_each_once(session):
    certificate = earned(session, make_account(session))

    assert certificate.expires_on == date(2027, 11, 24)
    assert reminded(session, range(120, -20, -1)) == [90, 30, 7]
    assert jobs(session, "mail-renewal") == sorted(f"{certificate.id}:2027-11-24:{days}" for days in (90, 30, 7))


def test_a_second_call_of_the_same_day_sends_nothing(session):
    earned(session, make_account(session))
    at = AT + timedelta(365 - 30)

    assert [service.remind_expiring(session, at=at) for _ in range(3)] == [1, 0, 0]


def test_those_who_were_reminded_do_not_keep_others_waiting(session):
    for number in range(3):
        earned(session, make_account(session, f"{number}@example.org"))
    at = AT + timedelta(365 - 90)

    assert [service.remind_expiring(session, at=at, limit=2) for _ in range(3)] == [2, 1, 0]


def test_the_day_is_the_holders(session):
    earned(session, make_account(session, zone="Pacific/Guam"))  # there it is the 25th already
    at = AT + timedelta(365 - 90)

    assert service.remind_expiring(session, at=at - timedelta(hours=2)) == 0  # there it is late on the day before
    assert service.remind_expiring(session, at=at) == 1


def test_renewing_early_loses_no_time_ends_the_reminders_and_keeps_the_history(session):
    account = make_account(session)
    first = earned(session, account)
    assert reminded(session, range(100, 80, -1)) == [90]

    second = earned(session, account, at=AT + timedelta(365 - 60), again=first.enrolment_id)

    assert second.expires_on == date(2028, 11, 24)
    assert reminded(session, range(50, -20, -1)) == []
    lines = service.list_lines(session, account.id, RULES, language="en", today=date(2027, 12, 1))
    assert [(one.code, one.state) for one in lines] == [(second.code, "genuine"), (first.code, "expired")]
    assert lines[1].credits[0].amount == Decimal("0.33")


def test_a_credit_that_ends_is_reminded_of_beside_one_that_never_does(session):
    certificate = earned(session, make_account(session), rules=RULES | {"forever": FOREVER})

    assert certificate.expires_on is None
    assert reminded(session, range(120, -20, -1)) == [90, 30, 7]


def test_each_end_of_a_certificate_has_its_own_reminders(session):
    certificate = earned(session, make_account(session), rules=RULES | {"longer": LONGER})

    assert certificate.expires_on == date(2028, 11, 24)
    assert reminded(session, around(0, -366)) == [90, 30, 7, 90 - 366, 30 - 366, 7 - 366]


def test_an_end_that_passed_unnoticed_does_not_hide_the_next(session):
    earned(session, make_account(session), rules=RULES | {"longer": LONGER})

    assert reminded(session, around(-366)) == [90 - 366, 30 - 366, 7 - 366]


def test_a_course_that_says_so_ends_without_any_credit(session, tmp_path):
    say_expiry(session, tmp_path, months=24)
    account = make_account(session)
    one = enrolled(session, account)
    complete(session, one)

    certificate = certificates.issue_certificate(session, enrolment_id=one.id, at=AT)

    assert certificate.expires_on == date(2028, 11, 24)
    assert reminded(session, around(-366)) == [90 - 366, 30 - 366, 7 - 366]


def test_taking_a_course_again_before_its_end_loses_no_time(session, tmp_path):
    say_expiry(session, tmp_path, months=24)
    account = make_account(session)
    one = enrolled(session, account)
    complete(session, one)
    certificates.issue_certificate(session, enrolment_id=one.id, at=AT)
    later = AT + timedelta(2 * 365 - 30)

    again = get_enrolment(session, enrol_again(session, one, published(session), at=later), account.id)
    complete(session, again, at=later)

    assert certificates.issue_certificate(session, enrolment_id=again.id, at=later).expires_on == date(2030, 11, 24)


@pytest.mark.parametrize("end", ["revoke", "delete"])
def test_nobody_is_reminded_of_what_is_revoked_or_no_longer_theirs(session, end):
    account = make_account(session)
    certificate = earned(session, account)
    if end == "revoke":
        certificates.revoke_certificate(session, certificate, "By mistake", actor_id=account.id, at=AT)
    else:
        certificates.let_go(session, account_id=account.id, at=AT)

    assert reminded(session, range(100, -1, -1)) == []


def test_a_correction_reminds_nobody_again(session):
    account = make_account(session)
    certificate = earned(session, account)
    assert reminded(session, range(100, 60, -1)) == [90]

    certificates.correct_certificate(session, certificate, {"name": "Pat E."}, actor_id=account.id, at=AT)

    assert reminded(session, range(60, -1, -1)) == [30, 7]


def test_the_letter_has_a_discreet_subject_the_day_and_one_link(session, settings, app):
    certificate = earned(session, make_account(session, language="es"))

    with app.app_context():
        letter = letters.renewal(session, settings, certificate.id, "2027-11-24")

    assert "Small" not in letter.subject + letter.text
    assert "24 de noviembre de 2027" in letter.text
    assert letter.text.count("http") == 1
    assert f"{settings.base_url}/transcript" in letter.text
    certificates.let_go(session, account_id=certificate.account_id, at=AT)
    session.expire_all()
    with app.app_context(), pytest.raises(NotFoundError):
        letters.renewal(session, settings, certificate.id, "2027-11-24")


@pytest.fixture
def app(settings, engine):
    """Return the application."""
    return create_app(settings, engine)


@pytest.fixture
def transcript(session, settings, engine, app) -> bytes:
    """Return the signed transcript of someone with a certificate and training elsewhere, one of it confirmed."""
    account = make_account(session)
    account.licence_number = "RN-12345"
    first = earned(session, account)
    certificates.correct_certificate(session, first, {"name": "Pat E."}, actor_id=account.id, at=AT)
    sure = added(session, account, Elsewhere("A sure thing", "Academy", 90, date(2026, 9, 1), date(2027, 9, 1)))
    added(session, account, Elsewhere("An unsure thing", "Somebody", 30, date(2026, 9, 2)))
    service.confirm_external(session, sure.id, person(session, "boss@example.org", Role.ADMINISTRATOR), at=AT)
    session.commit()
    with app.test_request_context():
        lines = service.list_lines(session, account.id, RULES, language="en", today=TODAY)
        elsewhere = service.external_lines(session, account.id, today=TODAY)
        html = transcript_html(account, lines, elsewhere, base_url=settings.base_url, made_on=TODAY)
        session.rollback()
        return signed_pdf(html, engine, settings, at=AT)


@pytest.mark.drawing
def test_the_transcript_is_signed_whole_by_a_key_that_is_published(transcript, session):
    signature = read_signature(transcript)
    keys = [key for (key,) in session.execute(text("select id from signing_key where kind = 'document'"))]

    assert (signature.is_intact, signature.is_whole) == (True, True)
    assert keys == [signature.key_id]
    assert not read_signature(transcript[:200] + b"x" + transcript[201:]).is_intact


def test_the_transcript_says_what_is_current_and_keeps_kinds_and_what_is_elsewhere_apart(transcript, session, settings):
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(transcript)).pages).split())
    current = session.scalars(select(Certificate).where(Certificate.superseded_at.is_(None))).one()
    old = session.scalars(select(Certificate).where(Certificate.superseded_at.is_not(None))).one()

    assert f"Code {current.code}" in words
    assert f"{settings.base_url}/verify/{current.code}" in words
    assert old.code not in words
    assert "November 24, 2026 (America/New_York)" in words
    assert "0.33 contact hours, County Hospital. Valid until November 24, 2027" in words
    assert words.index("Training elsewhere") < words.index("A sure thing")
    assert re.search(r"An unsure thing Somebody .{0,40}self-reported", words)
    assert re.search(r"A sure thing Academy .{0,90}confirmed by the agency", words)
    assert "RN-12345" not in words
    assert "pat@example.org" not in words
    assert codes_in(transcript) == []


@pytest.mark.drawing
def test_the_transcript_is_tagged_and_finds_no_error_in_the_check_of_pdf_ua(transcript, tmp_path):
    (tmp_path / "t.pdf").write_bytes(transcript)
    document = PdfReader(io.BytesIO(transcript))

    checked = subprocess.run(
        [Path(sys.executable).with_name("pdfua"), "check", str(tmp_path / "t.pdf")], capture_output=True, text=True
    )

    assert "errors=0" in checked.stdout, checked.stdout
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert document.metadata.title == "Training transcript: Pat Example"


def test_a_time_stamp_authority_that_does_not_answer_does_not_keep_anyone_from_their_transcript(settings, engine, app):

    unreachable = replace(settings, tsa_url="http://127.0.0.1:9/")
    with app.app_context():
        signed = signed_pdf("<html lang=en><title>T</title><h1>T</h1>", engine, unreachable, at=AT)

    assert read_signature(signed).is_intact
