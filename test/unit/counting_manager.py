"""A CMM that makes materials without a keyring, and counts how often it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager


class CountingManager(CryptoMaterialsManager):
    """The default CMM over a raw AES keyring, with a record of what it was asked.

    :param change: Changes what it returns
    :param pause: Seconds that each request takes
    """

    def __init__(self, change: Callable[[Any], Any] = lambda materials: materials, pause: float = 0) -> None:
        self._inner = DefaultCryptoMaterialsManager(keyring=RawAESKeyring("namespace", "name", bytes(range(32))))
        self._change = change
        self._pause = pause
        self._lock = threading.Lock()
        self.encrypts: list[EncryptionMaterialsRequest] = []
        self.decrypts: list[DecryptionMaterialsRequest] = []
        #: Exceptions that the next requests raise.
        self.failures: list[Exception] = []

    @property
    def calls(self) -> tuple[int, int]:
        """How often it was asked for encryption and for decryption materials."""
        return len(self.encrypts), len(self.decrypts)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        self._note(self.encrypts, request)
        made: EncryptionMaterials = self._change(self._inner.get_encryption_materials(request))
        return made

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        self._note(self.decrypts, request)
        made: DecryptionMaterials = self._change(self._inner.decrypt_materials(request))
        return made

    def _note(self, record: list[Any], request: Any) -> None:
        with self._lock:
            record.append(request)
            failure = self.failures.pop(0) if self.failures else None
        if self._pause:
            time.sleep(self._pause)
        if failure is not None:
            raise failure
