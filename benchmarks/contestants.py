"""The contestants that are packages: how each encrypts and decrypts one workload.

Each runs in a process of its own. The two packages that share the import name are told apart by how they take the wrapping key.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

WRAPPING_KEY = bytes(range(32))
#: How the caching CMM calls the arguments of the client.
_CACHING_NAMES = {"keyring": "keyring", "key_provider": "master_key_provider"}
NAMESPACE, KEY_NAME = "benchmark", "wrapping key"
#: Copies a file to standard output: what stands at the other end of a pipe.
_FEED = "import shutil, sys; shutil.copyfileobj(open(sys.argv[1], 'rb'), sys.stdout.buffer, 1 << 20)"


class Contestant(Protocol):
    """Somebody who encrypts and decrypts."""

    def versions(self) -> dict[str, str]:
        """Return the name and the version of what is measured."""

    def prepare(self, job: dict[str, Any]) -> None:
        """Make ready for a workload: keys, clients."""

    def encrypt(self, plaintext: bytes) -> Any:
        """Encrypt in one call; return the message."""

    def decrypt(self, message: Any) -> bytes:
        """Decrypt in one call; return the plaintext."""

    def encrypt_file(self, source: Any, target: Any) -> None:
        """Encrypt one open file into another."""

    def decrypt_file(self, source: Any, target: Any) -> None:
        """Decrypt one open file into another."""


class Package:
    """A package with the import name ``aws_encryption_sdk``.

    :param make_key_argument: Returns the argument that hands in the wrapping key
    """

    def __init__(self, make_key_argument: Callable[[], dict[str, Any]]) -> None:
        self._sdk: Any = importlib.import_module("aws_encryption_sdk")
        self._identifiers: Any = importlib.import_module("aws_encryption_sdk.identifiers")
        self._key = make_key_argument()

    def versions(self) -> dict[str, str]:
        """Return the name and the version of what is measured."""
        return {"package": f"aws-encryption-sdk {self._identifiers.__version__}"}

    def prepare(self, job: dict[str, Any]) -> None:
        """Make a client for the suite of the workload."""
        suite = self._identifiers.AlgorithmSuite.get_by_id(job["suite"])
        policy = "REQUIRE_ENCRYPT_REQUIRE_DECRYPT" if suite.is_committing() else "FORBID_ENCRYPT_ALLOW_DECRYPT"
        self._client = self._sdk.EncryptionSDKClient(commitment_policy=self._identifiers.CommitmentPolicy[policy])
        self._source = self._caching_argument() if job.get("cached") else self._key
        self._arguments = {**self._source, "algorithm": suite, "frame_length": job["frame_length"]}
        self._read_by = READERS[job.get("reader", "read")]
        self._read = job["read"]

    def _caching_argument(self) -> dict[str, Any]:
        """Return a caching CMM, with the limits that it has by default, over the same key."""
        caching: Any = importlib.import_module("aws_encryption_sdk.materials_managers.caching")
        cache = importlib.import_module("aws_encryption_sdk.caches.local").LocalCryptoMaterialsCache(100)
        source = {_CACHING_NAMES[name]: value for name, value in self._key.items()}
        return {"materials_manager": caching.CachingCryptoMaterialsManager(cache=cache, max_age=3600.0, **source)}

    def encrypt(self, plaintext: bytes) -> Any:
        """Encrypt in one call; return the message."""
        return self._client.encrypt(source=plaintext, **self._arguments)[0]

    def decrypt(self, message: Any) -> bytes:
        """Decrypt in one call; return the plaintext."""
        plaintext: bytes = self._client.decrypt(source=message, **self._source)[0]
        return plaintext

    def encrypt_file(self, source: Any, target: Any) -> None:
        """Encrypt one open file into another."""
        with self._client.stream(mode="e", source=source, **self._arguments) as stream:
            self._read_by(stream, target, self._read)

    def decrypt_file(self, source: Any, target: Any) -> None:
        """Decrypt one open file into another."""
        with self._client.stream(mode="d", source=source, **self._source) as stream:
            self._read_by(stream, target, self._read)


def _by_read(stream: Any, target: Any, length: int) -> None:
    while piece := stream.read(length):
        target.write(piece)


def _by_read_all(stream: Any, target: Any, _length: int) -> None:
    target.write(stream.read())


def _by_iteration(stream: Any, target: Any, _length: int) -> None:
    for piece in stream:
        target.write(piece)


class Dropped:
    """A file to write to that keeps nothing."""

    def write(self, _piece: Any) -> None:
        """Do nothing."""


def _by_readinto(stream: Any, target: Any, length: int) -> None:
    buffer = memoryview(bytearray(length))
    while count := stream.readinto(buffer):
        target.write(buffer[:count])


READERS: dict[str, Callable[[Any, Any, int], None]] = {
    "read": _by_read,
    "all": _by_read_all,
    "iteration": _by_iteration,
    "readinto": _by_readinto,
}


def keyring_argument() -> dict[str, Any]:
    """Return a raw AES keyring: how this package takes the key."""
    raw: Any = importlib.import_module("aws_encryption_sdk.keyrings.raw")
    return {"keyring": raw.RawAESKeyring(NAMESPACE, KEY_NAME, WRAPPING_KEY)}


def master_key_provider_argument() -> dict[str, Any]:
    """Return a raw master key provider: how the released package takes the key."""
    raw: Any = importlib.import_module("aws_encryption_sdk.key_providers.raw")
    identifiers: Any = importlib.import_module("aws_encryption_sdk.identifiers")
    wrapping_key = importlib.import_module("aws_encryption_sdk.internal.crypto").WrappingKey(
        wrapping_algorithm=identifiers.WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
        wrapping_key=WRAPPING_KEY,
        wrapping_key_type=identifiers.EncryptionKeyType.SYMMETRIC,
    )
    # A class statement would need the package's base class when this module is imported.
    provider_class = type(
        "Provider",
        (raw.RawMasterKeyProvider,),
        {"provider_id": NAMESPACE, "_get_raw_key": lambda _self, _key_id: wrapping_key},
    )
    provider = provider_class()
    provider.add_master_key(KEY_NAME.encode())
    return {"key_provider": provider}


class Tink:
    """Tink's streaming AEAD with segments of 4 KiB. It has no one-call form."""

    def __init__(self) -> None:
        self._tink: Any = importlib.import_module("tink")
        self._streaming: Any = importlib.import_module("tink.streaming_aead")
        self._streaming.register()

    def versions(self) -> dict[str, str]:
        """Return the name and the version of what is measured."""
        return {"package": f"tink {metadata.version('tink')}"}

    def prepare(self, job: dict[str, Any]) -> None:
        """Make a key; the same one serves all workloads."""
        if not hasattr(self, "_primitive"):
            handle = self._tink.new_keyset_handle(self._streaming.streaming_aead_key_templates.AES256_GCM_HKDF_4KB)
            self._primitive = handle.primitive(self._streaming.StreamingAead)
        self._read = job["read"]

    def encrypt(self, plaintext: bytes) -> Any:
        """Refuse."""
        raise NotImplementedError

    def decrypt(self, message: Any) -> bytes:
        """Refuse."""
        raise NotImplementedError

    def encrypt_file(self, source: Any, target: Any) -> None:
        """Encrypt one open file into another."""
        with self._primitive.new_encrypting_stream(target, b"") as stream:
            shutil.copyfileobj(source, stream, self._read)

    def decrypt_file(self, source: Any, target: Any) -> None:
        """Decrypt one open file into another."""
        with self._primitive.new_decrypting_stream(source, b"") as stream:
            shutil.copyfileobj(stream, target, self._read)


def pipe_from(path: Path) -> subprocess.Popen[bytes]:
    """Start a process that writes a file to a pipe as fast as it is taken."""
    return subprocess.Popen([sys.executable, "-I", "-c", _FEED, str(path)], stdout=subprocess.PIPE)
