"""A client whose every page is checked: one h1 that matches the title, labels, unique ids, language."""

import re
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "rect", "circle"}


class Page(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.ids, self.labelled, self.controls = text, [], set(), []
        self.headings: dict[str, list[str]] = {}
        self.lang, self.open = "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "html":
            self.lang = values.get("lang", "")
        if tag == "label":
            self.labelled.add(values.get("for"))
        if tag in {"input", "select", "textarea"} and values.get("type") != "hidden":
            self.controls.append(values.get("id"))
            if values.get("aria-label"):
                self.labelled.add(values.get("id"))
        if tag in {"h1", "title"}:
            self.headings.setdefault(tag, []).append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        for tag in ("h1", "title"):
            if tag in self.open and "svg" not in self.open:
                self.headings[tag][-1] += data

    def check(self) -> None:
        """Assert what must hold on every page."""
        assert self.lang in {"en", "es"}
        assert len(self.headings["h1"]) == 1, "one h1"
        h1 = " ".join(self.headings["h1"][0].split())
        assert h1, "the h1 has words"
        assert h1 in " ".join(self.headings["title"][0].split()), "the title has the words of the h1"
        assert len(self.ids) == len(set(self.ids)), "ids are unique"
        assert set(self.controls) <= self.labelled, f"labels: {set(self.controls) - self.labelled}"
        assert self.open == [], "every element is closed"
        assert not re.search(r"<script(?![^>]*src=)|<style| style=| on\w+=", self.text), "nothing inline"


class Browser(FlaskClient):
    """A client that carries the token of forms and checks every page."""

    def show(self, path: str, *, status: int = 200) -> Page:
        """Get a page and check it."""
        return self._page(self.get(path), status)

    def send(self, path: str, fields: dict | None = None, *, status: int = 303):
        """Post a form with its token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/help").text)[1]
        response = self.post(path, data={"csrf_token": token, **(fields or {})})
        if status == 303:
            assert response.status_code == 303, re.findall(r"<h1.*?h1>|usa-error[^<]*<", response.text)
            return response.location
        return self._page(response, status)

    def _page(self, response, status: int) -> Page:
        assert response.status_code == status, (response.status_code, response.location)
        page = Page(response.text)
        page.check()
        return page

    def sign_in(self, email: str = "pat@example.org") -> None:
        """Sign in with the password of every test account."""
        from tests.make import PASSWORD

        self.send("/signin", {"email": email, "password": PASSWORD})
