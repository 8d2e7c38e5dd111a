"""Drafts: nobody's words are lost, nothing broken is published, nothing but one's own is changed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import COURSES
from tests.make import AT, make_account, make_agency, published
from ttaplatform.authoring import drafts, modules, releasing, reviews, versions
from ttaplatform.authoring.checking import check_files
from ttaplatform.authoring.drafts import EditConflictError, NewDraft
from ttaplatform.authoring.models import CourseDraft, DraftVersion
from ttaplatform.authoring.rules import KINDS
from ttaplatform.authoring.starter import course_files
from ttaplatform.catalogue.folder import content_hash
from ttaplatform.catalogue.models import Publication
from ttaplatform.catalogue.service import find_published, load_source
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.people.service import find_person, grant
from ttaplatform.roles import Role

LESSON = "01-one/module.md"


@pytest.fixture
def trainer(session):
    return find_person(session, make_account(session, "trainer@example.org", role=Role.TRAINER).id, 0)


def draft_of(session, trainer) -> CourseDraft:
    return drafts.edit_course(session, published(session), trainer, at=AT)


def new_draft(session, person, slug="new-course", agency_id=None) -> CourseDraft:
    files = course_files("New course", slug=slug, summary="New.", sector="all", minutes=30, language="en")
    return drafts.begin_draft(session, NewDraft(slug, "New course", files, agency_id), person, at=AT)


def release(session, draft, trainer) -> None:
    """Publish the draft where no review is needed."""
    reviews.set_rule(session, "none", person=trainer, at=AT)
    checked = check_files(drafts.files_of(session, draft.id), COURSES)
    reviews.send_to_review(session, draft, checked, reviews.Plan("material", "More."), KINDS, person=trainer, at=AT)
    releasing.publish_draft(session, draft, COURSES, actor_id=trainer.id, at=AT)


def save(session, draft, text, *, seen, person, at=AT, path=LESSON):
    return drafts.save_text(session, draft, path, text, seen=seen, person=person, at=at)


def test_a_published_course_goes_to_a_draft_and_back_with_the_same_hash(session, trainer):
    offered = published(session)

    draft = draft_of(session, trainer)

    files = drafts.files_of(session, draft.id)
    assert files == load_source(session, offered.release_id)
    assert content_hash(files) == offered.content_hash


def test_there_is_one_open_draft_of_a_course(session, trainer):
    first = draft_of(session, trainer)

    assert draft_of(session, trainer).id == first.id
    with pytest.raises(RuleBrokenError, match="slug-taken"):
        new_draft(session, trainer, slug="small-course")


def test_two_cannot_begin_a_draft_of_one_slug(session, trainer):
    new_draft(session, trainer)

    with pytest.raises(RuleBrokenError, match="draft-exists"):
        new_draft(session, trainer)


def test_a_saved_text_counts_its_revision_and_keeps_its_line_ends(session, trainer):
    draft = draft_of(session, trainer)
    text = drafts.get_file(session, draft.id, LESSON).text

    saved = save(session, draft, text.replace("\n", "\r\n") + "More.\r\n", seen=1, person=trainer)

    assert (saved.revision, saved.text) == (2, text + "More.\n")


def test_a_second_writer_does_not_overwrite_the_first(session, trainer):
    draft = draft_of(session, trainer)
    other = find_person(session, make_account(session, "other@example.org", role=Role.TRAINER).id, 0)
    save(session, draft, "---\n---\n\nFirst.\n", seen=1, person=trainer)

    with pytest.raises(EditConflictError) as raised:
        save(session, draft, "---\n---\n\nSecond.\n", seen=1, person=other)

    assert raised.value.current.text == "---\n---\n\nFirst.\n"
    assert drafts.get_file(session, draft.id, LESSON).revision == 2


def test_saving_the_same_text_again_changes_nothing(session, trainer):
    draft = draft_of(session, trainer)
    text = drafts.get_file(session, draft.id, LESSON).text

    assert save(session, draft, text, seen=0, person=trainer).revision == 1
    assert session.scalar(select(func.count(DraftVersion.id))) == 0


def test_the_history_has_a_version_for_each_person_and_spell_of_writing(session, trainer):
    draft = draft_of(session, trainer)
    other = find_person(session, make_account(session, "other@example.org", role=Role.TRAINER).id, 0)
    before = drafts.get_file(session, draft.id, LESSON).text
    for number, (person, minutes) in enumerate(
        [(trainer, 0), (trainer, 3), (other, 4), (trainer, 5), (trainer, 30)], 1
    ):
        save(session, draft, f"---\n---\n{number}\n", seen=number, person=person, at=AT + timedelta(minutes=minutes))

    listed = versions.list_versions(session, draft.id, LESSON)

    texts = [versions.get_version(session, draft.id, one.id).text for one in listed]
    assert texts == ["---\n---\n5\n", "---\n---\n4\n", "---\n---\n3\n", "---\n---\n2\n", before]
    assert [bool(one.name) for one in listed] == [True, True, True, True, False]


def test_a_difference_shows_what_was_taken_away_and_what_came(session):
    lines = versions.difference("one\ntwo\nthree\n", "one\n2\nthree\n")

    assert [(line.mark, line.words) for line in lines if line.mark in "+-"] == [("-", "two"), ("+", "2")]


def test_modules_that_change_places_take_their_texts_and_history_along(session, trainer):
    draft = draft_of(session, trainer)
    save(session, draft, "---\ntitle: Mine\nminutes: 5\n---\n\nMine.\n", seen=1, person=trainer)

    folder = modules.move_module(session, draft, "01-one", 1, person=trainer, at=AT)

    assert folder == "02-one"
    assert "Mine." in drafts.get_file(session, draft.id, "02-one/module.md").text
    assert drafts.get_file(session, draft.id, "01-two/module.md").text
    assert len(versions.list_versions(session, draft.id, "02-one/module.md")) == 2


def test_a_new_module_has_ids_that_no_other_question_has(session, trainer):
    draft = new_draft(session, trainer)
    for _ in range(3):
        modules.add_module(session, draft, "Same title", 5, person=trainer, at=AT)

    release(session, draft, trainer)

    assert find_published(session, "new-course").course.modules[3].slug == "04-same-title-3"


def test_a_removed_module_stays_in_the_history(session, trainer):
    draft = draft_of(session, trainer)

    modules.remove_module(session, draft, "01-one", person=trainer, at=AT)

    assert [one.is_removal for one in versions.list_versions(session, draft.id, LESSON)] == [True, False]
    with pytest.raises(NotFoundError):
        drafts.get_file(session, draft.id, LESSON)


def test_a_broken_draft_is_not_published_and_nothing_is_stored(session, trainer):
    draft = draft_of(session, trainer)
    save(session, draft, "no settings", seen=1, person=trainer)
    count = session.scalar(select(func.count(Publication.id)))

    with pytest.raises(RuleBrokenError, match="broken"):
        release(session, draft, trainer)

    assert session.scalar(select(func.count(Publication.id))) == count
    assert draft.state == "draft"


def test_a_published_draft_is_closed(session, trainer):
    draft = draft_of(session, trainer)
    release(session, draft, trainer)

    with pytest.raises(RuleBrokenError, match="not-open"):
        save(session, draft, "late", seen=1, person=trainer)


def test_a_trainer_of_an_agency_authors_what_belongs_to_it_and_nothing_else(session):
    mine, other = make_agency(session, "Mine"), make_agency(session, "Other")
    below = make_agency(session, "Below", parent=mine)
    account = make_account(session, "t@example.org")
    grant(session, account.id, Role.TRAINER, mine, at=AT)
    trainer = find_person(session, account.id, 0)
    boss = find_person(session, make_account(session, "a@example.org", role=Role.ADMINISTRATOR).id, 0)
    own, theirs = (new_draft(session, boss, slug, agency) for slug, agency in (("own", below), ("theirs", other)))

    assert drafts.list_drafts(session, trainer) == [own]
    assert drafts.get_draft(session, own.id, trainer) == own
    for hidden in (theirs, new_draft(session, boss, "site")):
        with pytest.raises(NotFoundError):
            drafts.get_draft(session, hidden.id, trainer)
    with pytest.raises(NotFoundError):
        drafts.edit_course(session, published(session), trainer, at=AT)


def test_those_who_have_a_file_open_see_each_other_for_a_while(session, trainer):
    draft = draft_of(session, trainer)
    other = make_account(session, "other@example.org", name="Robin Other")

    assert drafts.note_presence(session, draft.id, LESSON, trainer.id, at=AT) == []
    assert drafts.note_presence(session, draft.id, LESSON, other.id, at=AT) == [trainer.name]
    assert drafts.note_presence(session, draft.id, LESSON, trainer.id, at=AT + timedelta(minutes=5)) == []
