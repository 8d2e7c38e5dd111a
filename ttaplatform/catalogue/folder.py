"""Course folders on disk: which there are, and what is in them. Names are checked, links not followed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

MAX_FILE_BYTES = 2_000_000
PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".vtt"}


def course_folders(folder: Path) -> list[Path]:
    """Return `folder` when it is a course, otherwise the courses directly in it."""
    if (folder / "course.md").is_file():
        return [folder]
    return sorted(child.parent for child in folder.glob("*/course.md"))


def read_course(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return path to text of a course's files (pictures as ""), and what could not be read, as `path:line: ...`."""
    files: dict[str, str] = {}
    unreadable = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            continue
        if path.suffix in PICTURES:
            files[name] = ""
        elif path.suffix == ".md":
            try:
                files[name] = _text(path)
            except (UnicodeDecodeError, ValueError) as error:
                unreadable.append(f"{name}:1: unreadable {error}")
    return files, unreadable


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"the file is larger than {MAX_FILE_BYTES:,} bytes")
    return path.read_text("utf-8-sig")


def content_hash(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over paths and texts of a course, the same wherever it lies."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
