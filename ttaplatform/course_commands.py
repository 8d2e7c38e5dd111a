"""The commands `tta course`: new, check, publish, import, export, map and codes, for authors."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import yaml
from dotenv import dotenv_values
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ttaplatform.authoring.reviews import sign_folder
from ttaplatform.authoring.rules import slug_of
from ttaplatform.authoring.starter import course_files
from ttaplatform.catalogue import service as catalogue
from ttaplatform.catalogue.checks import check_review
from ttaplatform.catalogue.codes import code_table
from ttaplatform.catalogue.curriculum import curriculum_map
from ttaplatform.catalogue.folder import course_folders
from ttaplatform.catalogue.limits import MOST_ITEMS
from ttaplatform.catalogue.media import is_media
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.catalogue.reference import load_reference
from ttaplatform.catalogue.rules import FINAL, Problem
from ttaplatform.catalogue.service import Published
from ttaplatform.catalogue.text import MAX_TEXT_BYTES
from ttaplatform.clock import now
from ttaplatform.config import SettingError, Settings, load_settings
from ttaplatform.db import make_engine, reader, writer
from ttaplatform.errors import ContentError, RuleBrokenError
from ttaplatform.exchange.archive import MAX_ARCHIVE_BYTES, pack, unpack
from ttaplatform.exchange.gift_course import write_course_gift
from ttaplatform.exchange.gift_reading import read_gift
from ttaplatform.exchange.placing import (
    COURSE,
    PlaceError,
    check_new,
    enclosing_course,
    ids_in_use,
    write_file,
    write_folder,
)
from ttaplatform.exchange.sarif import sarif

SECTORS = ("law-enforcement", "health", "all")
MAX_GIFT_BYTES = 2_000_000
A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ANYTHING = click.Path(exists=True, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def _settings(*, keeps_secrets: bool = True) -> Settings:
    """Return the settings; a command that needs no secret makes none, for it may run on an author's computer."""
    try:
        if keeps_secrets:
            return load_settings()
        environ = {**{k: v or "" for k, v in dotenv_values(".env").items()}, **os.environ}
        return load_settings({"TTA_SECRET_KEY": "unused"} | environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from error


def _facts_folder() -> Path:
    """Return where facts and wording lie."""
    return _settings(keeps_secrets=False).courses_dir


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn what a disk, the database or a place refuses into one line."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'the file'}: {error.strerror or error}") from error
    except PlaceError as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        raise click.ClickException("the database cannot be read: run 'tta init', or 'tta doctor' to see why") from error


@click.group()
def course() -> None:
    """Make, check, publish, import and export courses."""


@course.command("new")
@click.argument("folder", type=NEW_FOLDER, metavar="DIR")
@click.option("--title", help="By default the folder's name in words.")
@click.option("--summary", default="", help="What the course is about, in a sentence.")
@click.option("--sector", type=click.Choice(SECTORS), default="all", show_default=True)
@click.option("--minutes", type=click.IntRange(1, 10_000), default=60, show_default=True)
@click.option("--language", default="en", show_default=True, help="A code of two letters.")
def new_course(*, folder: Path, title: str | None, summary: str, sector: str, minutes: int, language: str) -> None:
    """Begin a course in the new folder DIR: one module, a final assessment, an evaluation."""
    slug = slug_of(folder.resolve().name)
    title = " ".join((title or slug.replace("-", " ").capitalize()).split())
    files = course_files(title, slug=slug, summary=summary, sector=sector, minutes=minutes, language=language)
    compiled, problems = parse_course(files, load_reference(_facts_folder()))
    if compiled is None:
        raise click.ClickException(str(max((one for one in problems if not one.is_warning), key=lambda one: one.line)))
    with _told_plainly():
        write_folder(folder, {path: text.encode() for path, text in files.items()})
    click.echo(f"{folder}: a new course; 'tta course check {folder}' says what is missing")


@course.command("map")
@click.argument("folder", type=A_FOLDER)
def map_courses(folder: Path) -> None:
    """Print the map of the curriculum: course, objective, items, the Plan's objectives."""
    facts, courses = _facts_folder(), []
    with _told_plainly():
        for one in course_folders(folder):
            compiled, _problems = catalogue.check_folder(one, facts)
            if compiled is None:
                raise click.ClickException(f"{one} is broken; tta course check {one} says where")
            courses.append(compiled)
    click.echo(curriculum_map(courses), nl=False)


@course.command("codes")
def print_codes() -> None:
    """Print what the checker says, as the tables of docs/authoring.md."""
    click.echo(code_table(), nl=False)


@course.command()
@click.argument("places", nargs=-1, required=True, type=ANYTHING, metavar="DIR...")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--format", "kind", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
def check(places: tuple[Path, ...], strict: bool, kind: str) -> None:
    """Say what is wrong with courses, as path:line: code message; exit 1 on problems.

    DIR is a course, a folder of courses, or a file or folder within a course, which stands for that course; files
    outside of any course are passed over, so that a commit hook can name all that changed.
    """
    with _told_plainly():
        folders = _courses_at(places)
    if not folders and any(place.is_dir() for place in places):
        raise click.ClickException("there is no course.md in this folder, the folders in it, or around it")
    facts = _facts_folder()
    with _told_plainly():
        found = [problem for folder in folders for problem in _checked(folder, facts)]
    if kind == "json":
        click.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=1))
    elif kind == "sarif":
        click.echo(sarif([replace(one, path=Path(os.path.relpath(one.path)).as_posix()) for one in found]))
    else:
        _echo(found)
    sys.exit(1 if any(strict or not problem.is_warning for problem in found) else 0)


def _courses_at(places: Sequence[Path]) -> list[Path]:
    """Return the courses in or around the places, each once."""
    found: dict[Path, Path] = {}
    for place in places:
        inside = course_folders(place) if place.is_dir() else []
        around = enclosing_course(place)
        if not inside and around is None:
            click.echo(f"{place}: belongs to no course", err=True)
        for one in inside or ([around] if around else []):
            found.setdefault(one.resolve(), one)
    return list(found.values())


def _checked(folder: Path, facts: Path) -> list[Problem]:
    """Return all problems of a course, their paths beginning with its folder as it was named."""
    compiled, problems = catalogue.check_folder(folder, facts)
    found = [*problems, *(check_review(compiled, now().date()) if compiled else ())]
    return [replace(problem, path=(folder / problem.path).as_posix()) for problem in found]


def _echo(found: Sequence[Problem]) -> None:
    for problem in found:
        kind = "warning: " if problem.is_warning else ""
        click.echo(f"{problem.path}:{problem.line}: {problem.code} {kind}{problem.message}")


def _as_json(problem: Problem) -> dict[str, str | int]:
    severity = "warning" if problem.is_warning else "error"
    return {
        "path": problem.path, "line": problem.line, "code": problem.code, "severity": severity,
        "message": problem.message,
    }  # fmt: skip


@course.command()
@click.argument("folders", nargs=-1, required=True, type=A_FOLDER, metavar="DIR...")
def publish(folders: tuple[Path, ...]) -> None:
    """Publish courses; a broken one is refused and its last release stays."""
    settings = _settings()
    with _told_plainly(), writer(make_engine(settings.database_url)) as session:
        taken = [publish_folder(session, one, settings) for given in folders for one in course_folders(given)]
        session.commit()
    sys.exit(0 if taken and all(taken) else 1)


def publish_folder(session: Session, folder: Path, settings: Settings, *, spares_edited: bool = False) -> bool:
    """Publish one course, say what happened, and return whether it was taken."""
    sign = partial(sign_folder, session, is_required=settings.review_required)
    try:
        is_new = catalogue.publish(
            session, folder, settings.courses_dir, at=now(), sign=sign, spares_edited=spares_edited
        )
    except RuleBrokenError:
        click.echo(f"{folder}: its reviewers have not signed this content, and TTA_REVIEW requires it", err=True)
        return False
    except ContentError as error:
        for problem in error.problems:
            click.echo(f"{folder}/{problem}", err=True)
        return False
    click.echo(f"{folder.name}: {'published' if is_new else 'unchanged'}")
    return True


@course.command("import")
@click.argument("file", type=A_FILE)
@click.argument("folder", type=NEW_FOLDER, metavar="DIR")
@click.option("--title", help="The title of a quiz.")
@click.option("--force", is_flag=True, help="Replace a quiz.md that is there.")
def import_file(file: Path, folder: Path, title: str | None, force: bool) -> None:
    """Write what FILE holds into DIR: a course (.zip, DIR is new) or a quiz (.gift, DIR is a module or final)."""
    with _told_plainly():
        if file.suffix.lower() == ".zip":
            _import_course(file, folder)
        elif file.suffix.lower() == ".gift":
            _import_quiz(file, folder, title, is_forced=force)
        else:
            raise click.UsageError(f"{file}: a course is a .zip, a quiz a .gift")


def _read(file: Path, most: int) -> bytes:
    if file.stat().st_size > most:
        raise click.ClickException(f"{file}: the file is larger than {most:,} bytes")
    return file.read_bytes()


def _import_course(file: Path, folder: Path) -> None:
    check_new(folder)
    try:
        unpacked = unpack(_read(file, MAX_ARCHIVE_BYTES))
    except ContentError as error:
        for problem in error.problems:
            click.echo(f"{file}: {problem}", err=True)
        raise click.ClickException(f"{file} was refused; nothing was written") from error
    facts = _facts_folder()
    write_folder(folder, unpacked.contents())
    for note in unpacked.notes:
        click.echo(f"{file}: {note}", err=True)
    found = _checked(folder, facts)
    _echo(found)
    click.echo(f"{folder}: {len(unpacked.files)} files; {'the checker found this' if found else 'it is sound'}")


def _import_quiz(file: Path, folder: Path, title: str | None, *, is_forced: bool) -> None:
    quiz = folder / "quiz.md"
    if (folder / COURSE).exists():
        raise PlaceError(f"{folder} is a course; name the folder of a module in it, or {folder / FINAL}")
    if os.path.lexists(quiz) and not is_forced:
        raise PlaceError(f"{quiz} is there already; --force replaces it")
    around = enclosing_course(quiz)
    imported = read_gift(_read(file, MAX_GIFT_BYTES), ids_in_use(around, quiz) if around else ())
    for note in imported.notes:
        click.echo(f"{file}:{note.line}: {note.message}", err=True)
    words = title or ("Final assessment" if folder.resolve().name == FINAL else "Knowledge check")
    settings = yaml.safe_dump({"title": words}, allow_unicode=True, width=10_000)
    content = f"---\n{settings}---\n\n{imported.text}".encode()
    if not imported.count:
        raise PlaceError(f"{file} has no questions; nothing was written")
    if imported.count > MOST_ITEMS or len(content) > MAX_TEXT_BYTES:
        raise PlaceError(f"{file} has {imported.count} questions; a quiz has {MOST_ITEMS} at most. Nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    write_file(quiz, content)
    click.echo(f"{quiz}: {imported.count} questions; 'tta course check {around or folder}' says what is missing")


@course.command()
@click.argument("slug")
@click.argument("file", type=NEW_FILE)
def export(slug: str, file: Path) -> None:
    """Write the course SLUG as it is offered now to FILE: all of it (.zip), or its quizzes (.gift)."""
    writers = {".zip": _zip, ".gift": _gift}
    if file.suffix.lower() not in writers:
        raise click.UsageError(f"{file}: a course is written as .zip, its quizzes as .gift")
    with _told_plainly():
        with reader(make_engine(_settings().database_url)) as session:
            found = catalogue.find_published(session, slug)
            if found is None:
                raise click.ClickException(f"there is no course {slug!r}")
            content = writers[file.suffix.lower()](session, found)
        write_file(file, content)
    click.echo(f"{slug}: {file}")


def _zip(session: Session, found: Published) -> bytes:
    files = catalogue.load_source(session, found.release_id)
    if not files:
        raise click.ClickException("the files of this release were not kept; publish the course again")
    digests = {digest for path, digest in files.items() if is_media(path)}
    media = {one.digest: one.content for digest in digests if (one := catalogue.find_media(session, digest))}
    if missing := digests - set(media):
        raise click.ClickException(f"{len(missing)} pictures of this release are not in the database")
    content = pack(files, media, found.course.slug)
    if len(content) > MAX_ARCHIVE_BYTES:
        click.echo(f"the zip is larger than an import takes ({MAX_ARCHIVE_BYTES:,} bytes)", err=True)
    return content


def _gift(_session: Session, found: Published) -> bytes:
    exported = write_course_gift(found.course)
    for path, note in exported.notes:
        click.echo(f"{path}: {note.item_id + ': ' if note.item_id else ''}{note.message}", err=True)
    return exported.text.encode()
