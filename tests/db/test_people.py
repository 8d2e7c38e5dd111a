"""Accounts, agencies and roles on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.make import AT, PASSWORD, make_account, make_agency
from ttaplatform.people import passwords, service, signing
from ttaplatform.people.models import Account, Membership, Profession
from ttaplatform.people.rules import FIRST_WAIT, FREE_TRIES, MOST_TRIES
from ttaplatform.people.service import SignUp
from ttaplatform.roles import Role


def details(session, email: str = "new@example.org") -> SignUp:
    profession = session.scalars(select(Profession.id)).first()
    return SignUp(email, "New Person", PASSWORD, profession, make_agency(session), "es", "America/Chicago")


def signed_in(session, email: str, password: str, at=AT) -> Account | None:
    tried = signing.look_up(session, email, at=at)
    return signing.conclude(session, tried, is_right=passwords.is_right(tried.password_hash, password), at=at)


def fail(session, email: str, times: int, at=AT) -> None:
    for _ in range(times):
        signing.conclude(session, signing.look_up(session, email, at=at), is_right=False, at=at)


def test_signing_up_makes_an_account_with_a_primary_agency(session):
    account = service.sign_up(session, details(session, "  New@Example.org "), at=AT)

    assert (account.email, account.language, account.email_confirmed_at) == ("new@example.org", "es", None)
    assert service.primary_agency_id(session, account.id) == make_agency(session)


def test_signing_up_with_a_known_address_changes_nothing(session):
    service.sign_up(session, details(session), at=AT)

    assert service.sign_up(session, details(session), at=AT) is None
    assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_signing_in_needs_the_right_password_in_any_case_of_the_address(session):
    account = make_account(session)

    assert signed_in(session, "PAT@example.org", PASSWORD) is account
    assert signed_in(session, "pat@example.org", "wrong password here") is None
    assert signed_in(session, "nobody@example.org", PASSWORD) is None


@pytest.mark.parametrize("email", ["Pat@example.org", "nobody@example.org"])
def test_an_address_waits_after_wrong_passwords_whether_or_not_it_has_an_account(session, email):
    make_account(session)

    fail(session, email, FREE_TRIES)

    assert signing.look_up(session, email.upper(), at=AT).wait == FIRST_WAIT
    assert not signing.look_up(session, email, at=AT + FIRST_WAIT).wait


def test_signing_in_makes_an_address_begin_anew(session):
    make_account(session)
    fail(session, "pat@example.org", FREE_TRIES - 1)

    assert signed_in(session, "pat@example.org", PASSWORD)
    fail(session, "pat@example.org", FREE_TRIES - 1)

    assert not signing.look_up(session, "pat@example.org", at=AT).wait


def test_too_many_wrong_passwords_close_an_address_until_its_failures_are_forgotten(session):
    make_account(session)
    fail(session, "pat@example.org", MOST_TRIES)
    later = AT + timedelta(days=2)

    assert signing.look_up(session, "pat@example.org", at=later).is_closed

    signing.forget_failures(session, signing.address_key("pat@example.org"))
    assert not signing.look_up(session, "pat@example.org", at=later).is_closed


def test_failures_that_are_old_are_forgotten(session):
    fail(session, "nobody@example.org", FREE_TRIES)

    signing.forget_old(session, at=AT + signing.KEPT_FOR)
    assert signing.look_up(session, "nobody@example.org", at=AT).wait

    signing.forget_old(session, at=AT + signing.KEPT_FOR + FIRST_WAIT)
    assert not signing.look_up(session, "nobody@example.org", at=AT).wait


def test_a_new_password_ends_every_session(session):
    account = make_account(session)

    service.change_password(session, account.id, "another long enough password", at=AT)
    session.flush()

    assert service.find_person(session, account.id, 0) is None
    assert service.find_person(session, account.id, 1) is not None


def test_a_person_comes_with_every_role_in_one_query(session):
    agency = make_agency(session)
    account = make_account(session, role=Role.COORDINATOR, scope=agency)
    service.grant(session, account.id, Role.TRAINER, None, at=AT)

    person = service.find_person(session, account.id, 0)

    assert person.roles == {Role.LEARNER, Role.COORDINATOR, Role.TRAINER}
    assert person.scope(Role.COORDINATOR) == (False, [agency])
    assert person.scope(Role.TRAINER) == (True, [])


def test_agencies_below_go_all_the_way_down(session):
    top = make_agency(session, "State")
    middle = make_agency(session, "County", parent=top)
    low = make_agency(session, "Town", parent=middle)
    other = make_agency(session, "Elsewhere")

    assert service.agencies_below(session, [top]) == {top, middle, low}
    assert other not in service.agencies_below(session, [top])


def test_agencies_are_found_by_any_of_their_words_and_percent_signs_are_letters(session):
    make_agency(session, "Springfield Police Department")

    assert [agency.name for agency in service.search_agencies(session, "police spring")] == [
        "Springfield Police Department"
    ]
    assert service.search_agencies(session, "%") == []


def test_a_proposed_agency_is_pending_and_not_doubled(session):
    one = service.propose_agency(session, "New  Clinic", kind="clinic", level="local", state="TX", at=AT)
    two = service.propose_agency(session, "new clinic", kind="clinic", level="local", state="TX", at=AT)

    assert one is two
    assert (one.name, one.status) == ("New Clinic", "pending")
    assert service.search_agencies(session, "new clinic") == []


def test_changing_the_agency_keeps_one_primary(session):
    account = make_account(session)
    other = make_agency(session, "Other Police")

    service.update_account(session, account.id, {"agency_id": other, "name": "New Name"}, at=AT)
    service.update_account(session, account.id, {"agency_id": make_agency(session), "name": "New Name"}, at=AT)

    primary = session.scalars(select(Membership.agency_id).where(Membership.is_primary)).all()
    assert primary == [make_agency(session)]
