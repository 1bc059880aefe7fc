"""The commitment policy and the signature policy (framework/commitment-policy.md)."""

from __future__ import annotations

import pytest

from aws_encryption_sdk import _policies
from aws_encryption_sdk.exceptions import ActionNotAllowedError
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy, SignaturePolicy

from .operation_materials import SUITES

pytestmark = pytest.mark.specification(
    "framework/commitment-policy.md",
    "ESDK.FORBID_ENCRYPT_ALLOW_DECRYPT",
    "ESDK.REQUIRE_ENCRYPT_ALLOW_DECRYPT",
    "ESDK.REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
)

FORBID = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
ALLOW = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
REQUIRE = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
#: For each policy: whether it encrypts with, and decrypts, suites that commit and suites that do not.
RULES = {
    None: {"encrypt": {True, False}, "decrypt": {True, False}},
    FORBID: {"encrypt": {False}, "decrypt": {True, False}},
    ALLOW: {"encrypt": {True}, "decrypt": {True, False}},
    REQUIRE: {"encrypt": {True}, "decrypt": {True}},
}


@pytest.mark.parametrize("policy", RULES)
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("action", ["encrypt", "decrypt"])
def test_commitment(policy: CommitmentPolicy | None, suite: AlgorithmSuite, action: str) -> None:
    check = _policies.check_encrypt_suite if action == "encrypt" else _policies.check_decrypt_suite
    if suite.is_committing() in RULES[policy][action]:
        check(policy, suite)
        return
    assert policy is not None
    with pytest.raises(ActionNotAllowedError) as caught:
        check(policy, suite)
    for part in ("Configuration conflict", action, suite.name, policy.name):
        assert part in str(caught.value)


@pytest.mark.parametrize("policy", CommitmentPolicy)
def test_the_default_suite_obeys_its_policy(policy: CommitmentPolicy) -> None:
    suite = _policies.default_suite(policy)

    assert suite.algorithm_id == (0x0378 if policy is FORBID else 0x0578)
    _policies.check_encrypt_suite(policy, suite)


@pytest.mark.parametrize("suite", [None, *SUITES])
def test_a_call_without_a_policy_asks_under_one_that_allows_what_it_named(suite: AlgorithmSuite | None) -> None:
    policy = _policies.policy_for_named_suite(suite)

    _policies.check_encrypt_suite(policy, suite or _policies.default_suite(policy))
    for read in SUITES:
        _policies.check_decrypt_suite(policy, read)
    if suite is None:
        assert _policies.default_suite(policy).algorithm_id == 0x0578


@pytest.mark.parametrize("suite", SUITES)
def test_signatures(suite: AlgorithmSuite) -> None:
    _policies.check_signature_policy(SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT, suite)
    if not suite.is_signing():
        _policies.check_signature_policy(SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT, suite)
        return
    with pytest.raises(ActionNotAllowedError, match="Cannot decrypt signed message in decrypt-unsigned mode"):
        _policies.check_signature_policy(SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT, suite)
