"""The commands `tta course`: what they write, what they refuse, and how they say so."""

import json
import os
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.conftest import write_course
from tests.make import AT, COURSES, SLUG, course_files, spanish_files
from ttaplatform.catalogue.codes import CODES
from ttaplatform.catalogue.folder import content_hash, read_course
from ttaplatform.catalogue.service import publish
from ttaplatform.cli import main

GIFT = "// [id:one-1]\n::First::What is it?{=This#Yes. ~That#No.}\n\nWho?{}\n\n<b onclick='x'>Is it?</b>{T}\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def author(tmp_path, monkeypatch) -> Path:
    """Return an empty folder of an author, who has no server."""
    for name in [name for name in os.environ if name.startswith("TTA_")]:
        monkeypatch.delenv(name)
    (tmp_path / "author").mkdir()
    monkeypatch.chdir(tmp_path / "author")
    return tmp_path / "author"


@pytest.fixture
def server(settings, tmp_path, monkeypatch) -> Path:
    """Return an empty folder on the server, whose database has the small course."""
    monkeypatch.setenv("TTA_DATABASE_URL", settings.database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("TTA_DATA_DIR", str(settings.data_dir))
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, ["course", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def refused(*words: object) -> str:
    """Return the one line that a refused command says."""
    result = run(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    return result.stderr.removeprefix("Error: ").rstrip("\n")


def test_a_new_course_is_sound_from_the_start(author):
    made = run("new", "soar-in-schools")
    checked = run("check", "soar-in-schools")

    assert (made.exit_code, checked.exit_code) == (0, 0)
    assert all(" placeholder warning: " in line for line in checked.stdout.splitlines())
    head = yaml.safe_load((author / "soar-in-schools/course.md").read_text().split("---\n")[1])
    assert (head["title"], head["slug"], head["minutes"]) == ("Soar in schools", "soar-in-schools", 60)
    assert sorted(path.name for path in author.iterdir()) == ["soar-in-schools"]


def test_a_new_course_has_the_settings_that_were_named(author):
    words = ["--title", "Más: & 'todo'", "--summary", "Una.", "--sector", "health", "--minutes", 5, "--language", "es"]

    assert run("new", "deep/in/here", *words).exit_code == 0
    assert run("check", "deep").exit_code == 1
    assert run("check", "deep/in").exit_code == 0
    head = yaml.safe_load((author / "deep/in/here/course.md").read_text().split("---\n")[1])
    assert (head["title"], head["summary"], head["sector"], head["minutes"], head["languages"]) == (
        "Más: & 'todo'", "Una.", "health", 5, ["es"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["full"], "is there already"),
        (["link"], "is there already"),
        (["a-file/new"], "a-file: File exists"),
        (["."], "the folder you are in"),
        (["new", "--language", "Spanish"], "bad-language"),
        (["new", "--title", "Law &order"], "yaml-anchor"),
    ],
)
def test_a_new_course_that_cannot_be_made_is_refused_in_a_line_and_nothing_is_written(author, words, told):
    write_course(author, {"full/notes.txt": "x", "a-file": "x"})
    (author / "link").symlink_to("elsewhere")
    before = sorted(author.rglob("*"))

    said = refused("new", *words)

    assert told in said
    assert "\n" not in said
    assert sorted(author.rglob("*")) == before


def test_a_folder_that_may_not_be_written_is_named(author):
    (author / "locked").mkdir(mode=0o500)

    result = run("new", "locked/course")

    assert result.exit_code == 0 if os.geteuid() == 0 else "Permission denied" in result.stderr


def broken(folder: Path) -> Path:
    return write_course(folder, course_files(**{"01-one__quiz.md": "---\ntitel: x\n---\n"}))


def test_what_the_checker_finds_is_told_as_text_as_json_and_as_sarif(author):
    broken(author / "my course")

    text, data, log = (run("check", "my course", "--format", kind) for kind in ("text", "json", "sarif"))

    assert {text.exit_code, data.exit_code, log.exit_code} == {1}
    first = json.loads(data.stdout)[0]
    assert first == {
        "path": "my course/01-one/quiz.md", "line": 1, "code": "missing-key", "severity": "error",
        "message": "the setting 'title' is missing",
    }  # fmt: skip
    assert text.stdout.splitlines()[0] == "my course/01-one/quiz.md:1: missing-key the setting 'title' is missing"
    results = json.loads(log.stdout)["runs"][0]["results"]
    assert len(results) == len(json.loads(data.stdout)) == len(text.stdout.splitlines())
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20course/01-one/quiz.md"


def test_a_sound_course_is_an_empty_list(author):
    write_course(author / "small", course_files())

    assert json.loads(run("check", "small", "--format", "json").stdout) == []
    assert json.loads(run("check", "small", "--format", "sarif").stdout)["runs"][0]["results"] == []


def test_warnings_fail_a_strict_check_only(author):
    write_course(author / "small", course_files(**{"notes.txt": "x"}))

    assert run("check", "small").exit_code == 0
    assert run("check", "small", "--strict").exit_code == 1


def test_a_commit_hook_may_name_files_and_each_course_around_them_is_checked_once(author):
    broken(author / "deep/broken")
    write_course(author / "small", course_files())
    write_course(author, {"README.md": "x"})

    both = run("check", "deep/broken/01-one/quiz.md", "deep/broken/course.md", "small/01-one", "README.md")
    alone = run("check", "README.md")

    assert both.exit_code == 1
    assert sum("missing-key" in line for line in both.stdout.splitlines()) == 1
    assert both.stdout.startswith("deep/broken/01-one/quiz.md:1:")
    assert (alone.exit_code, alone.stdout) == (0, "")
    assert "README.md: belongs to no course" in alone.stderr


def test_a_check_writes_nothing_on_the_authors_computer(author):
    write_course(author / "small", course_files())
    before = sorted(author.rglob("*"))

    run("check", "small")

    assert sorted(author.rglob("*")) == before


def test_the_hook_for_commits_names_files_that_a_course_has():
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]

    assert (hook["id"], hook["entry"], hook["language"]) == ("tta-course-check", "tta course check", "python")
    assert hook["require_serial"]


@pytest.mark.parametrize("command", ["check", "publish", "map"])
def test_a_folder_that_is_not_there_is_wrong_use(author, command):
    result = run(command, "nowhere")

    assert (result.exit_code, "does not exist" in result.stderr) == (2, True)


def test_a_folder_without_a_course_is_refused(author):
    (author / "empty").mkdir()

    assert run("check", "empty").exit_code == 1


def test_a_course_goes_out_as_a_zip_and_comes_in_the_same(server, session):
    exported = run("export", SLUG, server / "small.zip")
    imported = run("import", server / "small.zip", server / "new")
    again = run("export", SLUG, server / "again.zip")

    assert (exported.exit_code, imported.exit_code, again.exit_code) == (0, 0, 0)
    assert "it is sound" in imported.stdout
    write_course(server / "old", spanish_files())
    assert content_hash(read_course(server / "new")[0]) == content_hash(read_course(server / "old")[0])
    assert (server / "small.zip").read_bytes() == (server / "again.zip").read_bytes()
    assert not publish(session, server / "new", COURSES, at=AT)


def test_the_quizzes_of_a_course_go_out_as_gift_each_in_its_category(server):
    exported = run("export", SLUG, server / "small.gift")

    text = (server / "small.gift").read_text("utf-8")
    assert exported.exit_code == 0
    assert [line for line in text.splitlines() if line.startswith("$CATEGORY")] == [
        "$CATEGORY: $course$/top/small-course/01-one",
        "$CATEGORY: $course$/top/small-course/final/all",
    ]
    assert "::one-1::" in text
    assert "01-one/module.md: one-self: a question within a lesson" in exported.stderr
    assert "evaluation.md: an evaluation is no quiz" in exported.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["no-such-course", "out.zip"], 1, "there is no course 'no-such-course'"),
        ([SLUG, "out.pdf"], 2, "a course is written as .zip"),
        ([SLUG, "missing/out.zip"], 1, "No such file or directory"),
        ([SLUG, "."], 2, "is a directory"),
    ],
)
def test_an_export_that_cannot_be_is_refused_in_a_line(server, monkeypatch, words, code, told):
    monkeypatch.chdir(server)

    result = run("export", *words)

    assert result.exit_code == code
    assert told in result.stderr
    assert list(server.iterdir()) == []


def test_a_database_that_is_not_there_is_told_in_a_line(author, monkeypatch):
    monkeypatch.setenv("TTA_DATABASE_URL", f"sqlite:///{author}/none/tta.db")

    assert "run 'tta init'" in refused("export", SLUG, "out.zip")


def zipped(file: Path, contents: dict[str, str]) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return file


def test_a_zip_that_is_refused_names_each_reason_and_leaves_nothing(author):
    zipped(author / "bad.zip", course_files(**{"..__evil.md": "x", "job-aid.md": "a\0"}))

    result = run("import", "bad.zip", "new")

    assert result.exit_code == 1
    assert "bad.zip: ../evil.md:1: unreadable the path leads out" in result.stderr
    assert [path.name for path in author.iterdir()] == ["bad.zip"]


def test_what_a_zip_holds_beside_a_course_is_told_and_what_the_checker_finds(author):
    zipped(author / "half.zip", course_files(**{"notes.txt": "x", "01-one__quiz.md": "---\ntitle: Q\n---\n"}))

    result = run("import", "half.zip", "new")

    assert result.exit_code == 0
    assert "half.zip: notes.txt:1: unknown-file" in result.stderr
    assert "new/01-one/quiz.md:1: no-questions" in result.stdout
    assert not (author / "new/notes.txt").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["no.zip", "new"], 2, "does not exist"),
        (["folder", "new"], 2, "is a directory"),
        (["text.zip", "new"], 1, "this is no zip file"),
        (["text.zip", "folder"], 1, "is there already and not empty"),
        (["text.txt", "new"], 2, "a course is a .zip, a quiz a .gift"),
        (["empty.gift", "new"], 1, "has no questions"),
        (["quiz.gift", "text.txt"], 2, "is a file"),
        (["quiz.gift", "small"], 1, "is a course; name the folder"),
        (["quiz.gift", "small/01-one"], 1, "--force replaces it"),
    ],
)
def test_an_import_that_cannot_be_is_refused_and_leaves_all_as_it_was(author, words, code, told):
    write_course(author, {"folder/x": "x", "text.zip": "x", "text.txt": "x", "empty.gift": "", "quiz.gift": GIFT})
    write_course(author / "small", course_files())
    before = {path: path.is_file() and path.read_bytes() for path in author.rglob("*")}

    result = run("import", *words)

    assert result.exit_code == code
    assert told in result.stderr
    assert {path: path.is_file() and path.read_bytes() for path in author.rglob("*")} == before


def test_a_gift_file_becomes_a_quiz_whose_ids_the_course_does_not_have(author):
    write_course(author / "small", course_files())
    write_course(author, {"quiz.gift": GIFT})

    result = run("import", "quiz.gift", "small/02-two")

    quiz = (author / "small/02-two/quiz.md").read_text()
    assert result.exit_code == 0
    assert quiz.startswith("---\ntitle: Knowledge check\n---\n\n## Question: What is it?\n\n<!-- quiz: id=one-1-2")
    assert "quiz.gift:2: the id one-1 became one-1-2" in result.stderr
    assert "quiz.gift:6: an event of <b> was left out" in result.stderr
    assert not [line for line in run("check", "small").stdout.splitlines() if "doubled-id" in line]


def test_a_quiz_is_replaced_by_force_and_keeps_its_own_ids(author):
    write_course(author / "small", course_files())
    write_course(author, {"quiz.gift": GIFT})

    result = run("import", "quiz.gift", "small/01-one", "--force", "--title", "First: check")

    assert result.exit_code == 0
    quiz = (author / "small/01-one/quiz.md").read_text()
    assert quiz.startswith("---\ntitle: 'First: check'\n---\n\n## Question: What is it?\n\n<!-- quiz: id=one-1 ")


def test_more_questions_than_a_quiz_may_have_are_refused(author):
    write_course(author, {"quiz.gift": "Is it?{T}\n\n" * 501})

    assert "501 questions; a quiz has 500 at most" in run("import", "quiz.gift", "new").stderr
    assert not (author / "new").exists()


def test_the_codes_are_listed():
    assert all(f"| `{name}` |" in run("codes").stdout for name in CODES)
