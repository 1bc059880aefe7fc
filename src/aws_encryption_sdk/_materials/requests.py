"""What a CMM is asked for (framework/cmm-interface.md, inputs)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..identifiers import AlgorithmSuite, CommitmentPolicy
from ..structures import EncryptedDataKey, EncryptedDataKeys, TakesFurtherAttributes, ordered_encrypted_data_keys
from .base import required_keys_of


@attrs.define(slots=True, init=False, unsafe_hash=False, on_setattr=attrs.setters.NO_OP)
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
    required_encryption_context_keys: frozenset[str] = frozenset()

    def __init__(
        self,
        encryption_context: dict[str, str],
        frame_length: int,
        commitment_policy: CommitmentPolicy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
        plaintext_rostream: object = None,
        algorithm: AlgorithmSuite | None = None,
        plaintext_length: int | None = None,
        required_encryption_context_keys: Iterable[str] = frozenset(),
    ) -> None:
        self.encryption_context = encryption_context
        self.frame_length = frame_length
        self.commitment_policy = commitment_policy
        self.plaintext_rostream = plaintext_rostream
        self.algorithm = algorithm
        self.plaintext_length = plaintext_length
        if required_encryption_context_keys.__class__ is not frozenset:
            required_encryption_context_keys = required_keys_of(required_encryption_context_keys)
        self.required_encryption_context_keys = required_encryption_context_keys

    __hash__ = object.__hash__


@attrs.define(slots=True, init=False, unsafe_hash=False, on_setattr=attrs.setters.NO_OP)
class DecryptionMaterialsRequest(TakesFurtherAttributes):
    """What a CMM is asked for on decrypt (framework/cmm-interface.md, decrypt materials request).

    :param algorithm: Suite of the message
    :param encrypted_data_keys: Encrypted data keys, in the order of the message
    :param encryption_context: Encryption context that the message stores; not authenticated yet
    :param reproduced_encryption_context: Encryption context that the caller gave, if any
    :param commitment_policy: Policy that the suite has to obey
    """

    algorithm: AlgorithmSuite
    encrypted_data_keys: EncryptedDataKeys
    encryption_context: dict[str, str]
    reproduced_encryption_context: dict[str, str] | None = None
    commitment_policy: CommitmentPolicy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT

    def __init__(
        self,
        algorithm: AlgorithmSuite,
        encrypted_data_keys: Iterable[EncryptedDataKey],
        encryption_context: dict[str, str],
        reproduced_encryption_context: dict[str, str] | None = None,
        commitment_policy: CommitmentPolicy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
    ) -> None:
        self.algorithm = algorithm
        if encrypted_data_keys.__class__ is not EncryptedDataKeys:
            encrypted_data_keys = ordered_encrypted_data_keys(encrypted_data_keys)
        self.encrypted_data_keys = encrypted_data_keys
        self.encryption_context = encryption_context
        self.reproduced_encryption_context = reproduced_encryption_context
        self.commitment_policy = commitment_policy

    __hash__ = object.__hash__
