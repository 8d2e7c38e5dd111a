"""A course as a zip file, out and in: every byte as it was, and nothing taken that a course folder would not hold."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ttaplatform.catalogue.folder import digest_of
from ttaplatform.catalogue.media import check_media, is_media, most_bytes
from ttaplatform.catalogue.rules import Problem
from ttaplatform.catalogue.text import MAX_TEXT_BYTES, decoded
from ttaplatform.errors import ContentError
from ttaplatform.exchange.zip_reading import ZipError, check_entry, check_path, name_of, open_zip, read_entry

MAX_ARCHIVE_BYTES = 60_000_000  # of the zip, and of all that is in it
MAX_ENTRIES = 500
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day a zip can name; one day for all, so that equal courses are equal bytes
COURSE = "course.md"
SILENT = {"__MACOSX", "Thumbs.db", "desktop.ini"}
LEFT_OUT = "a course has Markdown files, and pictures, videos and captions in media/; this file is left out"
PACKED = {".zip", ".gz", ".7z", ".rar", ".tar", ".docx"}


@dataclass(frozen=True)
class Unpacked:
    """A course from a zip: path to text (of a picture its digest), digest to name and bytes, and what was left out."""

    files: dict[str, str]
    media: dict[str, tuple[str, bytes]]
    notes: tuple[Problem, ...]

    def contents(self) -> dict[str, bytes]:
        """Return path to bytes of every file, as they lie in a folder."""
        return {
            path: self.media[text][1] if is_media(path) else text.encode() for path, text in sorted(self.files.items())
        }


@dataclass
class _Reading:
    """One reading of a zip: its name for messages, what was found so far, and how many bytes that was."""

    archive: zipfile.ZipFile
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    size: int = 0

    def refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, 1, "unreadable", message))

    def leave_out(self, path: str, message: str = LEFT_OUT) -> None:
        self.notes.append(Problem(path, 1, "unknown-file", message))

    def entries(self) -> dict[str, zipfile.ZipInfo]:
        """Return the files by their paths, those that are silently no part of a course left out."""
        found: dict[str, zipfile.ZipInfo] = {}
        for entry in self.archive.infolist():
            try:
                path = name_of(entry)
                if _is_silent(path):
                    continue
                check_path(path)
                check_entry(entry)
            except ZipError as error:
                self.refuse(_shown(entry.orig_filename), str(error))
                continue
            if path.endswith("/"):
                continue
            if path in found:
                self.refuse(path, "the zip holds two files of this name")
            found[path] = entry
        return found

    def content(self, path: str, entry: zipfile.ZipInfo) -> bytes:
        """Return the bytes of a file; raise ZipError when it is broken or larger than its kind may be."""
        most = most_bytes(path) if is_media(path) else MAX_TEXT_BYTES
        self.size += most  # and it stays so when reading fails, because so much may have been unpacked
        content = read_entry(self.archive, entry, most)
        self.size += len(content) - most
        return content


def pack(files: Mapping[str, str], media: Mapping[str, bytes], slug: str) -> bytes:
    """Return a zip with the course in a folder named `slug`, the same bytes for the same content.

    `files` is path to text (of a picture its digest), `media` digest to bytes; raises KeyError for a digest that is
    not there. Nothing is compressed: how well that is done differs between computers, and then so would the bytes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, text in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{slug}/{path}", EARLIEST)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, media[text] if is_media(path) else text.encode())
    return out.getvalue()


def unpack(data: bytes) -> Unpacked:
    """Return the course in a zip, which lies at its top or in one folder.

    Raises ContentError with every reason when the zip or a file in it is refused; then nothing of it is taken.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise ContentError((f"the zip is larger than {MAX_ARCHIVE_BYTES:,} bytes",))
    try:
        reading = _Reading(open_zip(data, most_entries=MAX_ENTRIES))
    except ZipError as error:
        raise ContentError((str(error),)) from error
    entries = reading.entries()
    _check_names(reading, list(entries))
    top = _top(entries)
    unpacked = _read(reading, top, entries) if top is not None and not reading.problems else None
    if unpacked is None or reading.problems:
        missing = [] if top is not None else ["there is not just one course.md, at the top of the zip or in one folder"]
        raise ContentError((*missing, *map(str, sorted(reading.problems))))
    return unpacked


def _check_names(reading: _Reading, paths: Sequence[str]) -> None:
    """Refuse names that are one name on some computers, and a file where a folder of its name is."""
    known: dict[str, str] = {}
    for path in paths:
        other = known.setdefault(path.casefold(), path)
        if other != path:
            reading.refuse(path, f"the name differs from {_shown(other)} only by capital letters")
    for path in paths:
        for parent in PurePosixPath(path.casefold()).parents:
            if str(parent) in known:
                reading.refuse(path, f"{_shown(known[str(parent)])} is a file and a folder")


def _top(entries: Mapping[str, zipfile.ZipInfo]) -> str | None:
    """Return the folder of the course within the zip with its slash, "" for the top; None when there is not one."""
    if COURSE in entries:
        return ""
    found = [path for path in entries if path.endswith(f"/{COURSE}") and path.count("/") == 1]
    return found[0].removesuffix(COURSE) if len(found) == 1 else None


def _is_silent(path: str) -> bool:
    """Say whether a path is what computers put into folders by themselves, or a hidden file."""
    parts = path.split("/")
    return ".." not in parts and any(part in SILENT or (part.startswith(".") and part != ".") for part in parts)


def _read(reading: _Reading, top: str, entries: Mapping[str, zipfile.ZipInfo]) -> Unpacked:
    files: dict[str, str] = {}
    media: dict[str, tuple[str, bytes]] = {}
    for place, entry in sorted(entries.items()):
        path = place.removeprefix(top)
        if not place.startswith(top) or not (path.endswith(".md") or is_media(path)):
            is_packed = PurePosixPath(path).suffix.lower() in PACKED
            reading.leave_out(path, "a file that holds others is not opened and left out" if is_packed else LEFT_OUT)
            continue
        try:
            content = reading.content(path, entry)
            files[path] = _text(path, content)
        except ValueError as error:
            reading.refuse(path, str(error))
        else:
            media |= {files[path]: (path, content)} if is_media(path) else {}
        if reading.size > MAX_ARCHIVE_BYTES:
            reading.refuse(path, f"with this file, all are larger than {MAX_ARCHIVE_BYTES:,} bytes when unpacked")
            break
    return Unpacked(files, media, tuple(sorted(reading.notes)))


def _text(path: str, content: bytes) -> str:
    """Return the text of a file, of a picture its digest; raise ValueError when it may not stand in a course."""
    if not is_media(path):
        return decoded(content)
    check_media(path, content)
    return digest_of(content)


def _shown(name: str) -> str:
    """Return a name from a zip as it can stand in a message: signs that cannot be seen are told by their numbers."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in name)[:200]
