"""The letter that reminds somebody before what they were certified for expires."""

from datetime import date

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from ttaplatform.certificates.models import Certificate
from ttaplatform.config import Settings
from ttaplatform.errors import NotFoundError
from ttaplatform.i18n import _, day
from ttaplatform.mail import Letter
from ttaplatform.people.service import get_account


def renewal(session: Session, settings: Settings, certificate_id: int, ends_on: str) -> Letter:
    """Return the letter about a certificate of which something ends on that day (ISO 8601).

    Its subject does not name the topic.
    Raises NotFoundError when there is nobody to remind any more, or nothing to remind of.
    """
    certificate = session.get(Certificate, certificate_id)
    if certificate is None or certificate.account_id is None:
        raise NotFoundError("certificate")
    if certificate.superseded_at is not None or certificate.revoked_at is not None:
        raise NotFoundError("certificate")
    account = get_account(session, certificate.account_id)
    with current_app.test_request_context(), force_locale(account.language):
        values = {
            "name": account.name,
            "url": settings.base_url + url_for("transcript.transcript"),
            "site": settings.site_name,
            "language": account.language,
            "subject": _("A date in your training record"),
            "body": _(
                "One of your certificates is valid until %(day)s. Your transcript says from when on you can renew it; "
                "if you renew from then on, no time is lost. What you earned stays in your transcript.",
                day=day(date.fromisoformat(ends_on)),
            ),
            "button": _("Open my transcript"),
            "closing": _("If you have renewed it by now, there is nothing to do."),
        }
        text, html = render_template("mail/letter.txt", **values), render_template("mail/letter.html", **values)
        return Letter(account.email, values["subject"], text, html)
