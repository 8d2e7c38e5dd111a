"""Badges as tests need them; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import serialization

from ttaplatform.certificates.badge import BadgeFacts, CreditAmount, Issuer, sign, unsigned_credential
from ttaplatform.certificates.keys import new_badge_key, public_key_id

ISSUED_AT = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)  # verifiers read the clock: it must be past
FACTS = BadgeFacts(
    code="7K3M-PQ9X-2HTB-WD4R",
    name='Zoë "Zo" O’Brien\\Núñez 李小龍',
    course_slug="recognising-trafficking",
    course_title="Recognising human trafficking",
    summary="How to notice, ask and help.\tWith practice.",
    criteria="All parts were completed and the quiz was passed.",
    issued_at=ISSUED_AT,
    expires_on=None,
    minutes=90,
    credits=(CreditAmount("Nursing contact hours", "1.5", "contact-hours"),),
    status_list=3,
    status_index=70_001,
)


def make_issuer(base_url: str = "https://training.example.org") -> Issuer:
    private = new_badge_key()
    return Issuer(base_url, "Find and Help Training", public_key_id(public_half(private)), private)


def make_badge(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    return sign(unsigned_credential(replace(FACTS, **changes), issuer), issuer, at=ISSUED_AT)


def public_pem(issuer: Issuer) -> bytes:
    return public_half(issuer.private_key_pem)


def public_half(private_pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(private_pem, None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
