"""Pages and forms: what is shown, what is refused, what is kept."""

import re

import pytest
from sqlalchemy import event, select, update

from tests.make import PASSWORD, complete, enrolled, make_account, make_agency
from ttaplatform.certificates.models import Certificate
from ttaplatform.db import writer
from ttaplatform.learning.models import Attempt, Response
from ttaplatform.people import passwords
from ttaplatform.people.models import Account, Agency, Profession
from ttaplatform.people.tokens import CONFIRM, Token, make_token
from ttaplatform.people.tokens import PASSWORD as FORGOTTEN
from ttaplatform.roles import Role

QUIZ = "/learn/{}/quizzes/01-one"


@pytest.fixture
def learner(session, browser):
    """Return an account that is signed in and enrolled, with its enrolment."""
    account = make_account(session)
    enrolment = enrolled(session, account)
    session.commit()
    browser.sign_in()
    return account, enrolment


@pytest.mark.parametrize("path", ["/", "/courses", "/courses/small-course", "/signup", "/signin", "/forgot", "/verify",
                                  "/help", "/accessibility", "/privacy"])  # fmt: skip
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_stranger_sees_every_public_page_in_both_languages(browser, path, language):
    browser.send("/language", {"language": language, "next": path})

    assert browser.show(path).lang == language


@pytest.mark.parametrize("path", ["/learning", "/account", "/transcript", "/learn/1", "/reports/completions"])
def test_a_stranger_signs_in_first_and_comes_back(browser, session, path):
    location = browser.get(path).location
    make_account(session, role=Role.ADMINISTRATOR)
    session.commit()

    assert location == f"/signin?next={path}"
    assert browser.send(location, {"email": "pat@example.org", "password": PASSWORD}) == path


def test_what_is_not_there_and_what_is_anothers_are_the_same_404(browser, session, learner):
    other = enrolled(session, make_account(session, "other@example.org"))
    complete(session, other)
    session.commit()

    def words(path: str) -> str:
        text = browser.show(path, status=404).text.replace(path, "/learn/999")
        return re.sub(r'name="csrf_token" value="[^"]+"', "", text)

    missing = words("/learn/999")
    for path in (f"/learn/{other.id}", f"/learn/{other.id}/lessons/01-one", f"/learn/{other.id}/quizzes/01-one"):
        assert words(path) == missing


def test_a_missing_role_is_403_and_says_whom_to_ask(browser, learner):
    assert "Ask the coordinator of your agency" in browser.show("/reports/completions", status=403).text


def test_a_wrong_form_comes_back_with_errors_beside_fields_and_what_was_typed(browser):
    page = browser.send("/signup", {"name": "Pat Example", "email": "no address", "password": "short"}, status=422)

    assert 'value="Pat Example"' in page.text
    assert "usa-error-message" in page.text
    assert 'href="#email"' in page.text
    assert "15 characters" in page.text
    assert "short" not in re.findall(r'type="password"[^>]*value="([^"]*)"', page.text)


def test_an_unlisted_agency_is_proposed_and_one_can_begin_at_once(browser, session):
    profession = str(session.scalars(select(Profession.id)).first())
    session.rollback()
    fields = {"name": "New Person", "email": "new@example.org", "password": PASSWORD, "profession": profession,
              "agency": "Brand New Clinic"}  # fmt: skip

    page = browser.send("/signup", fields, status=422)
    assert "My agency is not listed" in page.text
    new = {"agency_choice": "new", "agency_kind": "clinic", "agency_level": "local", "agency_state": "TX"}
    assert browser.send("/signup", fields | new) == "/signup/check-mail"

    assert session.scalars(select(Agency.status).where(Agency.name == "Brand New Clinic")).all() == ["pending"]
    assert "You have not started a course" in browser.show("/learning").text


def test_a_listed_agency_is_taken_by_its_name(browser, session):
    agency = make_agency(session)
    profession = str(session.scalars(select(Profession.id)).first())
    session.commit()
    fields = {"name": "New Person", "email": "new@example.org", "password": PASSWORD, "profession": profession,
              "agency": "springfield  police"}  # fmt: skip

    browser.send("/signup", fields)

    assert browser.get("/agencies/search?q=spring").json == [{"id": agency, "name": "Springfield Police", "state": ""}]


def test_a_mailed_links_get_changes_nothing_and_its_button_confirms(browser, session, settings):
    account = make_account(session, is_confirmed=False)
    session.commit()
    token = make_token(settings.secret_key, CONFIRM, Token(account.id, account.email))

    browser.show(f"/confirm/{token}")
    session.expire_all()
    assert session.get(Account, account.id).email_confirmed_at is None
    session.rollback()
    browser.send(f"/confirm/{token}")

    session.expire_all()
    assert session.get(Account, account.id).email_confirmed_at is not None


def test_the_link_for_a_new_password_works_once(browser, session, settings):
    account = make_account(session)
    session.commit()
    token = make_token(settings.secret_key, FORGOTTEN, Token(account.id, account.password_hash))

    browser.send(f"/password/{token}", {"password": "a new long password of mine"})

    assert "used already" in browser.show(f"/password/{token}").text


def test_an_old_link_says_so(browser):
    assert "too old" in browser.show("/confirm/nonsense").text


def test_after_wrong_passwords_an_address_waits_and_a_new_password_opens_it(browser, session, settings):
    account = make_account(session)
    session.commit()
    wrong = {"email": "pat@example.org", "password": "this is not my password"}
    for _ in range(5):
        assert "do not belong together" in browser.send("/signin", wrong, status=422).text

    page = browser.send("/signin", {**wrong, "password": PASSWORD}, status=429)
    assert "Wait 1 minute" in page.text

    token = make_token(settings.secret_key, FORGOTTEN, Token(account.id, account.password_hash))
    browser.send(f"/password/{token}", {"password": "a new long password of mine"})
    assert browser.send("/signin", {**wrong, "password": "a new long password of mine"}) == "/learning"


def test_nobody_waits_while_a_password_is_compared(browser, session, engine, monkeypatch):
    make_account(session)
    session.commit()

    def compare(*_both):
        with writer(engine) as other:
            other.execute(update(Account).values(name="Saved meanwhile"))
            other.commit()
        return True

    monkeypatch.setattr(passwords, "is_right", compare)

    assert browser.send("/signin", {"email": "pat@example.org", "password": PASSWORD}) == "/learning"


def test_the_forgotten_page_does_not_tell_whether_an_address_is_known(browser, session):
    make_account(session)
    session.commit()

    assert browser.send("/forgot", {"email": "pat@example.org"}) == browser.send("/forgot", {"email": "no@example.org"})


def test_a_learner_walks_from_the_course_to_the_certificate(browser, session, learner):
    _account, enrolment = learner

    where = browser.get(f"/learn/{enrolment.id}").location
    for _ in range(60):
        if "/lessons/" in where:
            browser.show(where)
            where = browser.send(where)
        elif "/questions/" in where:
            page = browser.show(where)
            assert "is_right" not in page.text
            answers = re.findall(r'name="answer" id="answer-\d+" value="(\w)"', page.text)
            kind = "checkbox" in page.text
            given = [a for a in answers if a in "ac"] if kind and "final-5" in page.text else ["a"]
            where = browser.send(where, {"answer": given})
        elif where.endswith("/review"):
            browser.show(where)
            where = browser.send(where)
        elif "/results/" in where:
            page = browser.show(where)
            if "final" in where:
                break
            where = browser.get(f"/learn/{enrolment.id}").location
        else:
            browser.show(where)
            where = browser.send(where)

    assert "You passed" in page.text or "Not yet passed" in page.text
    assert browser.show("/courses/small-course").text.count("✓") >= 3
    browser.show("/learning")


def test_the_certificate_is_the_owners_and_the_same_bytes_each_time(browser, session, app):
    account = make_account(session)
    complete(session, enrolled(session, account))
    from ttaplatform.certificates.service import issue_waiting

    issue_waiting(session, account_id=account.id, at=session.scalars(select(Attempt.submitted_at)).first())
    make_account(session, "other@example.org")
    session.commit()
    code = session.scalars(select(Certificate.code)).one()
    session.rollback()
    browser.sign_in()

    first = browser.get(f"/certificates/{code}.pdf")
    again = browser.get(f"/certificates/{code}.pdf")

    assert first.data.startswith(b"%PDF")
    assert first.data == again.data
    assert "Pat Example" in browser.show(f"/verify/{code.lower()}").text
    browser.show("/transcript")
    other = app.test_client()
    other.sign_in("other@example.org")
    other.show(f"/certificates/{code}.pdf", status=404)
    assert other.get(f"/verify?code={code.replace('-', ' ')}").location == f"/verify/{code}"


def test_an_unknown_code_says_so(browser):
    assert "No certificate has the code" in browser.show("/verify/ABCD-EFGH-JKMN-PQRS", status=404).text


def test_a_lesson_page_shows_words_facts_and_sources_and_never_the_key(browser, learner):
    _account, enrolment = learner

    page = browser.show(f"/learn/{enrolment.id}/lessons/01-one")

    assert "1-888-373-7888" in page.text
    assert 'id="source-1"' in page.text
    assert "Yes, because" not in page.text


def test_a_self_check_answers_without_a_script_and_stores_nothing(browser, session, learner):
    _account, enrolment = learner

    page = browser.show(f"/learn/{enrolment.id}/lessons/01-one?one-self=b")

    assert "No, because" in page.text
    assert session.scalars(select(Response)).all() == []


def test_pages_ask_the_database_a_few_questions_only(browser, session, engine, learner):
    _account, enrolment = learner
    session.rollback()
    where = QUIZ.format(enrolment.id)
    browser.send(where)
    browser.show(f"/learn/{enrolment.id}/lessons/01-one")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))

    browser.get(f"/learn/{enrolment.id}/lessons/01-one")
    lesson = [statement for statement in asked if not statement.startswith("BEGIN")]
    asked.clear()
    saved = browser.post(f"{where}/questions/1", data={"csrf_token": token, "answer": "a"})
    answer = [statement for statement in asked if not statement.startswith("BEGIN")]

    assert saved.status_code == 303
    assert len(lesson) <= 4, lesson
    assert len(answer) <= 5, answer


def test_an_answer_is_saved_as_it_is_given_and_a_wrong_one_refused(browser, session, learner):
    _account, enrolment = learner
    where = QUIZ.format(enrolment.id)
    browser.send(where)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]

    def save(answer: str):
        return browser.post(
            f"{where}/questions/1", data={"csrf_token": token, "answer": answer}, headers={"X-Saved-As-Given": "1"}
        )

    assert save("b").json == {"saved": True, "version": 1}
    assert save("z").status_code == 422
    assert session.scalars(select(Response.value)).all() == [["b"]]


def test_saving_without_a_choice_shows_the_question_again(browser, learner):
    _account, enrolment = learner
    where = QUIZ.format(enrolment.id)
    browser.send(where)

    assert "Choose an answer" in browser.send(f"{where}/questions/1", status=422).text


def test_a_lost_session_in_a_quiz_comes_back_to_the_same_question(browser, learner):
    _account, enrolment = learner
    where = QUIZ.format(enrolment.id)
    browser.send(where)
    browser.send(f"{where}/questions/1", {"answer": "b"})
    browser.delete_cookie("session")

    location = browser.post(f"{where}/questions/2", data={"answer": "a"}).location

    assert location == f"/signin?next={where}/questions/2"
    assert browser.send(location, {"email": "pat@example.org", "password": PASSWORD}) == f"{where}/questions/2"
    assert 'value="b" checked' in browser.show(f"{where}/questions/1").text


def test_a_form_without_its_token_is_refused(browser, learner):
    _account, enrolment = learner

    assert browser.post(f"/learn/{enrolment.id}/lessons/01-one").status_code == 422


def test_the_report_answers_in_its_heading_and_downloads_with_a_byte_order_mark(browser, session):
    complete(session, enrolled(session, make_account(session, "done@example.org")))
    make_account(session, role=Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in()

    page = browser.show("/reports/completions?from=2026-10-01&to=2026-12-31")
    text = browser.get("/reports/completions.csv?by=agency").data

    assert "October 1, 2026" in page.text
    assert "<svg" in page.text
    assert text.startswith(b"\xef\xbb\xbfagency,started,completed,passed,minutes")
    assert b"Pat Example" in browser.get("/reports/completions.csv?detail=people").data
    assert "before the first" in browser.show("/reports/completions?from=2026-10-02&to=2026-10-01", status=422).text
    browser.show("/reports/completions?by=colour", status=422)
    assert "nothing to count" in browser.show("/reports/completions?from=2000-01-01&to=2000-01-02").text


def test_every_answer_carries_the_strict_policy(browser):
    headers = browser.get("/").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_get_commits(app):
    from ttaplatform import pages

    with app.test_request_context("/"), pytest.raises(RuntimeError):
        pages.commit()


def test_the_account_page_calls_the_number_as_the_boards_of_the_profession_do(browser, learner):
    assert "POST ID or PID (optional)" in browser.show("/account").text
