"""Materials to put into caches, and clocks that tests set."""

from __future__ import annotations

import attrs

from aws_encryption_sdk.identifiers import AlgorithmSuite

from .operation_materials import decryption_materials, encryption_materials

UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
SIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
WITHOUT_KDF = AlgorithmSuite.AES_256_GCM_IV12_TAG16
ENCRYPTION = encryption_materials(UNSIGNED)
DECRYPTION = decryption_materials(ENCRYPTION)


@attrs.define
class Clocks:
    """The two clocks that entries are timed by."""

    monotonic: float = 1000.0
    wall: float = 1.7e9

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.monotonic += seconds
        self.wall += seconds
