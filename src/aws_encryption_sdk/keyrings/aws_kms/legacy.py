"""``AwsKmsKeyring``, as programs written against the first keyrings have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..._arguments import strings_from
from ..._kms.arn import KmsArn
from ..._materials import DecryptionMaterials, EncryptionMaterials
from ...exceptions import ArgumentTypeError
from ...structures import EncryptedDataKey
from ..base import Keyring
from ..multi import MultiKeyring
from .client_suppliers import AnyClientSupplier, client_supplier_from
from .discovery import AwsKmsDiscoveryKeyring
from .strict import AwsKmsStrictKeyring

__all__ = ["AwsKmsKeyring"]


class AwsKmsKeyring(Keyring):
    """Wraps data keys with several keys in AWS KMS, or unwraps with any key. May be shared by threads.

    It differs from the keyrings of the specification, such as
    :class:`~aws_encryption_sdk.keyrings.aws_kms.multi.AwsKmsMultiKeyring`, in this: identifiers without ARN are taken (the
    session's region is asked for them); no client is made before it is needed; for discovery, there is no filter, the region of
    each encrypted data key is asked, and encryption does nothing; ``on_decrypt`` returns materials that have a data key already
    as they are.

    :param client_supplier: Client supplier
    :param is_discovery: Whether to unwrap with whichever key wrapped the data key
    :param generator_key_id: Identifier of the key that generates the data key, and wraps it first
    :param key_ids: Identifiers of further keys, which wrap the data key in this order
    :param grant_tokens: Grant tokens, sent with every request
    :raises ArgumentTypeError: if there are key ids and ``is_discovery``, or neither, or something is of the wrong type
    :raises MalformedArnError: if an identifier is none
    """

    def __init__(
        self,
        client_supplier: AnyClientSupplier | None = None,
        is_discovery: bool = False,
        generator_key_id: str | None = None,
        key_ids: Iterable[str] = (),
        grant_tokens: Iterable[str] = (),
    ) -> None:
        self._client_supplier: Final = client_supplier_from(client_supplier) if client_supplier is None else client_supplier
        self._is_discovery: Final = is_discovery
        self._generator_key_id: Final = generator_key_id
        self._key_ids: Final = strings_from(key_ids, "key_ids")
        self._grant_tokens: Final = strings_from(grant_tokens, "grant_tokens")
        if bool(is_discovery) == bool(generator_key_id or self._key_ids):
            raise ArgumentTypeError(
                "Give either is_discovery=True, to decrypt with any key, or generator_key_id and key_ids, and not both"
            )
        self._inner_keyring: Final = self._discovery_keyring() if is_discovery else self._multi_keyring()

    def __repr__(self) -> str:
        if self._is_discovery:
            return f"{type(self).__name__}(is_discovery=True)"
        return f"{type(self).__name__}(generator_key_id={self._generator_key_id!r}, key_ids={self._key_ids!r})"

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Let AWS KMS generate and encrypt the data key; for discovery, return the materials as they are.

        :raises EncryptKeyError: if AWS KMS fails
        """
        return self._inner_keyring.on_encrypt(encryption_materials)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let AWS KMS decrypt one of the encrypted data keys.

        :raises UnwrapDataKeyError: if it decrypts none; ``errors`` has the reasons
        """
        return self._inner_keyring.on_decrypt(decryption_materials, encrypted_data_keys)

    def _discovery_keyring(self) -> Keyring:
        return _AwsKmsDiscoveryKeyring(self._client_supplier, self._grant_tokens)

    def _multi_keyring(self) -> Keyring:
        supplier = client_supplier_from(self._client_supplier)
        generator = self._generator_key_id
        return MultiKeyring(
            _AwsKmsSingleCmkKeyring(generator, supplier, self._grant_tokens) if generator else None,
            [_AwsKmsSingleCmkKeyring(key_id, supplier, self._grant_tokens) for key_id in self._key_ids],
        )


class _AwsKmsSingleCmkKeyring(AwsKmsStrictKeyring):
    """The keyring of one key, within an :class:`AwsKmsKeyring`."""

    def __init__(self, key_id: str, client_supplier: AnyClientSupplier, grant_tokens: Iterable[str] = ()) -> None:
        super().__init__(key_id, grant_tokens=grant_tokens, client_supplier=client_supplier)

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        if decryption_materials.data_encryption_key is not None:
            return decryption_materials
        return super().on_decrypt(decryption_materials, encrypted_data_keys)


class _AwsKmsDiscoveryKeyring(AwsKmsDiscoveryKeyring):
    """The discovery form of an :class:`AwsKmsKeyring`: it asks the region of each encrypted data key."""

    def __init__(self, client_supplier: AnyClientSupplier, grant_tokens: Iterable[str] = ()) -> None:
        super().__init__(grant_tokens=grant_tokens, client_supplier=client_supplier)

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        return encryption_materials

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        if decryption_materials.data_encryption_key is not None:
            return decryption_materials
        return super().on_decrypt(decryption_materials, encrypted_data_keys)

    def _region_to_ask(self, target: KmsArn) -> str | None:
        return target.region
