"""The languages of a draft: which files a translation still lacks, and what they begin with."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from ttaplatform.authoring.drafts import add_file, as_written, files_of, remove_files
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.authoring.settings import read_settings, split_settings, with_settings
from ttaplatform.authoring.starter import front_matter
from ttaplatform.catalogue.front_matter import TRANSLATED, language_of, translated
from ttaplatform.catalogue.text import plain
from ttaplatform.errors import NotFoundError
from ttaplatform.i18n import LANGUAGES
from ttaplatform.people.service import record
from ttaplatform.roles import Person

COVER = "course.md"


def languages_of(files: Mapping[str, str]) -> list[str]:
    """Return the languages that course.md lists, the original's first; ["en"] while they cannot be read."""
    found = read_settings(plain(files.get(COVER, ""))).get("languages")
    return [str(one) for one in found] if isinstance(found, list) and found else ["en"]


def untranslated(files: Iterable[str], language: str) -> dict[str, str]:
    """Return the path of each file that a translation lacks, with that of its original."""
    originals = sorted(path for path in files if path.endswith(".md") and not language_of(path))
    paths = {translated(path, language): path for path in originals}
    return {path: original for path, original in paths.items() if path not in set(files)}


def missing_translations(files: Mapping[str, str], language: str) -> dict[str, str]:
    """Return path to text of what a translation lacks: the original's words under settings that differ by language."""
    return {path: _begun(files[original]) for path, original in untranslated(files, language).items()}


def _begun(text: str) -> str:
    words = plain(text)
    known = read_settings(words)
    settings = {name: known[name] for name in known if name in TRANSLATED and not _names_objectives(name, known)}
    _head, body = split_settings(words)
    return f"---\n{front_matter(settings)}---\n" + "\n".join(body)


def _names_objectives(name: str, settings: Mapping[str, object]) -> bool:
    """Say whether a setting is the list of a module's objectives, which only course.md puts into words."""
    return name == "objectives" and not isinstance(settings[name], dict)


def languages_missing(files: Mapping[str, str]) -> list[str]:
    """Return the languages of the platform that the draft has no whole translation into."""
    original = languages_of(files)[0]
    return [one for one in LANGUAGES if one != original and untranslated(files, one)]


def add_translation(session: Session, draft: CourseDraft, language: str, *, person: Person, at: datetime) -> None:
    """List a language and add each file that it lacks; NotFoundError for one that the platform does not speak."""
    files = files_of(session, draft.id)
    languages = languages_of(files)
    if language not in LANGUAGES or language == languages[0]:
        raise NotFoundError("language")
    if language not in languages:
        _list_languages(session, draft, [*languages, language], person=person, at=at)
    complete_translations(session, draft, [language], person=person, at=at)
    record(session, "draft.add-translation", actor_id=person.id, at=at, draft=draft.id, language=language)


def complete_translations(
    session: Session, draft: CourseDraft, languages: list[str], *, person: Person, at: datetime
) -> None:
    """Add what the translations lack, such as those of a module that was added."""
    files = files_of(session, draft.id)
    for language in languages:
        for path, text in missing_translations(files, language).items():
            add_file(session, draft, path, text, person=person, at=at)


def remove_translation(session: Session, draft: CourseDraft, language: str, *, person: Person, at: datetime) -> None:
    """Take every file of a language out of the draft; NotFoundError when it has none. Their texts stay in history."""
    files = files_of(session, draft.id)
    paths = [path for path in files if language and language_of(path) == language]
    if not paths:
        raise NotFoundError("language")
    languages = [one for one in languages_of(files) if one != language]
    _list_languages(session, draft, languages, person=person, at=at)
    remove_files(session, draft, paths, person=person, at=at)


def _list_languages(
    session: Session, draft: CourseDraft, languages: list[str], *, person: Person, at: datetime
) -> None:
    cover = files_of(session, draft.id).get(COVER, "")
    text = as_written(with_settings(plain(cover), {"languages": languages}), cover)
    add_file(session, draft, COVER, text, person=person, at=at)
