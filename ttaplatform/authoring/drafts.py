"""Drafts of courses: begin one, find it, and change its files so that nobody's words are lost."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.authoring.models import CourseDraft, DraftFile, DraftPresence, DraftVersion
from ttaplatform.authoring.rules import DISCARDED, DRAFT, IN_REVIEW, SCHEDULED
from ttaplatform.authoring.versions import keep_version
from ttaplatform.catalogue.media import is_media
from ttaplatform.catalogue.models import CourseRecord
from ttaplatform.catalogue.service import Published, load_source
from ttaplatform.catalogue.text import MAX_TEXT_BYTES, decoded, plain
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.people.models import Account
from ttaplatform.people.service import agencies_below, record
from ttaplatform.roles import Person, Role

OPEN = (DRAFT, IN_REVIEW, SCHEDULED)
LINE_BREAKS = re.compile(r"[\x0b\x0c]")
MOST_FILES = 400
PRESENT_FOR = timedelta(seconds=90)
NOTED_AGAIN = timedelta(seconds=25)  # every page asks once a minute at least, and is then still present
REVIEWING = frozenset({Role.SUBJECT_EXPERT, Role.SURVIVOR_REVIEWER})


@dataclass(frozen=True)
class NewDraft:
    """What a draft begins with: its files (path to text, of a picture its digest) and where it comes from."""

    slug: str
    title: str
    files: Mapping[str, str]
    agency_id: int | None = None
    course_id: int | None = None
    base_release_id: int | None = None


class EditConflictError(RuleBrokenError):
    """Somebody else saved the file meanwhile; `current` is what stands there now."""

    def __init__(self, current: DraftFile) -> None:
        super().__init__("edit-conflict")
        self.current = current


def may_author(session: Session, person: Person, agency_id: int | None) -> bool:
    """Say whether the person authors the courses of that agency (None: the site's own)."""
    if Role.ADMINISTRATOR in person.roles:
        return True
    whole_site, roots = person.scope(Role.TRAINER)
    return whole_site or (agency_id is not None and bool(roots) and agency_id in agencies_below(session, roots))


def reviews_here(session: Session, person: Person, agency_id: int | None) -> set[str]:
    """Return the kinds of review that the person may sign for courses of that agency (None: the site's own)."""
    found = set()
    for role in REVIEWING & person.roles:
        whole_site, roots = person.scope(role)
        if whole_site or (agency_id is not None and agency_id in agencies_below(session, roots)):
            found.add(role.value)
    return found


def writers_of(session: Session, draft_id: int) -> set[int]:
    """Return the accounts that wrote something of the draft, or began it: none of them reviews it."""
    began = select(CourseDraft.created_by_id).where(CourseDraft.id == draft_id)
    wrote = select(DraftVersion.account_id).where(DraftVersion.draft_id == draft_id)
    added = select(DraftFile.changed_by_id).where(DraftFile.draft_id == draft_id)
    return {one for one in session.scalars(union(began, wrote, added)) if one is not None}


def agencies_authored(session: Session, person: Person) -> set[int] | None:
    """Return the agencies whose courses the person authors; None means those of the whole site."""
    whole_site, roots = person.scope(Role.TRAINER)
    if whole_site or Role.ADMINISTRATOR in person.roles:
        return None
    return agencies_below(session, roots) if roots else set()


def only_authored(session: Session, person: Person, courses: Iterable[Published]) -> list[Published]:
    """Return those of the published courses that the person authors."""
    allowed = agencies_authored(session, person)
    if allowed is None:
        return list(courses)
    owners = {row.id: row.agency_id for row in session.execute(select(CourseRecord.id, CourseRecord.agency_id))}
    return [one for one in courses if owners[one.course_id] in allowed]


def begin_draft(session: Session, new: NewDraft, person: Person, *, at: datetime) -> CourseDraft:
    """Begin a draft with the files of `new`.

    Raises RuleBrokenError("draft-exists") when one of this slug is open, ("slug-taken") when another course has it.
    """
    held = session.scalar(select(CourseRecord.id).where(CourseRecord.slug == new.slug))
    if held is not None and held != new.course_id:
        raise RuleBrokenError("slug-taken")
    draft = CourseDraft(
        slug=new.slug,
        title=new.title[:200],
        state=DRAFT,
        course_id=new.course_id,
        base_release_id=new.base_release_id,
        agency_id=new.agency_id,
        kind="",
        note="",
        content_hash="",
        created_by_id=person.id,
        created_at=at,
        changed_at=at,
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError as error:
        raise RuleBrokenError("draft-exists") from error
    for path, content in new.files.items():
        session.add(_file(draft.id, path, content, person.id, at))
    session.flush()
    record(session, "draft.begin", actor_id=person.id, at=at, draft=draft.id)
    return draft


def edit_course(session: Session, published: Published, person: Person, *, at: datetime) -> CourseDraft:
    """Return the open draft of a published course, a new one from its release if there is none.

    Raises NotFoundError outside the person's scope, RuleBrokenError("no-source") when its files were not kept.
    """
    course = session.get_one(CourseRecord, published.course_id)
    if not may_author(session, person, course.agency_id):
        raise NotFoundError("course")
    found = session.scalar(select(CourseDraft).where(CourseDraft.slug == course.slug, CourseDraft.state.in_(OPEN)))
    if found is not None:
        return found
    files = load_source(session, published.release_id)
    if not files:
        raise RuleBrokenError("no-source")
    new = NewDraft(course.slug, course.title, files, course.agency_id, course.id, published.release_id)
    return begin_draft(session, new, person, at=at)


def _file(draft_id: int, path: str, content: str, account_id: int, at: datetime) -> DraftFile:
    kept = {"digest": content} if is_media(path) else {"text": content}
    return DraftFile(draft_id=draft_id, path=path, revision=1, changed_by_id=account_id, changed_at=at, **kept)


def list_drafts(session: Session, person: Person) -> Sequence[CourseDraft]:
    """Return the open drafts that the person may author, the last changed first."""
    query = select(CourseDraft).where(CourseDraft.state.in_(OPEN)).order_by(CourseDraft.changed_at.desc())
    allowed = agencies_authored(session, person)
    return session.scalars(query if allowed is None else query.where(CourseDraft.agency_id.in_(allowed))).all()


def get_draft(session: Session, draft_id: int, person: Person, *, reads: bool = False) -> CourseDraft:
    """Return the draft, if the person authors it; NotFoundError otherwise.

    With `reads` a reviewer gets it, too, while it is in review.
    """
    draft = session.get(CourseDraft, draft_id)
    if draft is None or draft.state == DISCARDED:
        raise NotFoundError("draft")
    is_reviewed = reads and draft.state != DRAFT and bool(reviews_here(session, person, draft.agency_id))
    if not is_reviewed and not may_author(session, person, draft.agency_id):
        raise NotFoundError("draft")
    return draft


def files_of(session: Session, draft_id: int) -> dict[str, str]:
    """Return the files of a draft: path to text, of a picture its digest."""
    rows = session.execute(
        select(DraftFile.path, DraftFile.text, DraftFile.digest).where(DraftFile.draft_id == draft_id)
    )
    return {row.path: row.text if row.text is not None else row.digest for row in rows}


def get_file(session: Session, draft_id: int, path: str) -> DraftFile:
    """Return a file of a draft; raise NotFoundError when there is none of that path."""
    found = session.get(DraftFile, (draft_id, path))
    if found is None:
        raise NotFoundError("file")
    return found


def save_text(
    session: Session, draft: CourseDraft, path: str, text: str, *, seen: int, person: Person, at: datetime
) -> DraftFile:
    """Save the text of a file and return it with its new revision; the same text again changes nothing.

    `seen` is the revision that the page showed. Raises EditConflictError when somebody saved another text since,
    RuleBrokenError("not-open") when the draft is in review or published, ("too-large"), ("no-text").
    """
    open_for_writing(draft)
    kept = session.scalars(
        select(DraftFile).where(DraftFile.draft_id == draft.id, DraftFile.path == path).with_for_update()
    ).one_or_none()
    if kept is None or kept.text is None:
        raise NotFoundError("file")
    words = as_written(text, kept.text)
    if words == kept.text:
        return kept
    if kept.revision != seen:
        raise EditConflictError(kept)
    keep_version(session, draft.id, path, kept.text, words, account_id=person.id, at=at)
    kept.text, kept.revision, kept.changed_by_id, kept.changed_at = words, seen + 1, person.id, at
    _touch(session, draft, at)
    return kept


def as_written(text: str, before: str = "") -> str:
    """Return what a form gave as it is stored: lines end as they did before (a browser sends CRLF).

    Word's breaks within a paragraph and between pages, which come along when one pastes, become line ends.

    Raises RuleBrokenError("too-large") or ("no-text") for control characters.
    """
    text = LINE_BREAKS.sub("\n", text)
    try:
        decoded(text.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise RuleBrokenError("too-large" if len(text) > MAX_TEXT_BYTES // 4 else "no-text") from error
    words = plain(text)
    if "\r\n" in before:
        words = words.replace("\n", "\r\n")
    return "\ufeff" + words if before.startswith("\ufeff") else words


def add_file(session: Session, draft: CourseDraft, path: str, content: str, *, person: Person, at: datetime) -> None:
    """Add a file, or put another in its place; `content` is its text, of a picture its digest.

    Raises RuleBrokenError("not-open"), ("too-many-files").
    """
    open_for_writing(draft)
    found = session.get(DraftFile, (draft.id, path))
    count = select(func.count()).select_from(DraftFile).where(DraftFile.draft_id == draft.id)
    if found is None and (session.scalar(count) or 0) >= MOST_FILES:
        raise RuleBrokenError("too-many-files")
    if found is None:
        session.add(_file(draft.id, path, content, person.id, at))
    else:
        if found.text is not None:
            keep_version(session, draft.id, path, found.text, content, account_id=person.id, at=at)
        values = {"digest": content} if is_media(path) else {"text": content}
        session.execute(
            update(DraftFile)
            .where(DraftFile.draft_id == draft.id, DraftFile.path == path)
            .values(revision=DraftFile.revision + 1, changed_by_id=person.id, changed_at=at, **values)
        )
    _touch(session, draft, at)


def remove_files(session: Session, draft: CourseDraft, paths: Sequence[str], *, person: Person, at: datetime) -> None:
    """Remove files; their last text stays in the history."""
    open_for_writing(draft)
    for path in paths:
        found = get_file(session, draft.id, path)
        if found.text is not None:
            keep_version(session, draft.id, path, found.text, None, account_id=person.id, at=at)
        session.delete(found)
    _touch(session, draft, at)
    record(session, "draft.remove-files", actor_id=person.id, at=at, draft=draft.id, count=len(paths))


def discard_draft(session: Session, draft: CourseDraft, *, person: Person, at: datetime) -> None:
    """Throw a draft away; what is published stays."""
    draft.state, draft.publish_at = DISCARDED, None
    session.flush()
    record(session, "draft.discard", actor_id=person.id, at=at, draft=draft.id)


def open_for_writing(draft: CourseDraft) -> None:
    """Raise RuleBrokenError when the draft is not open for writing: reviewers sign what they read."""
    if draft.state != DRAFT:
        raise RuleBrokenError("not-open")


def _touch(session: Session, draft: CourseDraft, at: datetime) -> None:
    draft.changed_at = at
    session.flush()


def note_presence(session: Session, draft_id: int, path: str, account_id: int, *, at: datetime) -> list[str]:
    """Note that somebody has the file open, and return the names of the others who have."""
    mine = session.get(DraftPresence, (draft_id, path, account_id))
    if mine is None or mine.seen_at < at - NOTED_AGAIN:  # a page asks at each pause in typing
        session.execute(delete(DraftPresence).where(DraftPresence.seen_at < at - PRESENT_FOR))
        session.merge(DraftPresence(draft_id=draft_id, path=path, account_id=account_id, seen_at=at))
        session.flush()
    return others_present(session, draft_id, path, account_id, at=at)


def others_present(session: Session, draft_id: int, path: str, account_id: int, *, at: datetime) -> list[str]:
    """Return the names of those, but for `account_id`, who have the file open."""
    query = (
        select(Account.name)
        .join(DraftPresence, DraftPresence.account_id == Account.id)
        .where(
            DraftPresence.draft_id == draft_id,
            DraftPresence.path == path,
            DraftPresence.account_id != account_id,
            DraftPresence.seen_at >= at - PRESENT_FOR,
        )
    )
    return list(session.scalars(query.order_by(Account.name)))
