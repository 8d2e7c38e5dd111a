"""Credit in the browser: an administrator turns it on, a learner chooses it, the certificate says it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.make import AT, COURSES, complete, enrolled, make_account, make_agency, sit
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.certificates import awards
from ttaplatform.certificates import service as certificates
from ttaplatform.certificates.models import Certificate
from ttaplatform.clock import now
from ttaplatform.credit.folder import load_rules, sound_rules
from ttaplatform.db import writer
from ttaplatform.errors import ContentError
from ttaplatform.learning import answers, credits, service, sittings
from ttaplatform.learning.models import Enrolment
from ttaplatform.people.models import Agency, Profession
from ttaplatform.roles import Role

APPROVAL = {
    "rule": "california-post", "course": "small-course", "provider_name": "Sacramento Academy",
    "provider_number": "CA-7781", "provider_address": "", "approval_number": "1234-56789",
    "valid_from": "2026-01-01", "valid_until": "",
}  # fmt: skip


def people(engine) -> None:
    """Make an administrator, and an officer in California."""
    with writer(engine) as session:
        make_account(session, "admin@example.org", role=Role.ADMINISTRATOR)
        agency = make_agency(session, "Fresno Police")
        session.get_one(Agency, agency).state = "CA"
        make_account(session, agency=agency)
        session.commit()


def turn_on(app, **changes: str) -> None:
    """Turn a credit on as the administrator."""
    client = app.test_client()
    client.sign_in("admin@example.org")
    client.send("/admin/credits", APPROVAL | changes)


def finish_lessons(engine, enrolment_id: int) -> None:
    """Do everything before the final assessment, in the database."""
    with writer(engine) as session:
        one = enrolment_of(session, enrolment_id)
        for module in one.course.modules:
            service.finish_lesson(session, one, module.slug, at=now())
            if module.quiz:
                sit(session, one, module.slug, at=now())
        session.commit()


def enrolment_of(session, enrolment_id: int) -> service.Enrolled:
    """Return the enrolment, whosever it is."""
    return service.get_enrolment(session, enrolment_id, session.get_one(Enrolment, enrolment_id).account_id)


def test_every_credit_is_off_until_an_administrator_enters_a_real_provider_number(app, engine):
    people(engine)
    browser = app.test_client()

    assert "without continuing-education credit" in browser.show("/courses/small-course").text
    admin = app.test_client()
    admin.sign_in("admin@example.org")
    for number in ("", "0000", "test", "TBD"):
        page = admin.send("/admin/credits", APPROVAL | {"provider_number": number}, status=422)
        assert "Only accredited providers" in page.text or "Type the number" in page.text
    turn_on(app)

    page = browser.show("/courses/small-course").text
    assert "Sacramento Academy (provider number CA-7781) reports 0.33 CPT hours" in page  # before the start


@pytest.mark.parametrize(
    ("change", "words"),
    [({"valid_until": "2025-01-01"}, "before the first"), ({"rule": "nursing", "course": "no-evaluation"}, "")],
)
def test_an_approval_that_cannot_be_is_refused_at_its_field(app, engine, change, words):
    people(engine)
    admin = app.test_client()
    admin.sign_in("admin@example.org")

    assert words in admin.send("/admin/credits", APPROVAL | change, status=422).text


def test_a_learner_chooses_a_credit_and_the_certificate_bears_it_with_the_number_asked(app, engine):
    people(engine)
    turn_on(app)
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    path = f"/learn/{enrolment}/credit"
    assert "Choose credit for this course" in browser.show("/courses/small-course").text

    wrong = browser.send(path, {"want.california-post": "yes", "california-post.post-id": "!!"}, status=422)
    assert "does not look like one" in wrong.text
    browser.send(path, {"want.california-post": "yes"})
    left = browser.show("/courses/small-course").text
    assert left.count("still needed") == 2  # the number and the statement
    finish_lessons(engine, int(enrolment))
    assert browser.send(f"/learn/{enrolment}/quizzes/final") == path  # the statement comes first
    browser.send(
        path, {"want.california-post": "yes", "california-post.post-id": "A1234567", "attest.california-post": "yes"}
    )
    assert "still needed" not in browser.show("/courses/small-course").text
    answer_final(browser, engine, int(enrolment))

    with writer(engine) as session:
        certificate = session.scalars(select(Certificate)).one()
    line = certificate.credits[0]
    assert (line["amount"], line["provider_number"], line["approval_number"]) == ("0.33", "CA-7781", "1234-56789")
    assert line["printed"] == [["POST ID", "A1234567"]]
    assert "I am the person" in line["attestation"]
    assert "A1234567" not in browser.show(f"/verify/{certificate.code}").text  # a number is for the holder's paper only
    assert "0.33 CPT hours" in browser.show(f"/verify/{certificate.code}").text


def answer_final(browser, engine, enrolment_id: int) -> None:
    """Pass the final assessment through the pages."""
    browser.send(f"/learn/{enrolment_id}/quizzes/final")
    with writer(engine) as session:
        sitting = sittings.find_sitting(session, enrolment_of(session, enrolment_id), FINAL)
        for position in range(1, len(sitting.shown) + 1):
            item, _shown = sitting.item(position)
            given = [option.key for option in item.options if option.is_right]
            answers.save_response(session, sitting, position, given, at=now())
        session.commit()
    browser.send(f"/learn/{enrolment_id}/quizzes/final/review")


def test_a_credit_that_is_completed_late_comes_by_a_certificate_that_replaces_the_first(app, engine):
    people(engine)
    turn_on(app, rule="texas-tcole")
    with writer(engine) as session:
        session.execute(text("update agency set state = 'TX' where name = 'Fresno Police'"))
        session.commit()
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    path = f"/learn/{enrolment}/credit"
    browser.send(path, {"want.texas-tcole": "yes", "attest.texas-tcole": "yes"})
    finish_lessons(engine, int(enrolment))
    answer_final(browser, engine, int(enrolment))

    browser.send(path, {"want.texas-tcole": "yes", "texas-tcole.pid": "123456"})
    browser.send(path, {"want.texas-tcole": "yes", "texas-tcole.pid": "123456"})  # again: nothing twice

    with writer(engine) as session:
        first, second = session.scalars(select(Certificate).order_by(Certificate.id))
        awards = session.execute(text("select count(*) from credit_award")).scalar()
    assert (first.credits, len(second.credits), second.supersedes_id, awards) == ([], 1, first.id, 1)
    assert second.correction == "credits"


def test_a_credit_for_others_is_not_awarded_and_says_so(app, engine):
    people(engine)
    turn_on(app, rule="texas-tcole")
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]

    page = browser.show(f"/learn/{enrolment}/credit")
    assert "for other professions or states" in page.text
    browser.send(
        f"/learn/{enrolment}/credit",
        {"want.texas-tcole": "yes", "texas-tcole.pid": "123456", "attest.texas-tcole": "yes"},
    )
    finish_lessons(engine, int(enrolment))
    answer_final(browser, engine, int(enrolment))

    with writer(engine) as session:
        assert session.scalars(select(Certificate)).one().credits == []


def test_a_corrected_license_number_is_corrected_where_it_is_printed(engine, session):
    account = make_account(session)
    account.licence_number = "OLD-1"
    one = enrolled(session, account)
    complete(session, one)
    certificate = certificates.issue_certificate(session, enrolment_id=one.id, at=AT)
    line = {"rule": "california-post", "fields": [["post-id", "OLD-1"]], "printed": [["POST ID", "OLD-1"]]}
    with_line = certificates.correct_certificate(session, certificate, {"credits": [line]}, actor_id=account.id, at=AT)

    rules = load_rules(COURSES)
    changes = {"licence_number": "NEW-2"}
    new = certificates.correct_certificate(session, with_line, changes, actor_id=account.id, at=AT, rules=rules)

    assert new.credits[0]["printed"] == [["POST ID", "NEW-2"]]
    assert new.credits[0]["fields"] == [["post-id", "NEW-2"]]
    assert with_line.credits[0]["printed"] == [["POST ID", "OLD-1"]]


def test_active_seconds_are_never_more_than_went_by(session):
    one = enrolled(session, make_account(session))
    opened = AT + timedelta(minutes=1)

    def count(seconds: int, minute: float, since=opened) -> int:
        credits.count_active(session, one, "01-one", seconds, opened_at=since, at=AT + timedelta(minutes=minute))
        return credits.active_seconds(session, one.id)

    assert count(30, 2) == 30
    assert count(9999, 3) == 30 + 60  # a claim of hours: one minute went by
    assert count(60, 3) == 90  # told twice
    assert count(60, 4, since=AT) == 150  # a page that was opened earlier does not count what was counted
    assert count(-5, 5) == 150


def test_a_lesson_counts_active_minutes_only_where_a_chosen_credit_asks_them(
    app, engine, settings, tmp_path, monkeypatch
):
    people(engine)
    rules = load_rules(settings.courses_dir)
    from dataclasses import replace

    asked = dict(rules) | {"california-post": replace(rules["california-post"], minimum_active_minutes=15)}
    monkeypatch.setattr("ttaplatform.learning.active_time.sound_rules", lambda _folder: asked)
    turn_on(app)
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    lesson = f"/learn/{enrolment}/lessons/01-one"
    assert "data-active" not in browser.show(lesson).text

    browser.send(f"/learn/{enrolment}/credit", {"want.california-post": "yes"})
    page = browser.show(lesson).text

    assert "0 of 15 active minutes so far" in page
    opened = re.search(r'name="opened" value="([^"]+)"', page)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    told = browser.post(f"{lesson}/time", data={"csrf_token": token, "opened": opened, "active": "30"})
    forged = browser.post(f"{lesson}/time", data={"csrf_token": token, "opened": opened + "x", "active": "30"})
    assert (told.status_code, forged.status_code) == (204, 204)
    with writer(engine) as session:
        assert session.execute(text("select count(*) from lesson_time")).scalar() == 1


def test_professions_of_the_rules_are_those_of_the_platform(session, settings):
    known = set(session.scalars(select(Profession.slug)))

    for rule in load_rules(settings.courses_dir).values():
        assert set(rule.professions) <= known


def test_an_ended_approval_counts_no_more_for_those_who_begin(app, engine):
    people(engine)
    turn_on(app)
    admin = app.test_client()
    admin.sign_in("admin@example.org")

    admin.send("/admin/credits/1/end")

    assert "ended" in admin.show("/admin/credits").text
    assert "Sacramento Academy" not in admin.show("/courses/small-course").text


def test_a_number_that_is_no_such_number_is_never_printed_by_a_correction(session):
    kept = {"rule": "california-post", "fields": [["post-id", "OLD-1"]], "printed": [["POST ID", "OLD-1"]]}

    for typed in ("", "Sgt. of Police!!"):
        assert awards.with_number([kept], "OLD-1", typed, load_rules(COURSES)) == [kept]


def test_a_mistyped_number_is_corrected_on_the_page_of_credits(app, engine):
    people(engine)
    turn_on(app)
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    path, wanted = f"/learn/{enrolment}/credit", {"want.california-post": "yes", "attest.california-post": "yes"}
    browser.send(path, wanted | {"california-post.post-id": "A1234576"})
    finish_lessons(engine, int(enrolment))
    answer_final(browser, engine, int(enrolment))

    browser.send(path, wanted | {"california-post.post-id": "A1234567"})

    with writer(engine) as session:
        first, second = session.scalars(select(Certificate).order_by(Certificate.id))
        awarded = session.execute(text("select count(*) from credit_award")).scalar()
    assert (first.credits[0]["printed"][0][1], second.credits[0]["printed"][0][1]) == ("A1234576", "A1234567")
    assert (second.supersedes_id, awarded) == (first.id, 1)


def test_a_statement_comes_too_late_once_the_final_assessment_is_begun(app, engine):
    people(engine)
    turn_on(app)
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    finish_lessons(engine, int(enrolment))
    browser.send(f"/learn/{enrolment}/quizzes/final")

    path = f"/learn/{enrolment}/credit"
    browser.send(path, {"want.california-post": "yes", "attest.california-post": "yes"})

    assert "You have begun it already" in browser.show(path).text
    with writer(engine) as session:
        assert session.execute(text("select attested_at from credit_choice")).scalar() is None


def test_an_evaluation_that_is_sent_after_passing_brings_the_credit(app, engine):
    people(engine)
    with writer(engine) as session:
        nurse = session.scalars(select(Profession.id).where(Profession.slug == "registered-nurse")).one()
        session.execute(text("update account set profession_id = :id where email = 'pat@example.org'"), {"id": nurse})
        session.commit()
    turn_on(app, rule="nursing")
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    browser.send(f"/learn/{enrolment}/credit", {"want.nursing": "yes"})
    finish_lessons(engine, int(enrolment))
    answer_final(browser, engine, int(enrolment))

    browser.send(f"/learn/{enrolment}/evaluation", {"ev-1": "c", "ev-2": "", "ev-3": "b"})

    with writer(engine) as session:
        first, second = session.scalars(select(Certificate).order_by(Certificate.id))
    assert (first.credits, second.credits[0]["amount_text"]) == ([], "0.33 contact hours")


def test_a_new_approval_leaves_those_under_way_on_theirs(app, engine):
    people(engine)
    turn_on(app, valid_until="2026-12-31")
    browser = app.test_client()
    browser.sign_in()
    enrolment = re.search(r"/learn/(\d+)", browser.send("/courses/small-course/enrol"))[1]
    turn_on(app, valid_from="2027-01-01", provider_number="CA-9999")

    assert "CA-7781" in browser.show(f"/learn/{enrolment}/credit").text


def test_a_broken_rule_file_turns_off_its_own_credit_and_nothing_else(tmp_path):
    (tmp_path / "credits").mkdir()
    (tmp_path / "credits" / "physicians.yaml").write_text("step: abc\n")
    (tmp_path / "credits" / "completion.yaml").write_text((COURSES / "credits" / "completion.yaml").read_text("utf-8"))

    with pytest.raises(ContentError):
        load_rules(tmp_path)
    assert list(sound_rules(tmp_path)) == ["completion"]


def test_no_moment_counts_in_two_lessons(session):
    one = enrolled(session, make_account(session))

    for module in ("01-one", "02-two"):
        credits.count_active(session, one, module, 600, opened_at=AT, at=AT + timedelta(minutes=10))

    assert credits.active_seconds(session, one.id) == 600
