"""The history of a draft's files: who wrote what and when, the difference, and going back."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.authoring.models import DraftVersion
from ttaplatform.errors import NotFoundError
from ttaplatform.people.models import Account

SPELL = timedelta(minutes=10)  # what one person writes within it is one version
MOST_LISTED = 200


@dataclass(frozen=True)
class Version:
    """A version of a file in its history."""

    id: int
    name: str
    saved_at: datetime
    is_removal: bool


def keep_version(
    session: Session, draft_id: int, path: str, before: str, text: str | None, *, account_id: int, at: datetime
) -> None:
    """Keep what a file becomes in its history, and the first time what it was; one spell of writing is one version."""
    last = session.scalar(
        select(DraftVersion)
        .where(DraftVersion.draft_id == draft_id, DraftVersion.path == path)
        .order_by(DraftVersion.id.desc())
        .limit(1)
    )
    if last is None:
        session.add(_version(draft_id, path, before, None, at))
    elif last.account_id == account_id and last.text is not None and text is not None and at - last.begun_at < SPELL:
        last.text, last.saved_at = text, at
        session.flush()
        return
    session.add(_version(draft_id, path, text, account_id, at))
    session.flush()


def _version(draft_id: int, path: str, text: str | None, account_id: int | None, at: datetime) -> DraftVersion:
    return DraftVersion(draft_id=draft_id, path=path, text=text, account_id=account_id, begun_at=at, saved_at=at)


def list_versions(session: Session, draft_id: int, path: str) -> list[Version]:
    """Return the versions of a file, the newest first; the one without a name is what the draft began with."""
    rows = session.execute(
        select(DraftVersion.id, Account.name, DraftVersion.saved_at, DraftVersion.text.is_(None).label("is_removal"))
        .outerjoin(Account, Account.id == DraftVersion.account_id)
        .where(DraftVersion.draft_id == draft_id, DraftVersion.path == path)
        .order_by(DraftVersion.id.desc())
        .limit(MOST_LISTED)
    )
    return [Version(row.id, row.name or "", row.saved_at, row.is_removal) for row in rows]


def get_version(session: Session, draft_id: int, version_id: int) -> DraftVersion:
    """Return a version of a draft's file; NotFoundError when it is of another draft."""
    found = session.get(DraftVersion, version_id)
    if found is None or found.draft_id != draft_id:
        raise NotFoundError("version")
    return found


def text_before(session: Session, version: DraftVersion) -> str:
    """Return the text of the version before this one, "" for the first."""
    query = (
        select(DraftVersion.text)
        .where(
            DraftVersion.draft_id == version.draft_id,
            DraftVersion.path == version.path,
            DraftVersion.id < version.id,
        )
        .order_by(DraftVersion.id.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


@dataclass(frozen=True)
class DiffLine:
    """A line of a difference: its mark ("+", "-", " " or "@" where lines are left out), its number now, its words."""

    mark: str
    number: int
    words: str


def difference(old: str, new: str, context: int = 2) -> list[DiffLine]:
    """Return the lines in which two texts differ, with some around them."""
    found: list[DiffLine] = []
    number = 0
    for line in list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=context, lineterm=""))[2:]:
        if line.startswith("@@"):
            number = int(line.split("+")[1].split(",")[0].split(" ")[0])
            found.append(DiffLine("@", number, ""))
            continue
        found.append(DiffLine(line[0], number, line[1:]))
        number += line[0] != "-"
    return found


def changed_paths(old: dict[str, str], new: dict[str, str]) -> Sequence[str]:
    """Return the paths that were added, changed or removed, in order."""
    return sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
