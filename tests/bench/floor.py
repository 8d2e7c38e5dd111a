"""The framework floor: Flask, Flask-Login with an ORM account, Flask-Babel, CSRF, one SELECT, as many bytes."""

import os
from datetime import UTC, datetime

from flask import Flask, g, render_template_string, request
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, login_required, login_user
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from sqlalchemy import ForeignKey, create_engine, event, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PAGE = "<!doctype html><html lang=en><title>{{ name }}</title>{{ _('Lesson') }}{{ csrf_token() }}{{ body }}</html>"


class Base(DeclarativeBase):
    """The parent of the floor's tables."""


class Account(Base, UserMixin):
    """Who is signed in."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Answer(Base):
    """What is saved."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    value: Mapped[str]
    saved_at: Mapped[datetime]


def create_app() -> Flask:  # noqa: C901 - as a beginner would write it, in one place
    """Return the floor, with its SQLite file at FLOOR_DB and pages of FLOOR_BYTES."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="floor", WTF_CSRF_CHECK_DEFAULT=True, WTF_CSRF_TIME_LIMIT=None)
    engine = create_engine(f"sqlite:///{os.environ['FLOOR_DB']}", connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def durable(connection, _record) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if session.get(Account, 1) is None:
            session.add(Account(id=1, name="Pat"))
            session.flush()
            session.add_all(Answer(id=n, account_id=1, value="a", saved_at=datetime.now(UTC)) for n in range(1, 11))  # noqa: TID251
            session.commit()
    Babel(app)
    CSRFProtect(app)
    manager = LoginManager(app)
    body = Markup("x" * int(os.environ.get("FLOOR_BYTES", "1000")))

    @app.before_request
    def open_session() -> None:
        g.session = Session(engine)

    @app.teardown_request
    def close_session(_error) -> None:
        g.session.close()

    @manager.user_loader
    def load(text: str) -> Account | None:
        return g.session.get(Account, int(text))

    @app.get("/signin")
    def signin() -> str:
        login_user(g.session.get(Account, 1))
        return render_template_string("{{ csrf_token() }}")

    @app.get("/lesson")
    @login_required
    def lesson() -> str:
        answer = g.session.scalars(select(Answer).where(Answer.id == 1)).one()
        return render_template_string(PAGE, name=answer.value, body=body)

    @app.post("/save")
    @login_required
    def save() -> str:
        g.session.execute(update(Answer).where(Answer.id == 1).values(value=request.form["answer"]))
        g.session.commit()
        return "ok"

    @app.post("/submit")
    @login_required
    def submit() -> str:
        g.session.scalars(select(Answer)).all()
        g.session.execute(update(Answer).values(value="b"))
        g.session.commit()
        return "ok"

    @app.get("/bare")
    def bare() -> str:
        return "ok"

    return app
