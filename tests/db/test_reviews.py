"""Reviews protect people: who signs, what a signature is given to, when a release may go out."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.conftest import COURSES
from tests.make import AT, make_account, published
from ttaplatform.authoring import drafts, releasing, reviews
from ttaplatform.authoring.checking import check_files
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.authoring.rules import APPROVED, CHANGES, KINDS, SUBJECT_EXPERT, SURVIVOR_REVIEWER
from ttaplatform.catalogue.models import Publication
from ttaplatform.catalogue.service import find_published, list_published
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.learning.service import enrol
from ttaplatform.people.models import AuditEvent
from ttaplatform.people.service import find_person
from ttaplatform.roles import Role

LESSON = "01-one/module.md"


def person_of(session, email, role):
    return find_person(session, make_account(session, email, role=role, name=email.split("@")[0].title()).id, 0)


@pytest.fixture
def trainer(session):
    return person_of(session, "trainer@example.org", Role.TRAINER)


@pytest.fixture
def expert(session):
    return person_of(session, "expert@example.org", Role.SUBJECT_EXPERT)


@pytest.fixture
def survivor(session):
    return person_of(session, "survivor@example.org", Role.SURVIVOR_REVIEWER)


def changed(session, trainer, words="A victim may be silent.") -> CourseDraft:
    """Return a draft of the small course with a changed sentence, in both languages' structure."""
    draft = drafts.edit_course(session, published(session), trainer, at=AT)
    found = drafts.get_file(session, draft.id, LESSON)
    new = found.text.replace("Soft words.", words)
    drafts.save_text(session, draft, LESSON, new, seen=found.revision, person=trainer, at=AT)
    return draft


def send(session, draft, trainer, kind="editorial", note="Clearer words."):
    checked = check_files(drafts.files_of(session, draft.id), COURSES)
    reviews.send_to_review(session, draft, checked, reviews.Plan(kind, note), KINDS, person=trainer, at=AT)
    return draft


def sign(session, draft, person, kind, verdict=APPROVED, *, note="", shows_name=True):
    reviews.sign(session, draft, kind, verdict, note=note, shows_name=shows_name, person=person, at=AT)


def publish(session, draft, trainer, at=AT):
    return releasing.publish_draft(session, draft, COURSES, actor_id=trainer.id, at=at)


def test_both_sign_and_the_colophon_names_only_who_wants_it(session, trainer, expert, survivor):
    draft = send(session, changed(session, trainer), trainer)
    sign(session, draft, expert, SUBJECT_EXPERT)
    with pytest.raises(RuleBrokenError, match="unsigned"):
        publish(session, draft, trainer)
    sign(session, draft, survivor, SURVIVOR_REVIEWER, shows_name=False)

    publication = publish(session, draft, trainer).publication

    assert publication.signatures == [
        {"kind": SUBJECT_EXPERT, "name": "Expert"}, {"kind": SURVIVOR_REVIEWER, "name": ""},
    ]  # fmt: skip
    assert find_published(session, "small-course").content_hash == draft.content_hash


def test_who_wrote_it_does_not_sign_it(session, trainer):
    from ttaplatform.people.service import grant

    grant(session, trainer.id, Role.SUBJECT_EXPERT, None, at=AT)
    both = find_person(session, trainer.id, 0)
    draft = send(session, changed(session, both), both)

    with pytest.raises(RuleBrokenError, match="own"):
        sign(session, draft, both, SUBJECT_EXPERT)


def test_a_reviewer_signs_only_as_what_they_are_and_once(session, trainer, expert):
    draft = send(session, changed(session, trainer), trainer)

    with pytest.raises(RuleBrokenError, match="not-yours"):
        sign(session, draft, expert, SURVIVOR_REVIEWER)
    sign(session, draft, expert, SUBJECT_EXPERT)
    with pytest.raises(RuleBrokenError, match="signed"):
        sign(session, draft, expert, SUBJECT_EXPERT)


def test_a_wish_for_changes_needs_words_and_opens_the_draft(session, trainer, expert):
    draft = send(session, changed(session, trainer), trainer)
    with pytest.raises(RuleBrokenError, match="say-why"):
        sign(session, draft, expert, SUBJECT_EXPERT, CHANGES)

    reviews.comment_line(session, draft, LESSON, 3, "Who says so?", quoted="x", person=expert, at=AT)
    sign(session, draft, expert, SUBJECT_EXPERT, CHANGES)

    assert draft.state == "draft"


def test_a_signature_is_given_to_a_content_and_not_to_what_comes_after(session, trainer, expert, survivor):
    draft = send(session, changed(session, trainer), trainer)
    sign(session, draft, expert, SUBJECT_EXPERT)
    sign(session, draft, survivor, SURVIVOR_REVIEWER)
    reviews.take_back(session, draft, person=trainer, at=AT)
    found = drafts.get_file(session, draft.id, LESSON)
    drafts.save_text(
        session, draft, LESSON, found.text.replace("silent", "quiet"), seen=found.revision, person=trainer, at=AT
    )
    send(session, draft, trainer)

    with pytest.raises(RuleBrokenError, match="unsigned"):
        publish(session, draft, trainer)


def test_what_is_in_review_cannot_be_written(session, trainer):
    draft = send(session, changed(session, trainer), trainer)

    with pytest.raises(RuleBrokenError, match="not-open"):
        drafts.save_text(session, draft, LESSON, "x", seen=2, person=trainer, at=AT)


@pytest.mark.parametrize(("kind", "note", "reason"), [("material", " ", "note"), ("", "x", "kind"), ("x", "x", "kind")])
def test_a_change_says_its_kind_and_what_changed(session, trainer, kind, note, reason):
    draft = changed(session, trainer)

    with pytest.raises(RuleBrokenError, match=reason):
        send(session, draft, trainer, kind, note)


def test_an_administrator_may_relax_the_rule_and_it_is_in_the_audit_log(session, trainer):
    boss = person_of(session, "boss@example.org", Role.ADMINISTRATOR)
    reviews.set_rule(session, "none", person=boss, at=AT)
    draft = send(session, changed(session, trainer), trainer)

    publication = publish(session, draft, trainer).publication

    assert publication.signatures == []
    assert "review.rule-none" in set(session.scalars(select(AuditEvent.action)))


def test_another_release_since_the_draft_began_is_not_overwritten_unseen(session, trainer, tmp_path):
    from tests.make import publish_changed

    boss = person_of(session, "boss@example.org", Role.ADMINISTRATOR)
    reviews.set_rule(session, "none", person=boss, at=AT)
    draft = send(session, changed(session, trainer), trainer)
    publish_changed(session, tmp_path)

    with pytest.raises(RuleBrokenError, match="base-changed"):
        publish(session, draft, trainer)
    releasing.rebase_draft(session, draft, person=trainer, at=AT)

    assert publish(session, draft, trainer).publication.release_id == find_published(session, "small-course").release_id


def test_a_scheduled_draft_is_published_at_its_time(session, trainer):
    boss = person_of(session, "boss@example.org", Role.ADMINISTRATOR)
    reviews.set_rule(session, "none", person=boss, at=AT)
    draft = send(session, changed(session, trainer), trainer)
    with pytest.raises(RuleBrokenError, match="past"):
        releasing.schedule_draft(session, draft, AT, person=trainer, at=AT)
    releasing.schedule_draft(session, draft, AT + timedelta(hours=1), person=trainer, at=AT)

    assert releasing.list_due(session, AT + timedelta(minutes=59)) == []
    assert releasing.list_due(session, AT + timedelta(hours=1)) == [draft.id]
    assert releasing.publish_due(session, draft.id, COURSES, at=AT + timedelta(hours=1)).publication
    assert draft.state == "published"


def test_a_scheduled_draft_that_lost_its_signature_waits_and_its_author_is_told(session, trainer):
    boss = person_of(session, "boss@example.org", Role.ADMINISTRATOR)
    reviews.set_rule(session, "none", person=boss, at=AT)
    draft = send(session, changed(session, trainer), trainer)
    releasing.schedule_draft(session, draft, AT + timedelta(hours=1), person=trainer, at=AT)
    reviews.set_rule(session, "both", person=boss, at=AT)

    assert releasing.publish_due(session, draft.id, COURSES, at=AT + timedelta(hours=1)) is None

    assert draft.state == "in-review"
    assert len(jobs(session, "mail-not-published")) == 1


def jobs(session, name: str) -> list[str]:
    """Return the keys of the jobs of that name."""
    table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
    return list(session.scalars(text(f"select workflow_uuid from {table} where workflow_uuid like '{name}:%'")))


def test_reviewers_are_asked_by_letter_but_not_who_wrote_it(session, trainer, expert, survivor):
    draft = send(session, changed(session, trainer), trainer)

    reviews.ask_reviewers(session, draft, (SUBJECT_EXPERT, SURVIVOR_REVIEWER))

    assert sorted(key.rsplit(":", 1)[1] for key in jobs(session, "mail-review")) == sorted(
        [str(expert.id), str(survivor.id)]
    )
    assert [one.id for one in reviews.list_to_review(session, expert)] == [draft.id]
    assert reviews.list_to_review(session, trainer) == []


def test_a_reviewer_reads_a_draft_only_while_it_is_in_review(session, trainer, expert):
    draft = changed(session, trainer)
    with pytest.raises(NotFoundError):
        drafts.get_draft(session, draft.id, expert, reads=True)
    send(session, draft, trainer)

    assert drafts.get_draft(session, draft.id, expert, reads=True) == draft
    with pytest.raises(NotFoundError):
        drafts.get_draft(session, draft.id, expert)


def test_a_withdrawn_course_is_offered_to_nobody_new(session, trainer):
    offered = published(session)
    learner = make_account(session)
    begun = enrol(session, learner.id, offered, at=AT)

    releasing.withdraw_course(session, "small-course", person=trainer, at=AT)

    gone = find_published(session, "small-course")
    assert list_published(session) == []
    assert enrol(session, learner.id, gone, at=AT) == begun
    with pytest.raises(RuleBrokenError, match="withdrawn"):
        enrol(session, make_account(session, "new@example.org").id, gone, at=AT)


def test_a_review_that_is_due_is_told_30_days_before_and_on_its_day_each_once(session, trainer, tmp_path):
    from tests.make import course_files, publish_changed

    words = course_files()["course.md"].replace("attempts: 2", "attempts: 2\nreview_due: 2027-01-31")
    publish_changed(session, tmp_path, **{"course.md": words})
    session.scalars(select(Publication).order_by(Publication.id.desc())).first().published_by_id = trainer.id

    days = [AT.date() + timedelta(days=left) for left in range(100)]
    told = [str(day) for day in days for _ in range(releasing.remind_reviews(session, today=day))]

    assert told == ["2027-01-01", "2027-01-31"]
