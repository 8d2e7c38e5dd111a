"""A trainer writes, sees and publishes a course; nobody else can; nothing typed runs."""

import html
import io
import re

import pytest
from PIL import Image
from sqlalchemy import text as text_sql

from tests.make import AT, make_account, make_agency, publish_changed
from ttaplatform.authoring import drafts, reviews
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.catalogue.service import find_published
from ttaplatform.people.service import find_person
from ttaplatform.roles import Role

LESSON = "01-one/module.md"
HOSTILE = """---
title: "<img src=x onerror=alert(1)>"
minutes: 5
---

<script>alert(1)</script> <a href="javascript:alert(1)" onclick="x()">one</a> [two](javascript:alert(1))
[three](data:text/html,x) ![x](https://example.org/x.png) <iframe src="/"></iframe> <style>*{display:none}</style>
"""


@pytest.fixture
def trainer(session, browser):
    account = make_account(session, "trainer@example.org", role=Role.TRAINER)
    person = find_person(session, account.id, 0)
    session.commit()
    browser.sign_in("trainer@example.org")
    return person


@pytest.fixture
def draft_url(session, trainer, browser) -> str:
    return browser.send("/authoring/courses/small-course/edit")


def relax(session) -> None:
    """Let authors publish alone."""
    boss = find_person(session, make_account(session, "boss@example.org", role=Role.ADMINISTRATOR).id, 0)
    reviews.set_rule(session, "none", person=boss, at=AT)
    session.commit()


def text_of(browser, draft_url, path=LESSON) -> tuple[str, str]:
    """Return text and revision as the editor shows them."""
    page = browser.get(f"{draft_url}/files/{path}").text
    text = re.search(r'<textarea[^>]*id="text"[^>]*>\n(.*?)</textarea>', page, re.S)[1]
    return html.unescape(text), re.search(r'name="seen" value="(\d+)"', page)[1]


def test_a_trainer_writes_a_new_course_and_a_learner_finds_it(session, trainer, browser):
    fields = {"title": "Reading a map", "summary": "How to read it.", "sector": "all", "minutes": "30",
              "language": "en", "agency": "0"}  # fmt: skip
    draft_url = browser.send("/authoring/new", fields)
    page = browser.show(draft_url)
    assert "The checker finds no errors." in page.text

    file_url = browser.send(draft_url, {"title": "Second module", "minutes": "12"})
    assert file_url.endswith("/files/02-second-module/module.md")
    relax(session)
    browser.send(f"{draft_url}/release/send", {"kind": "material"})
    browser.send(f"{draft_url}/release/publish")

    assert "Reading a map" in browser.show("/courses").text
    assert [one.title for one in find_published(session, "reading-a-map").course.modules] == [
        "First module", "Second module",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Type a title."),
        ({"minutes": "many"}, "Type whole minutes, such as 45."),
        ({"title": "Small course"}, "There is a course of this title already."),
        ({"summary": ""}, "Say in one sentence"),
    ],
)
def test_a_new_course_that_cannot_begin_says_why(trainer, browser, fields, said):
    whole = {"title": "A", "summary": "B", "sector": "all", "minutes": "30", "language": "en", "agency": "0"}

    assert said in browser.send("/authoring/new", whole | fields, status=422).text


def test_what_is_saved_is_shown_and_its_problems_stand_below(trainer, browser, draft_url):
    text, seen = text_of(browser, draft_url)
    url = f"{draft_url}/files/{LESSON}"

    browser.send(url, {"text": text.replace("Soft words.", "![](../media/map.svg)"), "seen": seen, "do": "save"})

    page = browser.show(url)
    assert "a picture needs words in its square brackets" in page.text
    assert "errors keep this course from being published" in browser.show(draft_url).text


def test_the_preview_without_a_script_shows_the_text_and_saves_nothing(trainer, browser, draft_url):
    text, seen = text_of(browser, draft_url)

    fields = {"text": text.replace("Soft", "New"), "seen": seen, "do": "preview"}
    page = browser.send(f"{draft_url}/files/{LESSON}", fields, status=200)

    assert "<p>New words.</p>" in page.text
    assert text_of(browser, draft_url) == (text, seen)


def test_a_second_writer_sees_both_texts_and_overwrites_nothing(trainer, browser, draft_url):
    url = f"{draft_url}/files/{LESSON}"
    text, seen = text_of(browser, draft_url)
    browser.send(url, {"text": text + "\nFirst.\n", "seen": seen})

    page = browser.send(url, {"text": text + "\nSecond.\n", "seen": seen}, status=409)

    assert "Second." in page.text
    assert "What is saved now" in page.text
    assert "First." in text_of(browser, draft_url)[0]


def test_the_editor_saves_in_the_background_and_is_told_the_problems(trainer, browser, draft_url):
    text, seen = text_of(browser, draft_url)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]
    fields = {"csrf_token": token, "text": text.replace("Soft words.", "[here](https://example.org)"), "seen": seen}

    answer = browser.post(f"{draft_url}/files/{LESSON}", data=fields, headers={"X-Saved-As-Typed": "1"})
    again = browser.post(f"{draft_url}/files/{LESSON}", data=fields | {"text": "x"}, headers={"X-Saved-As-Typed": "1"})

    assert answer.json["revision"] == 2
    assert [one["code"] for one in answer.json["problems"]] == ["vague-link"]
    assert (again.status_code, again.json["revision"], "here" in again.json["theirs"]) == (409, 2, True)


def test_the_preview_of_hostile_text_runs_nothing(trainer, browser, draft_url):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]

    shown = browser.post(f"{draft_url}/preview/{LESSON}", data={"csrf_token": token, "text": HOSTILE}).json["html"]

    for word in ("<script", "javascript:", "onclick", "data:text", "<iframe", "<style", "example.org"):
        assert word not in shown.lower()


@pytest.mark.parametrize("path", ["01-one/quiz.md", "course.md", "final/quiz.md", "evaluation.md", "job-aid.md"])
def test_every_file_of_a_course_has_its_editor_and_preview(trainer, browser, draft_url, path):
    page = browser.show(f"{draft_url}/files/{path}")

    assert "Nothing to mend." in page.text


def test_a_picture_is_uploaded_and_stands_in_the_lesson(session, trainer, browser, draft_url):
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(out, "PNG")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]
    data = {"csrf_token": token, "alt": "A [blue] square", "file": (io.BytesIO(out.getvalue()), "My Square.PNG")}

    answer = browser.post(f"{draft_url}/media", data=data, headers={"X-Saved-As-Typed": "1"})

    assert answer.json == {"path": "media/my-square.png", "markdown": "![A blue square](../media/my-square.png)"}
    page = browser.show(draft_url)
    source = re.search(r'src="(/media/[^"]+my-square.png)"', page.text)[1]
    assert browser.get(source).mimetype == "image/png"


def test_a_picture_without_words_is_asked_for_them(trainer, browser, draft_url):
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]
    data = {"csrf_token": token, "alt": " ", "file": (io.BytesIO(out.getvalue()), "a.png")}

    answer = browser.post(f"{draft_url}/media", data=data, headers={"X-Saved-As-Typed": "1"})

    assert (answer.status_code, answer.json["error"][:20]) == (422, "Say in a few words w")


def test_modules_change_places_by_a_button(trainer, browser, draft_url):
    browser.send(f"{draft_url}/modules/02-two/earlier")

    page = browser.show(draft_url).text
    assert page.index("1. Second lesson") < page.index("2. First lesson")


def test_a_quiz_is_tried_without_a_record(session, trainer, browser, draft_url):
    page = browser.send(f"{draft_url}/try/01-one/quiz.md", {"one-1": "a", "one-2": "b"}, status=200)

    assert "You earned 50%." in page.text
    assert "Yes, because." in page.text


def test_a_scenario_of_a_draft_is_walked_through(trainer, browser, draft_url):
    page = browser.show(f"{draft_url}/scenes/two-scenario/02-two/module.md?path=0")

    assert "They cannot answer while another listens." in page.text


def test_a_draft_is_thrown_away_only_with_the_box_ticked(trainer, browser, draft_url):
    assert browser.send(f"{draft_url}/discard") == draft_url

    assert browser.send(f"{draft_url}/discard", {"sure": "yes"}) == "/authoring"
    browser.show(draft_url, status=404)


@pytest.mark.parametrize("role", [None, Role.COORDINATOR])
def test_who_authors_nothing_is_refused(session, browser, role):
    make_account(session, role=role)
    session.commit()
    browser.sign_in()

    browser.show("/authoring", status=403)


def test_another_agencys_draft_is_not_found(session, browser):
    mine, other = make_agency(session, "Mine"), make_agency(session, "Other")
    make_account(session, role=Role.TRAINER, scope=mine)
    boss = find_person(session, make_account(session, "boss@example.org", role=Role.ADMINISTRATOR).id, 0)
    new = drafts.NewDraft("other-course", "Other", {"course.md": "x"}, other)
    draft = drafts.begin_draft(session, new, boss, at=AT)
    session.commit()
    browser.sign_in()

    for path in ("", "/files/course.md", "/try/course.md"):
        browser.show(f"/authoring/{draft.id}{path}", status=404)


@pytest.fixture
def reviewers(session):
    for email, role in (("expert@example.org", Role.SUBJECT_EXPERT), ("survivor@example.org", Role.SURVIVOR_REVIEWER)):
        make_account(session, email, role=role, name=email.split("@")[0].title())
    session.commit()


def change(browser, draft_url, words="A victim may be silent.") -> None:
    text, seen = text_of(browser, draft_url)
    browser.send(f"{draft_url}/files/{LESSON}", {"text": text.replace("Soft words.", words), "seen": seen})


def test_a_draft_goes_through_both_reviews_to_the_course_page(trainer, reviewers, browser, draft_url):
    change(browser, draft_url)
    page = browser.show(f"{draft_url}/release")
    assert "A victim may be silent." in page.text
    assert "Soft words." in page.text
    browser.send(f"{draft_url}/release/send", {"kind": "editorial", "note": "Clearer."})
    for email, kind in (("expert@example.org", "subject-expert"), ("survivor@example.org", "survivor-reviewer")):
        browser.send("/signout")
        browser.sign_in(email)
        assert "Small course" in browser.show("/authoring").text
        browser.show(draft_url)
        browser.show(f"{draft_url}/files/{LESSON}")
        assert browser.send(f"{draft_url}/sign", {"kind": kind, "verdict": "approved"}) == "/authoring"
    browser.send("/signout")
    browser.sign_in("trainer@example.org")

    assert browser.send(f"{draft_url}/release/publish") == "/courses/small-course"

    assert "Expert, subject expert; a survivor reviewer" in browser.show("/courses/small-course").text


def test_without_a_signature_a_draft_is_not_published(trainer, browser, draft_url):
    change(browser, draft_url)
    browser.send(f"{draft_url}/release/send", {"kind": "editorial", "note": ""})

    assert "A signature is missing." in browser.send(f"{draft_url}/release/publish", status=422).text


def test_what_was_typed_stays_where_sending_to_review_is_refused(trainer, browser, draft_url):
    change(browser, draft_url)

    page = browser.send(f"{draft_url}/release/send", {"note": "Clearer words."}, status=422)

    assert "Say which kind of change this is." in page.text
    assert ">Clearer words.</textarea>" in page.text


def test_the_note_of_a_reviewer_stays_where_the_decision_is_missing(trainer, reviewers, browser, draft_url):
    change(browser, draft_url)
    browser.send(f"{draft_url}/release/send", {"kind": "editorial", "note": ""})
    browser.send("/signout")
    browser.sign_in("expert@example.org")

    page = browser.send(f"{draft_url}/sign", {"kind": "subject-expert", "note": "Line 9 is wrong."}, status=422)

    assert "Choose whether you approve, or ask for changes." in page.text
    assert ">Line 9 is wrong.</textarea>" in page.text


def test_breaks_that_word_puts_into_pasted_text_become_line_ends(trainer, browser, draft_url):
    _text, seen = text_of(browser, draft_url)

    browser.send(f"{draft_url}/files/{LESSON}", {"text": "---\ntitle: A\nminutes: 5\n---\n\nOne\x0btwo", "seen": seen})

    assert text_of(browser, draft_url)[0].endswith("One\ntwo")


def test_a_title_of_blanks_begins_no_draft(trainer, browser):
    fields = {"title": "   ", "summary": "How.", "sector": "all", "minutes": "30", "language": "en", "agency": "0"}

    assert "Type a title." in browser.send("/authoring/new", fields, status=422).text


def test_a_reviewer_comments_on_a_line_and_the_author_deals_with_it(trainer, reviewers, browser, draft_url):
    browser.send(f"{draft_url}/release/send", {"kind": "editorial", "note": ""})
    browser.send("/signout")
    browser.sign_in("expert@example.org")
    browser.show(f"{draft_url}/comments/{LESSON}?line=8")
    browser.send(f"{draft_url}/comments/{LESSON}", {"line": "8", "words": "Who says so?"})
    browser.send(f"{draft_url}/sign", {"kind": "subject-expert", "verdict": "changes"})
    browser.send("/signout")
    browser.sign_in("trainer@example.org")
    assert "Expert" not in browser.show(f"{draft_url}/comments/{LESSON}").text

    page = browser.show(f"{draft_url}/release").text
    assert "Who says so?" in page
    assert "asks for changes" in page
    browser.send(f"{draft_url}/comments/1/resolve")
    assert "dealt with" in browser.show(f"{draft_url}/comments/{LESSON}").text
    assert "Who says so?" not in browser.show(f"{draft_url}/release").text


def test_an_earlier_text_is_put_back(trainer, browser, draft_url):
    before = text_of(browser, draft_url)[0]
    change(browser, draft_url)
    page = browser.show(f"{draft_url}/history/{LESSON}")
    first = re.findall(r"version=(\d+)", page.text)[-1]

    browser.send(f"{draft_url}/history/{first}/restore")

    assert text_of(browser, draft_url)[0] == before


def test_a_safety_critical_change_moves_a_learner_and_says_so(session, trainer, browser, draft_url):
    relax(session)
    make_account(session, "learner@example.org")
    session.commit()
    browser.send("/signout")
    browser.sign_in("learner@example.org")
    lesson_url = browser.send("/courses/small-course/enrol")
    browser.send("/signout")
    browser.sign_in("trainer@example.org")
    change(browser, draft_url, "New words.")
    browser.send(f"{draft_url}/release/send", {"kind": "safety-critical", "note": "The number was wrong."})
    browser.send(f"{draft_url}/release/publish")
    browser.send("/signout")
    browser.sign_in("learner@example.org")

    page = browser.show(f"{lesson_url}/lessons/01-one")
    assert "New words." in page.text
    assert "The number was wrong." in page.text
    browser.send(f"{lesson_url}/news")
    assert "The number was wrong." not in browser.show(f"{lesson_url}/lessons/01-one").text


def test_a_course_is_withdrawn_with_the_box_ticked_and_offered_to_nobody_new(trainer, browser):
    browser.send("/authoring/courses/small-course/withdraw")
    assert "Start this course" in browser.show("/courses/small-course").text

    browser.send("/authoring/courses/small-course/withdraw", {"sure": "yes"})

    assert "Start this course" not in browser.show("/courses/small-course").text
    assert "Small course" not in browser.show("/courses").text
    assert "Withdrawn courses" in browser.show("/authoring").text
    browser.send("/courses/small-course/enrol", status=422)


def test_an_administrator_sets_the_rule_of_reviews(session, browser):
    make_account(session, role=Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in()

    browser.send("/admin/reviews", {"needs": "one"})

    assert re.search(r'value="one" checked', browser.show("/admin/reviews").text)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.SUBJECT_EXPERT, Role.COORDINATOR])
def test_nobody_else_sets_the_rule_of_reviews(session, browser, role):
    make_account(session, role=role)
    session.commit()
    browser.sign_in()

    browser.show("/admin/reviews", status=403)


def test_a_newer_release_is_compared_before_a_draft_takes_its_place(session, trainer, browser, draft_url, tmp_path):
    relax(session)
    change(browser, draft_url)
    publish_changed(session, tmp_path)
    browser.send(f"{draft_url}/release/send", {"kind": "material", "note": "Clearer."})
    browser.send(f"{draft_url}/release/publish", status=422)
    assert "Another release was published since this draft began" in browser.show(f"{draft_url}/release").text

    browser.send(f"{draft_url}/release/rebase")

    assert browser.send(f"{draft_url}/release/publish") == "/courses/small-course"


def test_nobody_waits_for_a_preview_to_be_rendered(trainer, browser, draft_url, app, engine):
    """A trainer types all day: a learner's answer must not wait for each rendering (SQLite has one writer)."""
    written = []

    def write(endpoint, _values):  # asked for an address while the lesson is rendered
        if endpoint == "authoring.scenario":
            with engine.connect() as connection:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("pragma busy_timeout=0")
                connection.execute(text_sql("update account set epoch = epoch where id = -1"))
                connection.commit()
            written.append(endpoint)

    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)[1]
    text = text_of(browser, draft_url, "02-two/module.md")[0]
    app.url_default_functions.setdefault(None, []).append(write)

    browser.post(f"{draft_url}/preview/02-two/module.md", data={"csrf_token": token, "text": text})

    assert written == ["authoring.scenario"]


def test_a_setting_is_cleared_by_an_empty_field_and_lines_end_as_before(session, trainer, browser, draft_url):
    draft = session.get_one(CourseDraft, int(draft_url.rsplit("/", 1)[1]))
    text = "\ufeff---\r\ntitle: A\r\nminutes: 5\r\ncontent_note: Hard.\r\n---\r\n\r\nBody.\r\n"
    drafts.add_file(session, draft, LESSON, text, person=trainer, at=AT)
    session.commit()
    page = browser.show(f"{draft_url}/settings/{LESSON}")
    assert 'value="Hard."' in page.text
    seen = re.search(r'name="seen" value="(\d+)"', page.text)[1]

    browser.send(f"{draft_url}/settings/{LESSON}", {"title": "B", "minutes": "6", "content_note": "", "seen": seen})

    session.expire_all()
    assert drafts.get_file(session, draft.id, LESSON).text == (
        "\ufeff---\r\ntitle: B\r\nminutes: 6\r\ncontent_note: ''\r\n---\r\n\r\nBody.\r\n"
    )


def test_settings_that_somebody_changed_meanwhile_are_refused_in_words(trainer, browser, draft_url):
    change(browser, draft_url)

    browser.send(f"{draft_url}/settings/{LESSON}", {"title": "B", "minutes": "6", "content_note": "", "seen": "1"})

    assert "Somebody saved this file after you opened it." in browser.show(f"{draft_url}/settings/{LESSON}").text


COURSE_SETTINGS = {
    "title": "Small course", "summary": "A small one.", "sector": "all", "level": "beginning", "minutes": "20",
    "passing_percent": "80", "attempts": "2", "expires_after_months": "0", "objectives": "LO1: Do it.",
    "sources": "KEY | P | T | | https://example.org/", "reviewed_on": "2026-11-24",
}  # fmt: skip


def test_professions_and_credits_are_ticked_and_stay_in_the_order_of_the_author(browser, draft_url):
    typed = COURSE_SETTINGS | {"audience": ["registered-nurse", "dispatcher"], "credits": ["nursing"]}
    browser.send(f"{draft_url}/settings/course.md", typed | {"seen": "1"})

    text, seen = text_of(browser, draft_url, "course.md")
    assert "credits: [nursing]" in text
    ticked = re.search(r"audience: \[(.*)\]", text)[1].split(", ")
    assert sorted(ticked) == ["dispatcher", "registered-nurse"]

    other = text.replace(f"audience: [{', '.join(ticked)}]", f"audience: [{', '.join(reversed(ticked))}]")
    browser.send(f"{draft_url}/files/course.md", {"text": other, "seen": seen})
    page = browser.show(f"{draft_url}/settings/course.md")
    assert len(re.findall(r'name="audience"[^>]*checked|checked[^>]*name="audience"', page.text)) == 2
    browser.send(f"{draft_url}/settings/course.md", typed | {"seen": "3"})
    assert text_of(browser, draft_url, "course.md") == (other, "3")


def test_a_credit_that_is_not_offered_is_refused(browser, draft_url):
    page = browser.send(
        f"{draft_url}/settings/course.md", COURSE_SETTINGS | {"credits": ["none"], "seen": "1"}, status=422
    )

    assert "none" in page.text


def test_a_picture_is_taken_out_of_a_draft(trainer, browser, draft_url):
    assert "map.svg" in browser.show(draft_url).text

    browser.send(f"{draft_url}/media/remove", {"path": "media/map.svg"})

    assert "is not in this course" in browser.show(draft_url).text
