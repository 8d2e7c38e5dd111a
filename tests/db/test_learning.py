"""Enrolments, attempts, milestones and certificates on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.conftest import COURSES, write_course
from tests.make import AT, complete, enrolled, make_account, make_agency, published, sit, spanish_files
from ttaplatform.catalogue.service import publish
from ttaplatform.certificates import service as certificates
from ttaplatform.certificates.models import Certificate, SigningKeyRecord
from ttaplatform.errors import ContentError, NotFoundError, RuleBrokenError
from ttaplatform.learning import answers, attempts, service, sittings
from ttaplatform.learning.models import Attempt, Enrolment, MilestoneRecord, Response
from ttaplatform.people.models import Account
from ttaplatform.people.service import update_account


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_enrolling_twice_gives_the_same_enrolment(session):
    account = make_account(session)

    assert enrolled(session, account).id == enrolled(session, account).id
    assert count(session, Enrolment) == 1


def test_the_database_refuses_a_second_open_enrolment(session):
    one = enrolled(session, make_account(session))
    release = session.get(Enrolment, one.id).release_id

    session.add(Enrolment(account_id=one.account_id, course_id=one.course_id, release_id=release, started_at=AT))

    with pytest.raises(IntegrityError):
        session.flush()


def test_an_enrolment_of_another_is_not_found(session):
    one = enrolled(session, make_account(session))
    other = make_account(session, "other@example.org")

    with pytest.raises(NotFoundError):
        service.get_enrolment(session, one.id, other.id)


def test_a_course_that_is_completed_and_passed_is_recorded_once(session):
    one = enrolled(session, make_account(session))

    assert complete(session, one)
    assert not service.record_milestones(session, one, at=AT)

    kinds = session.scalars(select(MilestoneRecord.kind).order_by(MilestoneRecord.id)).all()
    assert kinds == ["started", "completed", "passed"]


def test_a_completion_keeps_the_agency_of_its_day(session):
    account = make_account(session)
    one = enrolled(session, account)
    complete(session, one)
    before = session.scalars(select(MilestoneRecord.agency_id)).all()

    update_account(session, account.id, {"agency_id": make_agency(session, "Elsewhere Police"), "name": "Pat"}, at=AT)

    assert session.scalars(select(MilestoneRecord.agency_id)).all() == before


def test_a_doubled_submit_gives_one_score(session):
    one = enrolled(session, make_account(session))
    attempts.start_attempt(session, one, "01-one", at=AT)
    sitting = sittings.find_sitting(session, one, "01-one")

    attempts.submit_attempt(session, one, sitting, "01-one", at=AT)
    attempts.submit_attempt(session, one, sitting, "01-one", at=AT + timedelta(minutes=1))

    assert session.scalars(select(Attempt.submitted_at)).all() == [AT]


def test_starting_twice_gives_one_attempt(session):
    one = enrolled(session, make_account(session))

    attempts.start_attempt(session, one, "01-one", at=AT)
    attempts.start_attempt(session, one, "01-one", at=AT)

    assert count(session, Attempt) == 1


def test_saving_an_answer_again_changes_it_and_saving_the_same_changes_nothing(session):
    one = enrolled(session, make_account(session))
    attempts.start_attempt(session, one, "01-one", at=AT)
    sitting = sittings.find_sitting(session, one, "01-one")

    for given in (["a"], ["b"], ["b"]):
        answers.save_response(session, sitting, 1, given, at=AT)

    assert session.scalars(select(Response.value)).all() == [["b"]]


@pytest.mark.parametrize("given", [[], ["z"], ["a", "b"]])
def test_an_answer_that_was_not_offered_is_refused(session, given):
    one = enrolled(session, make_account(session))
    attempts.start_attempt(session, one, "01-one", at=AT)
    sitting = sittings.find_sitting(session, one, "01-one")

    with pytest.raises(RuleBrokenError):
        answers.save_response(session, sitting, 1, given, at=AT)

    assert count(session, Response) == 0


def test_an_answer_after_the_end_is_refused(session):
    one = enrolled(session, make_account(session))
    sit(session, one, "01-one")
    sitting = sittings.find_sitting(session, one, "01-one", number=1)

    with pytest.raises(RuleBrokenError):
        answers.save_response(session, sitting, 1, ["a"], at=AT)


def test_the_final_assessment_is_refused_before_the_lessons(session):
    one = enrolled(session, make_account(session))

    with pytest.raises(RuleBrokenError, match="lessons"):
        attempts.start_attempt(session, one, "final", at=AT)


def test_a_second_attempt_is_refused_after_passing(session):
    one = enrolled(session, make_account(session))
    complete(session, one)

    with pytest.raises(RuleBrokenError, match="passed"):
        attempts.start_attempt(session, one, "final", at=AT)


def test_after_the_last_attempt_the_course_can_be_begun_again(session):
    one = enrolled(session, make_account(session))
    for module in one.course.modules:
        service.finish_lesson(session, one, module.slug, at=AT)
    sit(session, one, "01-one")
    for _ in range(2):
        assert not sit(session, one, "final", right=False)

    with pytest.raises(RuleBrokenError, match="attempts"):
        attempts.start_attempt(session, one, "final", at=AT)
    again = service.enrol_again(session, one, published(session), at=AT)

    assert again != one.id
    assert count(session, Attempt) == 3


def test_a_learner_stays_on_the_release_that_they_began(session, tmp_path):
    one = enrolled(session, make_account(session))
    changed = spanish_files()
    changed["02-two/module.md"] = changed["02-two/module.md"].replace("Second lesson", "Changed lesson")

    assert publish(session, write_course(tmp_path / "new", changed), COURSES, at=AT)

    assert service.get_enrolment(session, one.id, one.account_id).course.modules[1].title == "Second lesson"
    assert published(session).course.modules[1].title == "Changed lesson"


def test_publishing_the_same_twice_is_a_no_op_and_an_earlier_content_can_come_back(session, tmp_path):
    folder = write_course(tmp_path / "same", spanish_files())
    files = spanish_files()
    files["02-two/module.md"] = files["02-two/module.md"].replace("Second lesson", "New")
    changed = write_course(tmp_path / "new", files)

    assert not publish(session, folder, COURSES, at=AT)
    assert publish(session, changed, COURSES, at=AT)
    assert publish(session, folder, COURSES, at=AT)
    assert published(session).course.modules[1].title == "Second lesson"


def test_what_is_current_already_is_not_compiled_again(session, tmp_path):
    folder = write_course(tmp_path / "same", spanish_files())

    assert not publish(session, folder, tmp_path / "no-facts-to-compile-with", at=AT)


def test_a_broken_course_is_refused_and_the_last_release_stays(session, tmp_path):
    before = published(session)
    files = spanish_files()
    files["01-one/quiz.md"] = files["01-one/quiz.md"].replace("[x]", "[ ]")

    with pytest.raises(ContentError, match="no-key"):
        publish(session, write_course(tmp_path / "broken", files), COURSES, at=AT)

    assert published(session).release_id == before.release_id


def test_a_certificate_is_issued_once_and_copies_what_it_certifies(session):
    account = make_account(session, name="Łucja Ångström")
    one = enrolled(session, account)
    complete(session, one)

    first = certificates.issue_certificate(session, enrolment_id=one.id, at=AT)
    again = certificates.issue_certificate(session, enrolment_id=one.id, at=AT + timedelta(days=1))
    account.name = "Someone Else"
    session.flush()

    assert first is again
    assert count(session, Certificate) == 1
    assert (first.name, first.minutes, first.score_percent, first.agency_name) == (
        "Łucja Ångström", 20, 100, "Springfield Police",
    )  # fmt: skip


def test_the_date_of_a_certificate_is_the_day_in_the_learners_zone(session):
    account = make_account(session, zone="Pacific/Honolulu")
    one = enrolled(session, account)
    complete(session, one)

    certificate = certificates.issue_certificate(session, enrolment_id=one.id, at=AT.replace(hour=3))

    assert certificate.issued_on.isoformat() == "2026-11-23"


def test_no_certificate_is_issued_before_the_address_is_confirmed_and_then_it_is(session):
    account = make_account(session, is_confirmed=False)
    one = enrolled(session, account)
    complete(session, one)

    assert certificates.issue_certificate(session, enrolment_id=one.id, at=AT) is None
    account.email_confirmed_at = AT
    certificates.issue_waiting(session, account_id=account.id, at=AT)

    assert count(session, Certificate) == 1


def test_stored_bytes_are_never_replaced(session):
    one = enrolled(session, make_account(session))
    complete(session, one)
    certificate = certificates.issue_certificate(session, enrolment_id=one.id, at=AT)
    session.add(SigningKeyRecord(id="key", kind="document", public_pem="", first_used_at=AT))
    session.flush()

    first = certificates.store_pdf(session, certificate.id, b"first", None, "key")

    assert certificates.store_pdf(session, certificate.id, b"second", None, "key") == first == b"first"


def test_a_certificate_outlives_the_account_of_its_owner(session):
    account = make_account(session)
    one = enrolled(session, account)
    complete(session, one)
    certificate = certificates.issue_certificate(session, enrolment_id=one.id, at=AT)

    assert session.get(Account, account.id) is not None
    assert certificates.find_by_code(session, certificate.code).name == "Pat Example"
