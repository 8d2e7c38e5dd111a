"""The letters of authoring: a draft waits for a review, was reviewed, was not published; a course's review is due."""

from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from ttaplatform.authoring.models import CourseDraft
from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.config import Settings
from ttaplatform.errors import NotFoundError
from ttaplatform.i18n import _
from ttaplatform.mail import Letter
from ttaplatform.people.service import get_account


def review_asked(session: Session, settings: Settings, draft_id: int, account_id: int) -> Letter:
    """Return the letter that asks a reviewer to read a draft."""
    return _letter(session, settings, account_id, session.get(CourseDraft, draft_id), _asked)


def reviewed(session: Session, settings: Settings, draft_id: int, account_id: int) -> Letter:
    """Return the letter that tells an author of a reviewer's decision."""
    return _letter(session, settings, account_id, session.get(CourseDraft, draft_id), _decided)


def not_published(session: Session, settings: Settings, draft_id: int, account_id: int) -> Letter:
    """Return the letter that tells an author that a draft could not be published at its time."""
    return _letter(session, settings, account_id, session.get(CourseDraft, draft_id), _refused)


def review_due(session: Session, settings: Settings, course_id: int, account_id: int) -> Letter:
    """Return the letter that reminds an author of the review of a published course."""
    return _letter(session, settings, account_id, session.get(CourseRecord, course_id), _due)


def _letter(session: Session, settings: Settings, account_id: int, about: Any, words: Any) -> Letter:
    """Return a letter with one link; its subject does not name the topic. NotFoundError when something is gone."""
    if about is None:
        raise NotFoundError("draft")
    account = get_account(session, account_id)
    with current_app.test_request_context(), force_locale(account.language):
        subject, body, button, path = words(about)
        values = {
            "name": account.name,
            "url": settings.base_url + path,
            "site": settings.site_name,
            "language": account.language,
            "subject": subject,
            "body": body,
            "button": button,
            "closing": _("Sign in to see it."),
        }
        text, html = render_template("mail/letter.txt", **values), render_template("mail/letter.html", **values)
        return Letter(account.email, str(subject), text, html)


def _release(draft: CourseDraft) -> str:
    return url_for("authoring.release", draft_id=draft.id)


def _asked(draft: CourseDraft) -> tuple[str, str, str, str]:
    body = _("“%(title)s” waits for your review. Read it, comment on lines, then approve it or ask for changes.",
             title=draft.title)  # fmt: skip
    return _("A course to review"), body, _("Open the draft"), _release(draft)


def _decided(draft: CourseDraft) -> tuple[str, str, str, str]:
    body = _("A reviewer has decided about “%(title)s”.", title=draft.title)
    return _("A decision about your draft"), body, _("Open the draft"), _release(draft)


def _refused(draft: CourseDraft) -> tuple[str, str, str, str]:
    body = _("“%(title)s” was not published at its time: a signature is missing, or the course was changed since.",
             title=draft.title)  # fmt: skip
    return _("Your draft was not published"), body, _("Open the draft"), _release(draft)


def _due(course: CourseRecord) -> tuple[str, str, str, str]:
    body = _("The content of “%(title)s” is due to be reviewed. Check what it says, then publish it with a new day.",
             title=course.title)  # fmt: skip
    return _("A course is due for its review"), body, _("Open authoring"), url_for("authoring.mine")
