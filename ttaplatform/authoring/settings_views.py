"""The settings of a course, a lesson or a quiz as a form, for those who do not write them in the text."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.authoring import drafts, settings
from ttaplatform.authoring.forms import CourseSettingsForm, LessonSettingsForm, QuizSettingsForm
from ttaplatform.authoring.views import AUTHORS, blueprint, name_of
from ttaplatform.authoring.words import refusal
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.catalogue.text import plain
from ttaplatform.clock import now
from ttaplatform.credit.folder import sound_rules
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import _
from ttaplatform.people.service import list_professions


def _form_of(path: str) -> type[FlaskForm]:
    """Return the form of a file's settings; NotFoundError for a file that has none, as a translation."""
    name = path.rsplit("/", 1)[-1]
    forms = {"course.md": CourseSettingsForm, "module.md": LessonSettingsForm, "quiz.md": QuizSettingsForm}
    if language_of(path) or name not in forms:
        raise NotFoundError("settings")
    return forms[name]


@blueprint.route("/authoring/<int:draft_id>/settings/<path:path>", methods=["GET", "POST"])
@requires(*AUTHORS)
def file_settings(draft_id: int, path: str) -> tuple[str, int] | Response:
    """Show the settings of a file as a form; a POST writes them into its text."""
    session, person = pages.session(), pages.person()
    draft = drafts.get_draft(session, draft_id, person)
    found = drafts.get_file(session, draft_id, path)
    before = plain(found.text or "")
    known = settings.read_settings(before)
    form = _form_of(path)(data=_shown(known))
    _offer(form, known, draft_id)
    if pages.is_posted() and form.validate():
        try:
            text = settings.with_settings(before, _typed(form, known))
            seen = int(request.form.get("seen", "0")) if request.form.get("seen", "").isdecimal() else 0
            drafts.save_text(session, draft, path, text, seen=seen, person=person, at=now())
        except RuleBrokenError as error:
            flash(refusal(str(error)), "error")
            return redirect(url_for("authoring.file_settings", draft_id=draft_id, path=path), 303)
        pages.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("authoring.draft", draft_id=draft_id), 303)
    page = render_template("authoring/file_settings.html", draft=draft, path=path, name=name_of(draft_id, path),
                           form=form, revision=found.revision)  # fmt: skip
    return page, 422 if form.errors else 200


def _offer(form: FlaskForm, known: Mapping[str, Any], draft_id: int) -> None:
    """Give the boxes to tick their choices; what a setting names and nobody offers stays among them."""
    if isinstance(form, LessonSettingsForm):
        form.objectives.choices = _objectives(draft_id)
    if isinstance(form, CourseSettingsForm):
        language = str(get_locale())
        professions = sorted((_(one.name), one.slug) for one in list_professions(pages.session()))
        form.audience.choices = _with_named([(slug, name) for name, slug in professions], known.get("audience"))
        rules = [one for one in sound_rules(pages.settings().courses_dir).values() if not one.is_plain]
        form.credits.choices = _with_named([(one.slug, one.name_in(language)) for one in rules], known.get("credits"))


def _with_named(offered: Sequence[tuple[str, str]], named: Any) -> list[SelectChoice]:
    known = {value for value, _name in offered}
    others = [(str(one), str(one)) for one in named or () if str(one) not in known]
    return [SelectChoice(value, name) for value, name in (*offered, *others)]


def _objectives(draft_id: int) -> list[SelectChoice]:
    text = plain(drafts.get_file(pages.session(), draft_id, "course.md").text or "")
    listed = settings.read_settings(text).get("objectives")
    pairs = listed.items() if isinstance(listed, dict) else ()
    return [SelectChoice(str(name), f"{name}: {words}") for name, words in pairs]


def _shown(known: dict[str, Any]) -> dict[str, Any]:
    """Return settings as their form shows them."""
    shown = dict(known)
    if isinstance(known.get("objectives"), dict):
        shown["objectives"] = settings.objectives_text(known["objectives"])
    shown["sources"] = settings.sources_text(known.get("sources"))
    shown |= {name: settings.as_day(known.get(name)) for name in ("reviewed_on", "review_due")}
    attempts = known.get("attempts", 3)
    return shown | {"attempts": attempts if isinstance(attempts, int) else 0}


def _typed(form: FlaskForm, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed as settings; what is empty, and was before, is left out."""
    values: dict[str, Any] = {}
    for field in form:
        if field.name in ("csrf_token", "seen"):
            continue
        value = field.data.strip() if isinstance(field.data, str) else field.data
        values[field.name] = value
    if isinstance(form, CourseSettingsForm):
        values["objectives"] = settings.objectives_from(values["objectives"])
        values["sources"] = settings.sources_from(values["sources"])
    if "attempts" in values:
        values["attempts"] = values["attempts"] or "unlimited"
    values |= {name: known[name] for name, value in values.items() if _is_same_list(value, known.get(name))}
    values = {name: "" if value is None else value for name, value in values.items()}
    return {name: value for name, value in values.items() if value or known.get(name)}


def _is_same_list(one: Any, two: Any) -> bool:
    """Say whether two settings list the same in another order, which is the author's."""
    return isinstance(one, list) and isinstance(two, list) and sorted(map(str, one)) == sorted(map(str, two))
