"""The signature policy at its former place."""

from __future__ import annotations

from ..._policies import check_signature_policy
from ...identifiers import AlgorithmSuite, SignaturePolicy

__all__ = ["SignaturePolicy", "validate_signature_policy_on_decrypt"]


def validate_signature_policy_on_decrypt(signature_policy: SignaturePolicy, algorithm: AlgorithmSuite) -> None:
    """Check that ``signature_policy`` lets messages of ``algorithm`` be decrypted.

    :raises ActionNotAllowedError: if it does not
    """
    check_signature_policy(signature_policy, algorithm)
