"""The letter that tells somebody of their certificate: with a link, never the PDF."""

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from ttaplatform.certificates.models import Certificate
from ttaplatform.config import Settings
from ttaplatform.errors import NotFoundError
from ttaplatform.i18n import _
from ttaplatform.mail import Letter
from ttaplatform.people.service import get_account


def issued(session: Session, settings: Settings, certificate_id: int) -> Letter:
    """Return the letter about a certificate; raises NotFoundError when its account is gone."""
    certificate = session.get_one(Certificate, certificate_id)
    if certificate.account_id is None:
        raise NotFoundError("account")
    account = get_account(session, certificate.account_id)
    with current_app.test_request_context(), force_locale(account.language):
        body = (
            _("A corrected certificate took the place of an earlier one. Whoever verifies that one is told so.")
            if certificate.supersedes_id
            else _("You finished a course. Your certificate is ready; you can download it whenever you need it.")
        )
        values = {
            "name": account.name,
            "url": settings.base_url + url_for("transcript.transcript"),
            "site": settings.site_name,
            "language": account.language,
            "subject": _("Your certificate"),
            "body": body,
            "button": _("Open my transcript"),
            "closing": _("Sign in to see it. It is never sent by mail."),
        }
        text, html = render_template("mail/letter.txt", **values), render_template("mail/letter.html", **values)
        return Letter(account.email, values["subject"], text, html)
