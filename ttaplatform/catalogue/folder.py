"""Course folders on disk: which there are, and what is in them, byte for byte. Links are not followed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from ttaplatform.catalogue.media import check_media, is_media, most_bytes
from ttaplatform.catalogue.rules import Problem
from ttaplatform.catalogue.text import MAX_TEXT_BYTES, decoded

Files = Mapping[str, str]


def course_folders(folder: Path) -> list[Path]:
    """Return `folder` when it is a course, otherwise the courses directly in it."""
    if (folder / "course.md").is_file():
        return [folder]
    return sorted(child.parent for child in folder.glob("*/course.md"))


def read_course(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """Return path to text of a course's files (of a picture its digest), and what could not be read or is left out."""
    files: dict[str, str] = {}
    problems = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.is_symlink():
            problems.append(Problem(name, 1, "unreadable", "this is a link to another file; put the file itself here"))
        elif path.is_file() and (is_media(name) or path.suffix == ".md"):
            try:
                files[name] = _content(path, name)
            except ValueError as error:
                problems.append(Problem(name, 1, "unreadable", str(error)))
        elif path.is_file():
            message = "a course has Markdown files, and pictures, videos and captions in media/; this file is left out"
            problems.append(Problem(name, 1, "unknown-file", message))
    return files, problems


def _content(path: Path, name: str) -> str:
    """Return the text of a file, the digest of a picture; raise ValueError saying what is wrong with it."""
    if is_media(name):
        return digest_of(read_media(path, name))
    return decoded(_bytes(path, MAX_TEXT_BYTES))


def read_media(path: Path, name: str) -> bytes:
    """Return the bytes of a picture of a course; raise MediaError when it may not stand there."""
    content = _bytes(path, most_bytes(name))
    check_media(name, content)
    return content


def _bytes(path: Path, most: int) -> bytes:
    if path.stat().st_size > most:
        raise ValueError(f"the file is larger than {most:,} bytes")
    return path.read_bytes()


def digest_of(content: bytes) -> str:
    """Return the SHA-256 by which a picture is known."""
    return hashlib.sha256(content).hexdigest()


def content_hash(files: Files) -> str:
    """Return the SHA-256 over paths and texts of a course, the same wherever it lies."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
