"""aws-encryption-cli with keys of a plug-in: a master key provider class written for the released package."""

from __future__ import annotations

import base64
from importlib import metadata
from pathlib import Path

import pytest

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import AlgorithmSuite
from test.downstream.cli import fail, metadata_of, run, succeed, tree_of
from test.downstream.environment import HOW_TO_RUN, is_set_up
from test.downstream.plugin.keys_for_the_cli import KeysByName

if not is_set_up():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

KEY = ("-w", "provider=keys-by-name", "key=one")
TWO_KEYS = ("-w", "provider=keys-by-name", "key=one", "key=two")
OTHER_KEY = ("-w", "provider=keys-by-name", "key=other")
ANY_POLICY = aws_encryption_sdk.CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
UNSIGNED = ("--algorithm", "AES_256_GCM_HKDF_SHA512_COMMIT_KEY")


def encrypt(*arguments: str | Path, stdin: bytes = b"plaintext") -> bytes:
    return succeed("-e", *KEY, "-i", "-", "-o", "-", "-S", *arguments, stdin=stdin)


def test_the_program_is_the_released_one_and_runs_on_this_package() -> None:
    assert metadata.version("aws-encryption-sdk-cli") == "4.3.0"
    assert metadata.version("aws-encryption-sdk") == aws_encryption_sdk.__version__
    assert f"aws-encryption-sdk/{aws_encryption_sdk.__version__}" in succeed("--version").decode()


def test_folder_there_and_back(plain_tree: Path, target: Path, tmp_path: Path) -> None:
    record, back = tmp_path / "record", tmp_path / "back"
    back.mkdir()
    context = ("-c", "purpose=test", "name=größe")
    succeed("-e", *KEY, *context, "-r", "-i", plain_tree, "-o", target, "--metadata-output", record)
    assert tree_of(target, ".encrypted").keys() == tree_of(plain_tree).keys()
    for written in metadata_of(record):
        header = written["header"]
        assert header["encryption_context"] | {"purpose": "test", "name": "größe"} == header["encryption_context"]
        assert header["algorithm"] == "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384"
        assert (header["version"], header["frame_length"], len(base64.b64decode(header["commitment_key"]))) == (
            "2.0",
            4096,
            32,
        )
        (key,) = header["encrypted_data_keys"]
        assert base64.b64decode(key["key_provider"]["provider_id"]) == b"keys-by-name"
        assert base64.b64decode(key["key_provider"]["key_info"]).startswith(b"one\x00\x00\x00\x80")
        assert "header_auth" not in written
    succeed("-d", *KEY, *context, "-r", "-i", target, "-o", back, "--metadata-output", record, "--overwrite-metadata")
    assert tree_of(back, ".encrypted.decrypted") == tree_of(plain_tree)
    for read in metadata_of(record):
        assert {name: len(base64.b64decode(part)) for name, part in read["header_auth"].items()} == {"iv": 12, "tag": 16}
        assert "skipped" not in read


def test_messages_are_those_of_this_package() -> None:
    message = encrypt("-c", "purpose=test")
    plaintext, header = aws_encryption_sdk.decrypt(source=message, key_provider=_provider("one"))
    assert plaintext == b"plaintext"
    assert header.encryption_context["purpose"] == "test"
    made = aws_encryption_sdk.encrypt(source=b"made here", key_provider=_provider("one")).result
    assert succeed("-d", *KEY, "-i", "-", "-o", "-", "-S", stdin=made) == b"made here"


@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_every_suite_through_pipes(suite: AlgorithmSuite) -> None:
    policy = "require-encrypt-require-decrypt" if suite.commits else "forbid-encrypt-allow-decrypt"
    # Pieces one after the other, or all at once at the end.
    buffered = ("-b",) if suite.signs else ()
    plaintext = bytes(range(256)) * 100
    message = encrypt("--algorithm", suite.name, "--commitment-policy", policy, *buffered, stdin=plaintext)
    opened = aws_encryption_sdk.decrypt(source=message, key_provider=_provider("one"), commitment_policy=ANY_POLICY)
    assert opened.header.algorithm is suite
    back = succeed("-d", *KEY, "-i", "-", "-o", "-", "-S", "--commitment-policy", policy, *buffered, stdin=message)
    assert back == plaintext


def test_base64_of_every_remainder(tmp_path: Path) -> None:
    """The program tells a length that is a little above that of the decoded file: a bound, also with a cache."""
    cached = ("--caching", "capacity=10", "max_age=60.0")
    plain, text, back = tmp_path / "plain", tmp_path / "text", tmp_path / "back"
    for length in (0, 1, 2, 3, 5000):
        plain.write_bytes(b"p" * length)
        succeed("-e", *KEY, *cached, "--encode", "-S", "-i", plain, "-o", text)
        assert base64.b64decode(text.read_bytes(), validate=True)[:1] == b"\x02"
        succeed("-d", *KEY, *cached, "--decode", "-S", "-i", text, "-o", back)
        assert back.read_bytes() == plain.read_bytes()
        # Here the plaintext is what is decoded.
        encoded = base64.b64encode(plain.read_bytes())
        text.write_bytes(encoded)
        succeed("-e", *KEY, *cached, "--decode", "-S", "-i", text, "-o", back)
        assert aws_encryption_sdk.decrypt(source=back.read_bytes(), key_provider=_provider("one")).result == b"p" * length


def test_text_that_nobody_decoded() -> None:
    said = fail("-d", *KEY, "-i", "-", "-o", "-", "-S", stdin=encrypt("--encode"))
    assert "Base64MessageError" in said
    assert "decode it first" in said


def test_encryption_context_that_is_missing(target: Path, tmp_path: Path) -> None:
    message, record = tmp_path / "message", tmp_path / "record"
    message.write_bytes(encrypt("-c", "purpose=test"))
    succeed("-d", *KEY, "-c", "purpose=other", "-i", message, "-o", target, "--metadata-output", record)
    (read,) = metadata_of(record)
    assert read["skipped"] is True
    assert read["missing_encryption_context_pairs"] == [["purpose", "other"]]
    assert tree_of(target) == {}


def test_unsigned_mode() -> None:
    signed, unsigned = encrypt(), encrypt(*UNSIGNED)
    arguments = ("--decrypt-unsigned", *KEY, "-i", "-", "-o", "-", "-S")
    assert "Cannot decrypt signed message in decrypt-unsigned mode" in fail(*arguments, stdin=signed)
    assert succeed(*arguments, stdin=unsigned) == b"plaintext"


def test_most_encrypted_data_keys() -> None:
    pipe = ("-i", "-", "-o", "-", "-S")
    phrase = "Number of encrypted data keys found larger than configured value"
    two = succeed("-e", *TWO_KEYS, *pipe, "--max-encrypted-data-keys", "2", stdin=b"plaintext")
    assert succeed("-d", *KEY, *pipe, "--max-encrypted-data-keys", "2", stdin=two) == b"plaintext"
    assert phrase in fail("-d", *KEY, *pipe, "--max-encrypted-data-keys", "1", stdin=two)
    assert phrase in fail("-e", *TWO_KEYS, *pipe, "--max-encrypted-data-keys", "1", stdin=b"plaintext")
    assert "max_encrypted_data_keys cannot be less than 1" in fail("-e", *KEY, *pipe, "--max-encrypted-data-keys", "0")


def test_longest_body() -> None:
    message = encrypt("--frame-length", "256", stdin=bytes(1000))
    pipe = ("-i", "-", "-o", "-", "-S")
    assert succeed("-d", *KEY, *pipe, "--max-length", "256", stdin=message) == bytes(1000)
    assert "CustomMaximumValueExceeded" in fail("-d", *KEY, *pipe, "--max-length", "255", stdin=message)


def test_message_without_commitment() -> None:
    message = encrypt("--commitment-policy", "forbid-encrypt-allow-decrypt")
    assert message[0] == 1
    assert "ActionNotAllowedError" in fail("-d", *KEY, "-i", "-", "-o", "-", "-S", stdin=message)


def test_other_key(target: Path, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(encrypt())
    said = fail("-d", *OTHER_KEY, "-i", message, "-o", target / "plain", "-S")
    assert "Unable to decrypt any data key" in said
    assert tree_of(target) == {}


@pytest.mark.parametrize("place", [40, -200, -1], ids=["header", "body", "signature"])
def test_altered_message_leaves_no_file(place: int, target: Path, tmp_path: Path) -> None:
    altered = bytearray(encrypt())
    altered[place] ^= 1
    message = tmp_path / "message"
    message.write_bytes(altered)
    ran = run("-d", *KEY, "-i", message, "-o", target / "plain", "-S")
    assert ran.code != 0
    assert tree_of(target) == {}


def _provider(name: str) -> KeysByName:
    provider = KeysByName()
    provider.add_master_key(name)
    return provider
