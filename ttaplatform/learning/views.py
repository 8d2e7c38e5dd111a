"""Courses, my learning, and lessons."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from ttaplatform import markup, pages
from ttaplatform.access import public, requires
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.lesson import ITEM_PART
from ttaplatform.catalogue.reference import fact_texts
from ttaplatform.catalogue.rules import FINAL, Course, Item, Module
from ttaplatform.catalogue.service import Published, find_publication, find_published, list_published
from ttaplatform.clock import local_day, now
from ttaplatform.credit.rules import amount, amount_text, filled_statement
from ttaplatform.i18n import LANGUAGES, _, day
from ttaplatform.learning import completion, credits, grading, moving, service
from ttaplatform.learning.active_time import active_time, count_active_time, rules
from ttaplatform.learning.completion import Step
from ttaplatform.learning.credit_words import needed
from ttaplatform.learning.moving import News, list_news
from ttaplatform.learning.service import Enrolled
from ttaplatform.learning.showing import Asked, Told, ask, given_to, tell
from ttaplatform.roles import Role

blueprint = Blueprint("learning", __name__)


@dataclass(frozen=True)
class Check:
    """A self-check in a lesson: the item as it is asked, and as it is told once an answer was given."""

    asked: Asked
    told: Told | None
    scenario_url: str = ""


def filled(html: str) -> Markup:
    """Return rendered content of a release with its facts filled in; it was made safe when it was compiled."""
    return Markup(markup.fill_facts(html, fact_texts(pages.settings().courses_dir)))  # noqa: S704


def printed(html: str) -> Markup:
    """Return running text as `filled` does, with telephone numbers that can be tapped."""
    texts = fact_texts(pages.settings().courses_dir)
    return Markup(markup.fill_facts(html, texts, links_phones=True))  # noqa: S704 - as in filled


def spoken(course: Course) -> Course:
    """Return the course in the page's language, where it is translated."""
    return course.spoken(str(get_locale()))


def seen(enrolled: Enrolled) -> Enrolled:
    """Return the enrolment as its learner sees it: with the course in the page's language."""
    return replace(enrolled, course=spoken(enrolled.course))


def step_name(step: Step) -> str:
    """Return what the step is called on a page; the pre-test has no title of its author."""
    return _("Before you begin") if step.kind == "pretest" else step.title


def step_url(enrolment_id: int, step: Step | None) -> str:
    """Return the page of the step; of the course's end when there is none."""
    if step is None:
        return url_for("learning.quiz", enrolment_id=enrolment_id, quiz_key=FINAL)
    if step.kind == "lesson":
        return url_for("learning.lesson", enrolment_id=enrolment_id, module=step.key)
    if step.kind == "evaluation":
        return url_for("learning.evaluation", enrolment_id=enrolment_id)
    return url_for("learning.quiz", enrolment_id=enrolment_id, quiz_key=step.key)


@blueprint.get("/courses")
@public
def courses() -> str:
    sector = request.args.get("sector", "")
    published = list_published(pages.session())
    courses = [spoken(one.course) for one in published if not sector or one.course.sector in {sector, "all"}]
    shown = sorted(courses, key=lambda one: one.place)
    return render_template("learning/courses.html", courses=shown, sector=sector, states=_my_states())


def _my_states() -> dict[str, tuple[int, int]]:
    """Return done and all steps of my open enrolments, by course."""
    if not current_user.is_authenticated:
        return {}
    states = {}
    for enrolled in service.list_enrolments(pages.session(), pages.person().id):
        if enrolled.is_open:
            listed = completion.steps(enrolled.course, service.progress_of(pages.session(), enrolled.id))
            states[enrolled.course.slug] = (sum(step.is_done for step in listed), len(listed))
    return states


@blueprint.get("/courses/<slug>")
@public
def course(slug: str) -> str:
    published = find_published(pages.session(), slug) or abort(404)
    enrolled, extra = _my_enrolment(published), {}
    if enrolled is not None:
        extra = _state(enrolled)
    shown = enrolled.course if enrolled else spoken(published.course)
    return render_template(
        "learning/course.html",
        offered=_offered(shown),
        chosen=needed(credits.list_offers(pages.session(), enrolled, rules())) if enrolled else [],
        course=shown,
        enrolled=enrolled,
        introduction=printed(shown.introduction_html),
        is_withdrawn=published.is_withdrawn,
        signed=_signed(enrolled.release_id if enrolled else published.release_id),
        news=news_of(enrolled) if enrolled else [],
        languages=", ".join(LANGUAGES[one] for one in shown.languages if one in LANGUAGES),
        updated=day(date.fromisoformat(shown.reviewed_on)) if shown.reviewed_on else "",
        **extra,
    )


def _offered(course: Course) -> list[dict[str, Any]]:
    """Return the credits that whoever begins now can earn, with the statement that must be shown before the start."""
    today = local_day(now(), pages.settings().site_zone)
    language = str(get_locale())
    return [
        {
            "name": rule.name_in(language),
            "amount": amount_text(rule, amount(rule, course.minutes), language),
            "statement": filled_statement(rule, approval, minutes=course.minutes, language=language),
            "passing": rule.passing_percent,
            "needs_evaluation": rule.needs_evaluation,
        }
        for rule, approval in credits.list_offered(pages.session(), course.slug, rules(), today)
    ]


def _signed(release_id: int) -> list[str]:
    """Return who signed the content of a release: a name, or which kind of reviewer."""
    publication = find_publication(pages.session(), release_id)
    unnamed: dict[str, str] = {
        "subject-expert": _("a subject expert"),
        "survivor-reviewer": _("a survivor reviewer"),
    }
    named: dict[str, str] = {"subject-expert": _("subject expert"), "survivor-reviewer": _("survivor reviewer")}
    signatures = publication.signatures if publication else []
    return [f"{one['name']}, {named[one['kind']]}" if one["name"] else unnamed[one["kind"]] for one in signatures]


def news_of(enrolled: Enrolled) -> list[News]:
    """Return what a learner who was moved to another release has not read yet."""
    return list_news(pages.session(), enrolled.id) if enrolled.has_news else []


@blueprint.post("/learn/<int:enrolment_id>/news")
@requires(Role.LEARNER)
def see_news(enrolment_id: int) -> Response:
    """Note that the learner has read what changed."""
    enrolled = service.get_enrolment(pages.session(), enrolment_id, pages.person().id)
    moving.see_news(pages.session(), enrolled.id, at=now())
    pages.commit()
    target = pages.safe_next(request.form.get("next"), url_for("learning.course", slug=enrolled.course.slug))
    return redirect(target, 303)


def _my_enrolment(published: Published) -> Enrolled | None:
    if not current_user.is_authenticated:
        return None
    enrolment_id = service.find_open_enrolment(pages.session(), pages.person().id, published.course_id)
    if enrolment_id is None:
        return None
    return seen(service.get_enrolment(pages.session(), enrolment_id, pages.person().id))


def _state(enrolled: Enrolled) -> dict[str, Any]:
    progress = service.progress_of(pages.session(), enrolled.id)
    listed = completion.steps(enrolled.course, progress)
    upcoming = completion.next_step(enrolled.course, progress)
    return {
        "steps": [(step, step_url(enrolled.id, step)) for step in listed],
        "upcoming": upcoming,
        "upcoming_url": step_url(enrolled.id, upcoming),
        "minutes_left": completion.minutes_left(enrolled.course, progress),
        "attempts_left": completion.attempts_left(enrolled.course, FINAL, progress),
        "needs_confirmation": upcoming is None and not pages.person().is_confirmed,
        "certificate": pages.ask("certificate-of", enrolment_id=enrolled.id),
    }


@blueprint.post("/courses/<slug>/enrol")
@requires(Role.LEARNER)
def enrol(slug: str) -> Response:
    published = find_published(pages.session(), slug) or abort(404)
    enrolment_id = service.enrol(pages.session(), pages.person().id, published, at=now())
    pages.commit()
    return redirect(url_for("learning.resume", enrolment_id=enrolment_id), 303)


@blueprint.post("/courses/<slug>/again")
@requires(Role.LEARNER)
def enrol_again(slug: str) -> Response:
    published = find_published(pages.session(), slug) or abort(404)
    enrolled = _my_enrolment(published) or abort(404)
    enrolment_id = service.enrol_again(pages.session(), enrolled, published, at=now())
    pages.commit()
    return redirect(url_for("learning.resume", enrolment_id=enrolment_id), 303)


@blueprint.get("/learning")
@requires(Role.LEARNER)
def mine() -> str:
    enrolments = map(seen, service.list_enrolments(pages.session(), pages.person().id))
    lines = [(enrolled, _state(enrolled)) for enrolled in enrolments]
    going = [line for line in lines if line[0].is_open and line[1]["upcoming"]]
    done = [line for line in lines if not line[1]["upcoming"]]
    return render_template("learning/mine.html", going=going, done=done)


@blueprint.get("/learn/<int:enrolment_id>")
@requires(Role.LEARNER)
def resume(enrolment_id: int) -> Response:
    enrolled = service.get_enrolment(pages.session(), enrolment_id, pages.person().id)
    upcoming = completion.next_step(enrolled.course, service.progress_of(pages.session(), enrolment_id))
    return redirect(step_url(enrolment_id, upcoming), 303)


@blueprint.route("/learn/<int:enrolment_id>/lessons/<module>", methods=["GET", "POST"])
@requires(Role.LEARNER)
def lesson(enrolment_id: int, module: str) -> str | Response:
    enrolled = service.get_enrolment(pages.session(), enrolment_id, pages.person().id)
    shown = enrolled.course.module(module) or abort(404)
    if request.method == "POST":
        return _finish(enrolled, module)
    enrolled = seen(enrolled)
    shown = enrolled.course.module(module) or shown
    progress = service.progress_of(pages.session(), enrolment_id)
    listed = completion.steps(enrolled.course, progress)
    place = next(i for i, step in enumerate(listed) if step.kind == "lesson" and step.key == module)
    number = enrolled.course.modules.index(shown) + 1
    return render_template(
        "learning/lesson.html",
        course=enrolled.course,
        enrolled=enrolled,
        module=shown,
        number=number,
        parts=lesson_parts(shown, lambda item: _check(enrolment_id, shown, item)),
        steps=[(step, step_url(enrolment_id, step)) for step in listed],
        done=sum(step.is_done for step in listed),
        minutes_left=completion.minutes_left(enrolled.course, progress),
        news=news_of(enrolled),
        previous_url=step_url(enrolment_id, listed[place - 1]) if place else None,
        following=listed[place + 1],
        **active_time(enrolled, module),
    )


def _finish(enrolled: Enrolled, module: str) -> Response:
    count_active_time(enrolled, module)
    if service.finish_lesson(pages.session(), enrolled, module, at=now()):
        pages.announce("course-earned", enrolment_id=enrolled.id)
    if enrolled.has_credit:
        pages.announce("credit-changed", enrolment_id=enrolled.id)
    pages.commit()
    listed = completion.steps(enrolled.course, service.progress_of(pages.session(), enrolled.id))
    place = next(i for i, step in enumerate(listed) if step.kind == "lesson" and step.key == module)
    return redirect(step_url(enrolled.id, listed[place + 1]), 303)


def lesson_parts(module: Module, check: Callable[[Item], Check]) -> list[Markup | Check]:
    """Return the parts of a lesson as its page shows them; `check` says how a self-check stands in it."""
    items = {item.id: item for item in module.lesson.items}
    parts: list[Markup | Check] = []
    for part in module.lesson.parts:
        if part.startswith(ITEM_PART):
            parts.append(check(items[part.removeprefix(ITEM_PART)]))
        else:
            parts.append(printed(part))
    return parts


def _check(enrolment_id: int, module: Module, item: Item) -> Check:
    """Return the self-check with the answer in the address, if it is one; nothing of it is stored."""
    order = [option.key for option in item.options]
    if item.scenes:
        url = url_for("learning.scenario", enrolment_id=enrolment_id, module=module.slug, item_id=item.id)
        return Check(ask(item, (), (), filled), None, url)
    order = list(grading.show(item, enrolment_id).option_keys) if item.shuffle else order
    given = ITEM_TYPES[item.type].read(item, given_to(item, order, request.args, item.id)) or []
    return Check(ask(item, order, given, filled), tell(item, order, given, filled) if given else None)
