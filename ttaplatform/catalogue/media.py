"""What may lie in a course's media folder: each file is what its name says, small enough, and runs nothing."""

import re
from pathlib import PurePosixPath

MAX_FILE_BYTES = 2_000_000
MAX_VIDEO_BYTES = 40_000_000
MEDIA_TYPES = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp", ".vtt": "text/vtt", ".mp4": "video/mp4", ".webm": "video/webm",
}  # fmt: skip
VIDEOS = {".mp4", ".webm"}
NAME = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# A picture is shown as an image, which runs no script; what could still reach out is refused all the same.
# Each is looked for in small letters and begins with letters of its own, which is many times faster than one for all.
ACTIVE = tuple(
    map(
        re.compile,
        (
            r"<\s*+(?:[\w-]++:)?(?:script|foreignobject|iframe|image|use|handler|listener|set|animate\w*)\b",
            r"on(?<!\won)[a-z]++\s*+=",
            r"javascript\s*+:",
            r"@import",
            r"url\(\s*+['\"]?\s*+(?!#)[a-z]",
            r"<!(?:doctype|entity)",
            r"<\?xml-stylesheet",
            r"&#",
            r"href(?<!\whref)\s*+=\s*+['\"](?!#)",
        ),
    )
)
SVG = re.compile(r"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--.*?-->\s*+)*+<svg[\s>]", re.S)
ENCODING = re.compile(r"encoding\s*=\s*['\"](?!utf-8['\"])", re.I)
# How a file of each kind begins, and where it must end: what follows an end is another file in disguise.
STARTS = {
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".webp": re.compile(rb"RIFF....WEBP", re.S),
    ".mp4": re.compile(rb"\0\0..ftyp", re.S),
    ".webm": re.compile(rb"\x1a\x45\xdf\xa3"),
}
ENDS = {".png": re.compile(rb"IEND\xaeB`\x82\Z"), ".jpg": re.compile(rb"\xff\xd9\0*\Z")}


class MediaError(ValueError):
    """A file that may not stand in a course; the message says why."""


def is_media(name: str) -> bool:
    """Say whether the file of this name is a picture, a video or captions."""
    return PurePosixPath(name).suffix in MEDIA_TYPES


def media_type(name: str) -> str:
    """Return the media type of a file by its name; raise KeyError for one that is none."""
    return MEDIA_TYPES[PurePosixPath(name).suffix]


def most_bytes(name: str) -> int:
    """Return how large the file of this name may be."""
    return MAX_VIDEO_BYTES if PurePosixPath(name).suffix in VIDEOS else MAX_FILE_BYTES


def check_media(name: str, content: bytes) -> None:
    """Raise MediaError when the file is too large, is not what its name says, or could run or fetch something."""
    if not NAME.fullmatch(name):
        raise MediaError("a picture lies in media/ and its name has letters without accents, digits, . _ and -")
    if len(content) > most_bytes(name):
        raise MediaError(f"the file is larger than {most_bytes(name):,} bytes")
    suffix = PurePosixPath(name).suffix.replace("jpeg", "jpg")
    if suffix == ".svg":
        _check_svg(content)
    elif suffix == ".vtt":
        _check_captions(content)
    elif not STARTS[suffix].match(content) or (suffix in ENDS and not ENDS[suffix].search(content[-64:])):
        raise MediaError(f"this is no whole {suffix[1:].upper()} file, or something follows its end")
    elif suffix == ".webp" and int.from_bytes(content[4:8], "little") + 8 != len(content):
        raise MediaError("this is no whole WEBP file, or something follows its end")


def _check_svg(content: bytes) -> None:
    text = _text(content)
    if not SVG.match(text) or ENCODING.search(text[:200]):
        raise MediaError("this is no SVG picture in UTF-8")
    small = text.lower()
    for pattern in ACTIVE:
        if found := pattern.search(small):
            raise MediaError(f"a picture may not contain {found[0][:60]!r}")


def _check_captions(content: bytes) -> None:
    if not re.match(r"\ufeff?WEBVTT([ \t\r\n]|\Z)", _text(content)):
        raise MediaError("captions begin with the line WEBVTT")


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MediaError("the file is not in UTF-8") from error
    if "\0" in text:
        raise MediaError("the file contains bytes that are no text")
    return text
