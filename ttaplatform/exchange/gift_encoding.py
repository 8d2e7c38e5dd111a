"""The bytes of a GIFT file as text: UTF-8 with or without a mark, UTF-16, Windows-1252, any end of line."""

import codecs
import re

from ttaplatform.exchange.report import Notes

GAP = "\ue001"  # stands for an answer block while a text is converted; never let in from outside
ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
UNSEEN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ue000{GAP}\ud800-\udfff]")
UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def decoded(data: bytes, notes: Notes) -> str:
    r"""Return the file's text with ends of line as \n; signs that nobody sees are left out and noted."""
    text = ENDS.sub("\n", _text(data, notes))
    if UNSEEN.search(text):
        for number, line in enumerate(text.split("\n"), 1):
            if UNSEEN.search(line):
                notes.changed(number, "signs that cannot be seen (control characters) were left out")
    return UNSEEN.sub("", text)


def _text(data: bytes, notes: Notes) -> str:
    for mark, name in UTF_16.items():
        if data.startswith(mark):
            notes.changed(1, "the file is written in UTF-16, not in UTF-8")
            return data[len(mark) :].decode(name, "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = len(ENDS.findall(data[: error.start].decode("latin-1").replace("\x85", " "))) + 1
        line += data[: error.start].count(b"\n") - data[: error.start].count(b"\r\n")
        notes.changed(line, "the file is not written in UTF-8; what is not was read as Windows-1252")
        return data.decode("utf-8", WINDOWS)


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Return the bytes that are not UTF-8 as Windows-1252 reads them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


WINDOWS = "ttaplatform-windows-1252"
codecs.register_error(WINDOWS, _windows_1252)
