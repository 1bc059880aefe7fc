"""Send several encrypted messages through one connection, one after the other."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

# A receiver that uses plaintext as it arrives should not depend on a signature that comes last. This suite has none: every
# frame is authenticated by itself, and the message commits to its data key.
ALGORITHM = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
ENCRYPTION_CONTEXT = {"purpose": "example", "transport": "socket"}


def run(source_plaintext: bytes) -> bytes:
    """Send the plaintext through a pair of connected sockets, as two messages.

    :param source_plaintext: What to send
    :returns: What the receiver got out of the two messages, joined
    """
    keyring = RawAESKeyring(key_namespace="examples", key_name="connection", wrapping_key=os.urandom(32))
    half = len(source_plaintext) // 2
    halves = (source_plaintext[:half], source_plaintext[half:])
    near, far = socket.socketpair()
    with far, ThreadPoolExecutor(max_workers=1) as executor:
        sender = executor.submit(send, near, halves, keyring)
        received = receive(far, len(halves), keyring)
        sender.result()
    return b"".join(received)


def send(connection: socket.socket, plaintexts: Iterable[bytes], keyring: Keyring) -> None:
    """Encrypt each plaintext into a message of its own, and close the connection after the last one."""
    client = EncryptionSDKClient()
    with connection, connection.makefile("wb") as outgoing:
        for plaintext in plaintexts:
            with client.stream(
                mode="encrypt", source=plaintext, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT, algorithm=ALGORITHM
            ) as encryptor:
                shutil.copyfileobj(encryptor, outgoing)
            outgoing.flush()


def receive(connection: socket.socket, count: int, keyring: Keyring) -> Sequence[bytes]:
    """Decrypt that many messages as they arrive."""
    # One file object for the whole connection: it may hold bytes of the next message already.
    with connection.makefile("rb") as incoming:
        return [receive_one(incoming, keyring) for _ in range(count)]


def receive_one(incoming: IO[bytes], keyring: Keyring) -> bytes:
    """Decrypt one message, and leave what follows it in ``incoming``.

    A source that cannot seek is never asked for more than the message needs, so this neither waits for bytes that will not
    come nor swallows the beginning of the next message.
    """
    client = EncryptionSDKClient()
    # `decrypt-unsigned` refuses signed messages: all plaintext that is released can be used at once.
    with client.stream(
        mode="decrypt-unsigned", source=incoming, keyring=keyring, encryption_context=ENCRYPTION_CONTEXT
    ) as decryptor:
        return decryptor.read()


if __name__ == "__main__":
    print(run(b"Hello, world!").decode())
