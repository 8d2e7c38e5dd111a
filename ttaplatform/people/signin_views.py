"""Sign in and out, and a new password for one that was forgotten."""

from datetime import timedelta
from math import ceil
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import ngettext
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import public
from ttaplatform.clock import now
from ttaplatform.errors import NotFoundError
from ttaplatform.i18n import _
from ttaplatform.people import passwords, service, signing
from ttaplatform.people.forms import EmailForm, PasswordForm, SignInForm
from ttaplatform.people.models import Account
from ttaplatform.people.tokens import PASSWORD, Token, read_token
from ttaplatform.people.views import blueprint, password_is_good, start_session


@blueprint.route("/signin", methods=["GET", "POST"])
@public
def signin() -> Response | tuple[str, int]:
    target = pages.safe_next(request.args.get("next"), url_for("learning.mine"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    form = SignInForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        tried = signing.look_up(pages.session(), form.email.data, at=now())
        if tried.wait or tried.is_closed:
            form.password.errors, status = [_must_wait(tried)], 429
        elif account := _signed_in(tried, form.password.data):
            start_session(account.id, account.epoch, account.language, remember=form.remember.data)
            return redirect(target, 303)
        else:
            form.password.errors = [_("Address and password do not belong together. Type both again.")]
    return render_template("people/signin.html", form=form), status


def _must_wait(tried: signing.Tried) -> str:
    if tried.is_closed:
        said: str = _("This address was tried too often with wrong passwords. Choose a new password to open it again.")
        return said
    minutes = ceil(tried.wait / timedelta(minutes=1))
    waits: str = ngettext(
        "This address was tried several times with a wrong password. Wait %(num)s minute, or choose a new password.",
        "This address was tried several times with a wrong password. Wait %(num)s minutes, or choose a new password.",
        minutes,
    )
    return waits


def _signed_in(tried: signing.Tried, password: str) -> Account | None:
    """Compare the password while nobody waits for the database, and return who is signed in, None for a wrong one."""
    pages.unlock()
    is_right = passwords.is_right(tried.password_hash, password)
    account = signing.conclude(pages.session(), tried, is_right=is_right, at=now())
    pages.commit()
    return account


@blueprint.post("/signout")
@public
def signout() -> Response:
    logout_user()
    language = cookie.get("language")
    cookie.clear()
    cookie["language"] = language
    flash(_("You are signed out."), "success")
    return redirect(url_for("site.home"), 303)


@blueprint.route("/forgot", methods=["GET", "POST"])
@public
def forgot() -> Response | tuple[str, int]:
    form = EmailForm()
    if form.is_submitted() and form.validate():
        pages.limit_rate("forgot")
        service.request_new_password(pages.session(), form.email.data, at=now())
        pages.commit()
        return redirect(url_for("people.check_mail"), 303)
    return render_template("people/forgot.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Response | tuple[str, int]:
    form = PasswordForm()
    account = _account_of(read_token(pages.settings().secret_key, PASSWORD, token))
    if (
        account is not None
        and form.is_submitted()
        and form.validate()
        and password_is_good(form.password, account.email, account.name)
    ):
        service.change_password(pages.session(), account.id, form.password.data, at=now())
        signing.forget_failures(pages.session(), signing.address_key(account.email))
        pages.announce("email-confirmed", account_id=account.id)
        pages.commit()
        flash(_("Your new password is set. Sign in with it."), "success")
        return redirect(url_for("people.signin"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("people/new_password.html", form=form, is_valid=account is not None), status


def _account_of(token: Token | None) -> Any:
    if token is None:
        return None
    try:
        account = service.get_account(pages.session(), token.about)
    except NotFoundError:
        return None
    return account if account.password_hash == token.proof else None  # spent by the password that it set
