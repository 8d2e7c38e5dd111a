"""Look at a proof that somebody hands in: in a process of its own, which a bad file may break, slow or fill."""

import re
import resource
import subprocess
import sys
import zlib
from io import BytesIO
from typing import Any

from ttaplatform import paths
from ttaplatform.errors import RuleBrokenError
from ttaplatform.transcript.rules import (
    JPEG,
    MAX_OBJECTS,
    MAX_PROOF_BYTES,
    MAX_PROOF_PIXELS,
    MAX_PROOF_SIDE,
    MAX_UNPACKED_BYTES,
    PDF,
    PNG,
    is_active,
    proof_kind,
)

MOST_SECONDS = 10  # of computing; a page takes less than one
MOST_MEMORY_BYTES = 2_000_000_000
_CHUNK = 65_536
_STREAM = re.compile(rb"stream\r?\n")
_FILTERS = re.compile(rb"/(?:Filter|F)\s*\[([^\[\]]{0,200})\]")
_PACKING = re.compile(rb"/(?:Flate|Fl|LZW)")


def checked(proof: bytes) -> tuple[str, bytes]:
    """Return the kind of the proof and what is kept of it: the PDF as it is, a picture drawn anew as PNG.

    Raises RuleBrokenError("proof") for anything else, and for what takes too long or too much to look at.
    """
    if len(proof) > MAX_PROOF_BYTES or proof_kind(proof[:16]) is None:
        raise RuleBrokenError("proof")
    command = [sys.executable, "-m", "ttaplatform.transcript.proofs"]
    try:
        seen = subprocess.run(  # noqa: S603 - our own module; the file goes in as data
            command, input=proof, capture_output=True, timeout=2 * MOST_SECONDS, cwd=paths.PACKAGE.parent, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RuleBrokenError("proof") from error
    kind, _line, kept = seen.stdout.partition(b"\n")
    if seen.returncode != 0 or kind.decode("ascii", "replace") not in {PDF, PNG}:
        raise RuleBrokenError("proof")
    return kind.decode(), kept


def examine(proof: bytes) -> tuple[str, bytes]:
    """Return what `checked` does; raise RuleBrokenError for a file that is refused, anything for one that is broken."""
    kind = proof_kind(proof[:16]) if len(proof) <= MAX_PROOF_BYTES else None
    if kind == PDF:
        _check_pdf(proof)
        return PDF, proof
    if kind in {PNG, JPEG}:
        return PNG, _as_png(proof)
    raise RuleBrokenError("proof")


def _check_pdf(pdf: bytes) -> None:
    """Raise RuleBrokenError unless it is a PDF with a page, not encrypted, that runs nothing and carries no file."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - heavy: only when a PDF is handed in

    if b"%%EOF" not in pdf.rstrip()[-1024:] or is_active(pdf) or _is_bomb(pdf):
        raise RuleBrokenError("proof")
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    if reader.encrypted or not _has_page(reader) or is_active(_written(reader)):
        raise RuleBrokenError("proof")


def _has_page(reader: Any) -> bool:
    return reader.find_page_container(0) is not None


def _is_bomb(pdf: bytes) -> bool:
    """Say whether its streams unpack to more than a proof needs: found before a parser unpacks any."""
    if any(len(_PACKING.findall(found)) > 1 for found in _FILTERS.findall(pdf)):
        return True
    view, left = memoryview(pdf), MAX_UNPACKED_BYTES
    for number, found in enumerate(_STREAM.finditer(pdf)):
        left -= _unpacked_bytes(view[found.end() :], left)
        if left <= 0 or number > MAX_OBJECTS:
            return True
    return False


def _unpacked_bytes(packed: memoryview, most: int) -> int:
    """Return how many bytes a stream unpacks to, or a little more than `most`; what is not deflated has few."""
    unpacker, size = zlib.decompressobj(), 0
    try:
        for start in range(0, len(packed), _CHUNK):
            size += len(unpacker.decompress(packed[start : start + _CHUNK], most - size + 1))
            if size > most or unpacker.eof:
                break
    except zlib.error:
        return size
    return size


def _written(reader: Any) -> bytes:
    """Return every object of the PDF as text, also those in packed object streams; streams without their data."""
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject  # noqa: PLC0415 - heavy

    refs = {ref for number in range(reader.total_revisions) for ref in reader.xrefs.explicit_refs_in_revision(number)}
    if len(refs) > MAX_OBJECTS:
        raise RuleBrokenError("proof")
    out = BytesIO()
    for ref in refs:
        one = reader.get_object(ref)
        write = DictionaryObject.write_to_stream if isinstance(one, StreamObject) else type(one).write_to_stream
        write(one, out)
        out.write(b"\n")
    return out.getvalue()


def _as_png(picture: bytes) -> bytes:
    """Return the picture, upright and on white, as a new PNG that fits: nothing else of the file is kept."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - heavy: only when a picture is handed in

    with Image.open(BytesIO(picture), formats=("PNG", "JPEG")) as opened:
        if opened.width * opened.height > MAX_PROOF_PIXELS:
            raise RuleBrokenError("proof")
        opened.draft("RGB", (MAX_PROOF_SIDE, MAX_PROOF_SIDE))
        ImageOps.exif_transpose(opened, in_place=True)
        upright = opened.convert("RGBA")
    side = MAX_PROOF_SIDE
    while True:
        upright.thumbnail((side, side))
        drawn, out = Image.new("RGB", upright.size, "white"), BytesIO()
        drawn.paste(upright, mask=upright.getchannel("A"))
        drawn.save(out, "PNG")
        if out.tell() <= MAX_PROOF_BYTES:
            return out.getvalue()
        side = int(max(drawn.size) * (MAX_PROOF_BYTES / out.tell()) ** 0.5 * 0.95)


def main() -> None:
    """Look at the file that comes in; write its kind and what is kept, or end with an error."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    try:
        kind, kept = examine(sys.stdin.buffer.read())
    except RuleBrokenError:
        sys.exit(1)
    sys.stdout.buffer.write(kind.encode() + b"\n" + kept)


if __name__ == "__main__":
    main()
