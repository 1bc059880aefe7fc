"""Gives every tampered message its verdict, and checks what plaintext came out before it."""

from __future__ import annotations

import hashlib
import io

import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, TrailingBytesError

from ..functional.sources import ShortReadSource
from .manifests import TAMPERED_ARCHIVES, DecryptionMethod, TamperedCase, Verdict, tampered_cases
from .reading import decrypt, stream
from .selection import archive_parameters

#: Bytes that the source which cannot seek gives at a time.
SHORT_READ = 5


@pytest.mark.parametrize("case", archive_parameters(TAMPERED_ARCHIVES, tampered_cases))
def test_message(case: TamperedCase) -> None:
    check_stream(case)
    check_stream_that_cannot_seek(case)
    if case.method is DecryptionMethod.ANY:
        check_one_call(case)


def check_one_call(case: TamperedCase) -> None:
    error: AWSEncryptionSDKClientError | None = None
    try:
        plaintext, _ = decrypt(case, case.message)
    except AWSEncryptionSDKClientError as raised:
        error = raised
    check_verdict(case, error)
    if error is None:
        check_accepted(case, plaintext)


def check_stream(case: TamperedCase) -> None:
    outcome = stream(case, io.BytesIO(case.message))
    check_verdict(case, outcome.error)
    if outcome.error is None:
        check_accepted(case, outcome.plaintext)
    else:
        assert case.base_plaintext.startswith(outcome.plaintext), "plaintext that is not the sender's was released"


def check_stream_that_cannot_seek(case: TamperedCase) -> None:
    source = ShortReadSource(case.message, SHORT_READ)
    outcome = stream(case, source)
    if case.verdict is Verdict.TRAILING:
        # What follows the message is its owner's: it is neither refused nor read.
        assert outcome.error is None
        check_accepted(case, outcome.plaintext)
        assert source.data[source.position :] == case.message[len(case.base_message) :]
        return
    check_verdict(case, outcome.error)
    if outcome.error is None:
        check_accepted(case, outcome.plaintext)
    else:
        assert case.base_plaintext.startswith(outcome.plaintext), "plaintext that is not the sender's was released"


def check_verdict(case: TamperedCase, error: AWSEncryptionSDKClientError | None) -> None:
    if case.verdict is Verdict.ACCEPT:
        assert error is None, f"a good message was rejected: {error!r}"
    elif case.verdict is Verdict.REJECT:
        assert error is not None, "a bad message was accepted"
    elif case.verdict is Verdict.TRAILING:
        assert isinstance(error, TrailingBytesError)


def check_accepted(case: TamperedCase, plaintext: bytes) -> None:
    assert hashlib.sha256(plaintext).hexdigest() == case.accepted_sha256
