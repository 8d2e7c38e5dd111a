"""Letters that are written to files are listed once each is whole."""

from ttaplatform.mail import written

LETTER = b"Subject: %b\nTo: pat@example.org\n\nHello.\n"


def test_a_letter_that_is_still_being_written_is_not_listed(tmp_path):
    (tmp_path / "20261124-100000-000000.eml").write_bytes(LETTER % b"Older")
    (tmp_path / "20261124-110000-000000.eml").write_bytes(LETTER % b"Newer")
    (tmp_path / ".20261124-120000-000000.eml").write_bytes(LETTER % b"Half")

    assert [letter["subject"] for letter in written(tmp_path)] == ["Newer", "Older"]
