"""What the tests of failures share: messages, and the causes of errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aws_encryption_sdk import CryptoResult, EncryptionSDKClient
from aws_encryption_sdk.keyrings.base import Keyring

SECRET_TEXT = b"nobody may read this in an error"
#: botocore waits between attempts, and longer each time; where no retry is tested, there is none.
NO_RETRIES = {"retries": {"total_max_attempts": 1}}


def encrypt(keyring: Keyring, **arguments: Any) -> CryptoResult:
    """Return a message."""
    message: CryptoResult = EncryptionSDKClient().encrypt(source=SECRET_TEXT, keyring=keyring, **arguments)
    return message


def decrypt(message: CryptoResult, keyring: Keyring) -> bytes:
    """Return the plaintext of a message."""
    plaintext: bytes = EncryptionSDKClient().decrypt(source=message.result, keyring=keyring).result
    return plaintext


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, those that it collected, and those that caused it, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        error = waiting.pop(0)
        if id(error) not in seen:
            seen.add(id(error))
            yield error
            waiting += [*getattr(error, "errors", ()), *([error.__cause__] if error.__cause__ else [])]


def cause_of(error: BaseException, kind: type[BaseException]) -> Any:
    """Return the cause of a kind; there has to be one."""
    found = [cause for cause in causes_of(error) if isinstance(cause, kind)]
    assert found, f"no {kind.__name__} among {[type(cause).__name__ for cause in causes_of(error)]}"
    return found[0]
