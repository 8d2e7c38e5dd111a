"""Active minutes of a lesson, where a credit asks them: what its page needs, and what it tells."""

from datetime import UTC, datetime
from typing import Any

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer

from ttaplatform import pages
from ttaplatform.clock import now
from ttaplatform.credit.folder import sound_rules
from ttaplatform.learning import credits
from ttaplatform.learning.credits import Rules
from ttaplatform.learning.service import Enrolled

LONGEST_PAGE_SECONDS = 12 * 3600


def rules() -> Rules:
    """Return the credit rules of this site."""
    return sound_rules(pages.settings().courses_dir)


def active_time(enrolled: Enrolled, module: str) -> dict[str, Any]:
    """Return what a lesson's page needs to count active minutes; nothing where no credit asks it."""
    if not enrolled.has_credit:
        return {"opened": ""}
    asked = credits.minutes_asked(credits.list_offers(pages.session(), enrolled, rules()))
    if not asked:
        return {"opened": ""}
    spent = credits.active_seconds(pages.session(), enrolled.id) // 60
    opened = _serializer().dumps([enrolled.id, module])  # the proof of when the page was opened
    return {"opened": opened, "minutes_asked": asked, "active_minutes": spent}


def count_active_time(enrolled: Enrolled, module: str) -> None:
    """Count the active seconds that a page tells; without a script, the time since it was opened, up to its length."""
    shown = enrolled.course.module(module)
    try:
        named, opened = _serializer().loads(
            request.form.get("opened", ""), max_age=LONGEST_PAGE_SECONDS, return_timestamp=True
        )
    except BadData:
        return
    if shown is None or named != [enrolled.id, module]:
        return
    told = request.form.get("active", "")
    seconds = int(told) if told.isdecimal() and len(told) < 7 else shown.minutes * 60
    opened_at: datetime = opened.astimezone(UTC)
    credits.count_active(pages.session(), enrolled, module, seconds, opened_at=opened_at, at=now())


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(pages.settings().secret_key, salt="active-time")
