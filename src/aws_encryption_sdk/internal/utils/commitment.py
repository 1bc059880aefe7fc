"""Checks of the commitment policy under their former names."""

from __future__ import annotations

from typing import Final

from ..._policies import check_decrypt_suite, check_encrypt_suite
from ...identifiers import AlgorithmSuite, CommitmentPolicy

__all__ = ["TROUBLESHOOTING_URL", "validate_commitment_policy_on_decrypt", "validate_commitment_policy_on_encrypt"]

TROUBLESHOOTING_URL: Final = (
    "https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/troubleshooting-migration.html"
)


def validate_commitment_policy_on_encrypt(commitment_policy: CommitmentPolicy, algorithm: AlgorithmSuite | None) -> None:
    """Check that ``commitment_policy`` lets ``algorithm`` encrypt; None stands for the policy's default.

    :raises ActionNotAllowedError: if it does not
    """
    if algorithm is not None:
        check_encrypt_suite(commitment_policy, algorithm)


def validate_commitment_policy_on_decrypt(commitment_policy: CommitmentPolicy, algorithm: AlgorithmSuite) -> None:
    """Check that ``commitment_policy`` lets messages of ``algorithm`` be decrypted.

    :raises ActionNotAllowedError: if it does not
    """
    check_decrypt_suite(commitment_policy, algorithm)
