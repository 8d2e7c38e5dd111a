"""Pages of the site itself: home, help, accessibility, privacy, the exit, written mail, health."""

import re
from email.message import EmailMessage

from flask import Blueprint, Response, abort, current_app, render_template
from flask_babel import get_locale
from sqlalchemy import text

from ttaplatform import pages
from ttaplatform.access import public, requires
from ttaplatform.catalogue.service import list_published
from ttaplatform.mail import written
from ttaplatform.roles import Role

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
@public
def home() -> str:
    language = str(get_locale())
    courses = [one.course.spoken(language) for one in list_published(pages.session())[:4]]
    return render_template("site/home.html", courses=courses)


@blueprint.get("/admin")
@requires(Role.ADMINISTRATOR)
def admin() -> str:
    return render_template("site/admin.html")


@blueprint.get("/help")
@public
def help_page() -> str:
    return render_template("site/help_page.html", contact=pages.settings().contact)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("site/accessibility.html", contact=pages.settings().contact)


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("site/privacy.html")


@blueprint.get("/demo/mail")
@public
def demo_mail() -> str:
    """Show the letters that were written instead of sent: only with demonstration data."""
    if not current_app.config["SHOWS_MAIL"]:
        abort(404)
    letters = [(letter["Subject"], letter["To"], _text(letter)) for letter in written(pages.settings().mail_dir)]
    links = [re.findall(r"https?://\S+", body) for _subject, _to, body in letters]
    return render_template("site/demo_mail.html", letters=list(zip(letters, links, strict=True)))


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return str(part.get_content()) if part else ""


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    pages.session().execute(text("select 1"))
    return Response("ready\n", mimetype="text/plain")
