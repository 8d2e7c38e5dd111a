"""Files that a trainer uploads: pictures are drawn anew, so that nothing else travels in them; all are checked."""

import io
import re
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, ImageOps, UnidentifiedImageError

from ttaplatform.authoring.rules import slug_of
from ttaplatform.catalogue.media import MAX_FILE_BYTES, MAX_VIDEO_BYTES, MediaError, check_media
from ttaplatform.errors import RuleBrokenError

MAX_UPLOAD_BYTES = MAX_VIDEO_BYTES + 100_000
MAX_PIXELS = 40_000_000  # a larger picture is refused before it is unpacked
MAX_SIDE = 1600  # pixels: twice the widest a lesson shows
RASTER = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".png", "BMP": ".png"}
OTHERS = {".svg", ".vtt", ".mp4", ".webm"}


@dataclass(frozen=True)
class Upload:
    """An uploaded file as it may stand in a course: its path, `media/...`, and its bytes."""

    path: str
    content: bytes


def read_upload(name: str, content: bytes, taken: Collection[str] = ()) -> Upload:
    """Return the file as it may stand in a course, under a name that is none of the paths `taken`.

    Raises RuleBrokenError: "empty-file", "large-file", "unknown-file", "unsafe-file".
    """
    stem, suffix = PurePosixPath(name.replace("\\", "/")).stem, PurePosixPath(name).suffix.lower()
    if not content:
        raise RuleBrokenError("empty-file")
    if suffix in OTHERS:
        drawn, kind = content, suffix
    else:
        drawn, kind = _drawn(content)
    if len(drawn) > (MAX_VIDEO_BYTES if kind in {".mp4", ".webm"} else MAX_FILE_BYTES):
        raise RuleBrokenError("large-file")
    path = _path(stem, kind, taken)
    try:
        check_media(path, drawn)
    except MediaError as error:
        raise RuleBrokenError("unsafe-file") from error
    return Upload(path, drawn)


def _path(stem: str, kind: str, taken: Collection[str]) -> str:
    """Return where the file lies; captions keep the name of their video, which may end in a language, as talk.es."""
    match = re.fullmatch(r"(.+)\.([a-z]{2})", stem) if kind == ".vtt" else None
    stem, language = (match[1], f".{match[2]}") if match else (stem, "")
    name = slug_of(stem)
    if kind == ".vtt" and {f"media/{name}.mp4", f"media/{name}.webm"} & set(taken):
        return f"media/{name}{language}{kind}"
    stems = {PurePosixPath(path).name.removesuffix(kind) for path in taken if path.endswith(kind)}
    return f"media/{slug_of(stem, stems)}{language}{kind}"


def _drawn(content: bytes) -> tuple[bytes, str]:
    """Return a picture drawn anew, at most MAX_SIDE wide and high, without what else was in its file; its suffix."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(RASTER)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise RuleBrokenError("large-file")
                return _saved(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleBrokenError("large-file") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise RuleBrokenError("unknown-file") from error


def _saved(picture: Image.Image) -> tuple[bytes, str]:
    suffix, out = RASTER[picture.format or ""], io.BytesIO()
    plain = ImageOps.exif_transpose(picture).convert("RGB" if suffix == ".jpg" else "RGBA")
    plain.info.clear()  # comments, places and names that a camera wrote
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    plain.save(out, {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}[suffix], quality=88, optimize=True)
    return out.getvalue(), suffix
