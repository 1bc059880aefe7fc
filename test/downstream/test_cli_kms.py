"""aws-encryption-cli with keys in KMS: its own plug-in, which makes MRK-aware providers."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from test.downstream.cli import fail, metadata_of, succeed, tree_of
from test.downstream.environment import HOW_TO_RUN, is_set_up
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

if not is_set_up():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

PIPE = ("-i", "-", "-o", "-", "-S")


def operations(requests: list[SentRequest]) -> list[str]:
    return [request.operation for request in requests]


def test_folder_there_and_back(
    plain_tree: Path, target: Path, tmp_path: Path, keys: KeyMaker, sent: list[SentRequest]
) -> None:
    record, back, key = tmp_path / "record", tmp_path / "back", keys.symmetric()
    back.mkdir()
    sent.clear()
    succeed(
        "-e", "-w", f"key={key}", "-c", "purpose=test", "-r", "-i", plain_tree, "-o", target, "--metadata-output", record
    )
    files = len(tree_of(plain_tree))
    assert operations(sent) == ["GenerateDataKey"] * files
    for written in metadata_of(record):
        (data_key,) = written["header"]["encrypted_data_keys"]
        assert base64.b64decode(data_key["key_provider"]["key_info"]).decode() == key
    sent.clear()
    succeed("-d", "-w", f"key={key}", "-c", "purpose=test", "-r", "-i", target, "-o", back, "-S")
    assert operations(sent) == ["Decrypt"] * files
    assert tree_of(back, ".encrypted.decrypted") == tree_of(plain_tree)
    assert all("AwsEncryptionSdkCli/4.3.0 AwsEncryptionSdkPython/" in request.user_agent for request in sent)


def test_cache(plain_tree: Path, target: Path, tmp_path: Path, keys: KeyMaker, sent: list[SentRequest]) -> None:
    key, back = keys.symmetric(), tmp_path / "back"
    back.mkdir()
    sent.clear()
    cached = ("--caching", "capacity=10", "max_age=600.0", "max_messages_encrypted=3")
    succeed("-e", "-w", f"key={key}", *cached, "-r", "-i", plain_tree, "-o", target, "-S")
    assert operations(sent) == ["GenerateDataKey"] * 2
    sent.clear()
    succeed("-d", "-w", f"key={key}", *cached, "-r", "-i", target, "-o", back, "-S")
    assert operations(sent) == ["Decrypt"] * 2
    assert tree_of(back, ".encrypted.decrypted") == tree_of(plain_tree)


def test_discovery(keys: KeyMaker) -> None:
    message = succeed("-e", "-w", f"key={keys.symmetric()}", *PIPE, stdin=b"plaintext")
    assert succeed("-d", "-w", "discovery=true", *PIPE, stdin=message) == b"plaintext"
    filtered = ("discovery=true", f"discovery-account={ACCOUNT}", "discovery-partition=aws")
    assert succeed("-d", "-w", *filtered, *PIPE, stdin=message) == b"plaintext"
    elsewhere = ("discovery=true", "discovery-account=210987654321", "discovery-partition=aws")
    assert "not allowed by this Master Key Provider" in fail("-d", "-w", *elsewhere, *PIPE, stdin=message)


def test_related_multi_region_key(keys: KeyMaker) -> None:
    primary, replica = keys.multi_region(REGION, OTHER_REGION)
    message = succeed("-e", "-w", f"key={primary}", *PIPE, stdin=b"plaintext")
    assert succeed("-d", "-w", f"key={replica}", *PIPE, stdin=message) == b"plaintext"
    regional = ("discovery=true", f"region={OTHER_REGION}")
    assert succeed("-d", "-w", *regional, *PIPE, stdin=message) == b"plaintext"


def test_two_providers_and_an_alias(keys: KeyMaker) -> None:
    key = keys.symmetric()
    alias = keys.alias(key)
    both = ("-w", f"key={alias}", "-w", "provider=keys-by-name", "key=one")
    message = succeed("-e", *both, *PIPE, "--max-encrypted-data-keys", "2", stdin=b"plaintext")
    assert succeed("-d", "-w", f"key={key}", *PIPE, stdin=message) == b"plaintext"
    assert succeed("-d", "-w", "provider=keys-by-name", "key=one", *PIPE, stdin=message) == b"plaintext"


def test_key_that_does_not_exist(keys: KeyMaker, target: Path) -> None:
    nothing = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
    assert "NotFoundException" in fail("-e", "-w", f"key={nothing}", *PIPE, stdin=b"plaintext")
    message = succeed("-e", "-w", f"key={keys.symmetric()}", *PIPE, stdin=b"plaintext")
    assert "Unable to decrypt any data key" in fail("-d", "-w", f"key={nothing}", *PIPE, stdin=message)
