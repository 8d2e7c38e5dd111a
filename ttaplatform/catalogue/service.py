"""Publish courses and read their releases."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.folder import content_hash, is_picture, read_course, read_picture
from ttaplatform.catalogue.models import CourseRecord, Media, Publication, Release
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.catalogue.reference import load_reference
from ttaplatform.catalogue.rules import Course, Problem
from ttaplatform.errors import ContentError


@dataclass(frozen=True)
class Published:
    """A course as it is offered now."""

    course_id: int
    release_id: int
    content_hash: str
    course: Course


def check_folder(folder: Path, facts_folder: Path) -> tuple[Course | None, list[Problem]]:
    """Return the compiled course of `folder`, or None, and all its problems, with paths from `folder`."""
    return _compiled(*read_course(folder), facts_folder)


def _compiled(
    files: Mapping[str, str], unreadable: Sequence[str], facts_folder: Path
) -> tuple[Course | None, list[Problem]]:
    course, problems = parse_course(files, load_reference(facts_folder))
    for text in unreadable:
        path, line, rest = text.split(":", 2)
        code, _, message = rest.strip().partition(" ")
        problems.append(Problem(path, int(line), code, message))
    return (None if unreadable else course), problems


def publish(session: Session, folder: Path, facts_folder: Path, *, at: datetime, note: str = "") -> bool:
    """Publish the course of `folder` and return True; return False when it is the current content already.

    What is current already is not compiled again: that would take a second for each course at every start.

    Raises ContentError with every problem when the course is broken; the last release stays.
    """
    files, unreadable = read_course(folder)
    digest = content_hash(files)
    if not unreadable and _is_current(session, digest):
        return False
    course, problems = _compiled(files, unreadable, facts_folder)
    if course is None:
        raise ContentError(tuple(str(problem) for problem in problems if not problem.is_warning))
    record = session.scalar(select(CourseRecord).where(CourseRecord.slug == course.slug))
    if record is None:
        record = CourseRecord(slug=course.slug, title=course.title)
        session.add(record)
    record.title = course.title
    session.flush()
    _store_media(session, folder, files)
    release_id = _store_release(session, record.id, course, digest)
    session.add(Publication(course_id=record.id, release_id=release_id, kind="material", note=note, published_at=at))
    session.flush()
    return True


def _is_current(session: Session, digest: str) -> bool:
    latest = select(func.max(Publication.id)).group_by(Publication.course_id)
    current = select(Release.id).join(Publication, Publication.release_id == Release.id)
    return session.scalar(current.where(Publication.id.in_(latest), Release.content_hash == digest)) is not None


def _store_release(session: Session, course_id: int, course: Course, digest: str) -> int:
    wanted = select(Release.id).where(Release.course_id == course_id, Release.content_hash == digest)
    if (found := session.scalar(wanted)) is not None:
        return found
    release = Release(course_id=course_id, content_hash=digest, content=msgspec.json.encode(asdict(course)))
    session.add(release)
    session.flush()
    return release.id


def _store_media(session: Session, folder: Path, files: Mapping[str, str]) -> None:
    for name, digest in files.items():
        if is_picture(name) and session.get(Media, digest) is None:
            media_type, content = read_picture(folder / name)
            session.add(Media(digest=digest, media_type=media_type, content=content))
            session.flush()


def find_media(session: Session, digest: str) -> Media | None:
    """Return the picture with this SHA-256, or None."""
    return session.get(Media, digest)


def current_release_id(session: Session, course_id: int) -> int | None:
    """Return the release that new learners of the course get, or None before the first."""
    latest = select(Publication.release_id).where(Publication.course_id == course_id)
    return session.scalar(latest.order_by(Publication.id.desc()).limit(1))


def find_published(session: Session, slug: str) -> Published | None:
    """Return the course called `slug` as it is offered now, or None."""
    return next((one for one in list_published(session) if one.course.slug == slug), None)


def list_published(session: Session) -> list[Published]:
    """Return every course as it is offered now, those for beginners first, then by title."""
    latest = select(func.max(Publication.id)).group_by(Publication.course_id)
    rows = session.execute(
        select(Release.course_id, Release.id, Release.content_hash)
        .join(Publication, Publication.release_id == Release.id)
        .where(Publication.id.in_(latest))
    ).all()
    published = [Published(row[0], row[1], row[2], load_release(session, row[1], row[2])) for row in rows]
    return sorted(published, key=lambda one: one.course.place)


_decoded: dict[str, Course] = {}


def load_release(session: Session, release_id: int, digest: str) -> Course:
    """Return the compiled course of a release; kept in the process by its hash, for it never changes."""
    if digest not in _decoded:
        content = session.scalar(select(Release.content).where(Release.id == release_id))
        _decoded[digest] = _decode(content or b"")
    return _decoded[digest]


@lru_cache(maxsize=128)
def _decode(content: bytes) -> Course:
    return msgspec.json.decode(content, type=Course)
