"""Course folders on disk: which there are, and what is in them. Names are checked, links not followed."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

MAX_FILE_BYTES = 2_000_000
MEDIA_TYPES = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp", ".vtt": "text/vtt",
}  # fmt: skip
# A picture is shown as an image, which runs no script; what could still reach out is refused all the same.
ACTIVE = re.compile(
    rb"<\s*(?:script|foreignObject|iframe|image|use)\b|\bon[a-z]+\s*=|javascript:|@import|url\(\s*['\"]?[a-z]+:", re.I
)


def course_folders(folder: Path) -> list[Path]:
    """Return `folder` when it is a course, otherwise the courses directly in it."""
    if (folder / "course.md").is_file():
        return [folder]
    return sorted(child.parent for child in folder.glob("*/course.md"))


def read_course(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return path to text of a course's files (a picture's digest), and what could not be read, as `path:line: ...`."""
    files: dict[str, str] = {}
    unreadable = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            continue
        try:
            if is_picture(name):
                files[name] = hashlib.sha256(read_picture(path)[1]).hexdigest()
            elif path.suffix == ".md":
                files[name] = _text(path)
        except (UnicodeDecodeError, ValueError) as error:
            unreadable.append(f"{name}:1: unreadable {error}")
    return files, unreadable


def is_picture(name: str) -> bool:
    """Say whether the file of this name is a picture or captions."""
    return Path(name).suffix in MEDIA_TYPES


def read_picture(path: Path) -> tuple[str, bytes]:
    """Return media type and bytes of a picture; raise ValueError when it is too large or could run something."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"the file is larger than {MAX_FILE_BYTES:,} bytes")
    content = path.read_bytes()
    if path.suffix == ".svg" and (found := ACTIVE.search(content)):
        raise ValueError(f"a picture may not contain {found[0].decode(errors='replace')!r}")
    return MEDIA_TYPES[path.suffix], content


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
