"""Who may call a view: every view says so, and the application refuses to start otherwise."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app
from flask_login import current_user

from ttaplatform.roles import Role

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Declare that anyone may call `view`."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(*roles: Role) -> Callable[[View], View]:
    """Declare that a signed-in person with one of `roles` may call the view; others get 403 or sign in first."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if not current_user.roles & set(roles):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def refuse_undeclared(app: Flask) -> None:
    """Raise RuntimeError naming every view that does not say who may call it."""
    undeclared = [name for name, view in app.view_functions.items() if not hasattr(view, "access")]
    if undeclared:
        raise RuntimeError(f"these views do not declare who may call them: {', '.join(sorted(undeclared))}")
