"""What the keyrings of AWS KMS share: the walk over the encrypted data keys, and what is said of each that did not open."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from ..._arguments import strings_from
from ..._kms import calls
from ..._kms.arn import KmsArn, parse_key_arn
from ..._kms.clients import KMSClient, region_of, supplied_client
from ..._kms.service_errors import one_line
from ..._materials import DecryptionMaterials
from ...exceptions import (
    ArgumentTypeError,
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    KmsRequestError,
    MalformedArnError,
    UnwrapDataKeyError,
)
from ...structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from .._decryption import data_key_length, refuse_data_key
from ..base import Keyring
from .client_suppliers import ClientSupplierType, ReadyClient, client_supplier_from

#: Key namespace: the key provider id of what AWS KMS encrypted under a symmetric key.
KEY_NAMESPACE: Final = "aws-kms"
_SHOWN: Final = 60


class KmsKeyring(Keyring):
    """A keyring that asks AWS KMS to decrypt: under symmetric keys, unless a derived class says otherwise.

    :param client_supplier: Client supplier
    :param grant_tokens: Grant tokens that are sent with every request
    """

    #: Key provider id of what this keyring decrypts.
    _provider_id: ClassVar[str] = KEY_NAMESPACE
    #: What would ask a related multi-Region key.
    _related_keyring: ClassVar[str] = "AwsKmsMrkKeyring with the related key {related}, or AwsKmsMrkDiscoveryKeyring,"

    def __init__(self, client_supplier: ClientSupplierType, grant_tokens: Iterable[str] | None) -> None:
        self._client_supplier: Final = client_supplier
        self._grant_tokens: Final = strings_from(grant_tokens, "grant_tokens")

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Let AWS KMS decrypt the first encrypted data key that this keyring may ask for and that opens.

        :raises UnwrapDataKeyError: if there is none, or the materials have a data key already; ``errors`` has the reason of
            each encrypted data key: which key was asked in which region and what AWS KMS answered, or why it was not asked
        """
        refuse_data_key(self, decryption_materials)
        failures: list[Exception] = []
        # All are looked at before one is tried: a malformed ARN fails the call without a request.
        for label, key, target in [self._planned(*numbered) for numbered in enumerate(encrypted_data_keys, start=1)]:
            if isinstance(target, Exception):
                failures.append(target)
                continue
            try:
                data_key = self._ask(target, key, decryption_materials)
            except AWSEncryptionSDKClientError as error:
                failure = DecryptKeyError(f"{label}: {error}")
                failure.__cause__ = error
                failures.append(failure)
                continue
            return decryption_materials.with_data_encryption_key(RawDataKey(key.key_provider, data_key))
        raise UnwrapDataKeyError(f"Unable to decrypt any data key with {self!r}", failures)

    def _planned(self, number: int, key: EncryptedDataKey) -> tuple[str, EncryptedDataKey, KmsArn | DecryptKeyError]:
        label = f"encrypted data key {number} ({_shown(key.key_provider)})"
        if key.key_provider.provider_id != self._provider_id:
            return label, key, DecryptKeyError(f"{label}: not asked for: its key provider is not {self._provider_id!r}")
        try:
            arn = parse_key_arn(key.key_provider.key_info)
        except MalformedArnError as error:
            failure = DecryptKeyError(f"{label}: {error}")
            failure.__cause__ = error
            raise UnwrapDataKeyError(f"Unable to decrypt any data key with {self!r}", [failure]) from failure
        target, reason = self._key_to_ask(arn)
        if target is None:
            return label, key, DecryptKeyError(f"{label}: not asked for: {reason}")
        return label, key, target

    def _ask(self, target: KmsArn, key: EncryptedDataKey, materials: DecryptionMaterials) -> bytes:
        client = supplied_client(self._client_supplier, self._region_to_ask(target))
        try:
            return self._decrypt(client, target, key.encrypted_data_key, materials)
        except KmsRequestError as error:
            advice = self._advice(target, region_of(client))
            if not advice:
                raise
            raise DecryptKeyError(f"{error}; {advice}") from error

    def _decrypt(self, client: KMSClient, target: KmsArn, ciphertext: bytes, materials: DecryptionMaterials) -> bytes:
        """Return the plaintext data key.

        :raises AWSEncryptionSDKClientError: if AWS KMS does not give it
        """
        length, context = data_key_length(materials), dict(materials.encryption_context)
        return calls.decrypt(client, str(target), ciphertext, length, context, self._grant_tokens)

    def _advice(self, target: KmsArn, region_asked: str | None) -> str:
        if region_asked is None or region_asked == target.region:
            return ""
        advice = f"the key is in region {one_line(target.region)}, and the client is one for {region_asked}"
        if target.is_multi_region:
            would = self._related_keyring.format(related=one_line(str(target.in_region(region_asked))))
            advice += f"; {would} would ask the related key there"
        return advice

    @abstractmethod
    def _key_to_ask(self, arn: KmsArn) -> tuple[KmsArn | None, str]:
        """Return the key that is to decrypt what was encrypted under ``arn``, or None and why it is not to be asked for."""

    @abstractmethod
    def _region_to_ask(self, target: KmsArn) -> str | None:
        """Return the region in which ``target`` is asked; None for that of the session."""


def supplier_from(kms_client: KMSClient | None, client_supplier: object, operations: Iterable[str]) -> ClientSupplierType:
    """Return a client supplier for a keyring that is given either a client or a client supplier.

    :raises ArgumentTypeError: if it is given neither or both, or the client lacks one of ``operations``
    """
    if (kms_client is None) == (client_supplier is None):
        raise ArgumentTypeError(
            'Exactly one of kms_client and client_supplier is needed: a client, such as boto3.client("kms"), or '
            "client_supplier=DefaultClientSupplier()"
        )
    if client_supplier is not None:
        return client_supplier_from(client_supplier)
    missing = [name for name in operations if not callable(getattr(kms_client, name, None))]
    if kms_client is None or missing:
        is_older = callable(getattr(kms_client, "decrypt", None))
        raise ArgumentTypeError(
            f'kms_client must be a client of AWS KMS, such as boto3.client("kms"), not {type(kms_client).__name__}, which '
            f"lacks {', '.join(missing)}{'; a newer boto3 may have it' if is_older else ''}"
        )
    return ReadyClient(kms_client)


def _shown(provider: MasterKeyInfo) -> str:
    key = provider.key_info[: 2 * _SHOWN].decode("ascii", "backslashreplace")
    return f"provider {provider.provider_id[:_SHOWN]!r}, key {key!r}"
