"""What a CMM is asked for (framework/cmm-interface.md, inputs)."""

from __future__ import annotations

import attrs

from ..identifiers import AlgorithmSuite, CommitmentPolicy
from ..structures import EncryptedDataKeys, TakesFurtherAttributes, ordered_encrypted_data_keys
from .base import required_keys_of


@attrs.define(slots=True, unsafe_hash=False, on_setattr=attrs.setters.NO_OP)
class EncryptionMaterialsRequest(TakesFurtherAttributes):
    """What a CMM is asked for on encrypt (framework/cmm-interface.md, encryption materials request).

    :param encryption_context: Encryption context of the caller
    :param frame_length: Frame length in bytes; 0 for a non-framed body
    :param commitment_policy: Policy that the suite has to obey
    :param plaintext_rostream: The plaintext, to look at and to put back where it was; None where a keyring was given to the call
    :param algorithm: Suite that the caller named, if any
    :param plaintext_length: Length of the plaintext in bytes, or a bound of it, if known
    :param required_encryption_context_keys: Keys of pairs that are to be authenticated and not stored
    """

    encryption_context: dict[str, str]
    frame_length: int
    commitment_policy: CommitmentPolicy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    plaintext_rostream: object = None
    algorithm: AlgorithmSuite | None = None
    plaintext_length: int | None = None
    required_encryption_context_keys: frozenset[str] = attrs.field(default=frozenset(), converter=required_keys_of)

    __hash__ = object.__hash__


@attrs.define(slots=True, unsafe_hash=False, on_setattr=attrs.setters.NO_OP)
class DecryptionMaterialsRequest(TakesFurtherAttributes):
    """What a CMM is asked for on decrypt (framework/cmm-interface.md, decrypt materials request).

    :param algorithm: Suite of the message
    :param encrypted_data_keys: Encrypted data keys, in the order of the message
    :param encryption_context: Encryption context that the message stores; not authenticated yet
    :param reproduced_encryption_context: Encryption context that the caller gave, if any
    :param commitment_policy: Policy that the suite has to obey
    """

    algorithm: AlgorithmSuite
    encrypted_data_keys: EncryptedDataKeys = attrs.field(converter=ordered_encrypted_data_keys)
    encryption_context: dict[str, str]
    reproduced_encryption_context: dict[str, str] | None = None
    commitment_policy: CommitmentPolicy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT

    __hash__ = object.__hash__
