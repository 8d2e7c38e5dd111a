"""Zip files from strangers: what is no plain whole zip is refused, and no header's word is taken for a size."""

import struct
import unicodedata
import zipfile
import zlib
from io import BytesIO

CHUNK_BYTES = 65_536
START, END, LOCATOR = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
END_RECORD = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 6.3.10, 4.3.16: end of central directory record
LONGEST_ENTRY = 1_000  # bytes of one entry in the list of a zip: 46, its name, what a writer adds
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # others unpack a chunk to any size at once
ENCRYPTED = 0x2041  # bits 0, 6 and 13: encrypted, strongly encrypted, headers hidden
UTF_8 = 0x800
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)


class ZipError(ValueError):
    """A zip, or a file in one, that is not read; the message says why."""


def open_zip(data: bytes, *, most_entries: int) -> zipfile.ZipFile:
    """Return the zip file, its list of contents read; raise ZipError when it is none, is broken, or is too long."""
    if not data.startswith((START, END)):
        raise ZipError("this is no zip file")
    _check_end(data, most_entries)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except BROKEN as error:
        raise ZipError("the list of contents of this zip file cannot be read") from error
    if len(archive.infolist()) > most_entries:
        raise ZipError(f"there are more than {most_entries:,} files in it")
    return archive


def _check_end(data: bytes, most_entries: int) -> None:
    """Raise ZipError when the file does not end where a zip ends, or its list is longer than such a list can be."""
    at = data.rfind(END, max(0, len(data) - END_RECORD.size - 0xFFFF))
    if at < 0 or len(data) < at + END_RECORD.size:
        raise ZipError("the end of this zip file is missing; it was not received whole")
    _sign, disk, first, here, count, size, offset, comment = END_RECORD.unpack_from(data, at)
    if data[at - 20 : at - 16] == LOCATOR or disk or first or here != count:
        raise ZipError("a zip file of this kind (ZIP64, or in several parts) is not read; pack the folder anew")
    if at + END_RECORD.size + comment != len(data) or offset + size != at:
        raise ZipError("another file stands before or behind the zip in this file")
    if count > most_entries or size > most_entries * LONGEST_ENTRY:
        raise ZipError(f"there are more than {most_entries:,} files in it")


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name of a file in a zip as it is written there; raise ZipError when it is not in UTF-8."""
    raw = entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF_8 else "cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ZipError("the name is not written in UTF-8; name files with letters without accents") from error


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Raise ZipError when a file in a zip is encrypted, packed in a rare way, or a link."""
    if entry.flag_bits & ENCRYPTED:
        raise ZipError("the file is encrypted; pack it without a password")
    if entry.compress_type not in METHODS:
        raise ZipError("the file is packed in a way that is not read; pack it as an ordinary zip")
    kind = (entry.external_attr >> 16) & 0o170000
    if kind not in (0, 0o100000, 0o040000):
        raise ZipError("this is a link or device; put the file itself here")


def check_path(path: str) -> None:
    """Raise ValueError when a path could lead out of its folder or means something else on another computer."""
    if path.startswith(("/", "\\")) or ":" in path:
        raise ZipError("the path begins at the top of a disk; only paths inside the folder are taken")
    if "\\" in path:
        raise ZipError("the path has a backslash; folders are parted by /")
    parts = path.removesuffix("/").split("/")
    if ".." in parts:
        raise ZipError("the path leads out of the folder by ..")
    if any(part in ("", ".") or part != part.strip(" ").rstrip(".") for part in parts):
        raise ZipError("a part of the path is empty, or begins or ends with a blank or dot")
    if len(path) > 200 or any(unicodedata.category(sign)[0] == "C" for sign in path):
        raise ZipError("the path is longer than 200 characters, or has signs that cannot be seen")
    if unicodedata.normalize("NFC", path) != path:
        raise ZipError("accents in the name are written as signs of their own (not NFC); rename the file")


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Return the content of a file in a zip, unpacked in small pieces; raise ZipError when it is broken or too large.

    `most` is how many bytes it may have, whatever the zip says of it.
    """
    content = bytearray()
    try:
        with archive.open(entry) as file:
            while chunk := file.read(CHUNK_BYTES):
                content += chunk
                if len(content) > most:
                    raise ZipError(f"the file is larger than {most:,} bytes when it is unpacked")
    except ZipError:
        raise
    except BROKEN as error:
        raise ZipError("the file is broken: its bytes are not what the zip says") from error
    return bytes(content)
