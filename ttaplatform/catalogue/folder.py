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
            if path.suffix in MEDIA_TYPES:
                files[name] = hashlib.sha256(_picture(path)).hexdigest()
            elif path.suffix == ".md":
                files[name] = _text(path)
        except (UnicodeDecodeError, ValueError) as error:
            unreadable.append(f"{name}:1: unreadable {error}")
    return files, unreadable


def read_media(folder: Path, files: Mapping[str, str]) -> list[tuple[str, str, bytes]]:
    """Return digest, media type and bytes of each picture among `files`, which read_course returned."""
    media = []
    for name, digest in files.items():
        if (suffix := Path(name).suffix) in MEDIA_TYPES:
            media.append((digest, MEDIA_TYPES[suffix], (folder / name).read_bytes()))
    return media


def _picture(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"the file is larger than {MAX_FILE_BYTES:,} bytes")
    content = path.read_bytes()
    if path.suffix == ".svg" and (found := ACTIVE.search(content)):
        raise ValueError(f"a picture may not contain {found[0].decode(errors='replace')!r}")
    return content


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
