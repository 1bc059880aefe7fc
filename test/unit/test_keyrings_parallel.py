"""Wrapping in parallel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from unittest import mock

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.materials_managers import EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo, RawDataKey

from .kms_materials import CONTEXT, SUITE, empty, keyed
from .operation_materials import data_key_for

TRACE: ContextVar[str] = ContextVar("TRACE", default="not set")


class Gate:
    """Counts how many are inside at the same time."""

    def __init__(self) -> None:
        self.most = self.inside = self.entered = 0
        self.lock = threading.Lock()

    def pass_through(self, seconds: float) -> None:
        with self.lock:
            self.entered += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(seconds)
        with self.lock:
            self.inside -= 1


class SlowKeyring(Keyring):
    """Adds encrypted data keys after a while, or fails."""

    def __init__(self, name: str, gate: Gate, seconds: float = 0.02, fails: bool = False, count: int = 1) -> None:
        self.name, self.gate, self.seconds, self.fails, self.count = name, gate, seconds, fails, count
        self.trace = ""

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        self.gate.pass_through(self.seconds)
        self.trace = TRACE.get()
        if self.fails:
            raise RuntimeError(f"{self.name} failed")
        materials = encryption_materials
        if materials.data_encryption_key is None:
            materials = materials.with_data_encryption_key(data_key_for(SUITE))
        for _ in range(self.count):
            materials = materials.with_encrypted_data_key(EncryptedDataKey(MasterKeyInfo("slow", self.name), b"wrapped"))
        return materials


def names(materials: EncryptionMaterials) -> list[str]:
    return [key.key_provider.key_info.decode() for key in materials.encrypted_data_keys]


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("aws-encryption-sdk-wrap")]


@pytest.mark.parametrize("parallel_wraps", [1, 2, 3, 8])
def test_as_many_at_a_time_as_allowed_and_the_order_stays(parallel_wraps: int) -> None:
    gate = Gate()
    # The later ones are done first.
    children = [SlowKeyring(str(number), gate, 0.06 - number / 100) for number in range(6)]
    keyring = MultiKeyring(SlowKeyring("generator", Gate(), 0), children, parallel_wraps=parallel_wraps)
    assert names(keyring.on_encrypt(empty())) == ["generator", *"012345"]
    assert gate.most == min(parallel_wraps, 6)
    assert threads() == []


def test_children_may_add_several_or_none() -> None:
    gate = Gate()
    children = [SlowKeyring(str(count), gate, count=count) for count in (2, 0, 3)]
    assert names(MultiKeyring(None, children, parallel_wraps=3).on_encrypt(keyed())) == ["2", "2", "3", "3", "3"]


def test_the_first_failure_in_order_is_raised_and_what_has_not_begun_does_not_begin() -> None:
    gate = Gate()
    children = [SlowKeyring("slow", gate, 0.1, fails=True), SlowKeyring("quick", gate, 0, fails=True)]
    children += [SlowKeyring(str(number), gate, 0.05) for number in range(20)]
    given = keyed()
    with pytest.raises(RuntimeError, match="slow failed"):
        MultiKeyring(None, children, parallel_wraps=2).on_encrypt(given)
    assert gate.entered < 10
    assert gate.inside == 0
    assert threads() == []
    assert len(given.encrypted_data_keys) == 0


def test_context_variables_are_there() -> None:
    gate = Gate()
    children = [SlowKeyring("a", gate), SlowKeyring("b", gate)]
    token = TRACE.set("set")
    try:
        MultiKeyring(None, children, parallel_wraps=2).on_encrypt(keyed())
    finally:
        TRACE.reset(token)
    assert [child.trace for child in children] == ["set", "set"]


class OddKeyring(SlowKeyring):
    """Returns something else than the materials with more encrypted data keys."""

    def __init__(self, change: Callable[[EncryptionMaterials], object]) -> None:
        super().__init__("odd", Gate(), 0)
        self.change = change

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        return self.change(encryption_materials)  # type: ignore[return-value]


GIVEN = keyed().with_encrypted_data_key(EncryptedDataKey(MasterKeyInfo("given", "given"), b"wrapped"))


def rebuilt(suite: AlgorithmSuite = SUITE, key: bytes | None = None, **context: str) -> EncryptionMaterials:
    data_key = data_key_for(suite)
    if key is not None:
        data_key = RawDataKey(data_key.key_provider, key)
    return EncryptionMaterials(suite, data_key, GIVEN.encrypted_data_keys, {**CONTEXT, **context})


@pytest.mark.parametrize(
    "change",
    [
        lambda materials: None,
        lambda materials: empty(),
        lambda materials: rebuilt(more="context"),
        lambda materials: rebuilt(key=bytes(32)),
        lambda materials: rebuilt(AlgorithmSuite.AES_256_GCM_IV12_TAG16),
        lambda materials: keyed(),
    ],
    ids=["nothing", "no key", "context", "other key", "suite", "dropped"],
)
def test_a_child_that_changes_something_else_is_refused(change: Callable[[EncryptionMaterials], object]) -> None:
    keyring = MultiKeyring(None, [SlowKeyring("a", Gate()), OddKeyring(change)], parallel_wraps=2)
    with pytest.raises(exceptions.InvalidCryptographicMaterialsError):
        keyring.on_encrypt(GIVEN)


def test_a_child_that_builds_the_same_materials_anew_is_not() -> None:
    keyring = MultiKeyring(None, [SlowKeyring("a", Gate()), OddKeyring(lambda materials: rebuilt())], parallel_wraps=2)
    assert names(keyring.on_encrypt(GIVEN)) == ["given", "a"]


def test_where_no_thread_can_be_started() -> None:
    gate = Gate()
    keyring = MultiKeyring(None, [SlowKeyring("a", gate), SlowKeyring("b", gate)], parallel_wraps=2)
    with (
        mock.patch("threading.Thread.start", side_effect=RuntimeError("can't start new thread")),
        pytest.raises(exceptions.EncryptKeyError, match="No thread could be started"),
    ):
        keyring.on_encrypt(keyed())
    assert len(names(keyring.on_encrypt(keyed()))) == 2


@pytest.mark.parametrize(
    ("value", "error"), [(0, ValueError), (-1, ValueError), (True, TypeError), ("2", TypeError), (None, TypeError)]
)
def test_how_many(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="parallel_wraps") as caught:
        MultiKeyring(None, [SlowKeyring("a", Gate())], parallel_wraps=value)  # type: ignore[arg-type]
    assert isinstance(caught.value, exceptions.AWSEncryptionSDKClientError)
