"""What the ``create_`` methods of CMMs, caches and client suppliers take, and what authors of keyrings and CMMs ask."""

from __future__ import annotations

from typing import Any

import attrs

from ..._arguments import check_integer
from ..._mpl.model import model
from ..._mpl.models import (
    AlgorithmSuiteIdESDK,
    CommitmentPolicyESDK,
    DecryptionMaterials,
    EncryptionMaterials,
)
from ...keyrings.mpl import AnyKeyring
from ...materials_managers.mpl.cmm import AnyMaterialsManager
from ._cache_inputs import CacheType

Bytes = bytes | bytearray


@model
@attrs.define(kw_only=True)
class CreateDefaultCryptographicMaterialsManagerInput:
    """See :class:`~aws_encryption_sdk.materials_managers.default.DefaultCryptoMaterialsManager`."""

    keyring: AnyKeyring


@model
@attrs.define(kw_only=True)
class CreateRequiredEncryptionContextCMMInput:
    """Which pairs of the encryption context are authenticated and not stored (framework/required-encryption-context-cmm.md).

    :param required_encryption_context_keys: Their keys
    :param underlying_cmm: CMM to get materials from
    :param keyring: Keyring to get data keys from, in place of a CMM
    """

    required_encryption_context_keys: list[str]
    underlying_cmm: AnyMaterialsManager | None = None
    keyring: AnyKeyring | None = None


@model
@attrs.define(kw_only=True)
class CreateAwsKmsHierarchicalKeyringInput:
    """A keyring whose wrapping keys are branch keys (framework/aws-kms/aws-kms-hierarchical-keyring.md).

    :param key_store: Branch key store
    :param branch_key_id: Branch key id
    :param branch_key_id_supplier: Branch key id supplier, in place of an id
    :param ttl_seconds: How many seconds a branch key is used before it is asked for again
    :param cache: Kind of the cache
    :param partition_id: Partition of a shared cache
    :raises ArgumentValueError: if ``ttl_seconds`` is negative
    """

    key_store: Any
    branch_key_id: str | None = None
    branch_key_id_supplier: Any = None
    ttl_seconds: int = 0
    cache: CacheType | None = None
    partition_id: str | None = None

    def __attrs_post_init__(self) -> None:
        check_integer(self.ttl_seconds, "ttl_seconds", 0)


@model
@attrs.define(kw_only=True)
class CreateCryptographicMaterialsCacheInput:
    """A cache.

    :param cache: Its kind
    """

    cache: CacheType


@model
@attrs.define
class CreateDefaultClientSupplierInput:
    """See :class:`~aws_encryption_sdk.keyrings.aws_kms.client_suppliers.DefaultClientSupplier`."""


@model
@attrs.define(kw_only=True)
class InitializeEncryptionMaterialsInput:
    """What encryption materials begin with.

    :param algorithm_suite_id: Algorithm suite
    :param encryption_context: Encryption context, without the verification key
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    :param signing_key: Signing key, for a signing suite; kept out of ``repr``
    :param verification_key: Verification key, likewise
    """

    algorithm_suite_id: AlgorithmSuiteIdESDK
    encryption_context: dict[str, str]
    required_encryption_context_keys: list[str]
    signing_key: Bytes | None = attrs.field(default=None, repr=False)
    verification_key: Bytes | None = None


@model
@attrs.define(kw_only=True)
class InitializeDecryptionMaterialsInput:
    """What decryption materials begin with.

    :param algorithm_suite_id: Algorithm suite
    :param encryption_context: Encryption context, for a signing suite with the verification key
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    algorithm_suite_id: AlgorithmSuiteIdESDK
    encryption_context: dict[str, str]
    required_encryption_context_keys: list[str]


@model
@attrs.define(kw_only=True)
class ValidEncryptionMaterialsTransitionInput:
    """Encryption materials before and after a keyring had them."""

    start: EncryptionMaterials
    stop: EncryptionMaterials


@model
@attrs.define(kw_only=True)
class ValidDecryptionMaterialsTransitionInput:
    """Decryption materials before and after a keyring had them."""

    start: DecryptionMaterials
    stop: DecryptionMaterials


@model
@attrs.define(kw_only=True)
class ValidateCommitmentPolicyOnEncryptInput:
    """An algorithm suite to encrypt with, and a commitment policy."""

    algorithm: AlgorithmSuiteIdESDK
    commitment_policy: CommitmentPolicyESDK


@model
@attrs.define(kw_only=True)
class ValidateCommitmentPolicyOnDecryptInput:
    """An algorithm suite to decrypt with, and a commitment policy."""

    algorithm: AlgorithmSuiteIdESDK
    commitment_policy: CommitmentPolicyESDK
