"""What keyrings with a key agreement share: how a data key is wrapped, and the walk over the encrypted data keys."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from .._arguments import check_member
from .._materials import DecryptionMaterials, EncryptionMaterials
from .._wrapping import ecdh
from .._wrapping.ecdh_schemas import KeyAgreement
from ..exceptions import AWSEncryptionSDKClientError, DecryptKeyError, UnwrapDataKeyError, WrapDataKeyError
from ..identifiers import ECDHCurveSpec
from ..structures import EncryptedDataKey, MasterKeyInfo, RawDataKey
from ._decryption import data_key_length, refuse_data_key
from .base import Keyring

RAW_ECDH: Final = "raw-ecdh"
KMS_ECDH: Final = "aws-kms-ecdh"
_SHOWN_PROVIDER_ID: Final = 60


class EcdhKeyring(Keyring):
    """A keyring whose wrapping keys are agreed on by two parties.

    :param provider_id: Key provider id of what it wraps; it unwraps what either kind of ECDH keyring wrapped
    :param curve_spec: Curve of the keys
    :param agreement: Schema and keys
    """

    def __init__(self, provider_id: str, curve_spec: ECDHCurveSpec, agreement: KeyAgreement) -> None:
        self._provider_id: Final = provider_id
        self._curve_spec: Final = curve_spec
        self._agreement: Final = agreement

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        """Generate a data key, if there is none yet, and wrap it under a newly derived key.

        :raises WrapDataKeyError: if the schema only decrypts, or the parties cannot agree
        :raises SerializationError: if the encryption context cannot be serialized
        """
        materials = encryption_materials
        context = materials.serialized_encryption_context()
        try:
            parties, secret = self._agreement.to_encrypt()
        except (AWSEncryptionSDKClientError, ValueError) as error:
            raise WrapDataKeyError(f"{self!r} cannot encrypt: {error}") from error
        provider = MasterKeyInfo(self._provider_id, ecdh.serialize_key_info(parties))
        data_key = materials.data_encryption_key
        if data_key is None:
            data_key = RawDataKey(provider, os.urandom(materials.algorithm.kdf_input_len))
            materials = materials.with_data_encryption_key(data_key)
        wrapped = ecdh.wrap(data_key.data_key, secret, ecdh.fixed_info(self._curve_spec, parties, context))
        return materials.with_encrypted_data_key(EncryptedDataKey(provider, wrapped))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        """Unwrap the first encrypted data key of these parties' that can be unwrapped.

        :raises SerializationError: if the encryption context cannot be serialized
        :raises UnwrapDataKeyError: if none can be unwrapped, or the materials have a data key already; ``errors`` has the
            reason of each encrypted data key
        """
        materials = decryption_materials
        refuse_data_key(self, materials)
        context, length = materials.serialized_encryption_context(), data_key_length(materials)
        reasons: list[Exception] = []
        for number, key in enumerate(encrypted_data_keys, start=1):
            try:
                data_key = self._unwrap(key, context, length)
            except (AWSEncryptionSDKClientError, ValueError) as error:
                shown = key.key_provider.provider_id[:_SHOWN_PROVIDER_ID]
                failure = DecryptKeyError(f"encrypted data key {number} (provider {shown!r}): {error}")
                failure.__cause__ = error
                reasons.append(failure)
            else:
                return materials.with_data_encryption_key(RawDataKey(key.key_provider, data_key))
        raise UnwrapDataKeyError(f"Unable to decrypt any data key with {self!r}", reasons)

    def _unwrap(self, key: EncryptedDataKey, serialized_context: bytes, length: int) -> bytes:
        if key.key_provider.provider_id not in (RAW_ECDH, KMS_ECDH):
            raise DecryptKeyError("it belongs to a keyring of another kind")
        parties = ecdh.deserialize_key_info(self._curve_spec, key.key_provider.key_info)
        wrapped = ecdh.deserialize_ciphertext(key.encrypted_data_key, length)
        info = ecdh.fixed_info(self._curve_spec, parties, serialized_context)
        return ecdh.unwrap(wrapped, self._agreement.to_decrypt(parties), info)


def checked_curve(curve_spec: ECDHCurveSpec) -> ECDHCurveSpec:
    """Return ``curve_spec``, if key agreements on it are supported.

    :raises ArgumentTypeError: if it is not an ECDHCurveSpec
    :raises NotSupportedError: if it is SM2
    """
    check_member(curve_spec, ECDHCurveSpec, "curve_spec")
    curve_spec.curve()
    return curve_spec
