"""What the commitment policy and the signature policy allow (framework/commitment-policy.md, client-apis/decrypt.md)."""

from __future__ import annotations

import os
import sys
import warnings
from types import FrameType
from typing import Final

from .exceptions import ActionNotAllowedError, CommitmentWarning
from .identifiers import AlgorithmSuite, CommitmentPolicy, SignaturePolicy

_PACKAGE: Final = os.path.dirname(__file__) + os.sep
_FORBID_ENCRYPT: Final = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
_REQUIRE_DECRYPT: Final = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
_FORBID_SIGNED: Final = SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT
_COMMITTING_SUITE: Final = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
_NON_COMMITTING_SUITE: Final = AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384


def default_suite(policy: CommitmentPolicy) -> AlgorithmSuite:
    """Return the algorithm suite that is used where none is named: 0x0578, or 0x0378 where commitment is forbidden."""
    if policy is _FORBID_ENCRYPT:
        return _NON_COMMITTING_SUITE
    return _COMMITTING_SUITE


def policy_for_named_suite(suite: AlgorithmSuite | None) -> CommitmentPolicy:
    """Return the policy under which a call that was given none asks for materials: one that allows what it named."""
    if suite is None or suite.commits:
        return CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
    return CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT


def check_encrypt_suite(policy: CommitmentPolicy | None, suite: AlgorithmSuite) -> None:
    """Check that ``policy`` lets ``suite`` encrypt; no policy lets all.

    :raises ActionNotAllowedError: if it does not
    """
    if policy is None or suite.commits is not (policy is _FORBID_ENCRYPT):
        return
    if suite.commits:
        raise ActionNotAllowedError(
            f"Configuration conflict: cannot encrypt with {suite.name}, which commits to its key, under the commitment "
            f"policy {policy.name}; choose a suite without commitment, or another policy"
        )
    raise ActionNotAllowedError(
        f"Configuration conflict: cannot encrypt with {suite.name}, which does not commit to its key, under the "
        f"commitment policy {policy.name}; choose a committing suite, or FORBID_ENCRYPT_ALLOW_DECRYPT"
    )


def check_decrypt_suite(policy: CommitmentPolicy | None, suite: AlgorithmSuite) -> None:
    """Check that ``policy`` lets messages of ``suite`` be decrypted; no policy lets all.

    :raises ActionNotAllowedError: if it does not
    """
    if policy is _REQUIRE_DECRYPT and not suite.commits:
        raise ActionNotAllowedError(
            f"Configuration conflict: cannot decrypt a message of {suite.name}, which does not commit to its key, under the "
            f"commitment policy {policy.name}; use REQUIRE_ENCRYPT_ALLOW_DECRYPT to read messages of older suites"
        )


def check_signature_policy(policy: SignaturePolicy, suite: AlgorithmSuite) -> None:
    """Check that ``policy`` lets messages of ``suite`` be decrypted.

    :raises ActionNotAllowedError: if it is a signed suite, and only unsigned messages are wanted
    """
    if policy is _FORBID_SIGNED and suite.signs:
        raise ActionNotAllowedError(
            f"Cannot decrypt signed message in decrypt-unsigned mode: use the mode 'decrypt' for messages of {suite.name}"
        )


def warn_without_commitment(suite: AlgorithmSuite, action: str) -> None:
    """Warn, at the caller's line, if ``suite`` does not commit to its data key."""
    if suite.commits:
        return
    level = 1
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(
        f"This call {action} {suite.name}, which does not commit to its data key, and was given no commitment_policy; "
        "name a policy to say that this is wanted",
        CommitmentWarning,
        stacklevel=level,
    )
