"""Key derivation: HKDF of RFC 5869, and the keys of a message (framework/transitive-requirements.md)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aws_encryption_sdk._crypto.key_derivation import MessageKeys, derive_message_keys, hkdf_expand, hkdf_extract
from aws_encryption_sdk._crypto.keyed_hash import HASHES
from aws_encryption_sdk.exceptions import InvalidDataKeyError
from aws_encryption_sdk.identifiers import AlgorithmSuite

from .operation_materials import SUITES

pytestmark = pytest.mark.specification("framework/transitive-requirements.md", "HKDF Encryption Key", "HKDF Commit Key")

#: RFC 5869, appendix A.1 to A.3: input key material, salt, info, pseudorandom key, output key material.
RFC_5869 = {
    "A.1": (
        b"\x0b" * 22,
        bytes(range(0x0D)),
        bytes(range(0xF0, 0xFA)),
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    "A.2": (
        bytes(range(0x50)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        (
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
    ),
    "A.3": (
        b"\x0b" * 22,
        b"",
        b"",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
}


@pytest.mark.parametrize("case", RFC_5869)
def test_vectors_of_rfc_5869(case: str) -> None:
    material, salt, info, pseudorandom_key, output = RFC_5869[case]
    extracted = hkdf_extract(HASHES["sha256"], salt, material)

    assert extracted.hex() == pseudorandom_key
    assert hkdf_expand(HASHES["sha256"], extracted, info, len(output) // 2).hex() == output


@pytest.mark.parametrize("name", HASHES)
def test_expand_gives_prefixes_of_one_output_and_at_most_255_blocks(name: str) -> None:
    of = HASHES[name]
    extracted = hkdf_extract(of, b"salt", b"key material")
    size = len(extracted)
    longest = hkdf_expand(of, extracted, b"info", 255 * size)

    assert len(longest) == 255 * size
    for length in (1, 16, size - 1, size, size + 1, 1000):
        assert hkdf_expand(of, extracted, b"info", length) == longest[:length]
    with pytest.raises(ValueError, match="cannot expand"):
        hkdf_expand(of, extracted, b"info", 255 * size + 1)


def reference(suite: AlgorithmSuite, data_key: bytes, salt: bytes | None, info: bytes, length: int) -> bytes:
    assert suite.kdf_hash_type is not None
    return HKDF(algorithm=suite.kdf_hash_type(), length=length, salt=salt, info=info).derive(data_key)


@pytest.mark.specification(
    "framework/algorithm-suites.md",
    "Identity KDF",
    "HKDF",
    "Encryption Algorithm",
    "Encryption Key Derivation Algorithm",
    "Commit Key",
    "Commit Key Derivation Algorithm",
    "Supported Commit Key Derivation Algorithm",
)
@pytest.mark.parametrize("suite", SUITES)
def test_keys_of_a_message(suite: AlgorithmSuite) -> None:
    data_key, message_id = bytes(range(suite.kdf_input_len)), bytes(range(100, 100 + suite.message_id_length()))
    number = suite.algorithm_id.to_bytes(2, "big")
    if suite.kdf_type is None:
        expected = MessageKeys(data_key, None)
    elif suite.is_committing():
        expected = MessageKeys(
            reference(suite, data_key, message_id, number + b"DERIVEKEY", suite.data_key_len),
            reference(suite, data_key, message_id, b"COMMITKEY", 32),
        )
    else:
        expected = MessageKeys(reference(suite, data_key, None, number + message_id, suite.data_key_len), None)

    assert derive_message_keys(suite, data_key, message_id) == expected
    assert len(expected.encryption_key) == suite.data_key_len


@pytest.mark.specification(
    "framework/algorithm-suites.md",
    "Identity KDF",
    "HKDF",
    "Encryption Algorithm",
    "Encryption Key Derivation Algorithm",
    "Commit Key",
    "Commit Key Derivation Algorithm",
    "Supported Commit Key Derivation Algorithm",
)
@pytest.mark.parametrize("suite", SUITES)
def test_a_data_key_of_another_length_is_refused(suite: AlgorithmSuite) -> None:
    for length in {0, 1, 16, 24, 32, 33, 48, 64, suite.kdf_input_len - 1, suite.kdf_input_len + 1} - {suite.kdf_input_len}:
        with pytest.raises(InvalidDataKeyError, match=f"has {length} bytes; .* needs {suite.kdf_input_len}"):
            derive_message_keys(suite, bytes(length), bytes(suite.message_id_length()))


def test_every_message_id_has_keys_of_its_own() -> None:
    suites = [suite for suite in SUITES if suite.kdf_type is not None]
    keys = [
        derive_message_keys(suite, bytes(suite.kdf_input_len), bytes((number,)) * suite.message_id_length())
        for suite in suites
        for number in range(20)
    ]

    assert len({key.encryption_key for key in keys}) == len(keys)


def test_the_keys_do_not_show() -> None:
    keys = MessageKeys(b"encryption key", b"commitment key")

    assert "key" not in f"{keys!r} {keys} {keys!s} {[keys]}"
