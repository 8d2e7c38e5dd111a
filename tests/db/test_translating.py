"""A language is added to a draft whole, grows with its modules and parts, and is taken out whole."""

import pytest

from tests.make import AT, make_account, spanish_files
from ttaplatform.authoring import drafts, modules
from ttaplatform.authoring.drafts import NewDraft
from ttaplatform.authoring.starter import course_files
from ttaplatform.authoring.translating import add_translation, languages_of, missing_translations, remove_translation
from ttaplatform.authoring.versions import list_versions
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.errors import NotFoundError
from ttaplatform.people.service import find_person
from ttaplatform.roles import Role


@pytest.fixture
def trainer(session):
    return find_person(session, make_account(session, "trainer@example.org", role=Role.TRAINER).id, 0)


def begun(session, trainer, files=None):
    starting = course_files("New course", slug="new-course", summary="New.", sector="all", minutes=30, language="en")
    return drafts.begin_draft(session, NewDraft("new-course", "New course", files or starting, None), trainer, at=AT)


def spanish_of(session, draft) -> set[str]:
    return {path for path in drafts.files_of(session, draft.id) if language_of(path) == "es"}


def test_a_language_is_listed_and_has_a_file_beside_each_original(session, trainer):
    draft = begun(session, trainer)

    add_translation(session, draft, "es", person=trainer, at=AT)

    files = drafts.files_of(session, draft.id)
    assert languages_of(files) == ["en", "es"]
    assert missing_translations(files, "es") == {}
    assert spanish_of(session, draft) >= {"course.es.md", "final/quiz.es.md", "evaluation.es.md"}


def test_a_new_module_and_a_new_part_come_with_their_translations(session, trainer):
    draft = begun(session, trainer)
    add_translation(session, draft, "es", person=trainer, at=AT)

    folder = modules.add_module(session, draft, "Second", 5, person=trainer, at=AT)
    modules.add_part(session, draft, "job-aid", person=trainer, at=AT)

    assert spanish_of(session, draft) >= {f"{folder}/module.es.md", f"{folder}/quiz.es.md", "job-aid.es.md"}


def test_what_a_translation_lacks_is_added_and_its_words_stay(session, trainer):
    files = {path: text for path, text in spanish_files().items() if not path.startswith("media/")}
    del files["job-aid.es.md"]
    draft = begun(session, trainer, files)

    add_translation(session, draft, "es", person=trainer, at=AT)

    now = drafts.files_of(session, draft.id)
    assert now.keys() - files.keys() == {"job-aid.es.md"}
    assert {path: now[path] for path in files} == files


def test_a_translation_that_is_removed_stays_in_the_history(session, trainer):
    draft = begun(session, trainer)
    before = drafts.files_of(session, draft.id)
    add_translation(session, draft, "es", person=trainer, at=AT)

    remove_translation(session, draft, "es", person=trainer, at=AT)

    assert drafts.files_of(session, draft.id) == before
    assert list_versions(session, draft.id, "course.es.md")[0].is_removal


@pytest.mark.parametrize("language", ["en", "xx", "", "../es"])
def test_no_other_language_is_added_or_removed(session, trainer, language):
    draft = begun(session, trainer)

    for change in (add_translation, remove_translation):
        with pytest.raises(NotFoundError):
            change(session, draft, language, person=trainer, at=AT)


@pytest.mark.parametrize("part", ["", "course", "09-no-module", "../x"])
def test_no_other_part_is_added(session, trainer, part):
    with pytest.raises(NotFoundError):
        modules.add_part(session, begun(session, trainer), part, person=trainer, at=AT)


def test_a_part_that_is_there_keeps_its_words(session, trainer):
    draft = begun(session, trainer)
    before = drafts.files_of(session, draft.id)

    assert modules.add_part(session, draft, "01-first-module", person=trainer, at=AT) == "01-first-module/quiz.md"

    assert drafts.files_of(session, draft.id) == before
