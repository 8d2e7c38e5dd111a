"""What may stand in a course's media folder, and what is refused however it is called."""

import io

import pytest
from PIL import Image

from ttaplatform.authoring.uploads import MAX_SIDE, read_upload
from ttaplatform.catalogue.media import MediaError, check_media
from ttaplatform.errors import RuleBrokenError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><title>A map</title></svg>'


def picture(kind: str, size=(40, 30), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("media/a.svg", SVG),
        ("media/a.svg", b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made -->\n' + SVG),
        ("media/a.png", picture("PNG")),
        ("media/a.jpg", picture("JPEG")),
        ("media/a.webp", picture("WEBP")),
        ("media/a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"),
    ],
)
def test_what_its_name_says_is_taken(name, content):
    check_media(name, content)


@pytest.mark.parametrize(
    "inner",
    [
        b"<script>alert(1)</script>",
        b"<svg:script/>",
        b"<a onload='x()'/>",
        b'<a href="javascript:x()"/>',
        b'<a xlink:href="https://example.org/"/>',
        b"<foreignObject/>",
        b'<use href="other.svg#x"/>',
        b"<style>@import 'x'</style>",
        b'<rect style="fill:url(https://example.org/x)"/>',
        b"<animate attributeName='href'/>",
        b"&#106;avascript",
        b"\x00",
        b"\xff\xfe",
    ],
)
def test_an_svg_that_could_run_or_fetch_something_is_refused(inner):
    with pytest.raises(MediaError):
        check_media("media/a.svg", SVG.replace(b"<title>", inner + b"<title>"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("media/a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG),
        ("media/a.svg", SVG.decode().encode("utf-16")),
        ("media/a.svg", b"<html><svg></svg></html>"),
        ("media/a.svg", b'<?xml version="1.0" encoding="UTF-7"?>' + SVG),
        ("media/a.png", picture("JPEG")),
        ("media/a.png", picture("PNG") + b"<script>alert(1)</script>"),
        ("media/a.jpg", picture("JPEG") + b"PK\x03\x04" * 20),
        ("media/a.webp", picture("WEBP") + b"%PDF-1.7"),
        ("media/a.vtt", b"<script>alert(1)</script>"),
        ("media/a.mp4", b"MZ" + b"\0" * 100),
        ("media/a.png", b"\0" * 2_000_001),
        ("media/../a.png", picture("PNG")),
        ("a.png", picture("PNG")),
        ("media/deep/a.png", picture("PNG")),
        ("media/.hidden.png", picture("PNG")),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(name, content):
    with pytest.raises(MediaError):
        check_media(name, content)


def test_an_uploaded_picture_is_drawn_anew_without_what_travelled_in_it():
    hidden = b"<script>alert(1)</script>"

    upload = read_upload("C:\\my photos\\Mapa Ñ.JPG", picture("JPEG", comment=hidden) + hidden)

    assert upload.path == "media/mapa-n.jpg"
    assert hidden not in upload.content
    check_media(upload.path, upload.content)


def test_a_large_picture_is_made_as_wide_as_a_page_shows():
    upload = read_upload("a.png", picture("PNG", (4000, 1000)))

    assert Image.open(io.BytesIO(upload.content)).size == (MAX_SIDE, MAX_SIDE // 4)


def test_a_name_that_is_taken_gets_a_number():
    assert read_upload("a.png", picture("PNG"), {"media/a.png"}).path == "media/a-2.png"


@pytest.mark.parametrize(
    ("name", "path"), [("talk.vtt", "media/talk.vtt"), ("Talk.es.vtt", "media/talk.es.vtt"), ("b.vtt", "media/b-2.vtt")]
)
def test_captions_keep_the_name_of_their_video(name, path):
    assert read_upload(name, b"WEBVTT\n", {"media/talk.mp4", "media/talk.vtt", "media/b.vtt"}).path == path


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.png", b"", "empty-file"),
        ("a.png", b"not a picture", "unknown-file"),
        ("a.exe", b"MZ" + b"\0" * 100, "unknown-file"),
        ("a.svg", SVG.replace(b"<title>", b"<script/><title>"), "unsafe-file"),
        ("a.svg", SVG + b" " * 2_000_001, "large-file"),
        ("a.png", picture("PNG", (9000, 9000)), "large-file"),
        ("a.vtt", b"no captions", "unsafe-file"),
    ],
)
def test_an_upload_that_cannot_be_kept_is_refused_with_its_reason(name, content, reason):
    with pytest.raises(RuleBrokenError, match=reason):
        read_upload(name, content)
