"""Programs of versions 2 to 4: a client with a commitment policy, whose calls return pairs."""

from __future__ import annotations

import io

import pytest

import aws_encryption_sdk
from aws_encryption_sdk import Algorithm, CommitmentPolicy, EncryptionSDKClientConfig
from aws_encryption_sdk.exceptions import ActionNotAllowedError, CustomMaximumValueExceeded, MaxEncryptedDataKeysExceeded
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

COMMITTING = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
NOT_COMMITTING = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
FORBID = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
REQUIRE_ALLOW = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
REQUIRE_REQUIRE = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT


@pytest.mark.specification("client-apis/client.md", "Encrypt", "Decrypt")
def test_cycle_string(keyring: RawAESKeyring) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=REQUIRE_REQUIRE)
    ciphertext, encryptor_header = client.encrypt(source=b"my secret", keyring=keyring, encryption_context={"app": "shop"})
    cycled_plaintext, decrypted_header = client.decrypt(source=ciphertext, keyring=keyring)
    assert cycled_plaintext == b"my secret"
    assert all(pair in decrypted_header.encryption_context.items() for pair in encryptor_header.encryption_context.items())


def test_results_have_names_as_well(keyring: RawAESKeyring) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient()
    encrypted = client.encrypt(source=b"secret", keyring=keyring)
    assert client.decrypt(source=encrypted.result, keyring=keyring).result == b"secret"


@pytest.mark.specification("client-apis/client.md", "Encrypt", "Decrypt")
def test_cycle_file(keyring: RawAESKeyring, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cycle")
    source, message, cycled = (folder / name for name in ("source", "message", "cycled"))
    source.write_bytes(b"0123456789" * 5000)
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=REQUIRE_REQUIRE)
    with source.open("rb") as plaintext, message.open("wb") as ciphertext:  # noqa: SIM117 - as programs have it
        with client.stream(mode="e", source=plaintext, keyring=keyring) as encryptor:
            for chunk in encryptor:
                ciphertext.write(chunk)
    with message.open("rb") as ciphertext, cycled.open("wb") as plaintext:  # noqa: SIM117 - as programs have it
        with client.stream(mode="d", source=ciphertext, keyring=keyring) as decryptor:
            for chunk in decryptor:
                plaintext.write(chunk)
    assert cycled.read_bytes() == source.read_bytes()


@pytest.mark.specification("client-apis/client.md", "Initialization", "Maximum Number Of Encrypted Data Keys")
def test_default_configuration() -> None:
    config = aws_encryption_sdk.EncryptionSDKClient().config
    assert config.commitment_policy is REQUIRE_REQUIRE
    assert config.max_encrypted_data_keys is None


@pytest.mark.specification("client-apis/client.md", "Initialization")
def test_configuration_object() -> None:
    config = EncryptionSDKClientConfig(commitment_policy=REQUIRE_ALLOW, max_encrypted_data_keys=3)
    client = aws_encryption_sdk.EncryptionSDKClient(config=config)
    assert client.config is config
    assert client.config.commitment_policy is REQUIRE_ALLOW
    assert client.config.max_encrypted_data_keys == 3


def test_maximum_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="max_encrypted_data_keys cannot be less than 1"):
        aws_encryption_sdk.EncryptionSDKClient(max_encrypted_data_keys=0)


@pytest.mark.parametrize(
    ("policy", "default"), [(FORBID, NOT_COMMITTING), (REQUIRE_ALLOW, COMMITTING), (REQUIRE_REQUIRE, COMMITTING)]
)
def test_default_algorithm_follows_the_policy(keyring: RawAESKeyring, policy: CommitmentPolicy, default: Algorithm) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    ciphertext, header = client.encrypt(source=b"x", keyring=keyring)
    assert header.algorithm is default
    assert client.decrypt(source=ciphertext, keyring=keyring).result == b"x"


@pytest.mark.parametrize(
    ("policy", "algorithm"), [(FORBID, COMMITTING), (REQUIRE_ALLOW, NOT_COMMITTING), (REQUIRE_REQUIRE, NOT_COMMITTING)]
)
def test_policy_forbids_to_encrypt(keyring: RawAESKeyring, policy: CommitmentPolicy, algorithm: Algorithm) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    with pytest.raises(ActionNotAllowedError):
        client.encrypt(source=b"x", keyring=keyring, algorithm=algorithm)
    with pytest.raises(ActionNotAllowedError):
        client.stream(mode="e", source=b"x", keyring=keyring, algorithm=algorithm).read()


def test_migration_from_one_policy_to_the_next(keyring: RawAESKeyring) -> None:
    clients = {policy: aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy) for policy in CommitmentPolicy}
    old, _ = clients[FORBID].encrypt(source=b"old", keyring=keyring)
    new, _ = clients[REQUIRE_REQUIRE].encrypt(source=b"new", keyring=keyring)
    assert clients[FORBID].decrypt(source=new, keyring=keyring)[0] == b"new"
    assert clients[REQUIRE_ALLOW].decrypt(source=old, keyring=keyring)[0] == b"old"
    with pytest.raises(ActionNotAllowedError):
        clients[REQUIRE_REQUIRE].decrypt(source=old, keyring=keyring)


@pytest.mark.specification("client-apis/client.md", "Maximum Number Of Encrypted Data Keys")
def test_limit_of_encrypted_data_keys(keyring: RawAESKeyring) -> None:
    many = MultiKeyring(generator=keyring, children=[RawAESKeyring("ns", str(number), bytes(32)) for number in range(3)])
    ciphertext, _ = aws_encryption_sdk.EncryptionSDKClient(max_encrypted_data_keys=4).encrypt(source=b"x", keyring=many)
    limited = aws_encryption_sdk.EncryptionSDKClient(max_encrypted_data_keys=3)
    with pytest.raises(
        MaxEncryptedDataKeysExceeded, match="Number of encrypted data keys found larger than configured value"
    ) as caught:
        limited.decrypt(source=ciphertext, keyring=keyring)
    assert (caught.value.num_keys, caught.value.max_keys) == (4, 3)
    with pytest.raises(CustomMaximumValueExceeded):
        limited.encrypt(source=b"x", keyring=many)


def test_policy_given_to_a_call_only_warns_and_the_client_wins(keyring: RawAESKeyring) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=REQUIRE_REQUIRE)
    with pytest.warns(UserWarning, match="commitment_policy"):
        ciphertext, header = client.encrypt(source=b"x", keyring=keyring, commitment_policy=FORBID)
    assert header.algorithm is COMMITTING
    old, _ = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=FORBID).encrypt(source=b"old", keyring=keyring)
    with pytest.warns(UserWarning, match="commitment_policy"), pytest.raises(ActionNotAllowedError):
        client.decrypt(source=old, keyring=keyring, commitment_policy=FORBID)
    with pytest.warns(UserWarning, match="max_encrypted_data_keys"):
        client.decrypt(source=ciphertext, keyring=keyring, max_encrypted_data_keys=1)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_command_line_program_passes_the_same_arguments_to_both_modes(keyring: RawAESKeyring) -> None:
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=REQUIRE_REQUIRE)
    arguments = {"keyring": keyring, "commitment_policy": REQUIRE_REQUIRE, "max_body_length": 10_000}
    with client.stream(mode="encrypt", source=io.BytesIO(b"x" * 9000), **arguments) as encryptor:
        ciphertext = encryptor.read()
    with client.stream(mode="decrypt", source=io.BytesIO(ciphertext), **arguments) as decryptor:
        assert decryptor.read() == b"x" * 9000
