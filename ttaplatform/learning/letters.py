"""The letters that invite learners back after a course."""

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from ttaplatform.config import Settings
from ttaplatform.i18n import _
from ttaplatform.learning.invitations import Invited, get_invitation
from ttaplatform.learning.later import FOLLOW_UP
from ttaplatform.mail import Letter
from ttaplatform.people.service import get_account
from ttaplatform.people.tokens import INVITATION, Token, make_token


def invitation(session: Session, settings: Settings, invitation_id: int) -> Letter:
    """Return the letter of an invitation, with its own link; the subject does not name the topic."""
    invited = get_invitation(session, invitation_id)
    account = get_account(session, invited.enrolled.account_id)
    token = make_token(settings.secret_key, INVITATION, Token(invited.id, ""))
    endpoint = "learning.follow_up" if invited.kind == FOLLOW_UP else "learning.booster"
    with current_app.test_request_context(), force_locale(account.language):
        words = _words(invited)
        values = {
            "name": account.name,
            "url": settings.base_url + url_for(endpoint, token=token),
            "site": settings.site_name,
            "language": account.language,
            "stop_url": settings.base_url + url_for("learning.stop_invitations", token=token),
            **words,
        }
        text, html = render_template("mail/letter.txt", **values), render_template("mail/letter.html", **values)
        return Letter(account.email, words["subject"], text, html)


def _words(invited: Invited) -> dict[str, str]:
    if invited.kind == FOLLOW_UP:
        return {
            "subject": _("Two minutes about your training"),
            "body": _(
                "You finished a course %(days)s days ago. What stayed, and what changed in your work? "
                "A few questions help us to make the training better. Your certificate does not depend on them.",
                days=invited.days,
            ),
            "button": _("Answer a few questions"),
            "closing": _("You need not sign in. The link works once."),
        }
    return {
        "subject": _("A short review of your training"),
        "body": _("In your last test some questions were not right yet. A short review helps them to stay."),
        "button": _("Begin the review"),
        "closing": _("You need not sign in. Nothing is counted."),
    }
