"""The authors' guide in the product."""

from typing import Any

from flask import render_template
from markupsafe import Markup

from ttaplatform import paths
from ttaplatform.access import requires
from ttaplatform.authoring.guide import Part
from ttaplatform.authoring.guide import guide as read_guide
from ttaplatform.authoring.previewing import asked
from ttaplatform.authoring.views import READERS, blueprint
from ttaplatform.learning.views import printed


@blueprint.get("/authoring/guide")
@requires(*READERS)
def guide() -> str:
    """Show how courses are written, each example with what learners see of it."""
    parts = read_guide(paths.shipped("docs") / "authoring.md")
    return render_template("authoring/guide.html", parts=[_part(one) for one in parts], course=EXAMPLE)


def _part(part: Part) -> dict[str, Any]:
    return {
        "html": Markup(part.html),  # noqa: S704 - made safe when it was rendered; its facts stay placeholders
        "example": part.example,
        "asked": [asked(item) for item in part.items],
        "shown": [printed(html) for html in part.lesson.parts],
    }


class _Example:
    """Stands for the course of an example: in English, without sources."""

    language = "en"

    @staticmethod
    def source(_key: str) -> None:
        """Return None: examples cite nothing."""


EXAMPLE = _Example()
