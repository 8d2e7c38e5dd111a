"""Settings: read once from the environment or a .env file, checked, then frozen."""

import difflib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ttaplatform import paths

DEFAULT_PORT = 8000
DEFAULT_BASE_URL = f"http://localhost:{DEFAULT_PORT}"
KNOWN = {
    "TTA_DATABASE_URL", "TTA_DATA_DIR", "TTA_SECRET_KEY", "TTA_SIGNING_KEY_FILE", "TTA_FIELD_KEYS",
    "TTA_TSA_URL", "TTA_BASE_URL", "TTA_COURSES_DIR", "TTA_MAIL_URL", "TTA_MEDIA_URL", "TTA_SECOND_FACTOR",
    "TTA_REVIEW", "TTA_SITE_ZONE", "TTA_SITE_NAME", "TTA_LOG_FORMAT", "TTA_CONTACT", "TTA_PROXIES", "TTA_VERIFY_LIMIT",
}  # fmt: skip


class SettingError(ValueError):
    """A setting is unknown or malformed; the message names it and says what was expected."""


@dataclass(frozen=True)
class Settings:
    """What an operator can set; see docs/operating.md."""

    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str
    courses_dir: Path
    mail_url: str
    site_zone: str
    site_name: str
    contact: str
    signing_key_file: Path
    is_key_own: bool
    tsa_url: str
    proxies: int
    verify_limit: int
    review_required: bool

    @property
    def is_secure(self) -> bool:
        """Say whether pages are served over TLS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def badge_key_file(self) -> Path:
        """Return the file of the key that signs badges (Ed25519), made by `tta init`."""
        return self.data_dir / "badge-key.pem"

    @property
    def mail_dir(self) -> Path:
        """Return the folder of written mail, used while no mail server is set."""
        return self.data_dir / "mail"


def environment() -> dict[str, str]:
    """Return the environment over what `.env` says."""
    return {**{k: v or "" for k, v in dotenv_values(".env").items()}, **os.environ}


def address_at(port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the setting of the public address of a site that is served on `port`; nothing where it is set already."""
    return {} if environ.get("TTA_BASE_URL") else {"TTA_BASE_URL": f"http://localhost:{port}"}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environ` (default: a .env file, overridden by the process).

    Raises SettingError naming the setting and what was expected.
    """
    if environ is None:
        environ = environment()
    values = {name: value for name, value in environ.items() if name.startswith("TTA_") and value}
    _refuse_unknown(values)
    data_dir = Path(values.get("TTA_DATA_DIR", "instance")).resolve()
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(values.get("TTA_DATABASE_URL", f"sqlite:///{data_dir / 'tta.db'}")),
        secret_key=values.get("TTA_SECRET_KEY") or _kept_secret(data_dir),
        base_url=_base_url(values.get("TTA_BASE_URL", DEFAULT_BASE_URL)),
        courses_dir=_folder("TTA_COURSES_DIR", values.get("TTA_COURSES_DIR", str(paths.shipped("courses")))),
        mail_url=_mail_url(values.get("TTA_MAIL_URL", "")),
        site_zone=_zone(values.get("TTA_SITE_ZONE", "America/New_York")),
        site_name=values.get("TTA_SITE_NAME", "Find and Help Training"),
        contact=values.get("TTA_CONTACT", ""),
        signing_key_file=_key_file(values.get("TTA_SIGNING_KEY_FILE", ""), data_dir),
        is_key_own="TTA_SIGNING_KEY_FILE" not in values,
        tsa_url=_tsa_url(values.get("TTA_TSA_URL", "")),
        proxies=_count("TTA_PROXIES", values.get("TTA_PROXIES", "0")),
        review_required=_review(values.get("TTA_REVIEW", "")),
        verify_limit=_count("TTA_VERIFY_LIMIT", values.get("TTA_VERIFY_LIMIT", "60")),
    )


def _refuse_unknown(values: Mapping[str, str]) -> None:
    for name in sorted(values):
        if name in KNOWN or name.startswith(("TTA_OIDC_", "TTA_TEST_")):
            continue
        near = difflib.get_close_matches(name, KNOWN, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingError(f"{name}: there is no such setting{hint}")


def _database_url(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise SettingError("TTA_DATABASE_URL: expected sqlite:///FILE or postgresql://HOST/NAME")
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
        raise SettingError("TTA_BASE_URL: expected an address such as https://training.example.org")
    return value.rstrip("/")


def _mail_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise SettingError("TTA_MAIL_URL: expected smtp://[NAME:PASSWORD@]HOST[:PORT] or nothing")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise SettingError("TTA_SITE_ZONE: expected a time zone such as America/New_York")
    return ZoneInfo(value).key


def _key_file(value: str, data_dir: Path) -> Path:
    if value and not Path(value).is_file():
        raise SettingError(f"TTA_SIGNING_KEY_FILE: expected a PEM file with a key and its certificate, found {value!r}")
    return Path(value).resolve() if value else data_dir / "signing-key.pem"


def _tsa_url(value: str) -> str:
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
        raise SettingError("TTA_TSA_URL: expected the address of an RFC 3161 time-stamp authority, or nothing")
    return value


def _review(value: str) -> bool:
    if value not in {"", "required"}:
        raise SettingError(f"TTA_REVIEW: expected required, or nothing, found {value!r}")
    return value == "required"


def _count(name: str, value: str) -> int:
    if not value.isdecimal():
        raise SettingError(f"{name}: expected a whole number, found {value!r}")
    return int(value)


def _folder(name: str, value: str) -> Path:
    if not Path(value).is_dir():
        raise SettingError(f"{name}: expected a folder that exists, found {value!r}")
    return Path(value).resolve()


def _kept_secret(data_dir: Path) -> str:
    kept = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_hex(32)
        file.write(secret)
    return secret
