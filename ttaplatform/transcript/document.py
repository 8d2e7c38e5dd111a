"""A transcript as words, as HTML and as a signed, tagged PDF (PDF/UA-1), letter portrait."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import render_template
from sqlalchemy import Engine

from ttaplatform.certificates.document import html_to_pdf
from ttaplatform.certificates.emblems import record_keys
from ttaplatform.certificates.keys import ensure_keys, load_keys
from ttaplatform.certificates.rules import hours
from ttaplatform.certificates.signing import Statement, TimeStampError, sign_pdf
from ttaplatform.config import Settings
from ttaplatform.db import writer
from ttaplatform.i18n import _, day
from ttaplatform.people.models import Account
from ttaplatform.transcript.rules import COMPLETION, CONFIRMED, SELF_REPORTED, Line, hours_by_kind, plain

REASON = "Training transcript"


def ends(line: Line) -> str:
    """Return the expiry of a line in words; "" when it has none."""
    if line.expires_on is None:
        return ""
    last = day(line.expires_on)
    return str(_("Expired on %(day)s", day=last) if line.state == "expired" else _("Valid until %(day)s", day=last))


def hour_rows(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return (kind, amount with its unit) in words for each kind of hours that the lines hold."""
    labels = {
        COMPLETION: _("Courses completed here"),
        CONFIRMED: _("Training elsewhere, confirmed by the agency"),
        SELF_REPORTED: _("Training elsewhere, self-reported"),
    }
    one, many = _("hour"), _("hours")
    return [
        (str(labels.get(label, label)), f"{plain(amount)} {unit or (one if amount == 1 else many)}")
        for label, amount, unit in hours_by_kind(lines)
    ]


def transcript_html(
    account: Account, lines: Sequence[Line], elsewhere: Sequence[Line], *, base_url: str, made_on: date
) -> str:
    """Return the finished HTML of the transcript in the page's language; replaced and revoked lines are left out.

    It names neither the address nor the license number of its holder.
    """
    counted = [line for line in lines if line.is_counted]
    return render_template(
        "transcript/transcript_document.html",
        account=account,
        lines=[(line, hours(line.minutes), ends(line)) for line in counted],
        elsewhere=[(line, hours(line.minutes), ends(line)) for line in elsewhere],
        rows=hour_rows([*counted, *elsewhere]),
        verify_url=f"{base_url}/verify",
        made_on=day(made_on),
        is_confirmed=CONFIRMED,
    )


def signed_pdf(html: str, engine: Engine, settings: Settings, *, at: datetime) -> bytes:
    """Return the PDF of a transcript, signed with the site's key, whose public part is recorded.

    It is made anew each time, so when the time-stamp authority does not answer it is signed without one.
    """
    ensure_keys(settings, at=at)
    keys = load_keys(settings)
    pdf, statement = html_to_pdf(html), Statement(settings.site_name, REASON, "")
    try:
        signed = sign_pdf(pdf, keys.document, statement, settings.tsa_url)
    except TimeStampError:
        signed = sign_pdf(pdf, keys.document, statement)
    with writer(engine) as session:
        record_keys(session, keys, at=at)
        session.commit()
    return signed
