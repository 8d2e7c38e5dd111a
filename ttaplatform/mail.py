"""Send mail: to the server that is set, or (by default) as files in the data folder."""

import smtplib
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ttaplatform.clock import now
from ttaplatform.config import Settings

SMTP_PORT, SMTPS_PORT = 587, 465


@dataclass(frozen=True)
class Letter:
    """A message to one person, as plain text and as HTML."""

    to: str
    subject: str
    text: str
    html: str


def deliver(settings: Settings, letter: Letter) -> None:
    """Send the letter; raises OSError or SMTPException when the server cannot take it (the job tries again)."""
    message = _message(settings, letter)
    if settings.mail_url:
        _send(settings.mail_url, message)
    else:
        _write(settings.mail_dir, message)


def _message(settings: Settings, letter: Letter) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    message = EmailMessage()
    message["From"] = f"{settings.site_name} <no-reply@{host}>"
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _send(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or (SMTPS_PORT if is_tls else SMTP_PORT), timeout=30) as server:
        if not is_tls and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _write(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{now():%Y%m%d-%H%M%S-%f}.eml"
    (folder / f".{name}").write_bytes(message.as_bytes())
    (folder / f".{name}").rename(folder / name)


def written(folder: Path, limit: int = 50) -> list[EmailMessage]:
    """Return the newest letters that were written to `folder`."""
    files = sorted(folder.glob("[!.]*.eml"), reverse=True)[:limit]  # with a dot one is still being written
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
