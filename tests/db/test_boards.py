"""Files for boards: which credits are found, which layouts are kept, what is recorded of presence."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from tests.make import AT, complete, enrolled, make_account, make_agency
from ttaplatform.boards import service
from ttaplatform.boards.models import BoardLayout
from ttaplatform.boards.rules import Column
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.service import correct_certificate, issue_certificate, revoke_certificate
from ttaplatform.credit.models import ApprovalRecord
from ttaplatform.credit.rules import CreditLine
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.people.models import Account, AuditEvent
from ttaplatform.people.service import allowed_agencies
from ttaplatform.roles import Person, Role

RULE = "california-post"
LINE = CreditLine(
    RULE, kind="post-hours", name="California POST training (CPT hours)", amount="0.33", amount_text="0.33 CPT hours",
    provider_name="Example Academy", provider_number="4711", approval_number="1010-22222",
    fields=(("post-id", "A12-345"),), printed=(("POST ID", "A12-345"),), attestation="I do this myself.",
)  # fmt: skip


def awarded(session, account: Account, *lines: CreditLine) -> Certificate:
    """Return the current certificate of a completed small course, which says these credits."""
    one = enrolled(session, account, at=AT - timedelta(days=3))
    complete(session, one)
    plain = issue_certificate(session, enrolment_id=one.id, at=AT)
    credits = [line.as_json() for line in lines or (LINE,)]
    return correct_certificate(session, plain, {"credits": credits}, actor_id=account.id, at=AT)


def test_a_row_has_what_was_certified_and_the_ori_of_the_agency(session):
    agency = make_agency(session)
    session.execute(text("update agency set ori = 'CA0190000'"))
    awarded(session, make_account(session, agency=agency))

    (row,) = service.list_rows(session, RULE)

    assert (row.name, row.typed, row.agency, row.ori) == (
        "Pat Example", {"post-id": "A12-345"}, "Springfield Police", "CA0190000",
    )  # fmt: skip
    assert (row.started_on, row.completed_on) == (date(2026, 11, 21), date(2026, 11, 24))
    assert (row.course, row.minutes, row.amount, row.score_percent) == ("Small course", 20, "0.33", 100)
    assert (row.provider_number, row.approval_number, row.attestation) == ("4711", "1010-22222", "I do this myself.")


def test_certificates_that_were_superseded_or_revoked_are_left_out(session):
    account = make_account(session)
    old = awarded(session, account)

    new = correct_certificate(session, old, {"name": "Pat Exemplar"}, actor_id=account.id, at=AT)
    assert [row.name for row in service.list_rows(session, RULE)] == ["Pat Exemplar"]

    revoke_certificate(session, new, "Issued by mistake", actor_id=account.id, at=AT)
    assert service.list_rows(session, RULE) == []


def test_only_the_credit_that_was_asked_gives_a_row(session):
    other = CreditLine("nursing", name="Nursing contact hours", provider_name=RULE)
    awarded(session, make_account(session), LINE, other)
    awarded(session, make_account(session, "nurse@example.org", name="Sam Nurse"), other)

    assert [row.name for row in service.list_rows(session, RULE)] == ["Pat Example"]
    assert [row.name for row in service.list_rows(session, "nursing")] == ["Pat Example", "Sam Nurse"]
    assert service.list_rows(session, "texas-tcole") == []


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        ({"since": date(2026, 11, 24), "until": date(2026, 11, 24)}, 1),
        ({"since": date(2026, 11, 25)}, 0),
        ({"until": date(2026, 11, 23)}, 0),
        ({"course": "small-course"}, 1),
        ({"course": "another-course"}, 0),
        ({"agencies": set()}, 0),
    ],
)
def test_a_period_counts_both_its_days_and_a_course_or_no_agency_narrows_the_rows(session, choice, count):
    awarded(session, make_account(session))

    assert len(service.list_rows(session, RULE, **choice)) == count


def test_the_people_of_other_agencies_are_left_out(session):
    county, other = make_agency(session, "County"), make_agency(session, "Elsewhere")
    city = make_agency(session, "City", parent=county)
    awarded(session, make_account(session, "city@example.org", name="City Officer", agency=city))
    awarded(session, make_account(session, "other@example.org", name="Other Officer", agency=other))
    coordinator = Person(1, "C", "c@example.org", "en", "UTC", True, 0, ((Role.COORDINATOR, county),))

    agencies = allowed_agencies(session, coordinator)

    assert agencies == {county, city}
    assert [row.name for row in service.list_rows(session, RULE, agencies=agencies)] == ["City Officer"]


def test_a_rule_awards_nothing_until_a_provider_is_entered(session):
    before = service.has_approval(session, RULE)
    session.add(
        ApprovalRecord(rule=RULE, course_slug="small-course", provider_name="Example Academy", provider_number="4711",
                       valid_from=date(2026, 1, 1), entered_at=AT)
    )  # fmt: skip

    assert (before, service.has_approval(session, RULE)) == (False, True)


def save(session, name: str, layout: BoardLayout | None = None, *, heading: str = "Licensee") -> BoardLayout:
    """Return a stored layout of one column."""
    layout = layout or BoardLayout()
    columns = [Column(heading, "name", is_required=True)]
    service.save_layout(session, layout, name=name, rule="nursing", columns=columns, actor_id=7, at=AT)
    return layout


def test_a_layout_is_kept_changed_and_deleted_and_each_leaves_a_line_in_the_audit_log(session):
    kept = save(session, "Board of Nursing")
    save(session, "Board of Nursing", kept, heading="Nurse")
    session.expire_all()

    found = service.layout_of(service.get_layout(session, kept.id))
    assert (found.name, found.rule, found.columns) == (
        "Board of Nursing", "nursing", (Column("Nurse", "name", is_required=True),),
    )  # fmt: skip

    service.delete_layout(session, kept, actor_id=7, at=AT)
    assert list(service.list_layouts(session)) == []
    with pytest.raises(NotFoundError):
        service.get_layout(session, kept.id)
    said = session.execute(select(AuditEvent.action, AuditEvent.actor_id).where(AuditEvent.actor_id == 7)).all()
    assert said == [("boards.layout", 7), ("boards.layout", 7), ("boards.layout-delete", 7)]


def test_two_layouts_cannot_have_one_name(session):
    save(session, "Board of Nursing")
    other = save(session, "Board of Pharmacy")

    for layout in (None, other):
        with pytest.raises(RuleBrokenError, match="layout-name"):
            save(session, "Board of Nursing", layout)

    assert [one.name for one in service.list_layouts(session)] == ["Board of Nursing", "Board of Pharmacy"]


def test_presence_is_what_was_finished_and_submitted(session):
    certificate = awarded(session, make_account(session))

    presence = service.get_presence(session, certificate)

    assert presence == service.Presence(date(2026, 11, 21), lessons=2, checks=1)
