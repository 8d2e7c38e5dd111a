"""The text of a course file: decoded as it is stored, and plain as it is read."""

import re

MAX_TEXT_BYTES = 500_000
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decoded(content: bytes) -> str:
    """Return the text of a file as it is, its byte-order mark and line ends too.

    Raises ValueError for what is not UTF-8, holds control characters, or is too large.
    """
    if len(content) > MAX_TEXT_BYTES:
        raise ValueError(f"the file is larger than {MAX_TEXT_BYTES:,} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line} is not in UTF-8; save the file as UTF-8") from error
    if found := NO_TEXT.search(text):
        line = text[: found.start()].count("\n") + 1
        raise ValueError(f"line {line} contains a control character (U+{ord(found[0]):04X})")
    return text


def plain(text: str) -> str:
    """Return the text as it is read: without a byte-order mark, its lines ended by line feeds."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
