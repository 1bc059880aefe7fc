"""Decrypts the message of a case, in one call or as a stream that is read in small pieces."""

from __future__ import annotations

from typing import Any, Final

import attrs

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.structures import CryptoResult

from .keys import keyring_from
from .manifests import Case, DecryptionMethod

#: Bytes of plaintext that are asked for at a time: no multiple or divisor of a frame length in the vectors.
READ_LENGTH: Final = 13


@attrs.frozen
class StreamOutcome:
    """What a stream gave: its plaintext, and the error that ended it."""

    plaintext: bytes
    error: AWSEncryptionSDKClientError | None


def decrypt(case: Case, source: Any) -> CryptoResult:
    """Decrypt ``source`` in one call."""
    return _client(case).decrypt(source=source, **_arguments(case))


def stream(case: Case, source: Any) -> StreamOutcome:
    """Read the plaintext of ``source`` as a stream, until its end or an error of the package; others propagate."""
    mode = "decrypt-unsigned" if case.method is DecryptionMethod.STREAMING_UNSIGNED_ONLY else "decrypt"
    plaintext = bytearray()
    try:
        with _client(case).stream(mode=mode, source=source, **_arguments(case)) as decryptor:
            while piece := decryptor.read(READ_LENGTH):
                assert len(piece) <= READ_LENGTH
                plaintext += piece
    except AWSEncryptionSDKClientError as error:
        return StreamOutcome(bytes(plaintext), error)
    return StreamOutcome(bytes(plaintext), None)


def _client(case: Case) -> EncryptionSDKClient:
    return EncryptionSDKClient(
        commitment_policy=case.commitment_policy, max_encrypted_data_keys=case.max_encrypted_data_keys
    )


def _arguments(case: Case) -> dict[str, Any]:
    return {
        "keyring": keyring_from(case.key_description, case.archive.keys),
        "encryption_context": dict(case.reproduced_context),
    }
