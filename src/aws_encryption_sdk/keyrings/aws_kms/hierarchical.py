"""The AWS KMS hierarchical keyring (framework/aws-kms/aws-kms-hierarchical-keyring.md)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from ..._arguments import builtin_name, bytes_from
from ..._materials import DecryptionMaterials, EncryptionMaterials
from ..._wrapping.branch_key import PROVIDER_ID, version_in
from ..._wrapping.reasons import shown_data_key
from ...branch_keys.identity import check_identifier
from ...branch_keys.materials import BranchKeySource
from ...caches.base import EntryCache
from ...caches.entry import check_seconds
from ...caches.storm_tracking import StormTrackingCryptoMaterialsCache
from ...exceptions import (
    ArgumentTypeError,
    ArgumentValueError,
    AWSEncryptionSDKClientError,
    CannotBePickledError,
    DecryptKeyError,
    UnwrapDataKeyError,
    WrapDataKeyError,
)
from ...structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from .._decryption import data_key_length, refuse_data_key
from ..base import Keyring
from ._branch_keys import CachedBranchKeys
from .branch_key_id_suppliers import AnyBranchKeyIdSupplier, branch_key_id_supplier_from

__all__ = ["AwsKmsHierarchicalKeyring"]

_DEFAULT_CAPACITY: Final = 1000
_STORE_METHODS: Final = ("get_active_branch_key", "get_branch_key_version")


class AwsKmsHierarchicalKeyring(Keyring):
    """Wraps data keys under branch keys, which AWS KMS wraps: one request for many messages. May be shared by threads.

    Branch keys are kept in a cache for their time-to-live. A message is encrypted under the active version of its branch key, as the
    cache has it, and decrypted under the version that it names.

    :param key_store: Branch key store: a :class:`~aws_encryption_sdk.branch_keys.BranchKeyStore`
    :param branch_key_id: Branch key id, where all messages have the same one
    :param branch_key_id_supplier: What tells the branch key id by the encryption context of a message: a callable, or an object with
        ``get_branch_key_id``. Exactly one of these two is given
    :param ttl_seconds: Time-to-live of branch keys in the cache: seconds, above 0, and above the grace period of the cache
    :param cache: Cache for branch keys; without one, a storm tracking cache for 1000 of them, with a grace period of 10 seconds.
        One object can serve several keyrings and caching CMMs; ``NullCryptoMaterialsCache()`` switches caching off
    :param partition_id: Keyrings with the same one, the same cache and the same logical key store name use each other's entries;
        where none is given, a random one is made, and nothing is shared
    :raises ArgumentTypeError: if an argument is missing or has the wrong type
    :raises ArgumentValueError: if the time-to-live is too short, or an id is empty or has a zero byte
    """

    def __init__(
        self,
        key_store: BranchKeySource,
        *,
        branch_key_id: str | None = None,
        branch_key_id_supplier: AnyBranchKeyIdSupplier | None = None,
        ttl_seconds: float,
        cache: EntryCache | None = None,
        partition_id: str | None = None,
    ) -> None:
        _check_store(key_store)
        check_seconds(ttl_seconds, "ttl_seconds")
        if not ttl_seconds > 0:
            raise ArgumentValueError(f"ttl_seconds must be above 0, not {ttl_seconds}")
        self.key_store: Final = key_store
        self.ttl_seconds: Final = ttl_seconds
        self.cache: Final = _checked_cache(cache, ttl_seconds)
        self._branch_key_id: Final = _supplier(branch_key_id, branch_key_id_supplier)
        self._branch_keys: Final = CachedBranchKeys(key_store, self.cache, ttl_seconds, _partition(partition_id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key_store!r}, {self._branch_key_id!r})"

    def __reduce__(self) -> NoReturn:
        raise CannotBePickledError(
            f"{type(self).__name__} has a cache of secret keys, and cannot be pickled; make another one"
        )

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Generate a data key, if there is none yet, and wrap it under the active version of the branch key.

        :raises WrapDataKeyError: if there is no branch key id, or no branch key
        :raises SerializationError: if the encryption context cannot be serialized
        """
        materials = encryption_materials
        context = materials.serialized_encryption_context()
        try:
            branch_key = self._branch_keys.active(self._branch_key_id(dict(materials.encryption_context)))
        except AWSEncryptionSDKClientError as error:
            raise WrapDataKeyError(f"{self!r} cannot encrypt: {error}") from error
        provider = MasterKeyInfo(PROVIDER_ID, branch_key.branch_key_identifier.encode("utf-8"))
        data_key = materials.data_encryption_key
        if data_key is not None:
            wrapped = branch_key.wrapping.wrap(data_key.data_key, context)
            return materials.with_encrypted_data_key(EncryptedDataKey(provider, wrapped))
        generated = RawDataKey(provider, os.urandom(materials.algorithm.kdf_input_len))
        wrapped = branch_key.wrapping.wrap(generated.data_key, context)
        return materials.with_generated_data_key(generated, EncryptedDataKey(provider, wrapped))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Unwrap the first encrypted data key of the branch key that can be unwrapped.

        :raises SerializationError: if the encryption context cannot be serialized
        :raises UnwrapDataKeyError: if there is none, or no branch key id, or the materials have a data key already; ``errors``
            has the reason of each encrypted data key
        """
        materials = decryption_materials
        refuse_data_key(self, materials)
        context, length = materials.serialized_encryption_context(), data_key_length(materials)
        try:
            branch_key_id = self._branch_key_id(dict(materials.encryption_context))
            key_info = check_identifier(branch_key_id, "The branch key id").encode("utf-8")
        except AWSEncryptionSDKClientError as error:
            raise UnwrapDataKeyError(f"{self!r} cannot decrypt", [error]) from error
        reasons: list[Exception] = []
        unavailable: dict[bytes, AWSEncryptionSDKClientError] = {}
        for number, key in enumerate(encrypted_data_keys, start=1):
            try:
                _check_owner(key, branch_key_id, key_info)
                version = version_in(key.encrypted_data_key, length)
                # A message may name a missing version thousands of times; it is asked for once.
                if version in unavailable:
                    raise unavailable[version]
                try:
                    branch_key = self._branch_keys.version(branch_key_id, version)
                except AWSEncryptionSDKClientError as error:
                    unavailable[version] = error
                    raise
                data_key = branch_key.wrapping.unwrap(key.encrypted_data_key, context)
            except AWSEncryptionSDKClientError as error:
                failure = DecryptKeyError(f"encrypted data key {number} ({shown_data_key(key)}): {error}")
                failure.__cause__ = error
                reasons.append(failure)
            else:
                return materials.with_data_encryption_key(RawDataKey(key.key_provider, data_key))
        raise UnwrapDataKeyError(f"Unable to decrypt any data key with {self!r}", reasons)


class _FixedBranchKeyId:
    """The branch key id of all messages, as a branch key id supplier."""

    def __init__(self, branch_key_id: str) -> None:
        self._branch_key_id: Final = check_identifier(branch_key_id, "branch_key_id")

    def __repr__(self) -> str:
        return f"branch_key_id={self._branch_key_id!r}"

    def __call__(self, _encryption_context: object) -> str:
        return self._branch_key_id


def _supplier(branch_key_id: str | None, supplier: AnyBranchKeyIdSupplier | None) -> Callable[[dict[str, str]], str]:
    if (branch_key_id is None) == (supplier is None):
        raise ArgumentTypeError("Exactly one of branch_key_id and branch_key_id_supplier is needed")
    return branch_key_id_supplier_from(supplier) if branch_key_id is None else _FixedBranchKeyId(branch_key_id)


def _check_owner(key: EncryptedDataKey, branch_key_id: str, key_info: bytes) -> None:
    if key.key_provider.provider_id != PROVIDER_ID:
        raise DecryptKeyError(f"its key provider is not {PROVIDER_ID!r}")
    if key.key_provider.key_info != key_info:
        raise DecryptKeyError(f"it belongs to another branch key than {branch_key_id!r}")


def _check_store(key_store: object) -> None:
    try:
        has_methods = all(callable(getattr(key_store, name, None)) for name in _STORE_METHODS)
        store_name = getattr(key_store, "logical_key_store_name", None)
    except Exception as error:
        raise ArgumentTypeError(
            f"key_store must be a BranchKeyStore; a {builtin_name(key_store)} failed: {type(error).__name__}: {error}"
        ) from error
    if not has_methods:
        raise ArgumentTypeError(f"key_store must be a BranchKeyStore, not {builtin_name(key_store)}")
    check_identifier(store_name, "The logical key store name")


def _checked_cache(cache: EntryCache | None, ttl_seconds: float) -> EntryCache:
    if cache is None:
        cache = StormTrackingCryptoMaterialsCache(_DEFAULT_CAPACITY)
    if not isinstance(cache, EntryCache):
        raise ArgumentTypeError(
            f"cache must be one that holds materials of every kind (an EntryCache), not {builtin_name(cache)}"
        )
    if not ttl_seconds > cache.grace_period:
        raise ArgumentValueError(
            f"ttl_seconds must be above the cache's grace period of {cache.grace_period:g} seconds, not {ttl_seconds}: branch keys "
            "would be renewed all the time. Use a longer one, or a LocalCryptoMaterialsCache, which has no grace period"
        )
    return cache


def _partition(partition_id: str | None) -> bytes:
    if partition_id is not None:
        return bytes_from(check_identifier(partition_id, "partition_id"), "partition_id")
    # Fields of cache identifiers are joined by a zero byte, so none may have one.
    while b"\0" in (drawn := uuid.uuid4().bytes):
        continue
    return drawn
