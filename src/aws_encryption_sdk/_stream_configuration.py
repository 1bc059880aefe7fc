"""Configuration of a stream: its source, where its materials come from, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import attrs

from ._arguments import builtin_name, check_encryption_context, check_integer, check_max_encrypted_data_keys, check_member
from ._limits import DEFAULT_FRAME_LENGTH, DEFAULT_LINE_LENGTH, MAX_FRAME_LENGTH
from .exceptions import (
    ArgumentTypeError,
    AWSEncryptionSDKClientError,
    InvalidCryptographicMaterialsError,
    ReservedEncryptionContextKeyError,
    SerializationError,
)
from .identifiers import (
    RESERVED_ENCRYPTION_CONTEXT_PREFIX,
    AlgorithmSuite,
    CommitmentPolicy,
    NetV400RetryPolicy,
    SignaturePolicy,
)
from .key_providers.base import MasterKeyProvider
from .keyrings.mpl import AnyKeyring
from .materials_managers.base import CryptoMaterialsManager
from .materials_managers.default import DefaultCryptoMaterialsManager
from .materials_managers.mpl.cmm import materials_manager_from

_NO_RETRY: Final = NetV400RetryPolicy.FORBID_RETRY
_ALL_SIGNATURES: Final = SignaturePolicy.ALLOW_ENCRYPT_ALLOW_DECRYPT
_Config = TypeVar("_Config", bound="_ClientConfig")


@attrs.define(slots=False, unsafe_hash=False)
class _ClientConfig:
    """What encryption and decryption streams have in common.

    :param source: Bytes, text (taken as UTF-8), or a file object with a ``read`` method that returns bytes
    :param commitment_policy: Commitment policy; None to allow every algorithm suite, with a warning
    :param signature_policy: Whether signed messages may be decrypted
    :param max_encrypted_data_keys: Most encrypted data keys of a message; None for no limit but the format's
    :param materials_manager: Cryptographic materials manager
    :param key_provider: Master key provider
    :param keyring: Keyring; exactly one of these three has to be given
    :param source_length: Length of the source in bytes, or a bound of it
    :param line_length: Length in bytes of the pieces that iteration hands out
    :param net_v4_0_0_retry_policy: Whether messages that version 4.0.0 of the SDK for .NET wrote may be decrypted; by name only
    """

    source: Any = attrs.field(repr=False)
    commitment_policy: CommitmentPolicy | None = None
    signature_policy: SignaturePolicy = _ALL_SIGNATURES
    max_encrypted_data_keys: int | None = None
    materials_manager: CryptoMaterialsManager | None = None
    key_provider: MasterKeyProvider | None = None
    keyring: AnyKeyring | None = None
    source_length: int | None = None
    line_length: int = DEFAULT_LINE_LENGTH
    net_v4_0_0_retry_policy: NetV400RetryPolicy = attrs.field(default=_NO_RETRY, kw_only=True)

    @classmethod
    def from_arguments(cls: type[_Config], arguments: dict[str, Any]) -> _Config:
        """Return the configuration that a call was given: as ``config``, or as its fields by name.

        :raises ArgumentTypeError: if arguments are missing, unknown, or given beside ``config``
        """
        config = arguments.pop("config", None)
        if config is None:
            try:
                return cls(**arguments)
            except AWSEncryptionSDKClientError:
                raise
            except TypeError as error:
                # Unknown or missing arguments, in the words of Python itself.
                raise ArgumentTypeError(str(error)) from error
        if not isinstance(config, cls):
            raise ArgumentTypeError(f"config must be a {cls.__name__}, not {builtin_name(config)}")
        if arguments:
            raise ArgumentTypeError(f"With config, no further arguments are taken: {', '.join(sorted(arguments))}")
        return config

    def __attrs_post_init__(self) -> None:
        # What a field has by default needs no check, and most fields of most calls have that.
        policy = self.commitment_policy
        if policy is not None and type(policy) is not CommitmentPolicy:
            check_member(policy, CommitmentPolicy, "commitment_policy")
        if self.signature_policy is not _ALL_SIGNATURES:
            check_member(self.signature_policy, SignaturePolicy, "signature_policy")
        if self.net_v4_0_0_retry_policy is not _NO_RETRY:
            check_member(self.net_v4_0_0_retry_policy, NetV400RetryPolicy, "net_v4_0_0_retry_policy")
        if self.max_encrypted_data_keys is not None:
            check_max_encrypted_data_keys(self.max_encrypted_data_keys)
        if self.source_length is not None:
            check_integer(self.source_length, "source_length", 0)
        if self.line_length != DEFAULT_LINE_LENGTH:
            check_integer(self.line_length, "line_length", 1)
        manager, provider, keyring = self.materials_manager, self.key_provider, self.keyring
        given = (manager is not None) + (provider is not None) + (keyring is not None)
        if given != 1:
            raise ArgumentTypeError(
                f"Exactly one of keyring, materials_manager, or key_provider must be provided, not {given}"
            )
        if manager is None:
            self.materials_manager = DefaultCryptoMaterialsManager(provider, keyring)
        else:
            self.materials_manager = materials_manager_from(manager)

    @property
    def manager(self) -> CryptoMaterialsManager:
        """The CMM that is asked for materials."""
        if self.materials_manager is None:
            raise InvalidCryptographicMaterialsError(
                "There is no materials manager to ask; materials_manager was set to None"
            )
        return self.materials_manager

    @property
    def length_limit(self) -> int | None:
        """Longest source in bytes; with a master key provider, ``source_length`` was never enforced."""
        return None if self.key_provider is not None else self.source_length


@attrs.define(slots=False, unsafe_hash=False)
class EncryptorConfig(_ClientConfig):
    """Configuration of an encryption stream.

    :param encryption_context: Encryption context; its keys must not begin with ``aws-crypto-``
    :param algorithm: Algorithm suite; None for the policy's default
    :param frame_length: Frame length in bytes, 1 to 2**32 - 1; 0 writes a non-framed message
    """

    encryption_context: Mapping[str, str] = attrs.field(factory=dict)
    algorithm: AlgorithmSuite | None = None
    frame_length: int = DEFAULT_FRAME_LENGTH

    def __attrs_post_init__(self) -> None:
        _ClientConfig.__attrs_post_init__(self)
        context = self.encryption_context
        self.encryption_context = {}
        if context or type(context) is not dict:
            self.encryption_context = check_encryption_context(context)
            for key in self.encryption_context:
                if key.startswith(RESERVED_ENCRYPTION_CONTEXT_PREFIX):
                    raise ReservedEncryptionContextKeyError(
                        f"The encryption context key {key!r} begins with the reserved prefix "
                        f'"{RESERVED_ENCRYPTION_CONTEXT_PREFIX}"; choose another name'
                    )
        if self.algorithm is not None and type(self.algorithm) is not AlgorithmSuite:
            check_member(self.algorithm, AlgorithmSuite, "algorithm")
        if self.frame_length != DEFAULT_FRAME_LENGTH or type(self.frame_length) is not int:
            _check_frame_length(self.frame_length)


def _check_frame_length(length: object) -> None:
    if not isinstance(length, int) or isinstance(length, bool):
        raise ArgumentTypeError(f"frame_length must be an int, not {builtin_name(length)}")
    if not 0 <= length <= MAX_FRAME_LENGTH:
        raise SerializationError(
            f"frame_length must be 1 to {MAX_FRAME_LENGTH} bytes (or 0 for a non-framed message), not {length}"
        )


@attrs.define(slots=False, unsafe_hash=False)
class DecryptorConfig(_ClientConfig):
    """Configuration of a decryption stream.

    :param max_body_length: Longest frame, or non-framed body, in bytes; None for no limit
    :param encryption_context: Encryption context that the message has to have. A pair that the message stores is compared, one
        that it does not store is authenticated with the header
    """

    max_body_length: int | None = None
    encryption_context: Mapping[str, str] | None = None

    def __attrs_post_init__(self) -> None:
        _ClientConfig.__attrs_post_init__(self)
        if self.max_body_length is not None:
            check_integer(self.max_body_length, "max_body_length", 0)
        if self.encryption_context is not None:
            self.encryption_context = check_encryption_context(self.encryption_context)
