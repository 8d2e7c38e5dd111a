"""Files and course folders on disk, written whole or not at all, and the course around a place on disk."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ttaplatform.catalogue.folder import read_course
from ttaplatform.catalogue.front_matter import language_of, translated
from ttaplatform.catalogue.lesson import item_ids

COURSE = "course.md"


class PlaceError(ValueError):
    """Something cannot be written where it was asked to be; the message says why."""


def check_new(folder: Path) -> None:
    """Raise PlaceError when `folder` is neither new nor empty, or is where one stands."""
    if folder.resolve() == Path.cwd():
        raise PlaceError(f"{folder} is the folder you are in; name a new folder")
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise PlaceError(f"{folder} is there already and not empty; name a new folder")


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write path to bytes as a new folder: beside it first, then renamed, so that half a course is never there.

    Raises PlaceError as `check_new` does, OSError when the disk refuses.
    """
    check_new(folder)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, content in contents.items():
            (beside / path).parent.mkdir(parents=True, exist_ok=True)
            (beside / path).write_bytes(content)
        beside.chmod(0o777 & ~_mask())
        if folder.is_dir():
            folder.rmdir()  # where a rename does not replace an empty folder
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def write_file(file: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that a full disk leaves the old one as it was."""
    handle, beside = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(beside).chmod(0o666 & ~_mask())
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _mask() -> int:
    """Return which rights new files do not get on this computer."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def enclosing_course(place: Path) -> Path | None:
    """Return the nearest course folder above a file or folder, relative if `place` is; None if there is none."""
    found = next((one for one in place.absolute().parents if (one / COURSE).is_file()), None)
    return found if found is None or place.is_absolute() else Path(os.path.relpath(found))


def ids_in_use(course: Path, but: Path) -> set[str]:
    """Return the ids of all questions of a course folder, but those of the quiz `but` and its translations."""
    files = read_course(course)[0]
    own = os.path.relpath(but.absolute(), course.absolute()).replace(os.sep, "/")
    return item_ids(
        {path: text for path, text in files.items() if path not in {own, translated(own, language_of(path))}}
    )
