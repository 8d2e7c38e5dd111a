"""Mailed links: signed, for one purpose, valid for a time; spent when what they prove has changed."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

CONFIRM, PASSWORD = "confirm", "password"
MAX_AGE_SECONDS = {CONFIRM: 14 * 24 * 3600, PASSWORD: 2 * 3600}


@dataclass(frozen=True)
class Token:
    """What a mailed link says: whose account, and a value that must still hold (address, password's hash)."""

    account_id: int
    proof: str


def make_token(secret: str, purpose: str, token: Token) -> str:
    """Return the text of a link for `purpose`."""
    return URLSafeTimedSerializer(secret, salt=purpose).dumps([token.account_id, token.proof])


def read_token(secret: str, purpose: str, text: str) -> Token | None:
    """Return what the link says, or None when it is too old or not ours."""
    try:
        account_id, proof = URLSafeTimedSerializer(secret, salt=purpose).loads(text, MAX_AGE_SECONDS[purpose])
    except (BadData, ValueError, TypeError):
        return None
    return Token(account_id, proof)
