"""Master keys in AWS KMS (framework/aws-kms/aws-kms-mrk-aware-master-key.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ..._arguments import check_encryption_context, text_from
from ..._kms import calls
from ..._kms.arn import KmsArn, parse_identifier, parse_key_arn
from ..._kms.multi_region import are_related, match_for_decrypt
from ...exceptions import DecryptKeyError, MalformedArnError
from ...identifiers import AlgorithmSuite
from ...structures import DataKey, EncryptedDataKey, MasterKeyInfo, RawDataKey
from ..base import MasterKey
from ._configuration import PROVIDER_ID, KMSMasterKeyConfig, MRKAwareKMSMasterKeyConfig

_MasterKey = TypeVar("_MasterKey", bound="KMSMasterKey")


class KMSMasterKey(MasterKey):
    """A master key in AWS KMS. May be shared by threads.

    It decrypts what was encrypted under the key of exactly this ARN.

    :param config: A :class:`KMSMasterKeyConfig`; or its fields, by name
    """

    provider_id = PROVIDER_ID
    _config_class: type[Any] = KMSMasterKeyConfig

    _key_id: str

    def __new__(cls: type[_MasterKey], **kwargs: Any) -> _MasterKey:
        """Build the configuration and the state."""
        master_key = super().__new__(cls, **kwargs)
        master_key._key_id = text_from(master_key.key_id, "key_id")
        return master_key

    def __init__(self, **kwargs: Any) -> None:
        """Take what ``__new__`` has built in."""

    def _generate_data_key(self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str] | None = None) -> DataKey:
        request = self._build_generate_data_key_request(algorithm, encryption_context)
        made = calls.send_generate_data_key(self.config.client, self._key_id, algorithm.kdf_input_len, request)
        return DataKey(MasterKeyInfo(self.provider_id, made.key_arn), made.plaintext, made.ciphertext)

    def _encrypt_data_key(
        self,
        data_key: RawDataKey | DataKey,
        algorithm: AlgorithmSuite,
        encryption_context: Mapping[str, str] | None = None,
    ) -> EncryptedDataKey:
        request = self._build_encrypt_request(data_key, encryption_context)
        made = calls.send_encrypt(self.config.client, self._key_id, data_key.data_key, request)
        return EncryptedDataKey(MasterKeyInfo(self.provider_id, made.key_arn), made.ciphertext)

    def _decrypt_data_key(
        self,
        encrypted_data_key: EncryptedDataKey,
        algorithm: AlgorithmSuite,
        encryption_context: Mapping[str, str] | None = None,
    ) -> DataKey:
        try:
            named = parse_key_arn(encrypted_data_key.key_provider.key_info)
        except MalformedArnError as error:
            raise DecryptKeyError(f"the encrypted data key names no key to decrypt with: {error}") from error
        self._validate_allowed_to_decrypt(str(named))
        request = self._build_decrypt_request(encrypted_data_key, encryption_context)
        plaintext = calls.send_decrypt(self.config.client, self._key_id, algorithm.kdf_input_len, request)
        return DataKey(self.key_provider, plaintext, encrypted_data_key.encrypted_data_key)

    def _validate_allowed_to_decrypt(self, edk_key_id: str) -> None:
        """Check that this master key decrypts what was encrypted under a key.

        :raises DecryptKeyError: if it does not
        """
        if edk_key_id != self._key_id:
            raise DecryptKeyError(f"Cannot decrypt EDK wrapped by key_id={edk_key_id}: {self!r} is another key")

    def _why_not_owned(self, key: DataKey | RawDataKey | EncryptedDataKey) -> str:
        reason = super()._why_not_owned(key)
        try:
            own, named = parse_identifier(self._key_id), parse_key_arn(key.key_provider.key_info)
        except MalformedArnError as error:
            return f"{reason}: {error}"
        if not isinstance(own, KmsArn) or not own.is_key:
            return f"{reason}: {own} does for encryption only; to decrypt, name the key by its ARN"
        if are_related(own, named):
            return f"{reason}, but to the related multi-Region key {named}; a provider that is MRK-aware would decrypt it"
        return reason

    def _build_generate_data_key_request(
        self, algorithm: AlgorithmSuite, encryption_context: Mapping[str, str] | None
    ) -> dict[str, Any]:
        return self._request(encryption_context, NumberOfBytes=algorithm.kdf_input_len)

    def _build_encrypt_request(
        self, data_key: RawDataKey | DataKey, encryption_context: Mapping[str, str] | None
    ) -> dict[str, Any]:
        return self._request(encryption_context, Plaintext=data_key.data_key)

    def _build_decrypt_request(
        self, encrypted_data_key: EncryptedDataKey, encryption_context: Mapping[str, str] | None
    ) -> dict[str, Any]:
        return self._request(encryption_context, CiphertextBlob=encrypted_data_key.encrypted_data_key)

    def _request(self, encryption_context: Mapping[str, str] | None, **fields: Any) -> dict[str, Any]:
        request = {"KeyId": self._key_id, **fields}
        if encryption_context is not None:
            request["EncryptionContext"] = check_encryption_context(encryption_context)
        if self.config.grant_tokens:
            request["GrantTokens"] = self.config.grant_tokens
        return request


class MRKAwareKMSMasterKey(KMSMasterKey):
    """A master key in AWS KMS. A multi-Region key decrypts what was encrypted under related keys in other regions, too.

    :param config: A :class:`MRKAwareKMSMasterKeyConfig`; or its fields, by name
    :raises MalformedArnError: if the key id is no identifier of AWS KMS
    """

    _config_class: type[Any] = MRKAwareKMSMasterKeyConfig

    def __init__(self, **kwargs: Any) -> None:
        """Check what ``__new__`` has built in."""
        super().__init__(**kwargs)
        self.validate_config()

    def validate_config(self) -> None:
        """Check the key id.

        :raises MalformedArnError: if it is no identifier of AWS KMS
        """
        parse_identifier(self._key_id)

    def owns_data_key(self, data_key: DataKey | RawDataKey | EncryptedDataKey) -> bool:
        """Tell whether a data key is one of this master key's, or of a related multi-Region key."""
        info = data_key.key_provider
        if info.provider_id != self.provider_id:
            return False
        try:
            return match_for_decrypt(parse_identifier(self._key_id), parse_key_arn(info.key_info))
        except MalformedArnError:
            return False

    def _validate_allowed_to_decrypt(self, edk_key_id: str) -> None:
        if not match_for_decrypt(parse_identifier(self._key_id), parse_key_arn(edk_key_id)):
            super()._validate_allowed_to_decrypt(edk_key_id)
