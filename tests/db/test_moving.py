"""A safety-critical change moves who is in progress; what they did stays where it can; nobody else is touched."""

import pytest
from sqlalchemy import select

from tests.make import AT, COURSES, complete, course_files, enrolled, make_account, publish_changed, published, question
from ttaplatform.catalogue.folder import read_course
from ttaplatform.catalogue.models import Publication
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.catalogue.service import Change, check_folder, publish_course
from ttaplatform.learning import answers, attempts, moving, service, sittings
from ttaplatform.learning.models import Attempt, Enrolment, Response


@pytest.fixture
def learner(session):
    return make_account(session)


def changed(session, folder, **changes) -> Publication:
    """Publish the small course with changed files as a safety-critical change."""
    return publish_files(session, folder, course_files(**changes))


def publish_files(session, folder, files) -> Publication:
    for name, words in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words, "utf-8")
    course, problems = check_folder(folder, COURSES)
    assert course is not None, problems
    change = Change("safety-critical", "The number was wrong.")
    return publish_course(session, course, read_course(folder)[0], change, at=AT)


def begin_final(session, enrolment, given: dict[int, str]) -> None:
    for module in enrolment.course.modules:
        service.finish_lesson(session, enrolment, module.slug, at=AT)
    attempts.start_attempt(session, enrolment, "01-one", at=AT)
    sitting = sittings.find_sitting(session, enrolment, "01-one")
    attempts.submit_attempt(session, enrolment, sitting, "01-one", at=AT)
    attempts.start_attempt(session, enrolment, FINAL, at=AT)
    sitting = sittings.find_sitting(session, enrolment, FINAL)
    for position, key in given.items():
        answers.save_response(session, sitting, position, [key], at=AT)


def again(session, enrolment):
    session.expire_all()
    return service.get_enrolment(session, enrolment.id, enrolment.account_id)


def with_final(words: str) -> dict[str, str]:
    return {"final/quiz.md": course_files()["final/quiz.md"].replace("What of final-2?", words)}


def test_answers_to_items_that_ask_the_same_stay_and_the_changed_one_is_asked_anew(session, learner, tmp_path):
    one = enrolled(session, learner)
    begin_final(session, one, {})
    sitting = sittings.find_sitting(session, one, FINAL)
    for position in range(1, len(sitting.shown) + 1):
        answers.save_response(session, sitting, position, ["a"], at=AT)
    asked = {shown.item_id for shown in sitting.shown}

    moving.move_learners(session, changed(session, tmp_path, **with_final("What now of final-2?")), at=AT)

    moved = again(session, one)
    after = sittings.find_sitting(session, moved, FINAL)
    kept = set(session.scalars(select(Response.item_id)))
    assert moved.release_id == published(session).release_id
    assert kept == asked - {"final-2"}
    assert len(after.shown) == len(sitting.shown)
    assert {shown.item_id for shown in after.shown} >= kept


def test_the_learner_is_told_until_they_have_read_it(session, learner, tmp_path):
    one = enrolled(session, learner)

    moving.move_learners(session, changed(session, tmp_path, **with_final("What now?")), at=AT)

    assert [news.note for news in moving.list_news(session, one.id)] == ["The number was wrong."]
    assert again(session, one).has_news
    moving.see_news(session, one.id, at=AT)
    assert not again(session, one).has_news


def test_finished_lessons_stay_finished_when_modules_change_places(session, learner, tmp_path):
    one = enrolled(session, learner)
    begin_final(session, one, {})
    files = course_files()
    swapped = {name.replace("01-one", "02-one").replace("02-two", "01-two"): words for name, words in files.items()}
    publication = publish_files(session, tmp_path, swapped)

    moving.move_learners(session, publication, at=AT)

    progress = service.progress_of(session, one.id)
    assert progress.finished_lessons == {"01-two", "02-one"}
    assert [result.quiz for result in progress.results] == ["02-one"]


def test_a_submitted_attempt_is_still_told_as_it_was_asked(session, learner, tmp_path):
    one = enrolled(session, learner)
    begin_final(session, one, {})
    sitting = sittings.find_sitting(session, one, FINAL)
    attempts.submit_attempt(session, one, sitting, FINAL, at=AT)
    quiz = "---\ntitle: Final assessment\n---\n\n" + question("final-new")

    moving.move_learners(session, changed(session, tmp_path, **{"final/quiz.md": quiz}), at=AT)

    told = sittings.find_sitting(session, again(session, one), FINAL, number=1)
    assert {told.item(position)[0].id for position in range(1, len(told.shown) + 1)} == {
        shown.item_id for shown in sitting.shown
    }


def test_who_has_earned_the_course_stays_on_their_release(session, learner, tmp_path):
    one = enrolled(session, learner)
    complete(session, one)
    before = session.get_one(Enrolment, one.id).release_id

    moving.move_learners(session, changed(session, tmp_path, **with_final("What now?")), at=AT)

    assert session.get_one(Enrolment, one.id).release_id == before
    assert moving.list_news(session, one.id) == []


def test_a_quiz_that_is_gone_takes_its_open_attempt_along(session, learner, tmp_path):
    one = enrolled(session, learner)
    service.finish_lesson(session, one, "01-one", at=AT)
    attempts.start_attempt(session, one, "01-one", at=AT)
    files = course_files()
    del files["01-one/quiz.md"]
    publication = publish_files(session, tmp_path, files)

    moving.move_learners(session, publication, at=AT)

    assert list(session.scalars(select(Attempt.id))) == []


def test_whoever_lacked_only_an_evaluation_that_is_asked_no_more_has_earned_it(session, learner, tmp_path):
    asked = course_files()["evaluation.md"].replace("title: Evaluation", "title: Evaluation\nrequired: true")
    publish_changed(session, tmp_path, **{"evaluation.md": asked})
    one = enrolled(session, learner)
    begin_final(session, one, {})
    sitting = sittings.find_sitting(session, one, FINAL)
    for position, shown in enumerate(sitting.shown, 1):
        right = {"final-5": ["a", "c"]}.get(shown.item_id, ["a"])
        answers.save_response(session, sitting, position, right, at=AT)
    attempts.submit_attempt(session, one, sitting, FINAL, at=AT)

    assert moving.move_learners(session, changed(session, tmp_path), at=AT) == [one.id]


def test_a_material_change_moves_nobody(session, learner, tmp_path):
    one = enrolled(session, learner)

    publish_changed(session, tmp_path, **with_final("What now?"))

    assert again(session, one).release_id == one.release_id != published(session).release_id
