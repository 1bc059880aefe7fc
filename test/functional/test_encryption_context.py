"""The encryption context on decrypt: no pair that the caller gives goes unchecked, whoever supplies the materials."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, EncryptionContextMismatchError
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.materials_managers import (
    DecryptionMaterials,
    DecryptionMaterialsRequest,
    EncryptionMaterials,
    EncryptionMaterialsRequest,
)
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager

from .forge import Forger
from .layout import layout_of
from .material_sources import SUITES, V1, V2, FixedKeyring, LegacyCMM, SpyCMM, SpyKeyring, client_for, encrypted
from .sources import RecordingSource

pytestmark = pytest.mark.specification("framework/cmm-interface.md", "Decrypt Materials")

STORED = {"stored": "yes", "tenant": "blue"}
UNSTORED = {"unstored": "secret", "zone": "7"}


class BareCMM(CryptoMaterialsManager):
    """A materials manager in the style of 2.x: it checks nothing, and returns no context with the data key."""

    def __init__(self, keyring: Keyring) -> None:
        self.inner = DefaultCryptoMaterialsManager(keyring=keyring)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        return self.inner.get_encryption_materials(request)

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        blind = DecryptionMaterialsRequest(
            algorithm=request.algorithm,
            encrypted_data_keys=request.encrypted_data_keys,
            encryption_context=request.encryption_context,
        )
        materials = self.inner.decrypt_materials(blind)
        return DecryptionMaterials(data_key=materials.data_key, verification_key=materials.verification_key)


Wrap = Callable[[Keyring], dict[str, object]]
#: Every way to hand a keyring to an operation.
WAYS: dict[str, Wrap] = {
    "keyring": lambda keyring: {"keyring": keyring},
    "default CMM": lambda keyring: {"materials_manager": DefaultCryptoMaterialsManager(keyring=keyring)},
    "custom CMM": lambda keyring: {"materials_manager": SpyCMM(keyring)},
    "CMM without a context": lambda keyring: {"materials_manager": BareCMM(keyring)},
}


@pytest.fixture(params=SUITES, ids=lambda suite: f"{suite.algorithm_id:04x}")
def suite(request: pytest.FixtureRequest) -> Algorithm:
    member: Algorithm = request.param
    return member


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Wrap:
    return WAYS[request.param]


def test_stored_pairs_are_compared(suite: Algorithm, way: Wrap, keyring: Keyring) -> None:
    message = encrypted(suite, b"plaintext", keyring, 4, **STORED)
    client = client_for(suite)
    for given in (None, {}, {"stored": "yes"}, STORED):
        result = client.decrypt(source=message, encryption_context=given, **way(keyring))
        assert result.result == b"plaintext"
        assert STORED.items() <= result.header.encryption_context.items()
        assert result.header.encryption_context.keys() - STORED.keys() <= {"aws-crypto-public-key"}


@pytest.mark.parametrize(
    "wrong",
    [{"stored": "no"}, {"stored": ""}, {"stored": "YES"}, {**STORED, "tenant": "crimson"}, {**UNSTORED, "stored": "no"}],
)
def test_a_contradiction_fails_before_any_data_key_is_unwrapped(
    wrong: dict[str, str], suite: Algorithm, way: Wrap, keyring: Keyring
) -> None:
    message = encrypted(suite, b"plaintext", keyring, 4, **STORED)
    layout = layout_of(message)
    spy = SpyKeyring(keyring)
    client = client_for(suite)
    for source in (message, RecordingSource(message)):
        with pytest.raises(EncryptionContextMismatchError) as caught:
            client.decrypt(source=source, encryption_context=wrong, **way(spy))
        assert "blue" not in str(caught.value)
        assert "crimson" not in str(caught.value)
        if isinstance(source, RecordingSource):
            assert source.furthest <= layout.header_end
    stream = client.stream(mode="d", source=message, encryption_context=wrong, **way(spy))
    for _ in range(2):
        with pytest.raises(AWSEncryptionSDKClientError):
            _ = stream.header
    assert spy.decrypt_calls == []


def test_a_contradiction_fails_before_a_legacy_manager_is_asked() -> None:
    manager = LegacyCMM(bytes(32))
    client = client_for(V2)
    message = client.encrypt(source=b"plaintext", materials_manager=manager, encryption_context=STORED).result
    assert client.decrypt(source=message, materials_manager=manager, encryption_context=STORED).result == b"plaintext"
    with pytest.raises(EncryptionContextMismatchError):
        client.decrypt(source=message, materials_manager=manager, encryption_context={"stored": "no"})
    assert manager.decrypt_calls == 1


@pytest.mark.specification("client-apis/decrypt.md", "Verify the header")
def test_an_invented_pair_fails_with_the_header(suite: Algorithm, way: Wrap, keyring: Keyring) -> None:
    message = encrypted(suite, b"plaintext", keyring, 4, **STORED)
    for given in ({"invented": "pair"}, {**STORED, "invented": ""}, {"": "pair"}):
        with pytest.raises(AWSEncryptionSDKClientError):
            client_for(suite).decrypt(source=message, encryption_context=given, **way(keyring))
        stream = client_for(suite).stream(mode="d", source=message, encryption_context=given, **way(keyring))
        with pytest.raises(AWSEncryptionSDKClientError):
            _ = stream.header


@pytest.mark.specification("client-apis/decrypt.md", "Verify the header")
def test_a_pair_that_is_not_stored_is_authenticated_with_the_header(suite: Algorithm, way: Wrap) -> None:
    forger = Forger(suite, context=STORED, only_authenticated=UNSTORED)
    message = forger.message(b"sixteen bytes...", b"plaintext")
    keyring = FixedKeyring.of(forger)
    client = client_for(suite)
    for given in (UNSTORED, {**UNSTORED, **STORED}, {**STORED, **UNSTORED}):
        result = client.decrypt(source=message, encryption_context=given, **way(keyring))
        assert result.result == b"sixteen bytes...plaintext"
        assert {**STORED, **UNSTORED}.items() <= result.header.encryption_context.items()
    for other in (None, {}, STORED, {"unstored": "secret"}, {**UNSTORED, "zone": "8"}, {**UNSTORED, "more": "pairs"}):
        with pytest.raises(AWSEncryptionSDKClientError):
            client.decrypt(source=message, encryption_context=other, **way(keyring))


def test_the_keyring_sees_the_whole_context(suite: Algorithm) -> None:
    forger = Forger(suite, context=STORED, only_authenticated=UNSTORED)
    spy = SpyKeyring(FixedKeyring.of(forger))
    client_for(suite).decrypt(source=forger.message(b""), keyring=spy, encryption_context=UNSTORED)
    materials = spy.decrypt_calls[0]
    assert {**STORED, **UNSTORED}.items() <= materials.encryption_context.items()
    assert set(materials.required_encryption_context_keys) == set(UNSTORED)


@pytest.mark.specification("client-apis/decrypt.md", "Get the decryption materials")
def test_the_manager_is_told_what_was_stored_and_what_was_given(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, b"plaintext", keyring, 4, **STORED)
    manager = SpyCMM(keyring)
    client_for(suite).decrypt(source=message, materials_manager=manager, encryption_context={"stored": "yes"})
    client_for(suite).decrypt(source=message, materials_manager=manager)
    first, second = manager.decrypt_requests
    assert STORED.items() <= first.encryption_context.items()
    assert first.reproduced_encryption_context == {"stored": "yes"}
    assert not second.reproduced_encryption_context


class RequiredKeysCMM(CryptoMaterialsManager):
    """A materials manager that keeps some pairs out of the message, and forgets about them on decrypt."""

    def __init__(self, keyring: Keyring, required: frozenset[str], added: dict[str, str] | None = None) -> None:
        self.inner = DefaultCryptoMaterialsManager(keyring=keyring)
        self.required = required
        self.added = added or {}

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        materials = self.inner.get_encryption_materials(request)
        return EncryptionMaterials(
            algorithm=materials.algorithm,
            data_encryption_key=materials.data_encryption_key,
            encrypted_data_keys=materials.encrypted_data_keys,
            encryption_context={**materials.encryption_context, **self.added},
            signing_key=materials.signing_key,
            required_encryption_context_keys=self.required,
        )

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        return self.inner.decrypt_materials(request)


@pytest.mark.specification("client-apis/encrypt.md", "Encryption Context not stored in the message", "Construct the header")
def test_required_keys_are_not_stored(suite: Algorithm, keyring: Keyring) -> None:
    manager = RequiredKeysCMM(keyring, frozenset(UNSTORED))
    client = client_for(suite)
    result = client.encrypt(
        source=b"plaintext", materials_manager=manager, algorithm=suite, encryption_context={**STORED, **UNSTORED}
    )
    for text in (*UNSTORED, "secret"):
        assert text.encode() not in result.result
    for text in (*STORED, *STORED.values()):
        assert text.encode() in result.result
    assert {**STORED, **UNSTORED}.items() <= result.header.encryption_context.items()

    opened = client.decrypt(source=result.result, keyring=keyring, encryption_context=UNSTORED)
    assert opened.result == b"plaintext"
    assert {**STORED, **UNSTORED}.items() <= opened.header.encryption_context.items()
    for given in (None, STORED, {"unstored": "secret"}, {**UNSTORED, "zone": "8"}):
        with pytest.raises(AWSEncryptionSDKClientError):
            client.decrypt(source=result.result, keyring=keyring, encryption_context=given)


@pytest.mark.specification("client-apis/encrypt.md", "Encryption Context not stored in the message", "Construct the header")
@pytest.mark.parametrize("suite", [V1, V2], ids=lambda suite: f"{suite.algorithm_id:04x}")
def test_a_message_that_stores_nothing(suite: Algorithm, keyring: Keyring) -> None:
    manager = RequiredKeysCMM(keyring, frozenset(UNSTORED))
    client = client_for(suite)
    message = client.encrypt(
        source=b"plaintext", materials_manager=manager, algorithm=suite, encryption_context=UNSTORED
    ).result
    context_start, context_end = layout_of(message).context
    assert message[context_start:context_end] == b"\0\0"
    assert client.decrypt(source=message, keyring=keyring, encryption_context=UNSTORED).result == b"plaintext"
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=message, keyring=keyring)


def test_a_required_key_that_the_context_lacks_is_refused(keyring: Keyring) -> None:
    with pytest.raises(AWSEncryptionSDKClientError):
        client_for(V2).encrypt(
            source=b"", materials_manager=RequiredKeysCMM(keyring, frozenset({"absent"})), encryption_context=STORED
        )


ORDER_OF_A_SET = """
from test.functional.material_sources import V1, LegacyCMM, client_for
header = client_for(V1).encrypt(source=b"", materials_manager=LegacyCMM(bytes(32), V1), algorithm=V1).header
print(*(key.encrypted_data_key.decode() for key in header.encrypted_data_keys))
"""


def test_a_set_of_encrypted_data_keys_gets_a_fixed_order() -> None:
    # The order in which a set hands out its members depends on the seed of the process.
    orders = set()
    for seed in range(1, 7):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)}
        orders.add(subprocess.check_output([sys.executable, "-c", ORDER_OF_A_SET], env=environment, text=True))
    assert len(orders) == 1
    assert sorted(orders.pop().split()) == ["first", "second", "third"]


class ChangedContextCMM(SpyCMM):
    """A materials manager that hands back another context than it was asked about."""

    def __init__(self, keyring: Keyring, context: dict[str, str]) -> None:
        super().__init__(keyring)
        self.context = context

    def decrypt_materials(self, request: DecryptionMaterialsRequest) -> DecryptionMaterials:
        materials = super().decrypt_materials(request)
        return DecryptionMaterials(
            algorithm=materials.algorithm,
            data_key=materials.data_key,
            verification_key=materials.verification_key,
            encryption_context=self.context,
        )


def test_no_pair_of_the_caller_is_dropped_by_a_manager(suite: Algorithm, keyring: Keyring) -> None:
    message = encrypted(suite, b"plaintext", keyring, 4, **STORED)
    for context in ({}, STORED, {**STORED, **UNSTORED}):
        with pytest.raises(AWSEncryptionSDKClientError):
            client_for(suite).decrypt(
                source=message, materials_manager=ChangedContextCMM(keyring, context), encryption_context=UNSTORED
            )
