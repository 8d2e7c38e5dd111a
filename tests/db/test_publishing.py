"""An operator publishes folders: what was edited in the browser stays at a start, and signatures can be required."""

from functools import partial

import pytest
from sqlalchemy import select

from tests.conftest import COURSES, write_course
from tests.make import AT, course_files, make_account, published
from ttaplatform.authoring.models import CourseDraft, Signature
from ttaplatform.authoring.reviews import needed_for, set_rule, sign_folder
from ttaplatform.catalogue.folder import content_hash, read_course
from ttaplatform.catalogue.models import Publication
from ttaplatform.catalogue.service import find_publication, publish
from ttaplatform.config import SettingError, load_settings
from ttaplatform.errors import RuleBrokenError
from ttaplatform.people.service import find_person
from ttaplatform.roles import Role


def folder_of(tmp_path, words="Other words."):
    text = course_files()["01-one/module.md"].replace("Soft words.", words)
    return write_course(tmp_path, course_files(**{"01-one/module.md": text}))


def test_a_start_does_not_replace_what_was_edited_in_the_browser(session, tmp_path):
    session.scalars(select(Publication)).one().published_by_id = make_account(session).id
    session.flush()
    before = published(session).release_id

    assert not publish(session, folder_of(tmp_path), COURSES, at=AT, spares_edited=True)
    assert published(session).release_id == before
    assert publish(session, folder_of(tmp_path), COURSES, at=AT)


def test_a_start_publishes_a_newer_shipped_course_that_nobody_edited(session, tmp_path):
    assert publish(session, folder_of(tmp_path), COURSES, at=AT, spares_edited=True)


def test_where_reviews_are_required_an_operator_cannot_publish_without_them(session, tmp_path):
    folder = folder_of(tmp_path)
    required = partial(sign_folder, session, is_required=True)
    with pytest.raises(RuleBrokenError, match="unsigned"):
        publish(session, folder, COURSES, at=AT, sign=required)
    expert = make_account(session, "expert@example.org")
    draft = CourseDraft(
        slug="x", title="x", state="draft", kind="", note="", content_hash="", created_at=AT, changed_at=AT
    )
    session.add(draft)
    session.flush()
    digest = content_hash(read_course(folder)[0])
    session.add(Signature(draft_id=draft.id, content_hash=digest, kind="subject-expert", verdict="approved",
                          account_id=expert.id, shown_name="Pat", signed_at=AT))  # fmt: skip
    session.flush()

    assert publish(session, folder, COURSES, at=AT, sign=required)

    signed = find_publication(session, published(session).release_id).signatures
    assert signed == [{"kind": "subject-expert", "name": "Pat"}]


def test_what_an_operator_requires_no_administrator_relaxes(session):
    boss = find_person(session, make_account(session, role=Role.ADMINISTRATOR).id, 0)
    set_rule(session, "none", person=boss, at=AT)
    files = {"course.md": "A victim."}

    assert needed_for(session, files) == ()
    assert needed_for(session, files, is_required=True) == ("subject-expert", "survivor-reviewer")


def test_another_word_for_the_setting_stops_the_start(tmp_path):
    with pytest.raises(SettingError, match="TTA_REVIEW: expected required"):
        load_settings({"TTA_DATA_DIR": str(tmp_path), "TTA_REVIEW": "yes"})
