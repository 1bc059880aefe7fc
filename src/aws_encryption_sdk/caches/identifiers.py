"""Identifiers of cache entries: a hash of all that an entry depends on (framework/caching-cmm.md, appendix A).

Two sets of formulas stand here. :class:`CacheIdentifiers` has those of the specification, which the caching CMM uses; the two
functions have the older ones (SHA-512), which are published with known answers.

What the specification's formulas leave out is added behind them, and only where it is not the default: the commitment policy, the
required keys of the encryption context, and the encryption context given on decrypt. The fields are joined by a zero byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from hashlib import sha384, sha512
from typing import Final

from .._arguments import check_encryption_context
from .._materials import DecryptionMaterialsRequest, EncryptionMaterialsRequest
from .._message.encrypted_data_keys import serialize_encrypted_data_keys
from .._message.encryption_context import serialize_encryption_context
from ..identifiers import CommitmentPolicy
from ..structures import EncryptedDataKey, EncryptedDataKeys

__all__ = ["CacheIdentifiers", "build_decryption_materials_cache_key", "build_encryption_materials_cache_key"]

_CACHING_CMM: Final = b"\x01"
_ENCRYPT: Final = b"\x01"
_DECRYPT: Final = b"\x02"
_WITHOUT_SUITE: Final = b"\x00"
_WITH_SUITE: Final = b"\x01"
#: No serialized encryption context begins so: its count of pairs is never zero.
_ADDITIONS: Final = b"\x00\x00"
_DEFAULT_POLICY: Final = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
_UINT32: Final = struct.Struct(">I")
#: Requests whose identifiers are remembered, and how many bytes go into the longest of them.
_MOST_REMEMBERED: Final = 256
_LONGEST_REMEMBERED: Final = 4096


class CacheIdentifiers:
    """The identifiers of one partition, by the specification's formulas (SHA-384, 48 bytes). Shared by threads.

    Those of the last requests are remembered: the same few encryption contexts come again and again.

    :param partition: Partition id. One that has a zero byte, which would blur the fields, is represented by its hash
    """

    def __init__(self, partition: bytes) -> None:
        if b"\x00" in partition:
            partition = sha384(partition).hexdigest().encode("ascii")
        self._encrypt, self._decrypt = (
            b"\x00".join((_CACHING_CMM, scope, partition, b"")) for scope in (_ENCRYPT, _DECRYPT)
        )
        self._remembered: Final[dict[tuple[object, ...], bytes]] = {}

    def for_encryption(self, request: EncryptionMaterialsRequest) -> bytes:
        """Return the identifier of the entry that may answer ``request``.

        :raises SerializationError: if the encryption context cannot be serialized
        :raises ArgumentTypeError: if it is not a mapping of str to str
        """
        suite, policy, required = request.algorithm, request.commitment_policy, request.required_encryption_context_keys
        suite_field = _WITHOUT_SUITE if suite is None else _WITH_SUITE + b"\x00" + suite.id_as_bytes()
        additions = policy is not _DEFAULT_POLICY or required
        try:
            asked = (
                _ENCRYPT,
                suite_field,
                policy.name if additions else None,
                required,
                *request.encryption_context.items(),
            )
            known = self._remembered.get(asked)
        except (AttributeError, TypeError):
            check_encryption_context(request.encryption_context)
            raise
        if known is None:
            fields = b"\x00".join((self._encrypt + suite_field, _serialized_context(request.encryption_context)))
            if additions:
                fields += _additions(policy, dict.fromkeys(required, ""))
            known = self._remember(asked, fields)
        return known

    def for_decryption(self, request: DecryptionMaterialsRequest) -> bytes:
        """Return the identifier of the entry that may answer ``request``.

        :raises SerializationError: if one of the encryption contexts cannot be serialized
        :raises ArgumentTypeError: if one of them is not a mapping of str to str
        """
        suite_field, policy, keys = request.algorithm.id_as_bytes(), request.commitment_policy, request.encrypted_data_keys
        reproduced = request.reproduced_encryption_context or {}
        additions = policy is not _DEFAULT_POLICY or reproduced
        try:
            asked = (
                _DECRYPT,
                suite_field,
                (policy.name, *reproduced.items()) if additions else None,
                *request.encryption_context.items(),
                *[(key.key_provider.provider_id, key.key_provider.key_info, key.encrypted_data_key) for key in keys],
            )
            known = self._remembered.get(asked)
        except (AttributeError, TypeError):
            check_encryption_context(request.encryption_context)
            check_encryption_context(reproduced)
            raise
        if known is None:
            sorted_keys = b"".join(sorted(map(_serialized_key, keys)))
            context = _serialized_context(request.encryption_context)
            fields = b"\x00".join((self._decrypt + suite_field, sorted_keys, context))
            if additions:
                fields += _additions(policy, reproduced)
            known = self._remember(asked, fields)
        return known

    def _remember(self, asked: tuple[object, ...], fields: bytes) -> bytes:
        identifier = sha384(fields).digest()
        if len(fields) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[asked] = identifier
        return identifier


def build_encryption_materials_cache_key(partition: bytes, request: EncryptionMaterialsRequest) -> bytes:
    """Return the identifier of versions 1 to 4 for a request to encrypt.

    It depends on the partition, the algorithm suite that the caller named and the encryption context, and on nothing else.

    :param partition: Partition name
    :param request: Request for encryption materials
    :returns: 64 bytes
    """
    suite = request.algorithm
    named = _WITHOUT_SUITE if suite is None else _WITH_SUITE + suite.id_as_bytes()
    context = sha512(_serialized_context(request.encryption_context)).digest()
    return sha512(sha512(partition).digest() + named + context).digest()


def build_decryption_materials_cache_key(partition: bytes, request: DecryptionMaterialsRequest) -> bytes:
    """Return the identifier of versions 1 to 4 for a request to decrypt.

    It depends on the partition, the algorithm suite, the encrypted data keys and the encryption context that the message stores,
    and on nothing else.

    :param partition: Partition name
    :param request: Request for decryption materials
    :returns: 64 bytes
    """
    keys = _sorted_hashes(request.encrypted_data_keys)
    context = sha512(_serialized_context(request.encryption_context)).digest()
    end_of_keys = bytes(64)
    fields = (sha512(partition).digest(), request.algorithm.id_as_bytes(), keys, end_of_keys, context)
    return sha512(b"".join(fields)).digest()


def _sorted_hashes(keys: Iterable[EncryptedDataKey]) -> bytes:
    return b"".join(sorted(sha512(_serialized_key(key)).digest() for key in keys))


def _serialized_key(key: EncryptedDataKey) -> bytes:
    """Return one encrypted data key as the message has it, without the count that stands before all of them."""
    return serialize_encrypted_data_keys(EncryptedDataKeys((key,)))[2:]


def _serialized_context(context: Mapping[str, str]) -> bytes:
    try:
        return serialize_encryption_context(context)
    except (AttributeError, TypeError):
        # Bytes, as old programs hand them in, or a slip that this check names.
        return serialize_encryption_context(check_encryption_context(context))


def _additions(policy: CommitmentPolicy, pairs: Mapping[str, str]) -> bytes:
    """Return what is added for a policy that is not the default, and for pairs that the message does not store."""
    serialized = _serialized_context(pairs)
    return b"".join((_ADDITIONS, bytes((policy.value,)), _UINT32.pack(len(serialized)), serialized))
