"""The letters that people get about their accounts."""

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from ttaplatform.config import Settings
from ttaplatform.i18n import _
from ttaplatform.mail import Letter
from ttaplatform.people.models import Account
from ttaplatform.people.service import get_account
from ttaplatform.people.tokens import CONFIRM, PASSWORD, Token, make_token


def confirmation(session: Session, settings: Settings, account_id: int) -> Letter:
    """Return the letter with the link that confirms an address."""
    account = get_account(session, account_id)
    token = make_token(settings.secret_key, CONFIRM, Token(account.id, account.email))
    return _letter(account, settings, "confirmation", "people.confirm", token=token)


def new_password(session: Session, settings: Settings, account_id: int) -> Letter:
    """Return the letter with the link that lets its owner choose a new password."""
    account = get_account(session, account_id)
    token = make_token(settings.secret_key, PASSWORD, Token(account.id, account.password_hash))
    return _letter(account, settings, "password", "people.new_password", token=token)


def account_exists(session: Session, settings: Settings, account_id: int) -> Letter:
    """Return the letter that tells the owner of an address that it has an account already."""
    return _letter(get_account(session, account_id), settings, "exists", "people.forgot")


def _letter(account: Account, settings: Settings, kind: str, endpoint: str, **link: str) -> Letter:
    with current_app.test_request_context(), force_locale(account.language):
        url = settings.base_url + url_for(endpoint, **link)  # type: ignore[arg-type]
        words = _words(kind)
        values = {
            "name": account.name,
            "url": url,
            "site": settings.site_name,
            "language": account.language,
            **words,
        }
        return Letter(
            account.email,
            words["subject"],
            render_template("mail/letter.txt", **values),
            render_template("mail/letter.html", **values),
        )


def _words(kind: str) -> dict[str, str]:
    """Return subject, text, button and closing of a letter; the subject does not name the topic."""
    if kind == "confirmation":
        return {
            "subject": _("Confirm your e-mail address"),
            "body": _(
                "You created an account for training. Confirm that this address is yours, "
                "so that you can get your certificates."
            ),
            "button": _("Confirm my address"),
            "closing": _("The link works for 14 days. If you did not create an account, do nothing."),
        }  # fmt: skip
    if kind == "password":
        return {
            "subject": _("Choose a new password"),
            "body": _("Someone, probably you, asked for a new password for your training account."),
            "button": _("Choose a new password"),
            "closing": _("The link works for 2 hours and once. If you did not ask, do nothing: your password stays."),
        }
    return {
        "subject": _("You have an account already"),
        "body": _("Someone, probably you, tried to create an account with this address. You have one already."),
        "button": _("I forgot my password"),
        "closing": _("If it was not you, do nothing: nothing was changed."),
    }
