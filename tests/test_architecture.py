"""The house style that a machine can see: sizes, names, docstrings, access, addresses."""

import ast
from pathlib import Path

import pytest

from ttaplatform.config import load_settings
from ttaplatform.web import create_app

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "ttaplatform").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VAGUE = {"utils", "helpers", "common", "core", "misc", "base", "util"}
# A generated first migration is as long as the tables are many.
LONG_FUNCTIONS = {"0001_the_first_tables.py:upgrade", "0001_the_first_tables.py:downgrade"}
LONG_FILES = {"0001_the_first_tables.py"}
# These are shown under other names, or are no pages: files, redirects after a post, data.
NO_TEMPLATE = {
    "people.confirm_again", "people.signout", "people.search", "people.language", "people.reviews", "learning.enrol",
    "learning.enrol_again", "learning.lesson_time", "credit.end", "learning.mark", "learning.resume",
    "learning.media", "certificates.pdf", "certificates.remove_emblem", "certificates.emblem",
    "certificates.signing_key", "certificates.verified_file", "certificates.badge", "certificates.bundle",
    "authoring.edit_course", "authoring.change_module", "authoring.change_translation", "authoring.discard",
    "authoring.withdraw",
    "authoring.change_release", "authoring.resolve", "authoring.sign", "authoring.add_part", "authoring.export_draft",
    "authoring.export_course", "authoring.restore", "learning.see_news", "authoring.media", "authoring.remove_media",
    "authoring.preview", "transcript.pdf", "transcript.proof", "transcript.remove", "transcript.confirm",
    "boards.boards_csv", "boards.affidavit", "boards.delete_layout", "certificates.status", "certificates.issuer",
    "reporting.completions_csv", "assessing.quiz_csv", "site.healthz", "site.readyz",
}  # fmt: skip
ADDRESSES = {
    "/", "/signup", "/signin", "/signout", "/account", "/courses", "/courses/<slug>", "/learning",
    "/learn/<int:enrolment_id>", "/transcript", "/certificates/<code>.pdf", "/verify", "/verify/<code>", "/admin",
    "/certificates/<code>.json", "/admin/credits", "/admin/certificates/bulk", "/transcript.pdf",
    "/transcript/elsewhere", "/reports/elsewhere", "/reports/boards", "/admin/board-layouts",
    "/learn/<int:enrolment_id>/credit", "/credentials/status/<int:number>", "/.well-known/did.json", "/reports",
    "/authoring", "/reports/completions", "/reports/completions.csv", "/healthz", "/readyz",
}  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    settings = load_settings({"TTA_DATA_DIR": str(folder), "TTA_SECRET_KEY": "x", "TTA_MAIL_URL": "smtp://localhost"})
    return create_app(settings)


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_a_file_is_short_and_says_what_it_is_for(path: Path):
    text = path.read_text()

    assert path.name in LONG_FILES or len(text.splitlines()) <= 400
    assert path.name == "__init__.py" or ast.get_docstring(ast.parse(text))
    assert path.name != "__init__.py" or not text


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_a_function_is_short(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and f"{path.name}:{node.name}" not in LONG_FUNCTIONS:
            assert (node.end_lineno or 0) - node.lineno < 40, node.name


def test_a_folder_and_a_module_are_called_by_a_noun_of_the_field():
    names = {path.stem for path in CODE} | {path.parent.name for path in CODE}

    assert not names & VAGUE


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_is_short_and_has_no_inline_script_or_style(path: Path):
    text = path.read_text()

    assert len(text.splitlines()) <= 120
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick" not in text


def test_a_component_is_one_macro_of_its_files_name():
    for path in (ROOT / "templates" / "components").glob("*.html"):
        assert path.read_text().count("{% macro ") == 1, path.name
        assert f"{{% macro {path.stem}(" in path.read_text(), path.name


def test_every_view_says_who_may_call_it_and_renders_the_template_of_its_name(app):
    for endpoint, view in app.view_functions.items():
        assert hasattr(view, "access"), endpoint
        if endpoint != "static" and endpoint not in NO_TEMPLATE:
            assert (ROOT / "templates" / f"{endpoint.replace('.', '/')}.html").is_file(), endpoint


def test_no_address_of_the_contract_is_lost(app):
    assert {rule.rule for rule in app.url_map.iter_rules()} >= ADDRESSES


def test_an_undeclared_view_stops_the_start(app):
    from ttaplatform.access import refuse_undeclared

    app.view_functions["stray"] = lambda: ""
    try:
        with pytest.raises(RuntimeError, match="stray"):
            refuse_undeclared(app)
    finally:
        del app.view_functions["stray"]


def test_an_applied_migration_is_never_edited():
    import hashlib

    applied = {
        "0001_the_first_tables.py": "aaa37f613760c170",
        "0002_media.py": "db917fa2b3dfa4fc",
        "0003_assessment.py": "60cb3f9509ffda8c",
        "0004_certificates.py": "e09e1f6a5e4c8836",
        "0005_credit.py": "0c9709f3fb93062d",
        "0007_authoring.py": "f51f1d5b22f1ea86",
        "0006_ends.py": "d46e4030504b66ae",
        "0008_signing_in.py": "02833819eb48dfc5",
    }
    for name, digest in applied.items():
        text = (ROOT / "ttaplatform" / "migrations" / "versions" / name).read_bytes()
        assert hashlib.sha256(text).hexdigest()[:16] == digest


def test_nothing_commits_but_views_commands_and_the_database_module():
    for path in CODE:
        if path.stem in {
            "service",
            "attempts",
            "answers",
            "replies",
            "follow_ups",
            "invitations",
            "sittings",
            "accommodations",
            "models",
            "rules",
        }:
            assert ".commit()" not in path.read_text(), path
