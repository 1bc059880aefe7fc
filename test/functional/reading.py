"""Ways to read a stream to its end, or to its failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError

from .sources import WouldBlock


class Readable(Protocol):
    """What the functions of this module need of a stream."""

    def read(self, b: int | None = -1, /) -> bytes: ...

    def readinto(self, buffer: bytearray, /) -> int: ...


def drain(stream: Readable, size: int) -> bytes:
    """Read to the end in calls of ``size``."""
    return b"".join(iter(lambda: stream.read(size), b""))


def drain_into(stream: Readable, size: int) -> bytes:
    """Read to the end through a buffer of ``size`` bytes."""
    buffer = bytearray(size)
    collected = bytearray()
    while count := stream.readinto(buffer):
        collected += buffer[:count]
    return bytes(collected)


def read_until_failure(stream: Readable, size: int) -> tuple[bytes, BaseException | None]:
    """Read in calls of ``size``; return what was released, and the exception that ended it, if there was one."""
    released = bytearray()

    def collect() -> None:
        while piece := stream.read(size):
            released.extend(piece)

    failure = failure_of(collect)
    return bytes(released), failure


def failure_of(action: Callable[[], object]) -> BaseException | None:
    """Return the exception of this package, or of a source that would block, that ``action`` raises."""
    try:
        action()
    except (AWSEncryptionSDKClientError, WouldBlock) as error:
        return error
    return None
