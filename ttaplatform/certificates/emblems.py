"""Seals, signatures and public keys that are kept for certificates."""

from datetime import datetime
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.certificates.document import Pictures
from ttaplatform.certificates.keys import Keys
from ttaplatform.certificates.models import Certificate, Emblem, SigningKeyRecord
from ttaplatform.db import INSERT
from ttaplatform.errors import RuleBrokenError
from ttaplatform.people.service import agencies_above, record

SEAL, SIGNATURE = "seal", "signature"
SITE = "site"
MAX_SIDE = 900  # pixels: 600 dots per inch at the largest size printed
MAX_PNG_BYTES = 200_000  # so that a certificate stays well below what verification takes
MAX_PIXELS = 40_000_000  # a larger picture is refused before it is unpacked


def agency_scope(agency_id: int) -> str:
    """Return the scope of an agency's seal."""
    return f"agency:{agency_id}"


def rule_scope(slug: str) -> str:
    """Return the scope of the signature of a credit rule's provider."""
    return f"rule:{slug}"


def pictures_for(session: Session, certificate: Certificate) -> Pictures:
    """Return the pictures for a certificate that is made now.

    The seal is that of its agency, of the nearest one above that has one, or the site's; the signature that of the
    first credit's provider, or the site's.
    """
    above = agencies_above(session, certificate.agency_id) if certificate.agency_id else []
    seal = _first(session, SEAL, [*map(agency_scope, above), SITE])
    providers = [rule_scope(kept["rule"]) for kept in certificate.credits or ()]
    signature = _first(session, SIGNATURE, [*providers, SITE])
    return Pictures(
        seal.png if seal else None, signature.png if signature else None, signature.caption if signature else ""
    )


def _first(session: Session, kind: str, scopes: list[str]) -> Emblem | None:
    found = {one.scope: one for one in session.scalars(
        select(Emblem).where(Emblem.kind == kind, Emblem.scope.in_(scopes)))}  # fmt: skip
    return next((found[scope] for scope in scopes if scope in found), None)


def set_emblem(session: Session, emblem: tuple[str, str, str], picture: bytes, *, actor_id: int, at: datetime) -> None:
    """Keep a picture for (kind, scope, caption); certificates that were issued keep theirs.

    Raises RuleBrokenError when it is no PNG or JPEG, or has too many pixels.
    """
    kind, scope, caption = emblem
    png = _as_png(picture)
    kept = _first(session, kind, [scope])
    if kept is None:
        session.add(Emblem(kind=kind, scope=scope, caption=caption, png=png, updated_at=at))
    else:
        kept.png, kept.caption, kept.updated_at = png, caption, at
    session.flush()
    record(session, "emblem.set", actor_id=actor_id, at=at, kind=kind, scope=scope)


def remove_emblem(session: Session, kind: str, scope: str, *, actor_id: int, at: datetime) -> None:
    """Take the picture away for certificates to come."""
    if (kept := _first(session, kind, [scope])) is not None:
        session.delete(kept)
        record(session, "emblem.remove", actor_id=actor_id, at=at, kind=kind, scope=scope)


def list_emblems(session: Session) -> list[Emblem]:
    """Return every picture by kind and scope."""
    return list(session.scalars(select(Emblem).order_by(Emblem.kind, Emblem.scope)))


def find_emblem(session: Session, emblem_id: int) -> Emblem | None:
    """Return the picture, or None."""
    return session.get(Emblem, emblem_id)


def _as_png(picture: bytes) -> bytes:
    """Return the picture as a new PNG of at most MAX_SIDE pixels a side: nothing else of the file is kept."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - heavy: only when a picture is set

    try:
        with Image.open(BytesIO(picture), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise RuleBrokenError("picture")
            drawn = opened.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise RuleBrokenError("picture") from error
    side = MAX_SIDE
    while True:  # a photograph is drawn smaller until it fits
        drawn.thumbnail((side, side))
        out = BytesIO()
        drawn.save(out, "PNG", optimize=True)
        if out.tell() <= MAX_PNG_BYTES:
            return out.getvalue()
        side = side * 3 // 4


def record_keys(session: Session, keys: Keys, *, at: datetime) -> None:
    """Record what is public of the keys the first time that they sign; it stays when they are replaced."""
    for kind, key_id, public in (
        ("document", keys.document.id, keys.document.chain_pem),
        ("badge", keys.badge.id, keys.badge.public_pem),
    ):
        insert = INSERT[session.get_bind().dialect.name](SigningKeyRecord).on_conflict_do_nothing()
        session.execute(insert.values(id=key_id, kind=kind, public_pem=public.decode(), first_used_at=at))


def list_keys(session: Session, kind: str) -> list[SigningKeyRecord]:
    """Return every key of the kind ("document" or "badge") that ever signed, the newest first."""
    query = select(SigningKeyRecord).where(SigningKeyRecord.kind == kind)
    return list(session.scalars(query.order_by(SigningKeyRecord.first_used_at.desc(), SigningKeyRecord.id)))
