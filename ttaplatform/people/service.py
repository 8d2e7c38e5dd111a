"""What people can do with their accounts, and what can be asked of agencies, professions and roles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.people import passwords
from ttaplatform.people.models import Account, Agency, AuditEvent, Membership, Profession, RoleGrant
from ttaplatform.people.rules import PROFESSIONS, normal_email
from ttaplatform.roles import Person, Role


@dataclass(frozen=True)
class SignUp:
    """What a new person tells of themselves; either an agency's id or a new agency."""

    email: str
    name: str
    password: str
    profession_id: int
    agency_id: int
    language: str
    time_zone: str


@dataclass(frozen=True)
class NewAccount:
    """An account that an operator makes: profession by slug, agency by name ("" for none, which grants the site)."""

    email: str
    name: str
    password: str
    profession: str
    agency: str
    role: Role
    time_zone: str


def sign_up(session: Session, details: SignUp, *, at: datetime) -> Account | None:
    """Create the account and send the confirmation; return None when the address has an account already.

    The owner of an address that has one is told by mail; the page says the same to both, but only a new
    account is signed in by it.
    """
    email = normal_email(details.email)
    existing = find_account(session, email)
    if existing is not None:
        enqueue(session, "mail-account-exists", {"account_id": existing.id})
        return None
    account = Account(
        email=email,
        name=details.name.strip(),
        password_hash=passwords.hash_password(details.password),
        profession_id=details.profession_id,
        language=details.language,
        time_zone=details.time_zone,
        created_at=at,
    )
    _add_account(session, account)
    session.add(Membership(account_id=account.id, agency_id=details.agency_id, is_primary=True))
    session.flush()
    record(session, "account.sign-up", actor_id=account.id, at=at)
    request_confirmation(session, account.id)
    return account


def create_account(session: Session, details: NewAccount, *, at: datetime) -> Account:
    """Create an account whose address counts as confirmed, with its role.

    Raises RuleBrokenError when the address has an account, NotFoundError naming an unknown profession or agency.
    """
    profession_id = session.scalar(select(Profession.id).where(Profession.slug == details.profession))
    agency_id = session.scalar(select(Agency.id).where(Agency.name_key == agency_key(details.agency)))
    if profession_id is None or (details.agency and agency_id is None):
        raise NotFoundError(f"there is no such profession or agency: {details.profession}, {details.agency}")
    account = Account(
        email=normal_email(details.email),
        name=details.name.strip(),
        password_hash=passwords.hash_password(details.password),
        profession_id=profession_id,
        time_zone=details.time_zone,
        created_at=at,
        email_confirmed_at=at,
    )
    _add_account(session, account)
    if agency_id is not None:
        session.add(Membership(account_id=account.id, agency_id=agency_id, is_primary=True))
    if details.role is not Role.LEARNER:
        grant(session, account.id, details.role, agency_id, at=at)
    return account


def confirm_agency(session: Session, agency_id: int, *, at: datetime) -> None:
    """Confirm a proposed agency; raise NotFoundError if there is none."""
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFoundError("agency")
    agency.status = "active"
    record(session, "agency.confirm", actor_id=None, at=at, agency=agency_id)


def _add_account(session: Session, account: Account) -> None:
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise RuleBrokenError("email-taken") from error


def request_confirmation(session: Session, account_id: int) -> None:
    """Send the mail with the link that confirms the address."""
    enqueue(session, "mail-confirmation", {"account_id": account_id})


def confirm_email(session: Session, account_id: int, email: str, *, at: datetime) -> None:
    """Confirm the address; doing it twice changes nothing. Raises NotFoundError for another address."""
    account = session.get(Account, account_id)
    if account is None or account.email != email:
        raise NotFoundError("account")
    if account.email_confirmed_at is None:
        account.email_confirmed_at = at
        record(session, "account.confirm", actor_id=account_id, at=at)


def request_new_password(session: Session, email: str, *, at: datetime) -> None:
    """Send a link to choose a new password, if the address has an account; one in ten minutes is enough."""
    account = find_account(session, normal_email(email))
    if account is not None:
        key = f"{account.id}:{account.epoch}:{at:%Y%m%d%H%M}"[:-1]
        enqueue(session, "mail-password", {"account_id": account.id}, key=key)


def change_password(session: Session, account_id: int, password: str, *, at: datetime) -> None:
    """Set a new password and end every session of the account."""
    account = session.get_one(Account, account_id)
    account.password_hash = passwords.hash_password(password)
    account.epoch += 1
    if account.email_confirmed_at is None:  # whoever got here by the mailed link has shown the address
        account.email_confirmed_at = at
    record(session, "account.password", actor_id=account_id, at=at)


def update_account(session: Session, account_id: int, values: dict[str, Any], *, at: datetime) -> None:
    """Change name, profession, primary agency, licence number, language or time zone; the past stays as it was."""
    agency_id = values.pop("agency_id")
    session.execute(update(Account).where(Account.id == account_id).values(**values))
    current = primary_agency_id(session, account_id)
    if agency_id != current:
        session.execute(update(Membership).where(Membership.account_id == account_id).values(is_primary=False))
        session.flush()
        session.merge(Membership(account_id=account_id, agency_id=agency_id, is_primary=True))
        session.flush()
    record(session, "account.update", actor_id=account_id, at=at)


def set_language(session: Session, account_id: int, language: str) -> None:
    """Keep the language that the person chose."""
    session.execute(update(Account).where(Account.id == account_id).values(language=language))


def propose_agency(session: Session, name: str, *, kind: str, level: str, state: str, at: datetime) -> Agency:
    """Create an agency that an administrator must still confirm, or return the one of that name and state."""
    key = agency_key(name)
    found = session.scalar(select(Agency).where(Agency.name_key == key, Agency.state == state))
    if found is not None:
        return found
    agency = Agency(
        name=" ".join(name.split()),
        name_key=key,
        kind=kind,
        level=level,
        state=state,
        status="pending",
        created_at=at,
    )
    session.add(agency)
    session.flush()
    return agency


def agency_key(name: str) -> str:
    """Return the name as it is compared: small letters, single blanks."""
    return " ".join(name.split()).casefold()


def search_agencies(session: Session, words: str, limit: int = 8) -> Sequence[Agency]:
    """Return active agencies whose name holds every word typed, the shortest names first."""
    query = select(Agency).where(Agency.status == "active").order_by(func.length(Agency.name), Agency.name)
    for word in agency_key(words).split()[:6]:
        query = query.where(Agency.name_key.contains(word, autoescape=True))
    return session.scalars(query.limit(limit)).all()


def find_agency(session: Session, agency_id: int) -> Agency | None:
    """Return the agency, or None."""
    return session.get(Agency, agency_id)


def find_agency_named(session: Session, name: str) -> int | None:
    """Return the id of the agency of this name, or None."""
    return session.scalar(select(Agency.id).where(Agency.name_key == agency_key(name)))


def list_agencies(session: Session) -> Sequence[Agency]:
    """Return every agency by name."""
    return session.scalars(select(Agency).order_by(Agency.name)).all()


def agencies_below(session: Session, roots: Sequence[int]) -> set[int]:
    """Return the ids of `roots` and of every agency below them."""
    tree = select(Agency.id).where(Agency.id.in_(roots)).cte("tree", recursive=True)
    tree = tree.union(select(Agency.id).join(tree, Agency.parent_id == tree.c.id))
    return set(session.scalars(select(tree.c.id)))


def agencies_above(session: Session, agency_id: int) -> list[int]:
    """Return the id of the agency and of every one above it, the nearest first."""
    line = [agency_id]
    while (parent := session.scalar(select(Agency.parent_id).where(Agency.id == line[-1]))) and parent not in line:
        line.append(parent)
    return line


def delete_account(session: Session, account_id: int, *, at: datetime) -> None:
    """Take out of the account everything that says whose it was, and end it.

    Completions stay as figures of the agency of their day; certificates are kept by their own record.
    """
    session.execute(delete(Membership).where(Membership.account_id == account_id))
    session.execute(delete(RoleGrant).where(RoleGrant.account_id == account_id))
    account = session.get_one(Account, account_id)
    account.email, account.name = f"deleted-{account_id}@account.invalid", "Deleted account"
    account.password_hash, account.licence_number = "deleted", ""
    account.email_confirmed_at, account.deleted_at = None, at
    account.wants_boosters = False
    account.epoch += 1
    session.flush()
    record(session, "account.delete", actor_id=account_id, at=at)


def allowed_agencies(session: Session, person: Person) -> set[int] | None:
    """Return the agencies whose people the person may see, as coordinator or administrator; None means every one."""
    if Role.ADMINISTRATOR in person.roles:
        return None
    whole_site, roots = person.scope(Role.COORDINATOR)
    return None if whole_site else agencies_below(session, roots)


def list_professions(session: Session) -> Sequence[Profession]:
    """Return every profession by sector and name."""
    return session.scalars(select(Profession).order_by(Profession.sector, Profession.name)).all()


def ensure_professions(session: Session) -> None:
    """Add the professions that ship with the platform and are not there yet."""
    known = set(session.scalars(select(Profession.slug)))
    for seed in PROFESSIONS:
        if seed.slug not in known:
            session.add(
                Profession(slug=seed.slug, name=seed.name, sector=seed.sector, licence_label=seed.licence_label)
            )
    session.flush()


def find_account(session: Session, email: str) -> Account | None:
    """Return the account with this (normal) address, or None."""
    return session.scalar(select(Account).where(Account.email == email))


def find_names(session: Session, account_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of accounts by id; deleted ones and None are left out."""
    wanted = select(Account.id, Account.name).where(Account.id.in_([one for one in account_ids if one is not None]))
    return {row.id: row.name for row in session.execute(wanted.where(Account.deleted_at.is_(None)))}


def get_account(session: Session, account_id: int) -> Account:
    """Return the account; raise NotFoundError if there is none, or it was deleted."""
    account = session.get(Account, account_id)
    if account is None or account.deleted_at is not None:
        raise NotFoundError("account")
    return account


def primary_agency_id(session: Session, account_id: int) -> int | None:
    """Return the agency that counts this person's completions, or None."""
    query = select(Membership.agency_id).where(Membership.account_id == account_id, Membership.is_primary)
    return session.scalar(query)


def agency_and_profession(session: Session, account_id: int) -> tuple[int | None, int]:
    """Return the ids of the primary agency and the profession, as they are at this moment."""
    row = session.execute(
        select(Membership.agency_id, Account.profession_id)
        .select_from(Account)
        .outerjoin(Membership, (Membership.account_id == Account.id) & Membership.is_primary)
        .where(Account.id == account_id)
    ).one()
    return row[0], row[1]


# Statements that every request asks are built once: building them took longer than running them.
_PERSON = (
    select(
        Account.id,
        Account.name,
        Account.email,
        Account.language,
        Account.time_zone,
        Account.email_confirmed_at,
        RoleGrant.role,
        RoleGrant.agency_id,
    )
    .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
    .where(Account.id == bindparam("account_id"), Account.epoch == bindparam("epoch"))
)


def find_person(session: Session, account_id: int, epoch: int) -> Person | None:
    """Return who is signed in, with their roles, in one query; None when the session has ended."""
    rows = session.execute(_PERSON, {"account_id": account_id, "epoch": epoch}).all()
    if not rows:
        return None
    grants = tuple((Role(row.role), row.agency_id) for row in rows if row.role)
    first = rows[0]
    return Person(
        id=first.id,
        name=first.name,
        email=first.email,
        language=first.language,
        time_zone=first.time_zone,
        is_confirmed=first.email_confirmed_at is not None,
        epoch=epoch,
        grants=grants,
    )


def grant(session: Session, account_id: int, role: Role, agency_id: int | None, *, at: datetime) -> None:
    """Give a person a role for an agency and those below it, or (None) for the site."""
    session.add(RoleGrant(account_id=account_id, role=role, agency_id=agency_id, granted_at=at))
    session.flush()
    record(session, "role.grant", actor_id=None, at=at, account=account_id, role=role, agency=agency_id)


def grant_to(session: Session, email: str, role: Role, agency: str, *, at: datetime) -> None:
    """Give the account of `email` a role for the agency of that name ("": the site); once more changes nothing.

    Raises NotFoundError naming what there is not.
    """
    account = find_account(session, email)
    if account is None:
        raise NotFoundError(f"account {email}")
    agency_id = find_agency_named(session, agency) if agency else None
    if agency and agency_id is None:
        raise NotFoundError(f"agency {agency!r}")
    held = select(RoleGrant.id).where(RoleGrant.account_id == account.id, RoleGrant.role == role)
    if session.scalar(held.where(RoleGrant.agency_id.is_not_distinct_from(agency_id))) is None:
        grant(session, account.id, role, agency_id, at=at)


def record(session: Session, action: str, *, actor_id: int | None, at: datetime, **details: Any) -> None:
    """Write a line of the audit log: ids only."""
    session.add(AuditEvent(action=action, actor_id=actor_id, at=at, details=details))
