"""The application: blueprints, sign-in, languages, errors, headers; what upper floors listen to is bound here."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import Babel, get_locale
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Engine, inspect, select
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from ttaplatform import pages, paths
from ttaplatform.access import public, refuse_undeclared
from ttaplatform.assessing import views as assessing_views
from ttaplatform.assets import Assets
from ttaplatform.authoring import (
    editor_views,
    exchange_views,
    guide_views,
    history_views,
    media_views,
    parts_views,
    release_views,
    review_views,
    settings_views,
    try_views,
)
from ttaplatform.authoring import views as authoring_views
from ttaplatform.boards import views as boards_views
from ttaplatform.catalogue.reference import fact_texts
from ttaplatform.certificates import admin_views, badge_views, bulk_views, verify_views
from ttaplatform.certificates import service as certificates
from ttaplatform.certificates import views as certificate_views
from ttaplatform.config import Settings
from ttaplatform.credit import views as credit_admin_views
from ttaplatform.credit.folder import sound_rules
from ttaplatform.db import make_engine, reader
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.i18n import LANGUAGES, _, day, moment
from ttaplatform.learning import (
    credit_views,
    evaluation_views,
    invitation_views,
    material_views,
    question_views,
    quiz_views,
)
from ttaplatform.learning import views as learning_views
from ttaplatform.learning.credits import forget_fields
from ttaplatform.learning.invitations import invite_later, stop_all
from ttaplatform.people import service as people
from ttaplatform.people import signin_views
from ttaplatform.people import views as people_views
from ttaplatform.people.models import Account
from ttaplatform.reporting import views as reporting_views
from ttaplatform.roles import Person, Role
from ttaplatform.site import views as site_views
from ttaplatform.transcript import service as transcripts
from ttaplatform.transcript import views as transcript_views

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
VIEWS = (
    site_views,
    people_views,
    signin_views,
    learning_views,
    quiz_views,
    question_views,
    material_views,
    evaluation_views,
    invitation_views,
    credit_views,
    credit_admin_views,
    certificate_views,
    verify_views,
    badge_views,
    bulk_views,
    transcript_views,
    boards_views,
    admin_views,
    authoring_views,
    editor_views,
    media_views,
    try_views,
    release_views,
    review_views,
    parts_views,
    settings_views,
    history_views,
    exchange_views,
    guide_views,
    reporting_views,
    assessing_views,
)
DEMO_ADDRESS = "learner@example.org"


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """Return the application for `settings`; raises RuntimeError when a view does not say who may call it."""
    app = Flask("ttaplatform", template_folder=str(paths.shipped("templates")), static_folder=None)
    _configure(app, settings)
    app.extensions["engine"] = engine or make_engine(settings.database_url)
    _bind(app, settings)
    for blueprint in dict.fromkeys(views.blueprint for views in VIEWS):
        app.register_blueprint(blueprint)
    if (n := settings.proxies) > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    _protect(app)
    _speak(app, settings)
    _errors(app)
    app.teardown_request(pages.close_session)
    app.config["SHOWS_MAIL"] = not settings.mail_url and _has_demonstration(app.extensions["engine"])
    refuse_undeclared(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=settings.is_secure,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=timedelta(days=14),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=200_000,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    assets = Assets(paths.shipped("static") / "build")
    app.jinja_env.globals.update(
        asset=assets.url,
        Role=Role,
        LANGUAGES=LANGUAGES,
        day=day,
        moment=moment,
        filled=learning_views.filled,
        step_name=learning_views.step_name,
    )
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=assets.folder, prefix="static/", immutable_file_test=r"-[0-9a-f]{10}\."
    )


def _bind(app: Flask, settings: Settings) -> None:
    """Bind what lower floors tell and ask to the floors that listen and answer."""
    app.extensions["listeners"] = {
        "course-earned": [credited(certificates.issue_certificate, settings), invite_later],
        "credit-changed": [credited(certificates.add_credits, settings)],
        "email-confirmed": [credited(certificates.issue_waiting, settings)],
        "account-deleted": [certificates.let_go, transcripts.let_go, forget_fields, stop_all],
    }
    app.extensions["rate"] = rate_limiter(settings)
    app.extensions["answers"] = {"certificate-of": certificates.find_by_enrolment}


def credited(act: Callable[..., object], settings: Settings) -> Callable[..., object]:
    """Return a listener that is told the credit rules as they are now in the courses' folder."""
    return lambda session, **news: act(session, rules=sound_rules(settings.courses_dir), **news)


def rate_limiter(settings: Settings) -> Callable[[str, str], bool]:
    """Return what says whether a visitor may ask once more: a moving minute, counted in each server process."""
    limiter = MovingWindowRateLimiter(MemoryStorage())
    limit = RateLimitItemPerMinute(settings.verify_limit)
    return lambda what, who: settings.verify_limit == 0 or limiter.hit(limit, what, who)


def _protect(app: Flask) -> None:
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load_person)
    manager.unauthorized_handler(_sign_in_first)
    app.after_request(_headers)


def _load_person(text: str) -> Person | None:
    account, _dot, epoch = text.partition(".")
    if not (account.isdigit() and epoch.isdigit()):
        return None
    return people.find_person(pages.session(), int(account), int(epoch))


def _sign_in_first() -> Response:
    flash(_("Sign in to go on. Nothing that was saved is lost."), "info")
    return redirect(url_for("people.signin", next=request.full_path.rstrip("?")), 303)  # type: ignore[return-value]


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "private, no-store")
    if pages.settings().is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _speak(app: Flask, settings: Settings) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.PACKAGE / "translations")
    Babel(app, locale_selector=_language, timezone_selector=_zone, default_timezone=settings.site_zone)
    facts = partial(fact_texts, settings.courses_dir)

    @app.context_processor
    def every_page() -> dict[str, Any]:
        return {
            "site_name": settings.site_name,
            "facts": facts(),
            "language": str(get_locale()),
            "csrf_token": generate_csrf,
            "shows_mail": app.config["SHOWS_MAIL"],
            "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
        }


def _zone() -> str | None:
    return pages.person().time_zone if current_user and current_user.is_authenticated else None


def _language() -> str:
    if current_user and current_user.is_authenticated:
        return pages.person().language
    chosen = cookie.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), "en")


def _errors(app: Flask) -> None:
    app.register_error_handler(NotFoundError, lambda _error: _page(404))
    app.register_error_handler(RuleBrokenError, _rule_broken)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, lambda error: _page(error.code or 500))
    app.view_functions.setdefault("static", public(lambda **_values: abort(404)))


def _page(code: int) -> tuple[str, int]:
    known = code if code in {403, 404, 413, 422, 429} else (500 if code >= 500 else 400)
    return render_template("site/error.html", code=known), code


def _rule_broken(error: RuleBrokenError) -> tuple[str, int]:
    return render_template("site/error.html", code=422, reason=str(error)), 422


def _forged(_error: CSRFError) -> Response | tuple[str, int]:
    """A form without its token: the session has ended, or another site sent it."""
    if not current_user.is_authenticated and request.endpoint not in {"people.signin", "people.signup"}:
        return _sign_in_first()
    return render_template("site/error.html", code=422, reason="page-too-old"), 422


def _has_demonstration(engine: Engine) -> bool:
    if not inspect(engine).has_table("account"):
        return False
    with reader(engine) as session:
        return session.scalar(select(Account.id).where(Account.email == DEMO_ADDRESS)) is not None
