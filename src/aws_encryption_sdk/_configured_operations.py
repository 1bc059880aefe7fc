"""Operations as the configuration of a stream or a call wants them, and what they ask its CMM for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ._materials import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
    decryption_materials_from,
    encryption_materials_from,
)
from ._operations.decrypt import DecryptOperation
from ._operations.encrypt import EncryptOperation
from ._policies import check_encrypt_suite, policy_for_named_suite, warn_without_commitment
from ._sources import PlaintextView
from ._stream_configuration import DecryptorConfig, EncryptorConfig
from .structures import MessageHeader


def encrypt_operation(
    config: EncryptorConfig, get_materials: Callable[[], EncryptionMaterials], plaintext_length: int | None
) -> EncryptOperation:
    """Return the operation that encrypts one message.

    A CMM of the caller's may count the bytes that it is told of, so the source must not turn out longer. With a keyring or a
    master key provider nobody counts, and a file that grows is encrypted to its end.

    :param get_materials: Returns its materials: :func:`get_encryption_materials`, with its arguments
    :param plaintext_length: Length of the plaintext in bytes, if known
    """
    limit = config.length_limit
    if plaintext_length is not None and config.keyring is None and config.key_provider is None:
        limit = plaintext_length if limit is None else min(limit, plaintext_length)
    # All by position, here and below: keywords take time in every message.
    return EncryptOperation(
        get_materials,
        config.commitment_policy,
        config.frame_length,
        plaintext_length,
        limit,
        config.max_encrypted_data_keys,
    )


def decrypt_operation(config: DecryptorConfig, hold_back: bool) -> DecryptOperation:
    """Return the operation that decrypts one message.

    :param hold_back: Whether the last plaintext of a signed message is held back until its signature is verified
    """
    return DecryptOperation(
        partial(get_decryption_materials, config),
        config.commitment_policy,
        config.signature_policy,
        config.encryption_context,
        config.max_body_length,
        config.max_encrypted_data_keys,
        config.net_v4_0_0_retry_policy,
        hold_back,
    )


def get_encryption_materials(config: EncryptorConfig, plaintext_length: int | None) -> EncryptionMaterials:
    """Get materials to encrypt one message (client-apis/encrypt.md, get the encryption materials).

    :param plaintext_length: Length of the plaintext in bytes, or a bound of it, if known
    """
    policy, named = config.commitment_policy, config.algorithm
    if named is not None:
        check_encrypt_suite(policy, named)
    request = EncryptionMaterialsRequest(
        dict(config.encryption_context),
        config.frame_length,
        policy if policy is not None else policy_for_named_suite(named),
        # Built-in CMMs over keyrings do not look at it.
        None if config.keyring is not None else PlaintextView(config.source),
        named,
        plaintext_length,
    )
    # By name, as released versions call it.
    materials = config.manager.get_encryption_materials(request=request)
    if config.keyring is None:
        # A CMM of the caller's may return what only has the attributes of materials.
        materials = encryption_materials_from(materials)
    if policy is None and isinstance(materials, EncryptionMaterials):
        warn_without_commitment(materials.algorithm, "encrypts with")
    return materials


def get_decryption_materials(config: DecryptorConfig, header: MessageHeader) -> DecryptionMaterials:
    """Get materials to decrypt the message with this header (client-apis/decrypt.md, get the decryption materials)."""
    policy, reproduced = config.commitment_policy, config.encryption_context
    if policy is None:
        warn_without_commitment(header.algorithm, "decrypts a message of")
        policy = policy_for_named_suite(header.algorithm)
    request = DecryptionMaterialsRequest(
        header.algorithm,
        header.encrypted_data_keys,
        dict(header.encryption_context),
        None if reproduced is None else dict(reproduced),
        policy,
    )
    materials = config.manager.decrypt_materials(request=request)
    return materials if config.keyring is not None else decryption_materials_from(materials)
