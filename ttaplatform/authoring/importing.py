"""What comes into a draft from elsewhere: a zip of a course, questions in GIFT, a lesson from Word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ttaplatform.authoring import drafts
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.authoring.releasing import import_draft
from ttaplatform.authoring.settings import read_settings
from ttaplatform.authoring.uploads import read_upload
from ttaplatform.catalogue.service import store_media
from ttaplatform.catalogue.text import plain
from ttaplatform.errors import RuleBrokenError
from ttaplatform.exchange.archive import Unpacked
from ttaplatform.exchange.report import Imported, Note
from ttaplatform.exchange.word import Document
from ttaplatform.roles import Person

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Brought:
    """What was brought into a file: how many questions or pictures, and what changed or was lost on the way."""

    count: int
    notes: tuple[Note, ...]


def bring_course(
    session: Session, unpacked: Unpacked, *, person: Person, agency_id: int | None, at: datetime
) -> CourseDraft:
    """Begin a draft from a course folder that was sent as a zip.

    Raises RuleBrokenError: "no-slug" when its settings do not name it, "slug-taken", "draft-exists".
    """
    settings = read_settings(plain(unpacked.files.get("course.md", "")))
    slug, title = str(settings.get("slug", "")), str(settings.get("title", ""))
    if not SLUG.fullmatch(slug) or len(slug) > 100:
        raise RuleBrokenError("no-slug")
    for name, content in unpacked.media.values():
        store_media(session, name, content)
    return import_draft(session, slug, title or slug, unpacked.files, person=person, agency_id=agency_id, at=at)


def bring_questions(
    session: Session, draft: CourseDraft, path: str, found: Imported, *, person: Person, at: datetime
) -> Brought:
    """Add the questions of a GIFT file at the end of a quiz; RuleBrokenError("no-questions") when there is none."""
    if not found.count:
        raise RuleBrokenError("no-questions")
    kept = drafts.get_file(session, draft.id, path)
    text = f"{(kept.text or '').rstrip()}\n\n{found.text.strip()}\n"
    drafts.save_text(session, draft, path, text, seen=kept.revision, person=person, at=at)
    return Brought(found.count, found.notes)


def bring_lesson(
    session: Session, draft: CourseDraft, path: str, document: Document, *, person: Person, at: datetime
) -> Brought:
    """Add the text and pictures of a Word document at the end of a lesson."""
    files = drafts.files_of(session, draft.id)
    text, notes = document.text, list(document.notes)
    for picture in document.pictures:
        try:
            upload = read_upload(picture.name, picture.content, files)
        except RuleBrokenError:
            notes.append(Note(1, f"the picture {picture.name} cannot be shown and is left out", is_lost=True))
            text = _without(text, picture.name)
            continue
        digest = store_media(session, upload.path, upload.content)
        drafts.add_file(session, draft, upload.path, digest, person=person, at=at)
        files[upload.path] = digest
        text = text.replace(f"(../media/{picture.name}", f"(../{upload.path}")
    kept = drafts.get_file(session, draft.id, path)
    words = f"{(kept.text or '').rstrip()}\n\n{text.strip()}\n"
    drafts.save_text(session, draft, path, words, seen=kept.revision, person=person, at=at)
    return Brought(len(document.pictures), tuple(notes))


def _without(text: str, name: str) -> str:
    """Return the text without the picture of that name."""
    return re.sub(rf"!\[[^\]]*\]\(\.\./media/{re.escape(name)}[^)]*\)\n*", "", text)


def media_of(files: Mapping[str, str]) -> set[str]:
    """Return the digests of the pictures of a course."""
    return {digest for path, digest in files.items() if path.startswith("media/")}
