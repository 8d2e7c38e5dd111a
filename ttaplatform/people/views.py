"""Sign up, confirm, sign in and out, forgotten password, account, and the search for agencies."""

from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import get_locale
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import public, requires
from ttaplatform.clock import now
from ttaplatform.i18n import LANGUAGES, _
from ttaplatform.people import passwords, service
from ttaplatform.people.accommodations import set_boosters
from ttaplatform.people.choices import agency_kinds, levels, profession_groups, states
from ttaplatform.people.forms import AccountForm, DeleteForm, PlainForm, SignUpForm
from ttaplatform.people.rules import AgencyKind, Level, password_problem
from ttaplatform.people.tokens import CONFIRM, read_token
from ttaplatform.roles import Role

blueprint = Blueprint("people", __name__)
NEW_AGENCY = "new"


@blueprint.route("/signup", methods=["GET", "POST"])
@public
def signup() -> Response | tuple[str, int]:
    if current_user.is_authenticated:
        return redirect(url_for("learning.mine"), 303)
    form = SignUpForm()
    matches: list[Any] = []
    _prepare_work(form)
    if form.is_submitted():
        is_valid = form.validate() & password_is_good(form.password, form.email.data or "", form.name.data or "")
        agency_id, matches = _chosen_agency(form)
        if is_valid and agency_id is not None:
            return _sign_up(form, agency_id)
    return render_template("people/signup.html", form=form, matches=matches), 422 if form.is_submitted() else 200


def _sign_up(form: SignUpForm, agency_id: int) -> Response:
    details = service.SignUp(
        email=form.email.data,
        name=" ".join(form.name.data.split()),
        password=form.password.data,
        profession_id=int(form.profession.data),
        agency_id=agency_id,
        language=str(get_locale()),
        time_zone=_known_zone(form.time_zone.data),
    )
    account = service.sign_up(pages.session(), details, at=now())
    pages.commit()
    if account is not None:
        start_session(account.id, account.epoch, account.language)
    cookie["signed_up"] = True
    return redirect(url_for("people.check_mail"), 303)


def _known_zone(zone: str | None) -> str:
    form = AccountForm(meta={"csrf": False})
    form.offer_zone(zone or "")
    return zone if zone and zone in {choice.value for choice in form.time_zone.choices} else pages.settings().site_zone


def start_session(account_id: int, epoch: int, language: str, *, remember: bool = False) -> None:
    person = service.find_person(pages.session(), account_id, epoch)
    target = cookie.get("next")
    cookie.clear()  # a new session for a new person
    cookie["language"] = language
    if target:
        cookie["next"] = target
    cookie.permanent = True
    login_user(person, remember=remember)


@blueprint.get("/signup/check-mail")
@public
def check_mail() -> str:
    return render_template("people/check_mail.html")


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> str | Response:
    form = PlainForm()
    proof = read_token(pages.settings().secret_key, CONFIRM, token)
    if proof is None or not form.is_submitted():
        return render_template("people/confirm.html", form=form, is_valid=proof is not None)
    service.confirm_email(pages.session(), proof.about, proof.proof, at=now())
    pages.announce("email-confirmed", account_id=proof.about)
    pages.commit()
    flash(_("Your address is confirmed. Thank you."), "success")
    return redirect(url_for("learning.mine"), 303)


@blueprint.post("/confirm")
@requires(Role.LEARNER)
def confirm_again() -> Response:
    service.request_confirmation(pages.session(), pages.person().id)
    pages.commit()
    flash(_("We sent you a new link. It can take a few minutes to arrive."), "success")
    return redirect(pages.safe_next(request.form.get("next"), url_for("people.account")), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Role.LEARNER)
def account() -> Response | tuple[str, int]:
    stored = service.get_account(pages.session(), pages.person().id)
    agency_id = service.primary_agency_id(pages.session(), stored.id)
    agency = service.find_agency(pages.session(), agency_id) if agency_id else None
    form = AccountForm(
        data={
            "name": stored.name, "profession": str(stored.profession_id), "licence_number": stored.licence_number,
            "time_zone": stored.time_zone, "agency": agency.name if agency else "",
            "agency_choice": str(agency_id or ""),
        }
    )  # fmt: skip
    form.offer_zone(stored.time_zone)
    if label := _licence_label(stored.profession_id):
        form.licence_number.label.text = _("%(label)s (optional)", label=label)
    matches: list[Any] = []
    _prepare_work(form)
    if form.is_submitted():
        is_valid = form.validate()
        chosen, matches = _chosen_agency(form)
        if is_valid and chosen is not None:
            return _save_account(form, chosen)
    page = render_template(
        "people/account.html", form=form, matches=matches, email=stored.email, wants_reviews=stored.wants_boosters
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/account/delete", methods=["GET", "POST"])
@requires(Role.LEARNER)
def delete_account() -> Response | tuple[str, int]:
    form = DeleteForm()
    stored = service.get_account(pages.session(), pages.person().id)
    if form.is_submitted() and form.validate():
        if passwords.is_right(stored.password_hash, form.password.data):
            service.delete_account(pages.session(), stored.id, at=now())
            pages.announce("account-deleted", account_id=stored.id)
            pages.commit()
            logout_user()
            flash(_("Your account is deleted."), "success")
            return redirect(url_for("site.home"), 303)
        form.password.errors = [_("This is not your password.")]
    return render_template("people/delete_account.html", form=form), 422 if form.is_submitted() else 200


@blueprint.post("/account/reviews")
@requires(Role.LEARNER)
def reviews() -> Response:
    """Turn mails with a short review on or off."""
    set_boosters(pages.session(), pages.person().id, is_wanted=request.form.get("wanted") == "yes")
    pages.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("people.account"), 303)


def _save_account(form: AccountForm, agency_id: int) -> Response:
    values = {
        "name": " ".join(form.name.data.split()),
        "profession_id": int(form.profession.data),
        "licence_number": form.licence_number.data or "",
        "time_zone": form.time_zone.data,
        "agency_id": agency_id,
    }
    service.update_account(pages.session(), pages.person().id, values, at=now())
    pages.commit()
    flash(_("Your account is saved. Certificates that you have already keep what they say."), "success")
    return redirect(url_for("people.account"), 303)


def _licence_label(profession_id: int) -> str:
    """Return what the boards of this profession call their number, in the page's language; "" if they have none."""
    label = next(p.licence_label for p in service.list_professions(pages.session()) if p.id == profession_id)
    return _(label) if label else ""


def _prepare_work(form: Any) -> None:
    form.profession.choices = profession_groups(service.list_professions(pages.session()))
    form.agency_kind.choices = agency_kinds()
    form.agency_level.choices = levels()
    form.agency_state.choices = states()


def _chosen_agency(form: Any) -> tuple[int | None, list[Any]]:
    """Return the agency's id, or None with an error at the field and the agencies that may be meant."""
    typed, choice = form.agency.data or "", request.form.get("agency_choice", "")
    professions = {str(p.id) for p in service.list_professions(pages.session())}
    if form.profession.data not in professions:
        form.profession.errors = [_("Choose your profession.")]
        return None, []
    if not typed.strip():
        return None, []
    matches = list(service.search_agencies(pages.session(), typed))
    exact = [agency for agency in matches if agency.name_key == service.agency_key(typed)]
    picked = service.find_agency(pages.session(), int(choice)) if choice.isdigit() else None
    if picked is not None and (picked in matches or picked.name_key == service.agency_key(typed)):
        return picked.id, matches
    if len(exact) == 1:
        return exact[0].id, matches
    if choice == NEW_AGENCY:
        return _new_agency(form, typed), matches
    form.agency.errors = [_("We do not know exactly this name. Choose your agency below, or tell us of it.")]
    return None, matches


def _new_agency(form: Any, name: str) -> int | None:
    kind, level, state = form.agency_kind.data, form.agency_level.data, form.agency_state.data or ""
    if kind not in set(AgencyKind) or level not in set(Level) or state not in {choice.value for choice in states()}:
        form.agency.errors = [_("Say what kind of agency it is, its level, and its state.")]
        return None
    if len(name) > 200:
        form.agency.errors = [_("Use at most 200 characters.")]
        return None
    return service.propose_agency(pages.session(), name, kind=kind, level=level, state=state, at=now()).id


def password_is_good(field: Any, email: str, name: str) -> bool:
    password = field.data or ""
    problem = password_problem(password, email=email, name=name, is_common=passwords.is_common(password))
    words = {
        "short": _("Use 15 characters or more. A few words in a row are easy to remember."),
        "long": _("Use at most 200 characters."),
        "common": _("Many people use this password, so it is guessed first. Choose another."),
        "personal": _("Do not use your name or address as your password."),
    }
    if problem and password:
        field.errors = [words[problem]]
    return problem is None


@blueprint.get("/agencies/search")
@public
def search() -> Response:
    found = service.search_agencies(pages.session(), request.args.get("q", "")[:100])
    return jsonify([{"id": agency.id, "name": agency.name, "state": agency.state} for agency in found])


@blueprint.post("/language")
@public
def language() -> Response:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(404)
    cookie["language"] = chosen
    if current_user.is_authenticated:
        service.set_language(pages.session(), pages.person().id, chosen)
        pages.commit()
    return redirect(pages.safe_next(request.form.get("next"), url_for("site.home")), 303)
