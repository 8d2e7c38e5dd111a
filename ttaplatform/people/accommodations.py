"""What an account has for itself: extra time in tests, and whether it wants boosters by mail."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ttaplatform.errors import NotFoundError
from ttaplatform.people.models import Account

MOST_EXTRA_TIME = 400


def extra_time_percent(session: Session, account_id: int) -> int:
    """Return how much longer than others the person may take for a test with a limit, in percent."""
    return session.scalar(select(Account.extra_time_percent).where(Account.id == account_id)) or 0


def set_extra_time(session: Session, email: str, percent: int) -> None:
    """Give the account with this address extra time; 0 takes it away. Raise NotFoundError when there is none."""
    changed = session.connection().execute(
        update(Account.__table__).where(Account.email == email.strip().lower()).values(extra_time_percent=percent)  # type: ignore[arg-type]
    )
    if changed.rowcount == 0:
        raise NotFoundError(email)


def wants_boosters(session: Session, account_id: int) -> bool:
    """Say whether the person wants a short review by mail now and then."""
    return bool(session.scalar(select(Account.wants_boosters).where(Account.id == account_id)))


def set_boosters(session: Session, account_id: int, *, is_wanted: bool) -> None:
    """Turn mails with a short review on or off."""
    session.execute(update(Account).where(Account.id == account_id).values(wants_boosters=is_wanted))
