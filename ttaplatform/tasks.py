"""What the job worker does: a handler for each kind of job, and what is due every minute."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from ttaplatform.authoring import letters as authoring_letters
from ttaplatform.authoring import releasing
from ttaplatform.authoring.checking import check_files
from ttaplatform.authoring.drafts import files_of
from ttaplatform.bulk import make_bundle
from ttaplatform.certificates.bundles import forget_old
from ttaplatform.certificates.letters import issued
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.service import issue_certificate
from ttaplatform.clock import local_day, now
from ttaplatform.config import Settings
from ttaplatform.credit.folder import sound_rules
from ttaplatform.db import reader, writer
from ttaplatform.errors import NotFoundError
from ttaplatform.jobs.worker import Handler
from ttaplatform.learning.attempts import close_left_attempts
from ttaplatform.learning.invitations import invite_later, send_due
from ttaplatform.learning.letters import invitation
from ttaplatform.mail import deliver
from ttaplatform.people import letters, signing
from ttaplatform.transcript.letters import renewal
from ttaplatform.transcript.service import remind_expiring


def every_minute(app: Flask) -> list[Callable[[], None]]:
    """Return what is due every minute, bound to the application."""
    return [
        partial(close_attempts, app),
        partial(send_invitations, app),
        partial(send_reminders, app),
        partial(publish_scheduled, app),
        partial(remind_of_reviews, app),
        partial(tidy, app),
    ]


def close_attempts(app: Flask) -> None:
    """Hand in the attempts whose time is over or that were left; issue the certificates that they earned."""
    with app.app_context(), writer(app.extensions["engine"]) as session:
        for enrolment_id in close_left_attempts(session, at=now()):
            _earned(app, session, enrolment_id)
        session.commit()


def send_invitations(app: Flask) -> None:
    """Enqueue the letters that invite learners back."""
    with app.app_context(), writer(app.extensions["engine"]) as session:
        send_due(session, at=now())
        session.commit()


def send_reminders(app: Flask) -> None:
    """Enqueue the letters before a certificate expires."""
    with app.app_context(), writer(app.extensions["engine"]) as session:
        remind_expiring(session, at=now())
        session.commit()


def publish_scheduled(app: Flask) -> None:
    """Publish the drafts whose time has come, each in a transaction of its own."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        with reader(app.extensions["engine"]) as session:
            due = {draft_id: files_of(session, draft_id) for draft_id in releasing.list_due(session, now())}
        for draft_id, files in due.items():
            check_files(files, settings.courses_dir)  # compiled before the transaction, in which it is kept
            with writer(app.extensions["engine"]) as session:
                released = releasing.publish_due(session, draft_id, settings.courses_dir, at=now(),
                                                 is_required=settings.review_required)  # fmt: skip
                for enrolment_id in released.earned if released else ():
                    _earned(app, session, enrolment_id)
                session.commit()


def _earned(app: Flask, session: Session, enrolment_id: int) -> None:
    rules = sound_rules(app.config["SETTINGS"].courses_dir)
    issue_certificate(session, enrolment_id=enrolment_id, at=now(), rules=rules)
    invite_later(session, enrolment_id=enrolment_id, at=now())


def remind_of_reviews(app: Flask) -> None:
    """Enqueue the letters about courses whose review is due."""
    zone = app.config["SETTINGS"].site_zone
    with app.app_context(), writer(app.extensions["engine"]) as session:
        releasing.remind_reviews(session, today=local_day(now(), zone))
        session.commit()


def tidy(app: Flask) -> None:
    """Delete the bundles of certificates that were kept long enough, and old failures of signing in."""
    with app.app_context(), writer(app.extensions["engine"]) as session:
        forget_old(session, app.config["SETTINGS"])
        signing.forget_old(session, at=now())
        session.commit()


def handlers(app: Flask) -> dict[str, Handler]:
    """Return what is done for each job, bound to the application."""
    settings: Settings = app.config["SETTINGS"]

    def mailing(compose: Any, *keys: str) -> Handler:
        def handle(payload: dict[str, Any]) -> None:
            try:
                with app.app_context(), reader(app.extensions["engine"]) as session:
                    letter = compose(session, settings, *(payload[key] for key in keys or ("account_id",)))
            except NotFoundError:  # whom it was for is gone
                return
            deliver(settings, letter)

        return handle

    def certificate(payload: dict[str, Any]) -> None:
        with app.app_context():
            prepare_pdf(app.extensions["engine"], payload["certificate_id"], settings)

    def bundle(payload: dict[str, Any]) -> None:
        make_bundle(app.extensions["engine"], payload["bundle_id"], settings)

    return {
        "mail-confirmation": mailing(letters.confirmation),
        "mail-password": mailing(letters.new_password),
        "mail-account-exists": mailing(letters.account_exists),
        "mail-invitation": mailing(invitation, "invitation_id"),
        "mail-renewal": mailing(renewal, "certificate_id", "ends_on"),
        "mail-review": mailing(authoring_letters.review_asked, "draft_id", "account_id"),
        "mail-reviewed": mailing(authoring_letters.reviewed, "draft_id", "account_id"),
        "mail-not-published": mailing(authoring_letters.not_published, "draft_id", "account_id"),
        "mail-review-due": mailing(authoring_letters.review_due, "course_id", "account_id"),
        "mail-certificate": mailing(issued, "certificate_id"),
        "certificate": certificate,
        "bundle": bundle,
    }
