"""The Open Badges credential: what it says, that it verifies without fetching, and that revocation shows."""

import gzip
import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openbadgeslib.ob3.ldp import OB3LdpSigner, OB3LdpVerifier, verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError

from tests.badges.make import FACTS, ISSUED_AT, make_badge, make_issuer, public_pem
from ttaplatform.certificates.badge import (
    CreditAmount,
    did_document,
    issuer_did,
    public_multibase,
    sign,
    status_list,
    unsigned_credential,
)

ISSUER = make_issuer()
LIST = f"{ISSUER.base_url}/credentials/status/{FACTS.status_list}"
DID_DOCUMENT = did_document(ISSUER.base_url, [(ISSUER.key_id, public_pem(ISSUER))])


def served(*revoked: int, keys: dict | None = None):
    """Return what answers for the two addresses that a verifier may ask, and fails for any other."""
    revocations = status_list(FACTS.status_list, revoked, ISSUER, at=ISSUED_AT)
    files = {"https://training.example.org/.well-known/did.json": keys or DID_DOCUMENT, LIST: revocations}
    return lambda address: json.dumps(files[address]).encode()


def verify(credential: dict, download, *, pinned: bytes | None = None):
    verifier = OB3LdpVerifier(pubkey_pem=pinned) if pinned else OB3LdpVerifier.for_issuer_did(ISSUER.did)
    return verifier.verify(credential, check_status=True, download=download, verify_status_list=False)


@pytest.mark.parametrize("pinned", [None, public_pem(ISSUER)], ids=["did document", "pinned key"])
def test_a_credential_verifies_with_what_was_handed_over(pinned):
    seen = verify(make_badge(ISSUER), served(), pinned=pinned)

    assert seen.issuer.id == "did:web:training.example.org"
    assert seen.credits_earned == 1.5
    assert [one.identity_hash for one in seen.identifiers] == [FACTS.name]


def test_a_changed_name_is_refused():
    credential = make_badge(ISSUER)
    credential["credentialSubject"]["identifier"][0]["identityHash"] = "Someone Else"

    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verify(credential, served())


def test_a_revoked_credential_is_refused_and_its_neighbour_is_not():
    neighbour = make_badge(ISSUER, status_index=FACTS.status_index + 1)
    download = served(FACTS.status_index)

    assert verify(neighbour, download)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(make_badge(ISSUER), download)


def test_an_expired_credential_is_refused():
    with pytest.raises(OB3VerificationError, match="expired"):
        verify(make_badge(ISSUER, expires_on=date(2026, 2, 1)), served())


def test_a_key_that_was_replaced_still_verifies_what_it_signed():
    new = make_issuer()
    keys = did_document(ISSUER.base_url, [(new.key_id, public_pem(new)), (ISSUER.key_id, public_pem(ISSUER))])

    assert verify(make_badge(ISSUER), served(keys=keys))


def test_a_key_that_is_not_the_issuers_is_refused():
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verify(make_badge(replace(make_issuer(), key_id=ISSUER.key_id)), served())


def test_a_status_list_is_signed_by_the_issuer():
    revocations = status_list(3, [], ISSUER, at=ISSUED_AT)

    verify_data_integrity_proof(revocations, public_pem(ISSUER))
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verify_data_integrity_proof(revocations | {"validFrom": "2020-01-01T00:00:00Z"}, public_pem(ISSUER))


def bits(*revoked: int) -> bytes:
    encoded = status_list(0, revoked, ISSUER, at=ISSUED_AT)["credentialSubject"]["encodedList"]
    assert encoded.startswith("u")
    return gzip.decompress(urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))


def test_the_first_place_of_a_list_is_the_highest_bit_of_its_first_byte():
    assert bits(0)[0] == 0b1000_0000
    assert bits(7, 8)[:2] == bytes([0b0000_0001, 0b1000_0000])
    assert bits(131_071)[-1] == 0b0000_0001
    assert len(bits()) * 8 == 131_072


@pytest.mark.parametrize("place", [-1, 131_072])
def test_a_place_that_a_list_does_not_have_is_refused(place):
    with pytest.raises(ValueError, match="no place"):
        status_list(0, [place], ISSUER, at=ISSUED_AT)


def test_the_same_list_has_the_same_bytes():
    assert status_list(1, {5, 9}, ISSUER, at=ISSUED_AT) == status_list(1, [9, 5], ISSUER, at=ISSUED_AT)


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        ("https://training.example.org", "did:web:training.example.org"),
        ("http://localhost:5000", "did:web:localhost%3A5000"),
        ("https://example.org/training/courses/", "did:web:example.org:training:courses"),
        ("https://example.org:8443/a b", "did:web:example.org%3A8443:a%20b"),
    ],
)
def test_the_issuer_is_the_did_of_the_site(base_url, did):
    assert issuer_did(base_url) == did


def test_every_term_is_defined_so_that_the_proof_covers_all_that_is_said():
    signer = OB3LdpSigner(ISSUER.private_key_pem, f"{ISSUER.did}#{ISSUER.key_id}")
    credential = unsigned_credential(FACTS, ISSUER)

    class Ours:
        def to_vc(self):
            return credential

    assert signer.sign(Ours(), created=ISSUED_AT) == sign(credential, ISSUER, at=ISSUED_AT)


def test_a_day_of_expiry_lasts_until_it_has_ended_everywhere():
    credential = unsigned_credential(replace(FACTS, expires_on=date(2027, 12, 31)), ISSUER)

    assert credential["validUntil"] == "2028-01-01T11:59:59Z"
    assert "validUntil" not in unsigned_credential(replace(FACTS, expires_on=None), ISSUER)


@pytest.mark.parametrize(
    ("credits_", "available", "earned"),
    [
        ((), None, 1.25),
        ((CreditAmount("Completion", "1.25", "completion"),), None, 1.25),
        ((CreditAmount("California POST", "2", "post-hours"),), 2, 2),
        ((CreditAmount("CEU", "0.1", "ceu"), CreditAmount("Nursing", "1.5", "contact-hours")), 1, 1),
        ((CreditAmount("Nursing", "1.80", "contact-hours"),), 1.8, 1.8),
    ],
)
def test_credits_are_hours_and_without_any_the_time_of_instruction_counts(credits_, available, earned):
    subject = unsigned_credential(replace(FACTS, minutes=75, credits=credits_), ISSUER)["credentialSubject"]

    assert subject["achievement"].get("creditsAvailable") == available
    assert (subject["creditsEarned"], type(subject["creditsEarned"])) == (earned, type(earned))


def test_the_way_it_was_earned_lists_each_credit():
    achievement = unsigned_credential(FACTS, ISSUER)["credentialSubject"]["achievement"]

    assert achievement["criteria"]["narrative"] == f"{FACTS.criteria}\n\n- Nursing contact hours: 1.5"
    assert achievement["achievementType"] == "CertificateOfCompletion"


def test_instants_are_written_in_utc():
    facts = replace(FACTS, issued_at=datetime(2026, 1, 5, 12, 30, tzinfo=UTC))

    assert unsigned_credential(facts, ISSUER)["validFrom"] == "2026-01-05T12:30:00Z"


def test_the_public_and_the_private_half_of_a_key_have_one_name():
    private, public = ISSUER.private_key_pem, public_pem(ISSUER)

    assert public_multibase(private) == public_multibase(public)
    assert public_multibase(public).startswith("z6Mk")  # as every Ed25519 key in base58 does
    assert len(ISSUER.key_id) == 16


def test_a_key_that_is_not_ed25519_is_refused():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(serialization.Encoding.PEM, form)

    with pytest.raises(ValueError, match="Ed25519"):
        public_multibase(public)
