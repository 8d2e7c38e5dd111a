"""Look at an installation and say what is wrong and how to mend it."""

import shutil
import smtplib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ttaplatform import paths, schema
from ttaplatform.catalogue.reference import load_facts
from ttaplatform.certificates.document import html_to_pdf
from ttaplatform.certificates.keys import KeyFileError, load_keys
from ttaplatform.config import Settings
from ttaplatform.credit.folder import load_rules
from ttaplatform.db import make_engine
from ttaplatform.errors import ContentError

SCRIPTS = {"Latin and Cyrillic": "ru", "Arabic": "ar", "Chinese": "zh-cn"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do when it is not good."""

    what: str
    is_good: bool
    mend: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Return what was found, in order; nothing is changed."""
    looks: list[Callable[[Settings], Finding]] = [_database, _look, _facts, _pdf, _keys, _credits, _fonts, _mail]
    return [look(settings) for look in looks]


def _database(settings: Settings) -> Finding:
    try:
        engine = make_engine(settings.database_url)
        found, needed = schema.current_revision(engine)
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", False, f"it cannot be opened: {type(error).__name__}; check TTA_DATABASE_URL")
    return Finding("database", found == needed, "" if found == needed else "run 'tta init' to bring it up to date")


def _look(_settings: Settings) -> Finding:
    is_built = (paths.shipped("static") / "build" / "manifest.json").is_file()
    return Finding("stylesheet and script", is_built, "" if is_built else "run 'make setup' to build them")


def _facts(settings: Settings) -> Finding:
    try:
        is_good = "hotline-phone" in load_facts(settings.courses_dir)
    except (OSError, KeyError, TypeError):
        is_good = False
    return Finding("facts", is_good, "" if is_good else f"mend {settings.courses_dir / 'facts.yaml'}")


def _pdf(_settings: Settings) -> Finding:
    try:
        is_good = html_to_pdf("<html lang=en><title>Test</title><h1>Test</h1>").startswith(b"%PDF")
    except OSError:
        is_good = False
    return Finding(
        "certificates (PDF)",
        is_good,
        "" if is_good else "install libpango, libpangoft2 and libharfbuzz-subset",
    )


def _keys(settings: Settings) -> Finding:
    try:
        load_keys(settings)
    except KeyFileError as error:
        return Finding("signing keys", False, str(error))
    files = (settings.signing_key_file, settings.badge_key_file)
    open_files = [str(file) for file in files if file.stat().st_mode & 0o077]
    return Finding("signing keys", not open_files, f"run 'chmod 600 {' '.join(open_files)}'" if open_files else "")


def _credits(settings: Settings) -> Finding:
    try:
        load_rules(settings.courses_dir)
    except ContentError as error:
        return Finding("credit rules", False, "; ".join(error.problems[:3]))
    return Finding("credit rules", True)


def _fonts(_settings: Settings) -> Finding:
    if shutil.which("fc-list") is None:
        return Finding("fonts", False, "install fontconfig, fonts-noto-core and fonts-noto-cjk")
    lacking = [name for name, language in SCRIPTS.items() if not _has_font(language)]
    return Finding("fonts", not lacking, f"install fonts for {', '.join(lacking)}" if lacking else "")


def _has_font(language: str) -> bool:
    found = subprocess.run(["fc-list", f":lang={language}", "family"], capture_output=True, check=False)  # noqa: S603, S607
    return bool(found.stdout.strip())


def _mail(settings: Settings) -> Finding:
    if not settings.mail_url:
        return Finding(f"mail (written to {settings.mail_dir})", True)
    parts = urlsplit(settings.mail_url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(parts.hostname or "", parts.port or 587, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding("mail", False, f"{parts.hostname} does not answer: {type(error).__name__}; check TTA_MAIL_URL")
    return Finding("mail", True)
