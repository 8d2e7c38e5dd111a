"""The command `tta`: what operators and authors do on the server."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from ttaplatform import demo as demonstration
from ttaplatform import doctor as checks
from ttaplatform import schema
from ttaplatform.backup import BackupError, back_up, restore_into
from ttaplatform.catalogue.folder import course_folders
from ttaplatform.certificate_commands import certificate
from ttaplatform.certificates.emblems import record_keys
from ttaplatform.certificates.keys import ensure_keys, load_keys
from ttaplatform.clock import now
from ttaplatform.config import DEFAULT_PORT, SettingError, Settings, address_at, environment, load_settings
from ttaplatform.course_commands import course, publish_folder
from ttaplatform.db import make_engine, reader, writer
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.jobs.worker import run_worker
from ttaplatform.people import service as people
from ttaplatform.people.accommodations import MOST_EXTRA_TIME, set_extra_time
from ttaplatform.people.passwords import is_common
from ttaplatform.people.rules import password_problem
from ttaplatform.reporting import service as reporting
from ttaplatform.reporting.rules import Question, read_groups
from ttaplatform.roles import Role
from ttaplatform.serving import Serving
from ttaplatform.serving import serve as serve_until_stopped
from ttaplatform.spreadsheet import BOM
from ttaplatform.tasks import every_minute, handlers
from ttaplatform.web import create_app


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _writing(settings: Settings) -> Iterator[Session]:
    with writer(make_engine(settings.database_url)) as session:
        yield session
        session.commit()


@click.group()
def main() -> None:
    """Run the training platform; see docs/operating.md."""


@main.command()
def init() -> None:
    """Create or upgrade the database and publish the shipped courses; safe to repeat."""
    settings = _settings()
    schema.upgrade(make_engine(settings.database_url), settings.database_url)
    if ensure_keys(settings, at=now()):
        click.echo(f"A key that signs certificates was made: {settings.signing_key_file}; the note in it says more")
    with _writing(settings) as session:
        record_keys(session, load_keys(settings), at=now())
        people.ensure_professions(session)
        for folder in course_folders(settings.courses_dir):
            publish_folder(session, folder, settings, spares_edited=True)


@main.command()
@click.option("--learners", default=60, show_default=True, type=click.IntRange(0, 1_000_000))
@click.option("--seed", default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing when there are accounts already.")
def demo(learners: int, seed: int, if_empty: bool) -> None:
    """Fill in demonstration data, the same for the same seed."""
    settings = _settings()
    app = create_app(settings)
    with app.app_context(), writer(app.extensions["engine"]) as session:
        if demonstration.is_filled(session):
            if not if_empty:
                raise click.ClickException("there is demonstration data already")
            return
        people_made = demonstration.fill(session, learners, seed, at=now())
        with click.progressbar(people_made, length=learners, label="Demonstration data") as bar:
            for _person in bar:
                pass
        session.commit()
    if not if_empty:  # otherwise the server prints them at its start
        _echo_accounts()


def _echo_accounts() -> None:
    click.echo(f"Demonstration accounts (password: {demonstration.PASSWORD}):")
    for address, what in demonstration.ACCOUNTS.items():
        click.echo(f"  {address:<26} {what}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-worker", is_flag=True, help="Do not run the job worker here.")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the site: gunicorn and one job worker, both watched and stopped gracefully."""
    os.environ.update(address_at(port, environment()))  # links in letters lead to where it is served
    settings = _settings()
    found, needed = schema.current_revision(make_engine(settings.database_url))
    if found != needed:
        raise click.ClickException("the database is not up to date: run 'tta init' first")
    where = "localhost" if host == "127.0.0.1" else host
    click.echo(f"Serving on http://{where}:{port} (Ctrl-C stops)")
    if not settings.mail_url:
        click.echo(f"Mail is written to {settings.mail_dir} (set TTA_MAIL_URL to send it)")
    with reader(make_engine(settings.database_url)) as session:
        if demonstration.is_filled(session):
            _echo_accounts()
    sys.exit(serve_until_stopped(Serving(host, port, workers, not no_worker)))


@main.command()
def worker() -> None:
    """Run the job worker alone."""
    settings = _settings()
    app = create_app(settings)
    run_worker(settings.database_url, handlers(app), every_minute(app))


main.add_command(certificate)
main.add_command(course)


@main.group()
def account() -> None:
    """Manage accounts."""


@account.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--agency", default="", help="The name of an agency; it is the scope of the role, too.")
@click.option("--profession", default="other-profession", show_default=True, help="The slug of a profession.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def create_account(*, email: str, name: str, role: str, agency: str, profession: str, password_stdin: bool) -> None:
    """Create an account with a confirmed address, and grant it a role."""
    settings = _settings()
    password = sys.stdin.readline().rstrip("\n")
    problem = password_problem(password, email=email, name=name, is_common=is_common(password))
    if problem:
        raise click.ClickException(f"the password is refused ({problem}): use 15 characters or more, not a common one")
    details = people.NewAccount(email, name, password, profession, agency, Role(role), settings.site_zone)
    try:
        with _writing(settings) as session:
            people.create_account(session, details, at=now())
    except (RuleBrokenError, NotFoundError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email}: {role}")


@account.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role if role is not Role.LEARNER]))
@click.option("--agency", default="", help="The name of an agency; without it the role is for the whole site.")
def grant_role(email: str, role: str, agency: str) -> None:
    """Give the account of EMAIL a ROLE, such as that of a reviewer."""
    try:
        with _writing(_settings()) as session:
            people.grant_to(session, email, Role(role), agency, at=now())
    except NotFoundError as error:
        raise click.ClickException(f"there is no {error}") from error
    click.echo(f"{email}: {role}")


@account.command("extra-time")
@click.argument("email")
@click.argument("percent", type=click.IntRange(0, MOST_EXTRA_TIME))
def extra_time(email: str, percent: int) -> None:
    """Give a learner PERCENT more time in tests that have a limit; 0 takes it away."""
    try:
        with _writing(_settings()) as session:
            set_extra_time(session, email, percent)
    except NotFoundError as error:
        raise click.ClickException(f"there is no account {email}") from error
    click.echo(f"{email}: {percent}% more time")


@main.group()
def agency() -> None:
    """Confirm agencies that learners proposed."""


@agency.command()
def pending() -> None:
    """List the agencies that wait for a confirmation: id, name, state, kind."""
    with reader(make_engine(_settings().database_url)) as session:
        for one in people.list_agencies(session):
            if one.status == "pending":
                click.echo(f"{one.id}\t{one.name}\t{one.state}\t{one.kind}")


@agency.command()
@click.argument("agency_id", type=int)
def confirm(agency_id: int) -> None:
    """Confirm an agency, so that others find it by typing."""
    try:
        with _writing(_settings()) as session:
            people.confirm_agency(session, agency_id, at=now())
    except NotFoundError as error:
        raise click.ClickException(f"there is no agency {agency_id}; see 'tta agency pending'") from error


@main.group()
def report() -> None:
    """Write reports."""


@report.command()
@click.option("--by", default="agency,profession", show_default=True)
@click.option("--course", default="", help="The slug of one course.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--detail", type=click.Choice(["people"]))
@click.option("--format", "kind", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def completions(  # noqa: PLR0917 - click calls it by name
    by: str,
    course: str,
    since: datetime | None,
    until: datetime | None,
    detail: str | None,
    kind: str,
    output: Path,
) -> None:
    """Write completions by group, or with --detail people one row for each completion; both days inclusive."""
    settings = _settings()
    try:
        question = Question(read_groups(by), settings.site_zone, course, _day(since), _day(until))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with (
        reader(make_engine(settings.database_url)) as session,
        output.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(BOM)
        if detail:
            file.writelines(reporting.detail_csv(session, question, None))
        else:
            file.writelines(reporting.grouped_csv(question, reporting.completions(session, question, None)))


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE, while the site runs."""
    try:
        back_up(_settings().database_url, file)
    except (BackupError, OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        raise click.ClickException(f"the backup was not written: {error}") from error
    click.echo(f"Backup written to {file}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what is there without asking.")
def restore(file: Path, yes: bool) -> None:
    """Replace the database by the backup in FILE; stop the site first."""
    if not yes:
        click.confirm("This replaces everything in the database. Go on?", abort=True)
    try:
        restore_into(_settings().database_url, file)
    except (BackupError, OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        raise click.ClickException(f"nothing was restored: {error}") from error
    click.echo(f"Restored from {file}; run 'tta init' to bring it up to date")


@main.command()
def doctor() -> None:
    """Check settings, database, fonts, mail and jobs; exit 1 with what to do."""
    findings = checks.examine(_settings())
    for finding in findings:
        click.echo(
            f"{'ok  ' if finding.is_good else 'FAIL'} {finding.what}" + (f": {finding.mend}" if finding.mend else "")
        )
    sys.exit(0 if all(finding.is_good for finding in findings) else 1)


if __name__ == "__main__":
    main()
