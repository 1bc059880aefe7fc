"""The multi-keyring (framework/multi-keyring.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest

from aws_encryption_sdk import exceptions
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.materials_managers import DecryptionMaterials, EncryptionMaterials
from aws_encryption_sdk.structures import EncryptedDataKey, MasterKeyInfo

from .operation_materials import data_key_for, wrapped_keys

pytestmark = pytest.mark.specification(
    "framework/multi-keyring.md", "Inputs", "Generator Keyring", "Child Keyrings", "OnEncrypt", "OnDecrypt"
)

SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
KEY = data_key_for(SUITE)


class FakeKeyring(Keyring):
    """Notes its calls, and does what it was told."""

    def __init__(self, name: str, calls: list[str] | None = None, fails: bool = False, idle: bool = False) -> None:
        self.name = name
        self.calls = [] if calls is None else calls
        self.fails = fails
        self.idle = idle

    def __repr__(self) -> str:
        return f"FakeKeyring({self.name})"

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        self.calls.append(self.name)
        if self.fails:
            raise RuntimeError(f"{self.name} failed")
        if self.idle:
            return encryption_materials
        materials = encryption_materials
        if materials.data_encryption_key is None:
            materials = materials.with_data_encryption_key(KEY)
        return materials.with_encrypted_data_key(EncryptedDataKey(MasterKeyInfo("fake", self.name), b"wrapped"))

    def on_decrypt(
        self, decryption_materials: DecryptionMaterials, encrypted_data_keys: Sequence[EncryptedDataKey]
    ) -> DecryptionMaterials:
        assert decryption_materials.data_encryption_key is None
        assert list(encrypted_data_keys) == wrapped_keys(2)
        self.calls.append(self.name)
        if self.fails:
            raise RuntimeError(f"{self.name} failed")
        return decryption_materials if self.idle else decryption_materials.with_data_encryption_key(KEY)


def encryption(with_key: bool = False) -> EncryptionMaterials:
    return EncryptionMaterials(SUITE, KEY if with_key else None, (), {})


def decryption() -> DecryptionMaterials:
    return DecryptionMaterials(algorithm=SUITE, encryption_context={})


def names(materials: EncryptionMaterials) -> list[str]:
    return [key.key_provider.key_info.decode() for key in materials.encrypted_data_keys]


def test_the_generator_and_then_all_children_wrap_the_data_key() -> None:
    calls: list[str] = []
    generator, children = FakeKeyring("generator", calls), [FakeKeyring(name, calls) for name in "abc"]
    given = encryption()
    made = MultiKeyring(generator, children).on_encrypt(given)

    assert calls == names(made) == ["generator", "a", "b", "c"]
    assert made.data_encryption_key == KEY
    assert (given.data_encryption_key, names(given)) == (None, [])


def test_a_generator_alone_and_children_alone() -> None:
    assert names(MultiKeyring(FakeKeyring("generator")).on_encrypt(encryption())) == ["generator"]
    made = MultiKeyring(children=(FakeKeyring(name) for name in "ab")).on_encrypt(encryption(with_key=True))
    assert names(made) == ["a", "b"]


@pytest.mark.parametrize(
    ("generator", "children", "with_key", "error", "reason"),
    [
        (None, "a", False, exceptions.EncryptKeyError, "no generator"),
        ("generator", "a", True, exceptions.EncryptKeyError, "data key already"),
        ("idle", "a", False, exceptions.GenerateKeyError, "made no data key"),
        ("fails", "a", False, RuntimeError, "fails failed"),
        ("generator", ["fails", "a"], False, RuntimeError, "fails failed"),
    ],
)
def test_when_encryption_fails(
    generator: str | None, children: Iterable[str], with_key: bool, error: type[Exception], reason: str
) -> None:
    calls: list[str] = []

    def make(name: str) -> FakeKeyring:
        return FakeKeyring(name, calls, fails=name == "fails", idle=name == "idle")

    keyring = MultiKeyring(generator and make(generator), [make(name) for name in children])  # type: ignore[arg-type]
    with pytest.raises(error, match=reason):
        keyring.on_encrypt(encryption(with_key))
    assert "a" not in calls


def test_members_try_in_order_until_one_succeeds() -> None:
    for fails in ((), ("generator",), ("generator", "a"), ("generator", "a", "b")):
        for idle in (False, True):
            calls: list[str] = []
            members = [
                FakeKeyring(name, calls, fails=name in fails and not idle, idle=name in fails and idle)
                for name in ("generator", "a", "b", "c")
            ]
            given = decryption()
            read = MultiKeyring(members[0], members[1:]).on_decrypt(given, wrapped_keys(2))

            assert read.data_encryption_key == KEY
            assert given.data_encryption_key is None
            assert calls == ["generator", "a", "b", "c"][: len(fails) + 1]


def test_where_none_succeeds_the_error_of_each_is_kept() -> None:
    given = decryption()
    keyring = MultiKeyring(
        FakeKeyring("first", fails=True),
        [FakeKeyring("second", idle=True), MultiKeyring(FakeKeyring("inner", fails=True))],
    )
    with pytest.raises(exceptions.UnwrapDataKeyError, match="Unable to decrypt any data key") as caught:
        keyring.on_decrypt(given, wrapped_keys(2))

    first, second, third = caught.value.errors
    assert (type(first), str(first)) == (RuntimeError, "first failed")
    assert "FakeKeyring(second)" in str(second)
    assert isinstance(third, exceptions.UnwrapDataKeyError)
    assert str(third.errors[0]) == "inner failed"
    for part in ("first failed", "FakeKeyring(second)", "inner failed"):
        assert part in str(caught.value)
    assert given.data_encryption_key is None


def test_materials_with_a_data_key_are_returned_unchanged_on_decrypt() -> None:
    member = FakeKeyring("generator")
    given = decryption().with_data_encryption_key(KEY)

    assert MultiKeyring(member).on_decrypt(given, wrapped_keys(2)) is given
    assert member.calls == []


def test_what_is_no_error_of_a_member_passes_through() -> None:
    class Interrupted(FakeKeyring):
        def on_decrypt(self, *_: object) -> DecryptionMaterials:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        MultiKeyring(Interrupted("a"), [FakeKeyring("b")]).on_decrypt(decryption(), wrapped_keys(2))


class ForgetfulKeyring(Keyring):
    """Forgets to return the materials."""

    def on_encrypt(self, encryption_materials: EncryptionMaterials) -> EncryptionMaterials:
        return None  # type: ignore[return-value]

    def on_decrypt(self, *_: object) -> DecryptionMaterials:
        return None  # type: ignore[return-value]


@pytest.mark.parametrize("place", ["generator", "child"])
def test_a_member_that_returns_no_materials_is_named(place: str) -> None:
    forgetful, good = ForgetfulKeyring(), FakeKeyring("good")
    keyring = MultiKeyring(forgetful, [good]) if place == "generator" else MultiKeyring(good, [forgetful, good])

    with pytest.raises(exceptions.AWSEncryptionSDKClientError, match="ForgetfulKeyring"):
        keyring.on_encrypt(encryption())


def test_a_member_that_returns_no_materials_lets_the_next_one_try() -> None:
    keyring = MultiKeyring(ForgetfulKeyring(), [FakeKeyring("good")])

    assert keyring.on_decrypt(decryption(), wrapped_keys(2)).data_encryption_key == KEY


@pytest.mark.parametrize(
    "make",
    [
        MultiKeyring,
        lambda: MultiKeyring(None, []),
        lambda: MultiKeyring("generator"),  # type: ignore[arg-type]
        lambda: MultiKeyring(children=[FakeKeyring("a"), None]),  # type: ignore[list-item]
        lambda: MultiKeyring(children=FakeKeyring("a")),  # type: ignore[arg-type]
        lambda: MultiKeyring(children=5),  # type: ignore[arg-type]
        lambda: MultiKeyring(FakeKeyring),  # type: ignore[arg-type]
    ],
)
def test_members_are_keyrings_and_there_is_at_least_one(make: Callable[[], object]) -> None:
    with pytest.raises(exceptions.ArgumentTypeError) as caught:
        make()
    assert isinstance(caught.value, TypeError)


def test_the_members_can_be_looked_at() -> None:
    generator, child = FakeKeyring("g"), FakeKeyring("c")
    keyring = MultiKeyring(generator, [child])

    assert (keyring.generator, keyring.children) == (generator, (child,))
    assert repr(keyring) == "MultiKeyring(generator=FakeKeyring(g), children=(FakeKeyring(c),))"


def test_the_base_does_nothing() -> None:
    with pytest.raises(NotImplementedError, match="on_encrypt"):
        Keyring().on_encrypt(encryption())
    with pytest.raises(NotImplementedError, match="on_decrypt"):
        Keyring().on_decrypt(decryption(), [])
