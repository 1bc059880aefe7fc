"""Raw keyrings and multi-keyrings, under the names of the Material Providers Library."""

from __future__ import annotations

from typing import Final

from ..._arguments import bytes_from
from ...exceptions import ArgumentValueError
from ...identifiers import WrappingAlgorithm
from ...keyrings.multi import MultiKeyring
from ...keyrings.raw import RawAESKeyring, RawECDHKeyring, RawRSAKeyring
from .._method import takes
from ._agreements import curve_from, raw_scheme_from
from ._keyring_inputs import (
    AesWrappingAlg,
    CreateMultiKeyringInput,
    CreateRawAesKeyringInput,
    CreateRawEcdhKeyringInput,
    CreateRawRsaKeyringInput,
    PaddingScheme,
)
from .references import Keyring

_AES_KEY_LENGTHS: Final = {
    AesWrappingAlg.ALG_AES128_GCM_IV12_TAG16: 16,
    AesWrappingAlg.ALG_AES192_GCM_IV12_TAG16: 24,
    AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16: 32,
}
_PADDINGS: Final = {
    PaddingScheme.PKCS1: WrappingAlgorithm.RSA_PKCS1,
    PaddingScheme.OAEP_SHA1_MGF1: WrappingAlgorithm.RSA_OAEP_SHA1_MGF1,
    PaddingScheme.OAEP_SHA256_MGF1: WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
    PaddingScheme.OAEP_SHA384_MGF1: WrappingAlgorithm.RSA_OAEP_SHA384_MGF1,
    PaddingScheme.OAEP_SHA512_MGF1: WrappingAlgorithm.RSA_OAEP_SHA512_MGF1,
}


class RawKeyringMethods:
    """The methods that create keyrings whose keys are in this process, and multi-keyrings."""

    @takes(CreateRawAesKeyringInput)
    def create_raw_aes_keyring(self, input: CreateRawAesKeyringInput) -> Keyring:
        """Return a :class:`~aws_encryption_sdk.keyrings.raw.RawAESKeyring`."""
        wrapping_key = bytes_from(input.wrapping_key, "wrapping_key")
        keyring = RawAESKeyring(input.key_namespace, input.key_name, wrapping_key)
        if input.wrapping_alg not in AesWrappingAlg.values:
            raise ArgumentValueError(f"wrapping_alg must be one of AesWrappingAlg, not {input.wrapping_alg!r}")
        length = _AES_KEY_LENGTHS[input.wrapping_alg]
        if len(wrapping_key) != length:
            raise ArgumentValueError(
                f"wrapping_key must have {length} bytes for {input.wrapping_alg}, not {len(wrapping_key)}"
            )
        return Keyring(keyring)

    @takes(CreateRawRsaKeyringInput)
    def create_raw_rsa_keyring(self, input: CreateRawRsaKeyringInput) -> Keyring:
        """Return a :class:`~aws_encryption_sdk.keyrings.raw.RawRSAKeyring`."""
        if input.padding_scheme not in PaddingScheme.values:
            raise ArgumentValueError(f"padding_scheme must be one of PaddingScheme, not {input.padding_scheme!r}")
        private_key = None if input.private_key is None else bytes_from(input.private_key, "private_key")
        public_key = None if input.public_key is None else bytes_from(input.public_key, "public_key")
        padding = _PADDINGS[input.padding_scheme]
        return Keyring(RawRSAKeyring(input.key_namespace, input.key_name, padding, private_key, public_key))

    @takes(CreateRawEcdhKeyringInput)
    def create_raw_ecdh_keyring(self, input: CreateRawEcdhKeyringInput) -> Keyring:
        """Return a :class:`~aws_encryption_sdk.keyrings.raw.RawECDHKeyring`."""
        return Keyring(RawECDHKeyring(raw_scheme_from(input.key_agreement_scheme), curve_from(input.curve_spec)))

    @takes(CreateMultiKeyringInput)
    def create_multi_keyring(self, input: CreateMultiKeyringInput) -> Keyring:
        """Return a :class:`~aws_encryption_sdk.keyrings.multi.MultiKeyring`."""
        return Keyring(MultiKeyring(input.generator, input.child_keyrings))
