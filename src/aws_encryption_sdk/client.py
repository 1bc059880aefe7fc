"""The client: encrypt, decrypt and stream with a configuration of its own (client-apis/client.md)."""

from __future__ import annotations

import copy
import warnings
from typing import Any, Final, Literal, overload

import attrs

from ._arguments import builtin_name, check_max_encrypted_data_keys, check_member
from ._one_call import decrypt_in_one_call, encrypt_in_one_call
from ._stream_configuration import DecryptorConfig, EncryptorConfig
from .exceptions import ArgumentTypeError, AWSEncryptionSDKClientError, UnknownModeError
from .identifiers import CommitmentPolicy, NetV400RetryPolicy, SignaturePolicy
from .streaming_client import StreamDecryptor, StreamEncryptor
from .structures import CryptoResult

__all__ = ["EncryptionSDKClient", "EncryptionSDKClientConfig", "decrypt", "encrypt", "stream"]

_ENCRYPT_MODES: Final = ("e", "encrypt")
_DECRYPT_MODES: Final = ("d", "decrypt")
_UNSIGNED_MODE: Final = "decrypt-unsigned"

EncryptMode = Literal["e", "encrypt"]
DecryptMode = Literal["d", "decrypt", "decrypt-unsigned"]


@attrs.frozen(slots=True)
class EncryptionSDKClientConfig:
    """Configuration of a client.

    :param commitment_policy: Commitment policy
    :param max_encrypted_data_keys: Most encrypted data keys of a message, at least 1; None for no limit but the format's
    :param net_v4_0_0_retry_policy: Whether messages that version 4.0.0 of the AWS Encryption SDK for .NET wrote may be decrypted
    :raises ArgumentTypeError: if an argument has the wrong type
    :raises ArgumentValueError: if the limit is below 1
    """

    commitment_policy: CommitmentPolicy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    max_encrypted_data_keys: int | None = None
    net_v4_0_0_retry_policy: NetV400RetryPolicy = NetV400RetryPolicy.FORBID_RETRY

    def __attrs_post_init__(self) -> None:
        check_member(self.commitment_policy, CommitmentPolicy, "commitment_policy")
        if self.max_encrypted_data_keys is not None:
            check_max_encrypted_data_keys(self.max_encrypted_data_keys)
        check_member(self.net_v4_0_0_retry_policy, NetV400RetryPolicy, "net_v4_0_0_retry_policy")


class EncryptionSDKClient:
    """Encrypts and decrypts under one configuration. May be shared by threads.

    :param config: An :class:`EncryptionSDKClientConfig`; or its fields, by name

    >>> import os
    >>> from aws_encryption_sdk.keyrings.raw import RawAESKeyring
    >>> client = EncryptionSDKClient()
    >>> keyring = RawAESKeyring("example", "key", os.urandom(32))
    >>> message, _ = client.encrypt(source=b"plaintext", keyring=keyring, encryption_context={"purpose": "example"})
    >>> plaintext, header = client.decrypt(source=message, keyring=keyring)
    >>> plaintext, header.encryption_context["purpose"]
    (b'plaintext', 'example')
    """

    #: The class that configures: classes that derive from this one may have their own.
    _config_class: type[EncryptionSDKClientConfig] = EncryptionSDKClientConfig

    def __init__(self, config: EncryptionSDKClientConfig | None = None, **kwargs: Any) -> None:
        if config is None:
            try:
                config = self._config_class(**kwargs)
            except AWSEncryptionSDKClientError:
                raise
            except TypeError as error:
                raise ArgumentTypeError(str(error)) from error
        elif kwargs:
            raise ArgumentTypeError(f"With config, no further arguments are taken: {', '.join(sorted(kwargs))}")
        elif not isinstance(config, self._config_class):
            raise ArgumentTypeError(f"config must be a {self._config_class.__name__}, not {builtin_name(config)}")
        self.config: EncryptionSDKClientConfig = config

    def __repr__(self) -> str:
        return f"EncryptionSDKClient(config={self.config!r})"

    def encrypt(self, **kwargs: Any) -> CryptoResult:
        """Encrypt a plaintext in one call.

        :param source: Plaintext: bytes, text (taken as UTF-8), or a file object
        :param keyring: Keyring; or ``materials_manager``, or ``key_provider``
        :param encryption_context: Encryption context: a dict of str to str, authenticated and stored in the message
        :param algorithm: Algorithm suite; None for the policy's default
        :param frame_length: Frame length in bytes, 4096 unless given
        :param source_length: Longest plaintext in bytes to encrypt
        :returns: the message, and its header
        :raises AWSEncryptionSDKClientError: if it fails
        """
        self._set_config_kwargs("encrypt", kwargs)
        return encrypt_in_one_call(EncryptorConfig.from_arguments(kwargs))

    def decrypt(self, **kwargs: Any) -> CryptoResult:
        """Decrypt a message in one call. Nothing is returned before all of it, the signature included, was verified.

        :param source: Message: bytes, or a file object
        :param keyring: Keyring; or ``materials_manager``, or ``key_provider``
        :param encryption_context: Encryption context that the message has to have
        :param max_body_length: Longest frame, or non-framed body, in bytes to accept
        :param net_v4_0_0_retry_policy: Whether a message of version 4.0.0 of the SDK for .NET is accepted, if not as configured
        :param source_length: Longest message in bytes to accept
        :returns: the plaintext, and the header with the authenticated encryption context
        :raises AWSEncryptionSDKClientError: if it fails
        """
        self._set_config_kwargs("decrypt", kwargs)
        return decrypt_in_one_call(DecryptorConfig.from_arguments(kwargs))

    @overload
    def stream(self, *, mode: EncryptMode, **kwargs: Any) -> StreamEncryptor: ...
    @overload
    def stream(self, *, mode: DecryptMode, **kwargs: Any) -> StreamDecryptor: ...
    @overload
    def stream(self, **kwargs: Any) -> StreamEncryptor | StreamDecryptor: ...
    def stream(self, **kwargs: Any) -> StreamEncryptor | StreamDecryptor:
        """Return a file that reads as the message, or as the plaintext.

        :param mode: ``e`` or ``encrypt``; ``d`` or ``decrypt``; ``decrypt-unsigned`` to refuse signed messages
        :param kwargs: The arguments of :meth:`encrypt` or :meth:`decrypt`, and ``line_length``
        :raises UnknownModeError: if there is no such mode
        :raises AWSEncryptionSDKClientError: if an argument is wrong
        """
        self._set_config_kwargs("stream", kwargs)
        opened: StreamEncryptor | StreamDecryptor = stream(**kwargs)
        return opened

    def _set_config_kwargs(self, callee_name: str, kwargs_dict: dict[str, Any]) -> None:
        """Put the configuration into the arguments of a call.

        Released versions have the same method, and classes that derive from them override it.
        """
        kwargs = kwargs_dict
        if "config" in kwargs and isinstance(kwargs["config"], (EncryptorConfig, DecryptorConfig)):
            # The client's settings hold where the caller's object, which stays as it is, has none.
            kwargs["config"] = config = copy.copy(kwargs["config"])
            if config.commitment_policy is None:
                config.commitment_policy = self.config.commitment_policy
            if config.max_encrypted_data_keys is None:
                config.max_encrypted_data_keys = self.config.max_encrypted_data_keys
            if config.net_v4_0_0_retry_policy is NetV400RetryPolicy.FORBID_RETRY:
                config.net_v4_0_0_retry_policy = self.config.net_v4_0_0_retry_policy
            return
        if "commitment_policy" in kwargs or "max_encrypted_data_keys" in kwargs:
            _warn_of_fixed_settings(kwargs, callee_name)
        kwargs["commitment_policy"] = self.config.commitment_policy
        kwargs["max_encrypted_data_keys"] = self.config.max_encrypted_data_keys
        if self.config.net_v4_0_0_retry_policy is not NetV400RetryPolicy.FORBID_RETRY:
            kwargs.setdefault("net_v4_0_0_retry_policy", self.config.net_v4_0_0_retry_policy)


def _warn_of_fixed_settings(kwargs: dict[str, Any], method: str) -> None:
    for name in ("commitment_policy", "max_encrypted_data_keys"):
        if name in kwargs:
            warnings.warn(
                f"Invalid keyword argument '{name}' passed to {method}. Set this value by passing a 'config' to the "
                "EncryptionSDKClient constructor instead.",
                UserWarning,
                stacklevel=4,
            )


def encrypt(**kwargs: Any) -> CryptoResult:
    """Encrypt a plaintext in one call, as :meth:`EncryptionSDKClient.encrypt` does.

    Without a ``commitment_policy``, every algorithm suite that is named is honoured, with a warning if it does not commit.

    :param commitment_policy: Commitment policy
    :param max_encrypted_data_keys: Most encrypted data keys of the message

    >>> import os
    >>> from aws_encryption_sdk.keyrings.raw import RawAESKeyring
    >>> keyring = RawAESKeyring("example", "key", os.urandom(32))
    >>> message = encrypt(source=b"plaintext", keyring=keyring).result
    >>> decrypt(source=message, keyring=keyring).result
    b'plaintext'
    """
    return encrypt_in_one_call(EncryptorConfig.from_arguments(kwargs))


def decrypt(**kwargs: Any) -> CryptoResult:
    """Decrypt a message in one call, as :meth:`EncryptionSDKClient.decrypt` does.

    Without a ``commitment_policy``, every message is read, with a warning if it does not commit to its key.

    :param commitment_policy: Commitment policy
    :param max_encrypted_data_keys: Most encrypted data keys of the message
    """
    return decrypt_in_one_call(DecryptorConfig.from_arguments(kwargs))


@overload
def stream(*, mode: EncryptMode, **kwargs: Any) -> StreamEncryptor: ...
@overload
def stream(*, mode: DecryptMode, **kwargs: Any) -> StreamDecryptor: ...
@overload
def stream(**kwargs: Any) -> StreamEncryptor | StreamDecryptor: ...
def stream(**kwargs: Any) -> StreamEncryptor | StreamDecryptor:
    """Return a file that reads as the message, or as the plaintext, as :meth:`EncryptionSDKClient.stream` does.

    :param mode: ``e`` or ``encrypt``; ``d`` or ``decrypt``; ``decrypt-unsigned`` to refuse signed messages
    :raises UnknownModeError: if there is no such mode
    """
    mode = kwargs.pop("mode", None)
    name = mode.lower() if isinstance(mode, str) else mode
    if name in _ENCRYPT_MODES:
        # Programs that hand over the same arguments for both directions are served.
        kwargs.pop("max_body_length", None)
        return StreamEncryptor(**kwargs)
    if name in _DECRYPT_MODES:
        return StreamDecryptor(**kwargs)
    if name == _UNSIGNED_MODE:
        kwargs["signature_policy"] = SignaturePolicy.ALLOW_ENCRYPT_FORBID_DECRYPT
        return StreamDecryptor(**kwargs)
    modes = ", ".join((*_ENCRYPT_MODES, *_DECRYPT_MODES, _UNSIGNED_MODE))
    raise UnknownModeError(f"Unknown mode {mode!r}; the modes are: {modes}")
