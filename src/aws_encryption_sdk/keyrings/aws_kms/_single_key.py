"""What the keyrings of one key in AWS KMS share: encryption, and the key that they hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..._kms import calls
from ..._kms.arn import KmsArn, KmsName, parse_identifier
from ..._kms.clients import KMSClient, supplied_client
from ..._kms.multi_region import are_related
from ..._kms.service_errors import one_line
from ..._materials import EncryptionMaterials
from ...exceptions import KmsRequestError, WrapDataKeyError
from ...structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from ._base import KEY_NAMESPACE, KmsKeyring, supplier_from
from .client_suppliers import AnyClientSupplier

_OPERATIONS: Final = ("generate_data_key", "encrypt", "decrypt")
_SHOWN: Final = 60


class SingleKeyKeyring(KmsKeyring):
    """A keyring of one symmetric key in AWS KMS.

    :param kms_key_id: Key ARN, alias ARN, alias or key id
    :param kms_client: Client
    :param grant_tokens: Grant tokens
    :param client_supplier: Client supplier, in place of a client
    """

    def __init__(
        self,
        kms_key_id: str,
        kms_client: KMSClient | None = None,
        grant_tokens: Iterable[str] | None = None,
        client_supplier: AnyClientSupplier | None = None,
    ) -> None:
        self._key: Final = parse_identifier(kms_key_id)
        super().__init__(supplier_from(kms_client, client_supplier, _OPERATIONS), grant_tokens)

    @property
    def kms_key_id(self) -> str:
        """The identifier of the key."""
        return str(self._key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kms_key_id={self.kms_key_id!r})"

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Let AWS KMS generate a data key, or encrypt the one that there is.

        :raises WrapDataKeyError: if AWS KMS does not, or its answer is not usable
        """
        materials = encryption_materials
        client = supplied_client(self._client_supplier, self._key.region)
        context = dict(materials.encryption_context)
        data_key = materials.data_encryption_key
        try:
            if data_key is None:
                length = materials.algorithm.kdf_input_len
                made = calls.generate_data_key(client, self.kms_key_id, length, context, self._grant_tokens)
            else:
                made = calls.encrypt(client, self.kms_key_id, data_key.data_key, context, self._grant_tokens)
        except KmsRequestError as error:
            raise WrapDataKeyError(f"{type(self).__name__}: {error}") from error
        key_provider = MasterKeyInfo(KEY_NAMESPACE, made.key_arn)
        if data_key is None:
            materials = materials.with_data_encryption_key(RawDataKey(key_provider, made.plaintext))
        return materials.with_encrypted_data_key(EncryptedDataKey(key_provider, made.ciphertext))

    def _region_to_ask(self, target: KmsArn) -> str | None:
        return self._key.region

    def _why_not(self, arn: KmsArn) -> str:
        """Return why the key of this keyring is not the one that an encrypted data key needs, and what would help."""
        if isinstance(self._key, KmsName) or not self._key.is_key:
            kind = "a key id without its ARN" if self._key.is_key else "an alias"
            return (
                f"this keyring was given {kind}, {self._key}, which does for encryption only; to decrypt, give it the ARN of "
                "the key"
            )
        if are_related(self._key, arn):
            return (
                f"it was encrypted in region {one_line(arn.region)} under a multi-Region key that is related to {self._key}; "
                "AwsKmsMrkKeyring with the same key would decrypt it"
            )
        differing = [
            f"{name} {theirs[:_SHOWN]!r} is not {ours[:_SHOWN]!r}"
            for name, theirs, ours in (
                ("partition", arn.partition, self._key.partition),
                ("region", arn.region, self._key.region),
                ("account", arn.account_id, self._key.account_id),
                ("key id", arn.resource_id, self._key.resource_id),
            )
            if theirs != ours
        ]
        return (
            f"it is under another key: {', '.join(differing)}; a keyring that is given the ARN of that key would decrypt it"
        )
