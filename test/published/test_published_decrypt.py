"""Decrypts the published messages, and those that must not decrypt."""

from __future__ import annotations

import io

import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.structures import MessageHeader

from .manifests import DECRYPT_ARCHIVES, DecryptCase, DecryptionMethod, decrypt_cases
from .reading import StreamOutcome, decrypt, stream
from .selection import archive_parameters

PUBLIC_KEY = "aws-crypto-public-key"


@pytest.mark.parametrize("case", archive_parameters(DECRYPT_ARCHIVES, decrypt_cases))
def test_message(case: DecryptCase) -> None:
    if case.plaintext is None:
        check_fails(case)
    else:
        check_decrypts(case, case.plaintext)


def check_decrypts(case: DecryptCase, plaintext: bytes) -> None:
    streamed = stream(case, io.BytesIO(case.message))
    assert streamed == StreamOutcome(plaintext, None)
    if case.method is DecryptionMethod.ANY:
        result, header = decrypt(case, case.message)
        assert result == plaintext
        check_header(case, header)


def check_fails(case: DecryptCase) -> None:
    """All negative cases fail at the header or before, so no plaintext may come out."""
    streamed = stream(case, io.BytesIO(case.message))
    assert streamed.error is not None
    assert streamed.plaintext == b""
    if case.method is DecryptionMethod.ANY:
        with pytest.raises(AWSEncryptionSDKClientError):
            decrypt(case, case.message)


def check_header(case: DecryptCase, header: MessageHeader) -> None:
    assert header.algorithm.algorithm_id == case.algorithm_id
    context = dict(header.encryption_context)
    assert (PUBLIC_KEY in context) is header.algorithm.is_signing()
    context.pop(PUBLIC_KEY, None)
    if case.authenticated_context is not None:
        assert context == dict(case.authenticated_context)
