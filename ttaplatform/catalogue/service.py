"""Publish courses and read their releases."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.folder import content_hash, digest_of, read_course, read_media
from ttaplatform.catalogue.media import check_media, is_media, media_type
from ttaplatform.catalogue.models import CourseRecord, Media, Publication, Release
from ttaplatform.catalogue.parser import parse_course
from ttaplatform.catalogue.reference import load_reference
from ttaplatform.catalogue.rules import Course, Problem
from ttaplatform.errors import ContentError

Sign = Callable[[str, Mapping[str, str]], Sequence[Mapping[str, str]]]
SLUG = re.compile(r"(?m)^slug:\s*['\"]?([a-z0-9-]+)")


def unsigned(_content_hash: str, _files: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    """Return no signatures: nobody is asked."""
    return ()


@dataclass(frozen=True)
class Published:
    """A course as it is offered now; one that was withdrawn is offered to nobody new."""

    course_id: int
    release_id: int
    content_hash: str
    course: Course
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Change:
    """Why a course is published anew: the kind of change, what changed, by whom, and who signed the content."""

    kind: str = "material"
    note: str = ""
    by_id: int | None = None
    signatures: Sequence[Mapping[str, str]] = ()
    agency_id: int | None = None


def check_folder(folder: Path, facts_folder: Path) -> tuple[Course | None, list[Problem]]:
    """Return the compiled course of `folder`, or None, and all its problems, with paths from `folder`."""
    return _compiled(*read_course(folder), facts_folder)


def _compiled(
    files: Mapping[str, str], found: Sequence[Problem], facts_folder: Path
) -> tuple[Course | None, list[Problem]]:
    course, problems = parse_course(files, load_reference(facts_folder))
    is_whole = all(problem.is_warning for problem in found)
    return (course if is_whole else None), sorted([*problems, *found])


def publish(
    session: Session,
    folder: Path,
    facts_folder: Path,
    *,
    at: datetime,
    note: str = "",
    sign: Sign = unsigned,
    spares_edited: bool = False,
) -> bool:
    """Publish the course of `folder` and return True; return False when it is the current content already.

    What is current already is not compiled again: that would take a second for each course at every start. `sign` gives
    the signatures of a content, by its hash. With `spares_edited` a course that was published from the browser stays.

    Raises ContentError with every problem when the course is broken, or what `sign` raises; the last release stays.
    """
    files, found = read_course(folder)
    if all(problem.is_warning for problem in found) and _is_current(session, content_hash(files)):
        return False
    if spares_edited and _was_edited(session, files.get("course.md", "")):
        return False
    signatures = sign(content_hash(files), files)
    course, problems = _compiled(files, found, facts_folder)
    if course is None:
        raise ContentError(tuple(str(problem) for problem in problems if not problem.is_warning))
    for name, digest in files.items():
        if is_media(name) and session.get(Media, digest) is None:
            store_media(session, name, read_media(folder / name, name))
    publish_course(session, course, files, Change(note=note, signatures=signatures), at=at)
    return True


def publish_course(
    session: Session, course: Course, files: Mapping[str, str], change: Change, *, at: datetime
) -> Publication:
    """Make the course, compiled from `files`, the one that is offered; its media are stored already."""
    record = session.scalar(select(CourseRecord).where(CourseRecord.slug == course.slug))
    if record is None:
        record = CourseRecord(slug=course.slug, title=course.title, agency_id=change.agency_id)
        session.add(record)
    record.title, record.withdrawn_at = course.title, None
    session.flush()
    publication = Publication(
        course_id=record.id,
        release_id=_store_release(session, record.id, course, files),
        kind=change.kind,
        note=change.note,
        published_at=at,
        published_by_id=change.by_id,
        signatures=[dict(one) for one in change.signatures],
    )
    session.add(publication)
    session.flush()
    return publication


def _was_edited(session: Session, text: str) -> bool:
    """Say whether the course of these settings was ever published from the browser."""
    slug = SLUG.search(text)
    by_someone = (
        select(Publication.id)
        .join(CourseRecord, CourseRecord.id == Publication.course_id)
        .where(CourseRecord.slug == (slug[1] if slug else ""), Publication.published_by_id.is_not(None))
    )
    return session.scalar(by_someone.limit(1)) is not None


def _is_current(session: Session, digest: str) -> bool:
    latest = select(func.max(Publication.id)).group_by(Publication.course_id)
    current = select(Release.id).join(Publication, Publication.release_id == Release.id)
    wanted = current.where(Publication.id.in_(latest), Release.content_hash == digest, Release.source.is_not(None))
    return session.scalar(wanted) is not None


def _store_release(session: Session, course_id: int, course: Course, files: Mapping[str, str]) -> int:
    digest = content_hash(files)
    wanted = select(Release).where(Release.course_id == course_id, Release.content_hash == digest)
    release = session.scalar(wanted) or Release(course_id=course_id, content_hash=digest)
    if release.id is None or release.source is None:
        release.content, release.source = msgspec.json.encode(course), msgspec.json.encode(dict(files))
        session.add(release)
        session.flush()
    return release.id


def store_media(session: Session, name: str, content: bytes) -> str:
    """Keep a picture, video or captions, and return its digest; raise MediaError when it may not stand in a course."""
    check_media(name, content)
    digest = digest_of(content)
    if session.get(Media, digest) is None:
        session.add(Media(digest=digest, media_type=media_type(name), content=content))
        session.flush()
    return digest


def find_media(session: Session, digest: str) -> Media | None:
    """Return the picture with this SHA-256, or None."""
    return session.get(Media, digest)


def load_source(session: Session, release_id: int) -> dict[str, str]:
    """Return the files of a release, path to text (of a picture its digest); nothing when they were not kept."""
    source = session.scalar(select(Release.source).where(Release.id == release_id))
    return msgspec.json.decode(source, type=dict[str, str]) if source else {}


def current_release_id(session: Session, course_id: int) -> int | None:
    """Return the release that new learners of the course get, or None before the first."""
    latest = select(Publication.release_id).where(Publication.course_id == course_id)
    return session.scalar(latest.order_by(Publication.id.desc()).limit(1))


def find_published(session: Session, slug: str) -> Published | None:
    """Return the course called `slug` as it is or was offered, or None."""
    return next((one for one in _published(session) if one.course.slug == slug), None)


def list_published(session: Session) -> list[Published]:
    """Return every course as it is offered now, those for beginners first, then by title."""
    return sorted((one for one in _published(session) if not one.is_withdrawn), key=lambda one: one.course.place)


def list_withdrawn(session: Session) -> list[Published]:
    """Return the courses that were withdrawn, in the same order."""
    return sorted((one for one in _published(session) if one.is_withdrawn), key=lambda one: one.course.place)


def _published(session: Session) -> list[Published]:
    latest = select(func.max(Publication.id)).group_by(Publication.course_id)
    rows = session.execute(
        select(Release.course_id, Release.id, Release.content_hash, CourseRecord.withdrawn_at)
        .join(Publication, Publication.release_id == Release.id)
        .join(CourseRecord, CourseRecord.id == Release.course_id)
        .where(Publication.id.in_(latest))
    ).all()
    return [
        Published(row[0], row[1], row[2], load_release(session, row[1], row[2]), row[3] is not None) for row in rows
    ]


def find_publication(session: Session, release_id: int) -> Publication | None:
    """Return the last publication of a release: who signed it, and what had changed."""
    wanted = select(Publication).where(Publication.release_id == release_id)
    return session.scalar(wanted.order_by(Publication.id.desc()).limit(1))


_decoded: dict[str, Course] = {}


def load_release(session: Session, release_id: int, digest: str) -> Course:
    """Return the compiled course of a release; kept in the process by its hash, for it never changes."""
    if digest not in _decoded:
        content = session.scalar(select(Release.content).where(Release.id == release_id))
        _decoded[digest] = _decode(content or b"")
    return _decoded[digest]


def get_release(session: Session, release_id: int) -> Course:
    """Return the compiled course of a release by its id."""
    return load_release(session, release_id, session.scalars(_HASH, {"id": release_id}).one())


_HASH = select(Release.content_hash).where(Release.id == bindparam("id"))


@lru_cache(maxsize=128)
def _decode(content: bytes) -> Course:
    return msgspec.json.decode(content, type=Course)
