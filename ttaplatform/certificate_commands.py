"""The commands `tta certificate`: list, export, verify, and new keys, on the server."""

import csv
import json
import sys
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from ttaplatform.certificates import service
from ttaplatform.certificates.emblems import record_keys
from ttaplatform.certificates.keys import KeyFileError, ensure_keys, load_keys, public_key_id, put_aside
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.rules import State, normal_code
from ttaplatform.certificates.signing import TimeStampError, codes_in, read_signature
from ttaplatform.certificates.verification import ALTERED, SIGNED, UNKNOWN, Answer, state_on, verify_pdf
from ttaplatform.clock import local_day, now
from ttaplatform.config import SettingError, Settings, load_settings
from ttaplatform.db import make_engine, reader, writer
from ttaplatform.people.service import find_agency_named
from ttaplatform.web import create_app

COLUMNS = ("code", "name", "course", "issued_at", "state")
GENUINE, NOT_OURS, ENDED, WRONG_USE = 0, 1, 2, 3


class VerifyCommand(click.Command):
    """A command whose wrong use has its own exit code, because 2 says something of the certificate."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command; exit 3 when they cannot be."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            click.echo(f"Error: {error.format_message()}", err=True)
            ctx.exit(WRONG_USE)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def certificate() -> None:
    """List, export and verify certificates; make new signing keys."""


@certificate.command("list")
@click.option("--agency", default="", help="The name of an agency; those below it count too.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="Issued on this day or later.")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def list_certificates(agency: str, since: datetime | None, kind: str) -> None:
    """Print every certificate: code, name, course, when issued, state."""
    settings = _settings()
    with reader(make_engine(settings.database_url)) as session:
        rows = _rows(session, settings, agency, since.date() if since else None)
    if kind == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)


def _rows(session: Session, settings: Settings, agency: str, since: date | None) -> list[dict[str, str]]:
    agency_id = find_agency_named(session, agency) if agency else None
    if agency and agency_id is None:
        raise click.ClickException(f"there is no agency called {agency!r}")
    today = local_day(now(), settings.site_zone)
    return [
        {
            "code": one.code, "name": one.name, "course": one.course_title,
            "issued_at": one.issued_at.isoformat(timespec="seconds"), "state": state_on(one, today),
        }
        for one in service.list_issued(session, agency_id=agency_id, since=since)
    ]  # fmt: skip


@certificate.command()
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(code: str, file: Path) -> None:
    """Write the PDF of the certificate CODE to FILE, as it was issued."""
    settings = _settings()
    app = create_app(settings)
    with reader(app.extensions["engine"]) as session:
        found = service.find_by_code(session, normal_code(code))
    if found is None:
        raise click.ClickException(f"there is no certificate {code}; see 'tta certificate list'")
    try:
        with app.app_context():
            file.write_bytes(prepare_pdf(app.extensions["engine"], found.id, settings))
    except (KeyFileError, TimeStampError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{found.code}: {file}")


@certificate.command(cls=VerifyCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Check without the records.")
def verify(file: Path, key: Path | None) -> None:
    """Say whether FILE is a genuine certificate: exit 0; 1 altered or unknown; 2 revoked, superseded or expired."""
    pdf = file.read_bytes()
    if key is not None:
        sys.exit(_verify_offline(pdf, key))
    settings = _settings()
    with reader(make_engine(settings.database_url)) as session:
        answer = verify_pdf(session, pdf, today=local_day(now(), settings.site_zone))
    click.echo(_told(answer))
    sys.exit({State.GENUINE: GENUINE, SIGNED: GENUINE, ALTERED: NOT_OURS, UNKNOWN: NOT_OURS}.get(answer.state, ENDED))


def _told(answer: Answer) -> str:
    found = answer.certificate
    if found is None:
        return {
            SIGNED: "signed: a document of this site, unchanged; verify the codes in it",
            ALTERED: "altered: signed by this site and changed since",
        }.get(answer.state, f"{answer.state}: no certificate of this site")
    told = f"{answer.state}: {found.code}, {found.name}, {found.course_title}, issued {found.issued_on}"
    if answer.successor:
        told += f"; replaced by {answer.successor.code}"
    if found.revoked_at:
        told += f"; revoked {found.revoked_at:%Y-%m-%d}: {found.revoke_reason}"
    return told


def _verify_offline(pdf: bytes, key: Path) -> int:
    """Compare the signature with a public key; whether it was revoked or replaced cannot be known without records."""
    try:
        wanted = public_key_id(key.read_bytes())
    except KeyFileError as error:
        click.echo(f"Error: {key}: {error}", err=True)
        return WRONG_USE
    signature = read_signature(pdf)
    if signature is None or signature.key_id != wanted:
        click.echo("unknown: not signed with this key")
        return NOT_OURS
    if not (signature.is_intact and signature.is_whole):
        click.echo("altered: the file was changed after it was signed")
        return NOT_OURS
    click.echo(f"genuine: signed with this key, {', '.join(codes_in(pdf))}; status not checked")
    return GENUINE


@certificate.command("new-keys")
@click.confirmation_option(prompt="New certificates will be signed with new keys. Go on?")
def new_keys() -> None:
    """Make new signing keys; the old files are put aside, and what they signed stays genuine."""
    settings = _settings()
    files = [settings.badge_key_file, *([settings.signing_key_file] if settings.is_key_own else [])]
    for file in files:
        if file.exists():
            click.echo(f"kept: {put_aside(file)}")
    ensure_keys(settings, at=now())
    keys = load_keys(settings)
    with writer(make_engine(settings.database_url)) as session:
        record_keys(session, keys, at=now())
        session.commit()
    click.echo(f"new: {keys.document.id} for documents, {keys.badge.id} for badges")
