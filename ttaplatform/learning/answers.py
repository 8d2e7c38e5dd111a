"""Save answers as they are given, and mark questions for later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.errors import RuleBrokenError
from ttaplatform.learning.models import Attempt, Response
from ttaplatform.learning.sittings import Sitting

_RESPONSE: Any = Response.__table__
_ATTEMPT: Any = Attempt.__table__
ANY_VERSION = -1


def _save(insert: Any) -> Any:
    seen = bindparam("seen", type_=Integer)
    writer = insert.excluded.writer
    is_same_page = (_RESPONSE.c.writer == writer) & (writer != "")
    is_expected = or_(_RESPONSE.c.version == seen, seen == ANY_VERSION, is_same_page)
    return insert.on_conflict_do_update(
        index_elements=["attempt_id", "item_id"],
        set_={
            "value": insert.excluded.value,
            "saved_at": insert.excluded.saved_at,
            "version": _RESPONSE.c.version + 1,
            "writer": writer,
            "is_final": insert.excluded.is_final,
        },
        where=is_expected & _RESPONSE.c.is_final.is_(False),
    ).returning(_RESPONSE.c.version)


_SAVE = {
    "sqlite": _save(sqlite.insert(_RESPONSE)),
    "postgresql": _save(postgresql.insert(_RESPONSE)),
}
_KEPT = select(Response.value, Response.version, Response.is_final).where(
    Response.attempt_id == bindparam("attempt_id"), Response.item_id == bindparam("item_id")
)


@dataclass(frozen=True)
class Page:
    """The page that saves: the version that it showed (0: none) and a word of its own ("" when it has none)."""

    seen: int = ANY_VERSION
    writer: str = ""


def save_response(
    session: Session,
    sitting: Sitting,
    position: int,
    given: Sequence[str],
    *,
    at: datetime,
    page: Page = Page(),
    is_final: bool = False,
) -> int:
    """Save the answer to the question at `position` and return its version; the same again changes nothing.

    A page that was opened earlier overwrites nothing newer, but for what it saved itself. `is_final` closes the answer,
    as before its feedback is shown.

    Raises RuleBrokenError: "submitted", "time-over", "not-an-option" (not what was offered), "newer-answer", "final".
    """
    _refuse_ended(sitting, at)
    item, _shown = sitting.item(position)
    value = ITEM_TYPES[item.type].read(item, given)
    if value is None:
        raise RuleBrokenError("not-an-option")
    row = {"attempt_id": sitting.id, "item_id": item.id, "value": value, "saved_at": at, "is_final": is_final}
    version = session.execute(
        _SAVE[session.get_bind().dialect.name], {**row, "version": 1, "seen": page.seen, "writer": page.writer}
    ).scalar_one_or_none()
    return version if version is not None else _kept(session, sitting.id, item.id, value)


def _refuse_ended(sitting: Sitting, at: datetime) -> None:
    if sitting.submitted_at is not None:
        raise RuleBrokenError("submitted")
    if sitting.is_over(at):
        raise RuleBrokenError("time-over")


def _kept(session: Session, attempt_id: int, item_id: str, value: list[str]) -> int:
    """Return the version of the answer that stands when it is the same one; raise RuleBrokenError otherwise."""
    kept = session.execute(_KEPT, {"attempt_id": attempt_id, "item_id": item_id}).one()
    if kept.value != value:
        raise RuleBrokenError("final" if kept.is_final else "newer-answer")
    return int(kept.version)


def clear_response(session: Session, sitting: Sitting, position: int, *, at: datetime, page: Page) -> None:
    """Take the answer to the question away, as when the last tick was removed.

    The rules are those of saving: RuleBrokenError("newer-answer") or ("final") when another answer stands.
    """
    _refuse_ended(sitting, at)
    item, _shown = sitting.item(position)
    row = _RESPONSE.c
    may = or_(row.version == page.seen, (row.writer == page.writer) & (row.writer != ""))
    session.execute(
        delete(_RESPONSE).where(row.attempt_id == sitting.id, row.item_id == item.id, row.is_final.is_(False), may)
    )
    kept = session.execute(_KEPT, {"attempt_id": sitting.id, "item_id": item.id}).one_or_none()
    if kept is not None:
        raise RuleBrokenError("final" if kept.is_final else "newer-answer")


def mark_question(session: Session, sitting: Sitting, position: int, *, is_marked: bool) -> None:
    """Mark the question for later, or take the mark away; raise RuleBrokenError("submitted") after the end."""
    if sitting.submitted_at is not None:
        raise RuleBrokenError("submitted")
    item, _shown = sitting.item(position)
    marked = [one for one in sitting.marked if one != item.id] + ([item.id] if is_marked else [])
    session.execute(update(_ATTEMPT).where(_ATTEMPT.c.id == sitting.id).values(marked=marked))
