"""The parts of a draft: add a module, take one away, give them another order; add what is missing."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ttaplatform.authoring.drafts import add_file, files_of, open_for_writing, remove_files
from ttaplatform.authoring.models import Comment, CourseDraft, DraftFile, DraftVersion
from ttaplatform.authoring.rules import MOST_MODULES, module_folders, moved, paths_after, renumbered, slug_of
from ttaplatform.authoring.starter import JOB_AID, module_files, quiz_file
from ttaplatform.authoring.translating import complete_translations, languages_of
from ttaplatform.catalogue.lesson import item_ids
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.people.service import record
from ttaplatform.roles import Person


def add_module(session: Session, draft: CourseDraft, title: str, minutes: int, *, person: Person, at: datetime) -> str:
    """Add a module at the end and return its folder; RuleBrokenError("too-many-modules") beyond MOST_MODULES."""
    files = files_of(session, draft.id)
    folders = module_folders(files)
    if len(folders) >= MOST_MODULES:
        raise RuleBrokenError("too-many-modules")
    number = int(folders[-1][:2]) + 1 if folders else 1
    folder = f"{number:02}-{slug_of(title, {one[3:] for one in folders})}"
    for path, text in module_files(title, folder=folder, minutes=minutes, taken=tuple(_names(files))).items():
        add_file(session, draft, path, text, person=person, at=at)
    complete_translations(session, draft, languages_of(files)[1:], person=person, at=at)
    record(session, "draft.add-module", actor_id=person.id, at=at, draft=draft.id, module=folder)
    return folder


def _names(files: Mapping[str, str]) -> set[str]:
    """Return the item ids of a draft without the number at their end."""
    return {re.sub(r"-\d+$", "", name) for name in item_ids(files)}


def add_part(session: Session, draft: CourseDraft, part: str, *, person: Person, at: datetime) -> str:
    """Add the job aid ("job-aid") or the knowledge check of a module (its folder) and return its path.

    Raises NotFoundError for anything else. What is there already stays as it is.
    """
    files = files_of(session, draft.id)
    path, text = ("job-aid.md", JOB_AID) if part == "job-aid" else (f"{part}/quiz.md", quiz_file(part[3:]))
    if part != "job-aid" and part not in module_folders(files):
        raise NotFoundError("part")
    if path not in files:
        add_file(session, draft, path, text, person=person, at=at)
        complete_translations(session, draft, languages_of(files)[1:], person=person, at=at)
    return path


def move_module(session: Session, draft: CourseDraft, folder: str, by: int, *, person: Person, at: datetime) -> str:
    """Move a module by so many places and return its new folder; its history and comments go with it."""
    open_for_writing(draft)
    files = files_of(session, draft.id)
    folders = module_folders(files)
    if folder not in folders:
        raise NotFoundError("module")
    names = renumbered(moved(folders, folder, by))
    paths = paths_after(files, names)
    for table in (DraftFile, DraftVersion, Comment):
        _rename(session, table, draft.id, {old: f"~{new}" for old, new in paths.items()})
        _rename(session, table, draft.id, {f"~{new}": new for new in paths.values()})
    draft.changed_at = at
    session.flush()
    session.expire_all()
    record(session, "draft.move-module", actor_id=person.id, at=at, draft=draft.id, module=folder, by=by)
    return names.get(folder, folder)


def _rename(
    session: Session, table: type[DraftFile | DraftVersion | Comment], draft_id: int, paths: Mapping[str, str]
) -> None:
    """Give rows their new paths; by way of one that nobody has, for two modules may change places."""
    for old, new in paths.items():
        session.execute(update(table).where(table.draft_id == draft_id, table.path == old).values(path=new))


def remove_module(session: Session, draft: CourseDraft, folder: str, *, person: Person, at: datetime) -> None:
    """Take a module with all its files out of the draft; NotFoundError when there is none of that folder."""
    paths = [path for path in files_of(session, draft.id) if path.startswith(f"{folder}/")]
    if folder not in module_folders(paths):
        raise NotFoundError("module")
    remove_files(session, draft, paths, person=person, at=at)
