"""What the examples promise to refuse."""

from __future__ import annotations

import io
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from examples.src import encryption_context_on_decrypt, file_streaming, in_memory_streaming, socket_streaming
from examples.src.keyrings import (
    custom_per_tenant,
    multi_aes_and_rsa,
    raw_aes,
    raw_ecdh_ephemeral,
    raw_ecdh_static,
    raw_rsa_pem,
    raw_rsa_private_key,
    raw_rsa_public_key,
)
from examples.src.materials_managers import algorithm_suite_enforcement, caching, required_context_fields

from aws_encryption_sdk import Algorithm, EncryptionSDKClient
from aws_encryption_sdk.exceptions import (
    ActionNotAllowedError,
    AWSEncryptionSDKClientError,
    DecryptKeyError,
    EncryptionContextMismatchError,
    EncryptKeyError,
    SerializationError,
)
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

CLIENT = EncryptionSDKClient()
SIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
UNSIGNED = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


def tampered(message: bytes, position: int) -> bytes:
    """Return the message with one bit changed."""
    changed = bytearray(message)
    changed[position] ^= 1
    return bytes(changed)


def test_in_memory_streaming(keyring: RawAESKeyring) -> None:
    message = in_memory_streaming.encrypt_in_pieces(b"x" * 10_000, keyring)
    for position in (20, len(message) // 2, -1):
        with pytest.raises(AWSEncryptionSDKClientError):
            in_memory_streaming.decrypt_in_pieces(tampered(message, position), keyring)
    other, _ = CLIENT.encrypt(source=b"x", keyring=keyring, encryption_context={"purpose": "other"})
    with pytest.raises(ValueError, match="another encryption context"):
        in_memory_streaming.decrypt_in_pieces(other, keyring)


@pytest.mark.parametrize("position", [40, -200, -1], ids=["header", "last frame", "signature"])
def test_a_damaged_file_leaves_nothing_behind(keyring: RawAESKeyring, tmp_path: Path, position: int) -> None:
    original, encrypted, decrypted = tmp_path / "original", tmp_path / "encrypted", tmp_path / "decrypted"
    original.write_bytes(b"x" * 300_000)
    file_streaming.encrypt_file(original, encrypted, keyring)
    encrypted.write_bytes(tampered(encrypted.read_bytes(), position))
    with pytest.raises(AWSEncryptionSDKClientError):
        file_streaming.decrypt_file(encrypted, decrypted, keyring, "original")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encrypted", "original"]


def test_a_file_under_another_name(keyring: RawAESKeyring, tmp_path: Path) -> None:
    original, encrypted, decrypted = tmp_path / "original", tmp_path / "encrypted", tmp_path / "decrypted"
    original.write_bytes(b"x")
    file_streaming.encrypt_file(original, encrypted, keyring)
    decrypted.write_bytes(b"what was there before")
    with pytest.raises(EncryptionContextMismatchError):
        file_streaming.decrypt_file(encrypted, decrypted, keyring, "another name")
    assert decrypted.read_bytes() == b"what was there before"


def test_socket_connection_that_breaks_off(keyring: RawAESKeyring) -> None:
    near, far = socket.socketpair()
    with far:
        with ThreadPoolExecutor(max_workers=1) as executor:
            executor.submit(socket_streaming.send, near, [b"the only message"], keyring).result()
        with pytest.raises(SerializationError):
            socket_streaming.receive(far, 2, keyring)


def test_socket_messages_leave_what_follows_to_the_connection(keyring: RawAESKeyring) -> None:
    near, far = socket.socketpair()
    with near, far:
        # The connection stays open: a receiver that waits for its end would wait for ever.
        with near.dup() as sending:
            socket_streaming.send(sending, [b"first"], keyring)
        near.sendall(b"what follows")
        far.settimeout(60)
        incoming = far.makefile("rb")
        assert socket_streaming.receive_one(incoming, keyring) == b"first"
        assert incoming.read(len(b"what follows")) == b"what follows"
        incoming.close()


def test_socket_receiver_takes_no_signed_message(keyring: RawAESKeyring) -> None:
    signed, _ = CLIENT.encrypt(
        source=b"x", keyring=keyring, encryption_context=socket_streaming.ENCRYPTION_CONTEXT, algorithm=SIGNED
    )
    with pytest.raises(ActionNotAllowedError):
        socket_streaming.receive_one(io.BytesIO(signed), keyring)


def test_record_of_another_customer(keyring: RawAESKeyring) -> None:
    message = encryption_context_on_decrypt.encrypt_record(b"record", "1", keyring)
    assert encryption_context_on_decrypt.decrypt_record(message, "1", keyring) == b"record"
    with pytest.raises(EncryptionContextMismatchError):
        encryption_context_on_decrypt.decrypt_record(message, "2", keyring)
    anonymous, _ = CLIENT.encrypt(source=b"record", keyring=keyring)
    with pytest.raises(AWSEncryptionSDKClientError):
        encryption_context_on_decrypt.decrypt_record(anonymous, "1", keyring)


@pytest.mark.parametrize("length", [16, 24, 32])
def test_raw_aes(length: int) -> None:
    message = raw_aes.encrypt(b"x", bytes(length))
    assert raw_aes.decrypt(message, bytes(length)) == b"x"
    with pytest.raises(DecryptKeyError):
        raw_aes.decrypt(message, b"1" * length)


def test_raw_rsa_pem_with_the_wrong_password() -> None:
    public_pem, private_pem = raw_rsa_pem.make_key_pair(b"right")
    with pytest.raises(ValueError, match=r"(?i)password|decrypt"):
        raw_rsa_pem.load_keyring(public_pem, private_pem, b"wrong")


def test_private_key_of_somebody_else() -> None:
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    private_pems = [
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        for key in keys
    ]
    public_pem = (
        keys[0].public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    message = raw_rsa_public_key.run(b"letter", public_pem)
    assert raw_rsa_private_key.run(message, private_pems[0]) == b"letter"
    with pytest.raises(DecryptKeyError):
        raw_rsa_private_key.run(message, private_pems[1])
    # The encrypting side has nothing to decrypt with.
    assert b"PRIVATE" not in public_pem


def test_raw_ecdh_between_others() -> None:
    alice, bob, eve = (ec.generate_private_key(ec.SECP384R1()) for _ in range(3))
    message = raw_ecdh_static.encrypt(b"x", raw_ecdh_static.keyring_of(alice, bob.public_key()))
    for own, other in ((alice, bob), (bob, alice)):
        assert raw_ecdh_static.decrypt(message, raw_ecdh_static.keyring_of(own, other.public_key())) == b"x"
    for own, other in ((eve, bob), (eve, alice), (bob, eve)):
        with pytest.raises(DecryptKeyError):
            raw_ecdh_static.decrypt(message, raw_ecdh_static.keyring_of(own, other.public_key()))


def test_raw_ecdh_for_somebody_else() -> None:
    (public_pem, private_pem), (_, other_private_pem) = (raw_ecdh_ephemeral.make_key_pair() for _ in range(2))
    message = raw_ecdh_ephemeral.encrypt(b"x", public_pem)
    assert raw_ecdh_ephemeral.decrypt(message, private_pem) == b"x"
    with pytest.raises(DecryptKeyError):
        raw_ecdh_ephemeral.decrypt(message, other_private_pem)


def test_multi_keyring_without_any_of_its_keys(keyring: RawAESKeyring) -> None:
    recovery_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    recovery = multi_aes_and_rsa.recovery_keyring(private_key=recovery_key, public_key=recovery_key.public_key())
    message = multi_aes_and_rsa.encrypt(b"x", keyring, recovery)
    assert multi_aes_and_rsa.decrypt(message, keyring) == multi_aes_and_rsa.decrypt(message, recovery) == b"x"
    stranger = RawAESKeyring("examples", "stranger", os.urandom(32))
    only_encrypts = multi_aes_and_rsa.recovery_keyring(public_key=recovery_key.public_key())
    for others in (stranger, only_encrypts, MultiKeyring(stranger, [only_encrypts])):
        with pytest.raises(DecryptKeyError):
            multi_aes_and_rsa.decrypt(message, others)


class TestTenantKeyring:
    """The keyring that has a key for each tenant."""

    KEYS = {"red": b"r" * 32, "blue": b"b" * 16}  # noqa: RUF012

    def encrypt(self, **encryption_context: str) -> bytes:
        message: bytes = CLIENT.encrypt(
            source=b"x", keyring=custom_per_tenant.TenantKeyring(self.KEYS), encryption_context=encryption_context
        ).result
        return message

    def test_each_tenant_needs_its_own_key(self) -> None:
        for tenant, key in self.KEYS.items():
            message = self.encrypt(tenant=tenant, more="context")
            own = custom_per_tenant.TenantKeyring({tenant: key})
            assert CLIENT.decrypt(source=message, keyring=own).result == b"x"
            without = custom_per_tenant.TenantKeyring({name: self.KEYS[name] for name in self.KEYS if name != tenant})
            with pytest.raises(DecryptKeyError, match=f"no wrapping key for the tenant '{tenant}'"):
                CLIENT.decrypt(source=message, keyring=without)
            wrong = custom_per_tenant.TenantKeyring({tenant: bytes(32)})
            with pytest.raises(DecryptKeyError, match="could be unwrapped"):
                CLIENT.decrypt(source=message, keyring=wrong)

    def test_tenant_is_missing_or_unknown(self) -> None:
        with pytest.raises(EncryptKeyError, match="has no field 'tenant'"):
            self.encrypt(purpose="test")
        with pytest.raises(EncryptKeyError, match="no wrapping key for the tenant 'green'"):
            self.encrypt(tenant="green")

    def test_message_cannot_be_given_to_another_tenant(self) -> None:
        keys = {"red": bytes(32), "blu": bytes(32)}
        keyring = custom_per_tenant.TenantKeyring(keys)
        message, _ = CLIENT.encrypt(source=b"x", keyring=keyring, encryption_context={"tenant": "red"})
        # Both tenants have the same key by mistake; even so the data key is bound to its context.
        moved = message.replace(b"red", b"blu")
        assert moved != message
        with pytest.raises(DecryptKeyError, match="could be unwrapped"):
            CLIENT.decrypt(source=moved, keyring=keyring)

    def test_damaged_data_keys(self) -> None:
        keyring = custom_per_tenant.TenantKeyring(self.KEYS)
        encrypted = CLIENT.encrypt(source=b"x", keyring=keyring, encryption_context={"tenant": "red"})
        (encrypted_data_key,) = encrypted.header.encrypted_data_keys
        wrapped = encrypted_data_key.encrypted_data_key
        start = encrypted.result.index(wrapped)
        for offset in (0, custom_per_tenant.NONCE_LENGTH, len(wrapped) - 1):
            with pytest.raises(DecryptKeyError, match="could be unwrapped"):
                CLIENT.decrypt(source=tampered(encrypted.result, start + offset), keyring=keyring)

    @pytest.mark.parametrize("tenants_first", [True, False])
    def test_together_with_another_keyring(self, keyring: RawAESKeyring, tenants_first: bool) -> None:
        tenants = custom_per_tenant.TenantKeyring(self.KEYS)
        both = MultiKeyring(tenants, [keyring]) if tenants_first else MultiKeyring(keyring, [tenants])
        message, _ = CLIENT.encrypt(source=b"x", keyring=both, encryption_context={"tenant": "red"})
        for opening in (both, tenants, keyring):
            assert CLIENT.decrypt(source=message, keyring=opening).result == b"x"

    def test_message_of_other_keyrings(self, keyring: RawAESKeyring) -> None:
        message, _ = CLIENT.encrypt(source=b"x", keyring=keyring, encryption_context={"tenant": "red"})
        with pytest.raises(DecryptKeyError):
            CLIENT.decrypt(source=message, keyring=custom_per_tenant.TenantKeyring(self.KEYS))

    def test_the_order_of_the_context_does_not_matter(self) -> None:
        one = custom_per_tenant.associated_data({"a": "1", "b": "2"})
        assert one == custom_per_tenant.associated_data({"b": "2", "a": "1"})
        assert one != custom_per_tenant.associated_data({"a": "1", "b": "3"})


def test_suites_outside_the_list(keyring: RawAESKeyring) -> None:
    manager = algorithm_suite_enforcement.AllowedSuitesManager(keyring, [UNSIGNED])
    assert CLIENT.encrypt(source=b"x", materials_manager=manager).header.algorithm is UNSIGNED
    with pytest.raises(ActionNotAllowedError, match="ECDSA_P384 is not allowed here"):
        CLIENT.encrypt(source=b"x", materials_manager=manager, algorithm=SIGNED)
    signed, _ = CLIENT.encrypt(source=b"x", keyring=keyring)
    with pytest.raises(ActionNotAllowedError, match="ECDSA_P384 is not allowed here"):
        CLIENT.decrypt(source=signed, materials_manager=manager)
    with pytest.raises(ValueError, match="No algorithm suite"):
        algorithm_suite_enforcement.AllowedSuitesManager(keyring, [])


def test_fields_that_are_missing(keyring: RawAESKeyring) -> None:
    manager = required_context_fields.RequiredFieldsManager(keyring, ["owner", "classification"])
    complete = {"owner": "me", "classification": "public"}
    message, _ = CLIENT.encrypt(source=b"x", materials_manager=manager, encryption_context=complete)
    for partial in ({}, {"owner": "me"}, {"classification": "public", "other": "field"}):
        with pytest.raises(required_context_fields.MissingFieldError, match="lacks"):
            CLIENT.encrypt(source=b"x", materials_manager=manager, encryption_context=partial)
        with pytest.raises(required_context_fields.MissingFieldError, match="lacks"):
            CLIENT.decrypt(source=message, materials_manager=manager, encryption_context=partial)
    # The fields are named, but the message was written without them.
    without, _ = CLIENT.encrypt(source=b"x", keyring=keyring)
    with pytest.raises(AWSEncryptionSDKClientError):
        CLIENT.decrypt(source=without, materials_manager=manager, encryption_context=complete)
    with pytest.raises(EncryptionContextMismatchError):
        CLIENT.decrypt(source=message, materials_manager=manager, encryption_context={**complete, "owner": "you"})


def test_cached_data_keys_open_nothing_that_they_should_not(keyring: RawAESKeyring) -> None:
    manager = caching.caching_manager(keyring)
    message, _ = CLIENT.encrypt(source=b"x", materials_manager=manager, encryption_context={"table": "customers"})
    assert CLIENT.decrypt(source=message, materials_manager=manager).result == b"x"
    with pytest.raises(EncryptionContextMismatchError):
        CLIENT.decrypt(source=message, materials_manager=manager, encryption_context={"table": "orders"})
    with pytest.raises(AWSEncryptionSDKClientError):
        CLIENT.decrypt(source=tampered(message, -1), materials_manager=manager)
    assert manager.stats().hits >= 1
