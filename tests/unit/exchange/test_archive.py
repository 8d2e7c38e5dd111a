"""A course goes into a zip and comes out byte for byte; what a zip may not hold is refused by its name."""

import io
import struct
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.conftest import write_course
from tests.make import PICTURE, course_files
from ttaplatform.catalogue.folder import content_hash, course_folders, digest_of, read_course
from ttaplatform.catalogue.media import is_media
from ttaplatform.errors import ContentError
from ttaplatform.exchange.archive import MAX_ENTRIES, pack, unpack
from ttaplatform.exchange.placing import write_folder

SHIPPED = course_folders(Path(__file__).parents[3] / "courses")
SOUND = {f"small/{path}": text.encode() for path, text in course_files().items()}


def zipped(contents, *, method=zipfile.ZIP_DEFLATED, change=lambda _entry: None) -> bytes:
    """Return a zip with these names and bytes, each entry as `change` leaves it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in contents.items() if isinstance(contents, dict) else contents:
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = method
            change(entry)
            archive.writestr(entry, content)
    return out.getvalue()


def packed(folder: Path) -> bytes:
    files, _problems = read_course(folder)
    media = {digest: (folder / path).read_bytes() for path, digest in files.items() if is_media(path)}
    return pack(files, media, folder.name)


def refusals(data: bytes) -> str:
    with pytest.raises(ContentError) as raised:
        unpack(data)
    return str(raised.value)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_shipped_course_comes_out_of_its_zip_byte_for_byte(folder, tmp_path):
    unpacked = unpack(packed(folder))
    write_folder(tmp_path / "new", unpacked.contents())

    assert unpacked.notes == ()
    assert content_hash(unpacked.files) == content_hash(read_course(folder)[0])
    for path in read_course(folder)[0]:
        assert (tmp_path / "new" / path).read_bytes() == (folder / path).read_bytes()


def test_line_ends_and_marks_of_byte_order_stay_as_they_were(tmp_path):
    write_course(tmp_path / "small", course_files())
    for path, content in {"job-aid.md": b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n", "01-one/quiz.md": b"a\rb\n"}.items():
        (tmp_path / "small" / path).write_bytes(content)

    unpacked = unpack(packed(tmp_path / "small"))

    assert content_hash(unpacked.files) == content_hash(read_course(tmp_path / "small")[0])
    assert unpacked.contents()["job-aid.md"] == b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n"
    assert unpacked.contents()["01-one/quiz.md"] == b"a\rb\n"


def test_equal_courses_are_equal_bytes(tmp_path):
    files = {path: text for path, text in course_files().items() if not is_media(path)}

    assert pack(files, {}, "small") == pack(dict(reversed(files.items())), {}, "small")


def test_a_zip_that_was_packed_by_hand_is_taken_from_its_top_or_its_folder():
    at_the_top = {path.removeprefix("small/"): content for path, content in SOUND.items()}

    assert unpack(zipped(at_the_top)) == unpack(zipped(SOUND)) == unpack(zipped({"small/": b"", **SOUND}))


def test_what_computers_put_into_folders_is_left_out_without_a_word():
    extra = {"__MACOSX/small/._course.md": b"x", "small/.DS_Store": b"x", "small/.git/config": b"x",
             "small/media/Thumbs.db": b"x"}  # fmt: skip

    assert unpack(zipped(SOUND | extra)) == unpack(zipped(SOUND))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("small/notes.docx", "not opened"),
        ("small/inner.zip", "not opened"),
        ("small/plan.pdf", "left out"),
        ("other.md", "left out"),
    ],
)
def test_a_file_that_is_no_part_of_a_course_is_left_out_and_named(name, words):
    unpacked = unpack(zipped(SOUND | {name: zipped(SOUND)}))

    assert [(note.path, note.code) for note in unpacked.notes] == [(name.removeprefix("small/"), "unknown-file")]
    assert words in unpacked.notes[0].message
    assert unpacked.files == unpack(zipped(SOUND)).files


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd.md", "top of a disk"),
        ("small/../../evil.md", "leads out"),
        ("../evil.md", "leads out"),
        ("small\\evil.md", "backslash"),
        ("C:/evil.md", "top of a disk"),
        ("small/C:evil.md", "top of a disk"),
        ("\\\\server\\evil.md", "top of a disk"),
        ("small//evil.md", "empty"),
        ("small/./evil.md", "empty"),
        ("small/evil.md ", "blank"),
        ("small/evil.", "dot"),
        ("small/a\u202egnp.md", "cannot be seen"),
        ("small/a\x07.md", "cannot be seen"),
        (f"small/{'a' * 300}.md", "longer than"),
        ("small/e\u0301.md", "not NFC"),
        ("small/COURSE.MD", "capital letters"),
        ("small/Job-Aid.md", "capital letters"),
        ("small/job-aid.md/inner.md", "a file and a folder"),
        ("small/media/map.png", "no whole PNG"),
        ("small/media/deep/map.svg", "lies in media/"),
        ("small/map.svg", "lies in media/"),
    ],
)
def test_a_name_that_may_not_be_is_refused_and_told(name, words):
    told = refusals(zipped(SOUND | {name: PICTURE.encode()}))

    assert words in told
    assert all(line.startswith(("small", "..", "/", "C:", "\\", "media", "map", "job")) or "capital" in line
               for line in told.splitlines())  # fmt: skip


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("job-aid.md", b"\xff\xfea", "line 1 is not in UTF-8"),
        ("job-aid.md", b"a\n\0", "line 2 contains a control character"),
        ("job-aid.md", b"a" * 500_001, "larger than 500,000 bytes"),
        ("media/map.svg", b"<svg xmlns='x' onload='y'/>", "may not contain"),
        ("media/map.svg", PICTURE.encode() + b"<script>", "may not contain"),
        ("media/map.png", b"\x89PNG\r\n\x1a\n" + zipped(SOUND), "something follows its end"),
        ("media/film.mp4", b"\0" * 40_000_001, "larger than 40,000,000 bytes"),
    ],
)
def test_a_file_that_may_not_stand_in_a_course_stops_the_whole_zip(path, content, words):
    told = refusals(zipped(SOUND | {f"small/{path}": content}))

    assert told.startswith(f"{path}:1: unreadable ")
    assert words in told


def link(entry):
    if entry.filename.endswith("job-aid.md"):
        entry.external_attr = 0o120777 << 16


def test_a_link_is_not_followed_and_refused():
    assert "job-aid.md:1: unreadable this is a link" in refusals(zipped(SOUND, change=link))


def test_an_encrypted_file_is_refused():
    data = bytearray(zipped(SOUND))
    for place in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[place] |= 1

    assert "small/course.md:1: unreadable the file is encrypted" in refusals(bytes(data))


def test_two_files_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([*SOUND.items(), ("small/course.md", b"other")])

    assert "small/course.md:1: unreadable the zip holds two files of this name" in refusals(data)


def test_two_courses_in_one_zip_are_refused():
    assert "not just one course.md" in refusals(zipped(SOUND | {"other/course.md": b"x"}))


def test_a_zip_without_a_course_is_refused():
    assert "not just one course.md" in refusals(zipped({"a/b/course.md": b"x"}))


def test_a_name_in_an_old_encoding_is_refused():
    data = zipped(SOUND | {"small/aXb.md": b"x"}).replace(b"aXb.md", b"a\x82b.md")

    assert "not written in UTF-8" in refusals(data)


def test_too_many_files_are_refused():
    told = refusals(zipped(SOUND | {f"small/{n}.md": b"" for n in range(MAX_ENTRIES)}))

    assert told == "there are more than 500 files in it"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_compression_that_unpacks_without_bounds_is_refused(method):
    assert "packed in a way that is not read" in refusals(zipped(SOUND, method=method))


def test_a_bomb_is_put_down_before_it_grows():
    bomb = {f"small/media/{n}.svg": b"<svg>" + b" " * 1_900_000 for n in range(40)}
    data = zipped(SOUND | bomb)
    start = time.process_time()

    told = refusals(data)

    assert len(data) < 200_000
    assert "all are larger than 60,000,000 bytes when unpacked" in told
    assert time.process_time() - start < 5


def test_a_size_that_the_zip_claims_is_not_believed():
    data = bytearray(zipped(SOUND))
    place = data.find(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<L", 1)

    assert "course.md:1: unreadable the file is broken" in refusals(bytes(data))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no zip file"),
        (b"---\ntitle: x\n", "no zip file"),
        (b"GIF89a" + zipped(SOUND), "no zip file"),
        (b"PK\x03\x04 <script>" + zipped(SOUND), "another file stands before or behind"),
        (zipped(SOUND) + b"<script>", "another file stands before or behind"),
        (zipped(SOUND)[:-30], "not received whole"),
        (zipped(SOUND)[:2000], "not received whole"),
        (zipped({}), "not just one course.md"),
    ],
    ids=["empty", "text", "picture-before", "zip-before", "behind", "cut", "cut-early", "nothing"],
)
def test_what_is_no_whole_zip_is_refused(data, words):
    assert words in refusals(data)


def test_nothing_is_left_beside_a_folder_that_could_not_be_written(tmp_path):
    with pytest.raises(OSError, match="job-aid"):
        write_folder(tmp_path / "new", {"job-aid.md": b"x", "job-aid.md/x.md": b"x"})

    assert list(tmp_path.iterdir()) == []


@settings(deadline=None, max_examples=150)
@given(some.data())
def test_whatever_bytes_come_a_whole_course_or_a_refusal_comes_back(data):
    whole = bytearray(zipped(SOUND))
    for _ in range(data.draw(some.integers(1, 6))):
        whole[data.draw(some.integers(0, len(whole) - 1))] = data.draw(some.integers(0, 255))

    with suppress(ContentError):
        for digest, (_name, content) in unpack(bytes(whole)).media.items():
            assert digest_of(content) == digest


def test_a_file_whose_sum_is_wrong_is_refused():
    content = SOUND["small/job-aid.md"]
    data = zipped(SOUND).replace(struct.pack("<L", zlib.crc32(content)), b"\0\0\0\0")

    assert "job-aid.md:1: unreadable the file is broken" in refusals(data)
