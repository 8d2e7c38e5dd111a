"""The table of layouts: which columns a board asks of a continuing-education file, as an administrator mapped them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from ttaplatform.db import Base


class BoardLayout(Base):
    """A layout for the credits of one rule: its columns in order.

    Each is {"heading": the board's name of it, "field": what we fill in, "is_required": whether a row must have it}.
    """

    __tablename__ = "board_layout"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    rule: Mapped[str] = mapped_column(String(100))
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
