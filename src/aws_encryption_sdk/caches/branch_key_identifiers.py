"""Identifiers of cache entries with branch keys (framework/aws-kms/aws-kms-hierarchical-keyring.md, appendix A).

The fields are joined by a zero byte, so none of them may have one; whoever makes the fields sees to that.
"""

from __future__ import annotations

from hashlib import sha384
from typing import Final

_HIERARCHICAL_KEYRING: Final = b"\x02"
_ENCRYPT: Final = b"\x01"
_DECRYPT: Final = b"\x02"


class BranchKeyIdentifiers:
    """The identifiers of one partition and one logical key store (SHA-384, 48 bytes).

    :param partition: Partition id
    :param logical_key_store_name: Logical key store name
    """

    def __init__(self, partition: bytes, logical_key_store_name: str) -> None:
        store_name = logical_key_store_name.encode("utf-8")
        self._encrypt, self._decrypt = (
            b"\x00".join((_HIERARCHICAL_KEYRING, scope, partition, store_name, b"")) for scope in (_ENCRYPT, _DECRYPT)
        )

    def of_active(self, branch_key_id: str) -> bytes:
        """Return the identifier of the active version of a branch key, for encryption."""
        return sha384(self._encrypt + branch_key_id.encode("utf-8")).digest()

    def of_version(self, branch_key_id: str, version: str) -> bytes:
        """Return the identifier of one version of a branch key, for decryption.

        :param version: The UUID as text
        """
        return sha384(b"\x00".join((self._decrypt + branch_key_id.encode("utf-8"), version.encode("ascii")))).digest()
