"""Wrapping of one data key by several keyrings at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from hmac import compare_digest

from .._arguments import builtin_name
from .._materials import EncryptionMaterials
from ..exceptions import EncryptKeyError, InvalidCryptographicMaterialsError
from ..structures import EncryptedDataKey
from .base import Keyring


def wrap_in_parallel(materials: EncryptionMaterials, keyrings: Sequence[Keyring], most: int) -> EncryptionMaterials:
    """Return materials with the encrypted data keys of all keyrings, in the order of the keyrings.

    All threads have ended when this returns or raises. Once a keyring has failed, those that have not begun do not begin.

    :param materials: Materials with a data key
    :param most: How many keyrings work at the same time
    :raises EncryptKeyError: if no thread can be started
    :raises InvalidCryptographicMaterialsError: if a keyring changed something else than the encrypted data keys
    :raises Exception: what the first of the keyrings that failed, in their order, has raised
    """
    pool = ThreadPoolExecutor(min(most, len(keyrings)), thread_name_prefix="aws-encryption-sdk-wrap")
    wraps: list[Future[EncryptionMaterials]] = []
    try:
        for keyring in keyrings:
            wraps.append(_submitted(pool, keyring, materials))
        wait(wraps, return_when=FIRST_EXCEPTION)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    wrapped = materials
    for keyring, wrap in zip(keyrings, wraps, strict=True):
        for key in _added_keys(keyring, materials, wrap.result()):
            wrapped = wrapped.with_encrypted_data_key(key)
    return wrapped


def materials_of(keyring: Keyring, returned: object) -> EncryptionMaterials:
    """Return what a keyring returned, which must be encryption materials.

    :raises InvalidCryptographicMaterialsError: if it is something else
    """
    if not isinstance(returned, EncryptionMaterials):
        raise InvalidCryptographicMaterialsError(
            f"{keyring!r} returned {builtin_name(returned)} and no encryption materials"
        )
    return returned


def _submitted(pool: ThreadPoolExecutor, keyring: Keyring, materials: EncryptionMaterials) -> Future[EncryptionMaterials]:
    try:
        return pool.submit(copy_context().run, keyring.on_encrypt, materials)
    except RuntimeError as error:
        raise EncryptKeyError(f"No thread could be started to wrap the data key with {keyring!r}: {error}") from error


def _added_keys(keyring: Keyring, given: EncryptionMaterials, returned: object) -> Sequence[EncryptedDataKey]:
    made = materials_of(keyring, returned)
    before, after = given.data_encryption_key, made.data_encryption_key
    count = len(given.encrypted_data_keys)
    if (
        before is None
        or after is None
        or not compare_digest(before.data_key, after.data_key)
        or made.algorithm is not given.algorithm
        or made.encryption_context != given.encryption_context
        or made.encrypted_data_keys[:count] != given.encrypted_data_keys[:count]
    ):
        raise InvalidCryptographicMaterialsError(
            f"{keyring!r} changed something else than adding encrypted data keys, which it must not where keyrings wrap in "
            "parallel"
        )
    return made.encrypted_data_keys[count:]
