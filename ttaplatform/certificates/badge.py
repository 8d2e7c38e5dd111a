"""The Open Badges 3.0 credential of a certificate, the list that says which are revoked, and the issuer's keys."""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ttaplatform.certificates.rules import LIST_LENGTH, MINUTES_PER_HOUR
from ttaplatform.credit.rules import HOURS_PER_CEU, Kind

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_PUBLIC = b"\xed\x01"  # multicodec's number of such a key, 0xed, as a varint
DAY_ENDS = time(11, 59, 59, tzinfo=UTC)  # of the next day: the last second of a day at UTC-12, where it ends last


@dataclass(frozen=True)
class CreditAmount:
    """One credit of a certificate: `amount` is a decimal number in CEUs for a CEU, otherwise in hours."""

    name: str
    amount: str
    kind: str


@dataclass(frozen=True)
class BadgeFacts:
    """What the credential says; texts are in the certificate's language, `criteria` is how it was earned.

    `status_list` is the number of the list and `status_index` the place in it, from 0 to LIST_LENGTH - 1.
    """

    code: str
    name: str
    course_slug: str
    course_title: str
    summary: str
    criteria: str
    issued_at: datetime
    expires_on: date | None
    minutes: int
    credits: tuple[CreditAmount, ...]
    status_list: int
    status_index: int


@dataclass(frozen=True)
class Issuer:
    """Who issues and signs; the key is Ed25519 in PKCS#8."""

    base_url: str
    name: str
    key_id: str
    private_key_pem: bytes

    @property
    def did(self) -> str:
        """Return the issuer's decentralised identifier."""
        return issuer_did(self.base_url)


def issuer_did(base_url: str) -> str:
    """Return the did:web of the site: its host, a port after %3A, folders after colons.

    Its document is at /.well-known/did.json, or at /folder/did.json for an address with folders
    (https://w3c-ccg.github.io/did-method-web/).
    """
    parts = urlsplit(base_url)
    names = [parts.netloc, *(name for name in parts.path.split("/") if name)]
    return "did:web:" + ":".join(quote(name, safe="") for name in names)


def unsigned_credential(facts: BadgeFacts, issuer: Issuer) -> dict[str, Any]:
    """Return the Open Badges 3.0 credential of a certificate, still without a proof.

    It names the person, and holds no address and no licence number. It has no inLanguage: Open Badges added the term
    to a context that was out already, and a verifier with the older copy would refuse the whole credential.
    """
    credential = {
        "@context": [CREDENTIALS, BADGES],
        "id": f"{issuer.base_url}/verify/{facts.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.course_title,
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.base_url},
        "validFrom": _instant(facts.issued_at),
        "credentialSubject": _subject(facts, issuer),
        "credentialStatus": _status(facts, issuer),
    }
    if facts.expires_on:
        credential["validUntil"] = _instant(datetime.combine(facts.expires_on + timedelta(days=1), DAY_ENDS))
    return credential


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _subject(facts: BadgeFacts, issuer: Issuer) -> dict[str, Any]:
    person = {"type": "IdentityObject", "hashed": False, "identityHash": facts.name, "identityType": "name"}
    amounts = [f"- {credit.name}: {credit.amount}" for credit in facts.credits]
    achievement: dict[str, Any] = {
        "id": f"{issuer.base_url}/courses/{facts.course_slug}",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": facts.course_title,
        "description": facts.summary or facts.course_title,
        "criteria": {"narrative": "\n".join([facts.criteria, "", *amounts]).strip()},
    }
    credited = _credited_hours(facts)
    if credited is not None:
        achievement["creditsAvailable"] = _number(credited)
    return {
        "type": ["AchievementSubject"],
        "identifier": [person],
        "achievement": achievement,
        "creditsEarned": _number(Decimal(facts.minutes) / MINUTES_PER_HOUR if credited is None else credited),
    }


def _credited_hours(facts: BadgeFacts) -> Decimal | None:
    """Return the first credit in hours: all credits are for the same learning, so they are not added up."""
    for credit in facts.credits:
        if credit.kind != Kind.COMPLETION:
            return Decimal(credit.amount) * (HOURS_PER_CEU if credit.kind == Kind.CEU else 1)
    return None


def _number(amount: Decimal) -> int | float:
    """Return the amount with at most two decimals; a whole one as 2, not as 2.0."""
    rounded = round(amount, 2)
    return int(rounded) if rounded == int(rounded) else float(rounded)


def _status(facts: BadgeFacts, issuer: Issuer) -> dict[str, str]:
    address = _list_url(issuer, facts.status_list)
    return {
        "id": f"{address}#{facts.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(facts.status_index),
        "statusListCredential": address,
    }


def _list_url(issuer: Issuer, number: int) -> str:
    return f"{issuer.base_url}/credentials/status/{number}"


def sign(document: dict[str, Any], issuer: Issuer, *, at: datetime) -> dict[str, Any]:
    """Return the document with a Data Integrity proof (eddsa-rdfc-2022) of the issuer's key; nothing is fetched."""
    from openbadgeslib.ob3.ldp import add_data_integrity_proof  # noqa: PLC0415 - heavy: loaded when the first is made

    method = f"{issuer.did}#{issuer.key_id}"
    signed: dict[str, Any] = add_data_integrity_proof(document, issuer.private_key_pem, method, created=at)
    return signed


def status_list(number: int, revoked: Collection[int], issuer: Issuer, *, at: datetime) -> dict[str, Any]:
    """Return the signed Bitstring Status List of that number, with the places in `revoked` set.

    Raises ValueError for a place that the list does not have.
    """
    address = _list_url(issuer, number)
    subject = {
        "id": f"{address}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": _encoded(revoked),
    }
    credential = {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": _instant(at),
        "credentialSubject": subject,
    }
    return sign(credential, issuer, at=at)


def _encoded(places: Collection[int]) -> str:
    """Return the bits as multibase base64url ("u") of GZIP; place 0 is the highest bit of the first byte.

    Source: https://www.w3.org/TR/vc-bitstring-status-list/, bitstring encoding.
    """
    bits = bytearray(LIST_LENGTH // 8)
    for place in places:
        if not 0 <= place < LIST_LENGTH:
            raise ValueError(f"a status list has no place {place}")
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def did_document(base_url: str, keys: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Return the site's DID document for `keys`: (key id, public or private PEM), the current one first.

    Keys that signed before stay in it, so that what they signed still verifies.
    """
    did = issuer_did(base_url)
    methods = [
        {"id": f"{did}#{name}", "type": "Multikey", "controller": did, "publicKeyMultibase": public_multibase(pem)}
        for name, pem in keys
    ]
    names = [method["id"] for method in methods]
    return {"@context": [DID, MULTIKEY], "id": did, "verificationMethod": methods, "assertionMethod": names}


def public_multibase(pem: bytes) -> str:
    """Return the public half of an Ed25519 key as Multikey writes it: "z" and base58; ValueError for other keys."""
    number = int.from_bytes(ED25519_PUBLIC + _public_key(pem).public_bytes_raw())
    digits = ""
    while number:
        number, digit = divmod(number, len(BASE58))
        digits = BASE58[digit] + digits
    return f"z{digits}"


def _public_key(pem: bytes) -> Ed25519PublicKey:
    if b"PRIVATE KEY" not in pem:
        key = serialization.load_pem_public_key(pem)
    else:
        key = serialization.load_pem_private_key(pem, None).public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("expected an Ed25519 key")
    return key
