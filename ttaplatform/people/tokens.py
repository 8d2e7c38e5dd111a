"""Mailed links: signed, for one purpose, valid for a time; spent when what they prove has changed."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

CONFIRM, PASSWORD, INVITATION = "confirm", "password", "invitation"
MAX_AGE_SECONDS = {CONFIRM: 14 * 24 * 3600, PASSWORD: 2 * 3600, INVITATION: 180 * 24 * 3600}


@dataclass(frozen=True)
class Token:
    """What a mailed link says: which account or invitation, and a value that must still hold (address, hash)."""

    about: int
    proof: str


def make_token(secret: str, purpose: str, token: Token) -> str:
    """Return the text of a link for `purpose`."""
    return URLSafeTimedSerializer(secret, salt=purpose).dumps([token.about, token.proof])


def read_token(secret: str, purpose: str, text: str) -> Token | None:
    """Return what the link says, or None when it is too old or not ours."""
    try:
        about, proof = URLSafeTimedSerializer(secret, salt=purpose).loads(text, MAX_AGE_SECONDS[purpose])
    except (BadData, ValueError, TypeError):
        return None
    return Token(about, proof)
