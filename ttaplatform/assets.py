"""Built files of the look: their addresses carry a fingerprint, so they can be cached for a year."""

import json
from pathlib import Path


class Assets:
    """The built files, by their plain names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        self._names: dict[str, str] = json.loads(manifest.read_text()) if manifest.is_file() else {}

    def url(self, name: str) -> str:
        """Return the address of the built file `name`; KeyError when the build did not make it."""
        return f"/static/{self._names[name]}"
