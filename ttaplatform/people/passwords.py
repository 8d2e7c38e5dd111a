"""Passwords: argon2id hashes, and the list of common ones."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ttaplatform.people.rules import repeated_unit

_hasher = PasswordHasher()  # argon2id with the library's current defaults (RFC 9106, low memory)


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`."""
    return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Say whether `password` belongs to `password_hash`."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def spare_hash() -> str:
    """Return a hash to compare with when there is no such account, so that both answers take as long."""
    return hash_password("no account has this password")


def is_common(password: str) -> bool:
    """Say whether `password`, or the part that it repeats, is among the commonly used ones."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - 12 MB: only when a password is chosen

    small = password.lower()
    common = FREQUENCY_LISTS["passwords"]
    return small in common or repeated_unit(small) in common or small.strip("0123456789!.") in common
