"""Signing in: who it is, and the wait after wrong passwords, for addresses without an account just the same."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ttaplatform.db import INSERT
from ttaplatform.people import passwords
from ttaplatform.people.models import Account, SignInFailure
from ttaplatform.people.rules import is_closed, normal_email, wait_after
from ttaplatform.people.service import find_account, record

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Tried:
    """An address that someone tries: its account (None when there is none) and how long it still waits."""

    account_id: int | None
    password_hash: str
    address_key: str
    wait: timedelta
    is_closed: bool


def look_up(session: Session, email: str, *, at: datetime) -> Tried:
    """Return what is known of an address before its password is compared, which takes long."""
    account = find_account(session, normal_email(email))
    failed = session.get(SignInFailure, address_key(email))
    count, last_at = (failed.count, failed.last_at) if failed else (0, at)
    return Tried(
        account.id if account else None,
        account.password_hash if account else passwords.spare_hash(),
        address_key(email),
        max(timedelta(), last_at + wait_after(count) - at),
        is_closed(count),
    )


def conclude(session: Session, tried: Tried, *, is_right: bool, at: datetime) -> Account | None:
    """Return the account that is signed in, or count a failure and return None."""
    if tried.account_id is None or not is_right:
        _count(session, tried.address_key, at)
        return None
    forget_failures(session, tried.address_key)
    record(session, "account.sign-in", actor_id=tried.account_id, at=at)
    return session.get_one(Account, tried.account_id)


def _count(session: Session, key: str, at: datetime) -> None:
    insert = INSERT[session.get_bind().dialect.name](SignInFailure).values(address_key=key, count=1, last_at=at)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["address_key"], set_={"count": SignInFailure.count + 1, "last_at": at}
        )
    )


def address_key(email: str) -> str:
    """Return under what failures of an address are counted; what was typed is not kept."""
    return hashlib.sha256(normal_email(email).encode("utf-8", "surrogatepass")).hexdigest()


def forget_failures(session: Session, key: str) -> None:
    """Let an address begin anew, as after a new password."""
    session.execute(delete(SignInFailure).where(SignInFailure.address_key == key))


def forget_old(session: Session, *, at: datetime) -> None:
    """Forget the failures of addresses that nobody tried for KEPT_FOR."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at < at - KEPT_FOR))
