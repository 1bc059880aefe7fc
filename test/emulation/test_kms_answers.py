"""The emulated KMS answers as the KMS API reference says."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from test.emulation.clients import HAS_DERIVE_SHARED_SECRET
from test.emulation.keys import KeyMaker
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION

CONTEXT = {"purpose": "test", "größe": "groß"}
OTHER_ACCOUNT = "210987654321"
CURVES = {"P256": ec.SECP256R1(), "P384": ec.SECP384R1(), "P521": ec.SECP521R1()}
needs_derive_shared_secret = pytest.mark.skipif(
    not HAS_DERIVE_SHARED_SECRET, reason="this version of botocore does not know DeriveSharedSecret"
)


def code_of(call: Any, **arguments: Any) -> str:
    """Return the error code that a call is answered with."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


class TestSymmetricKeys:
    """GenerateDataKey, Encrypt, Decrypt, ReEncrypt."""

    @pytest.mark.parametrize("form", ["key ARN", "key id", "alias ARN", "alias name"])
    def test_every_form_of_a_key_id(self, keys: KeyMaker, form: str) -> None:
        client, arn = keys.client(), keys.symmetric()
        alias = keys.alias(arn)
        key_id = {
            "key ARN": arn,
            "key id": arn.rpartition("/")[2],
            "alias ARN": alias,
            "alias name": alias.split(":", 5)[5],
        }[form]
        made = client.generate_data_key(KeyId=key_id, NumberOfBytes=24, EncryptionContext=CONTEXT)
        assert made["KeyId"] == arn
        assert len(made["Plaintext"]) == 24
        opened = client.decrypt(KeyId=key_id, CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
        assert (opened["KeyId"], opened["Plaintext"]) == (arn, made["Plaintext"])
        assert opened["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
        sealed = client.encrypt(KeyId=key_id, Plaintext=b"text", EncryptionContext=CONTEXT, GrantTokens=["token"])
        assert sealed["KeyId"] == arn
        without_key_id = client.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=CONTEXT)
        assert (without_key_id["KeyId"], without_key_id["Plaintext"]) == (arn, b"text")

    def test_data_keys_by_spec(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.symmetric()
        assert len(client.generate_data_key(KeyId=arn, KeySpec="AES_128")["Plaintext"]) == 16
        assert len(client.generate_data_key(KeyId=arn, KeySpec="AES_256")["Plaintext"]) == 32
        assert code_of(client.generate_data_key, KeyId=arn) == "ValidationException"
        assert code_of(client.generate_data_key, KeyId=arn, KeySpec="AES_256", NumberOfBytes=32) == "ValidationException"
        answer = client.generate_data_key_without_plaintext(KeyId=arn, NumberOfBytes=32)
        assert "Plaintext" not in answer
        assert len(client.decrypt(CiphertextBlob=answer["CiphertextBlob"])["Plaintext"]) == 32

    @pytest.mark.parametrize("context", [{}, {"purpose": "other"}, {"purpos": "etest"}, {**CONTEXT, "more": ""}])
    def test_encryption_context_has_to_match(self, keys: KeyMaker, context: dict[str, str]) -> None:
        client, arn = keys.client(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text", EncryptionContext={"purpose": "test"})["CiphertextBlob"]
        assert client.decrypt(KeyId=arn, CiphertextBlob=blob, EncryptionContext={"purpose": "test"})["Plaintext"] == b"text"
        wrong = code_of(client.decrypt, KeyId=arn, CiphertextBlob=blob, EncryptionContext=context)
        assert wrong == "InvalidCiphertextException"

    def test_every_byte_of_a_ciphertext_counts(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text")["CiphertextBlob"]
        for position in range(len(blob)):
            changed = blob[:position] + bytes([blob[position] ^ 0x80]) + blob[position + 1 :]
            assert code_of(client.decrypt, KeyId=arn, CiphertextBlob=changed) in {
                "InvalidCiphertextException",
                "IncorrectKeyException",
            }
        assert code_of(client.decrypt, KeyId=arn, CiphertextBlob=blob[:-1]) == "InvalidCiphertextException"

    def test_another_key_is_an_incorrect_key(self, keys: KeyMaker) -> None:
        client, arn, other = keys.client(), keys.symmetric(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text")["CiphertextBlob"]
        assert code_of(client.decrypt, KeyId=other, CiphertextBlob=blob) == "IncorrectKeyException"
        reencrypt = code_of(client.re_encrypt, SourceKeyId=other, DestinationKeyId=other, CiphertextBlob=blob)
        assert reencrypt == "IncorrectKeyException"

    def test_reencrypt(self, keys: KeyMaker) -> None:
        client, arn, other = keys.client(), keys.symmetric(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text", EncryptionContext={"from": "here"})["CiphertextBlob"]
        again = client.re_encrypt(
            SourceKeyId=arn,
            DestinationKeyId=other,
            CiphertextBlob=blob,
            SourceEncryptionContext={"from": "here"},
            DestinationEncryptionContext={"to": "there"},
        )
        assert (again["SourceKeyId"], again["KeyId"]) == (arn, other)
        opened = client.decrypt(KeyId=other, CiphertextBlob=again["CiphertextBlob"], EncryptionContext={"to": "there"})
        assert opened["Plaintext"] == b"text"

    def test_keys_that_are_not_there(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text")["CiphertextBlob"]
        missing = arn[:-12] + "0" * 12
        for key_id in (missing, missing.rpartition("/")[2], "alias/missing", arn.replace(REGION, OTHER_REGION)):
            assert code_of(client.decrypt, KeyId=key_id, CiphertextBlob=blob) == "NotFoundException"
            assert code_of(client.generate_data_key, KeyId=key_id, NumberOfBytes=32) == "NotFoundException"
            assert code_of(client.describe_key, KeyId=key_id) == "NotFoundException"
        elsewhere = keys.client(OTHER_REGION)
        assert code_of(elsewhere.decrypt, CiphertextBlob=blob) == "AccessDeniedException"

    def test_key_of_another_account(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.symmetric(account=OTHER_ACCOUNT)
        assert arn.split(":")[4] == OTHER_ACCOUNT != ACCOUNT
        made = client.generate_data_key(KeyId=arn, NumberOfBytes=32)
        assert client.decrypt(KeyId=arn, CiphertextBlob=made["CiphertextBlob"])["KeyId"] == arn
        assert code_of(client.encrypt, KeyId=arn.rpartition("/")[2], Plaintext=b"text") == "NotFoundException"


class TestKeyState:
    """Keys that may not be used at present."""

    def test_disabled_and_enabled_again(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text")["CiphertextBlob"]
        client.disable_key(KeyId=arn)
        assert code_of(client.generate_data_key, KeyId=arn, NumberOfBytes=32) == "DisabledException"
        assert code_of(client.encrypt, KeyId=arn, Plaintext=b"text") == "DisabledException"
        assert code_of(client.decrypt, KeyId=arn, CiphertextBlob=blob) == "DisabledException"
        assert code_of(client.decrypt, CiphertextBlob=blob) == "DisabledException"
        client.enable_key(KeyId=arn)
        assert client.decrypt(KeyId=arn, CiphertextBlob=blob)["Plaintext"] == b"text"

    def test_pending_deletion(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.symmetric()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text")["CiphertextBlob"]
        client.schedule_key_deletion(KeyId=arn)
        assert code_of(client.decrypt, KeyId=arn, CiphertextBlob=blob) == "KMSInvalidStateException"


class TestMultiRegionKeys:
    """Primary keys and their replicas."""

    def test_relatives_decrypt_each_other(self, keys: KeyMaker) -> None:
        arns = keys.multi_region(REGION, OTHER_REGION, "ap-southeast-2")
        ids = {arn.rpartition("/")[2] for arn in arns}
        (key_id,) = ids
        assert key_id.startswith("mrk-")
        assert len(key_id) == 40
        clients = [keys.client(arn.split(":")[3]) for arn in arns]
        for writer, arn in zip(clients, arns, strict=True):
            made = writer.generate_data_key(KeyId=arn, NumberOfBytes=32, EncryptionContext=CONTEXT)
            assert made["KeyId"] == arn
            for reader, relative in zip(clients, arns, strict=True):
                opened = reader.decrypt(KeyId=relative, CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
                assert (opened["KeyId"], opened["Plaintext"]) == (relative, made["Plaintext"])

    def test_arn_of_a_relative_is_not_found_here(self, keys: KeyMaker) -> None:
        primary, replica = keys.multi_region(REGION, OTHER_REGION)
        client = keys.client()
        blob = client.encrypt(KeyId=primary, Plaintext=b"text")["CiphertextBlob"]
        assert code_of(client.decrypt, KeyId=replica, CiphertextBlob=blob) == "NotFoundException"

    def test_what_describe_key_tells(self, keys: KeyMaker) -> None:
        primary, replica = keys.multi_region(REGION, OTHER_REGION)
        for region, arn, kind in (
            (REGION, primary, "PRIMARY"),
            (OTHER_REGION, replica, "REPLICA"),
            (REGION, primary, "PRIMARY"),
        ):
            described = keys.client(region).describe_key(KeyId=arn)["KeyMetadata"]
            assert described["Arn"] == arn
            configuration = described["MultiRegionConfiguration"]
            assert configuration["MultiRegionKeyType"] == kind
            assert configuration["PrimaryKey"] == {"Arn": primary, "Region": REGION}
            assert configuration["ReplicaKeys"] == [{"Arn": replica, "Region": OTHER_REGION}]

    def test_aliases_and_state_are_each_relatives_own(self, keys: KeyMaker) -> None:
        primary, replica = keys.multi_region(REGION, OTHER_REGION)
        alias = keys.alias(primary)
        there = keys.client(OTHER_REGION)
        assert code_of(there.describe_key, KeyId=alias.replace(REGION, OTHER_REGION)) == "NotFoundException"
        keys.client().disable_key(KeyId=primary)
        assert there.generate_data_key(KeyId=replica, NumberOfBytes=32)["KeyId"] == replica

    def test_what_cannot_be_replicated(self, keys: KeyMaker) -> None:
        primary, replica = keys.multi_region(REGION, OTHER_REGION)
        single = keys.symmetric()
        here, there = keys.client(), keys.client(OTHER_REGION)
        assert code_of(here.replicate_key, KeyId=single, ReplicaRegion=OTHER_REGION) == "UnsupportedOperationException"
        assert code_of(there.replicate_key, KeyId=replica, ReplicaRegion=REGION) == "UnsupportedOperationException"
        assert code_of(here.replicate_key, KeyId=primary, ReplicaRegion=OTHER_REGION) == "AlreadyExistsException"


class TestRsaKeys:
    """RSA key pairs: encrypt with the public key, let KMS decrypt."""

    @pytest.mark.parametrize("bits", [2048, 3072, 4096])
    def test_public_key_here_private_key_in_kms(self, keys: KeyMaker, bits: int) -> None:
        arn = keys.rsa(bits)
        client: Any = keys.client()
        told = client.get_public_key(KeyId=arn)
        assert told["KeyId"] == arn
        assert (told["KeySpec"], told["KeyUsage"]) == (f"RSA_{bits}", "ENCRYPT_DECRYPT")
        assert set(told["EncryptionAlgorithms"]) == {"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"}
        public_key = serialization.load_der_public_key(told["PublicKey"])
        assert isinstance(public_key, rsa.RSAPublicKey)
        assert public_key.key_size == bits
        for algorithm, digest in (("RSAES_OAEP_SHA_1", hashes.SHA1()), ("RSAES_OAEP_SHA_256", hashes.SHA256())):
            blob = public_key.encrypt(b"text", padding.OAEP(padding.MGF1(digest), digest, None))
            opened = client.decrypt(KeyId=arn, CiphertextBlob=blob, EncryptionAlgorithm=algorithm)
            assert (opened["KeyId"], opened["Plaintext"]) == (arn, b"text")
            assert opened["EncryptionAlgorithm"] == algorithm

    def test_what_is_refused(self, keys: KeyMaker) -> None:
        client, arn, other = keys.client(), keys.rsa(), keys.rsa()
        blob = client.encrypt(KeyId=arn, Plaintext=b"text", EncryptionAlgorithm="RSAES_OAEP_SHA_256")["CiphertextBlob"]
        oaep: dict[str, Any] = {"CiphertextBlob": blob, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
        assert client.decrypt(KeyId=arn, **oaep)["Plaintext"] == b"text"
        assert code_of(client.decrypt, KeyId=other, **oaep) == "InvalidCiphertextException"
        assert code_of(client.decrypt, **oaep) == "ValidationException"
        assert code_of(client.decrypt, KeyId=arn, EncryptionContext=CONTEXT, **oaep) == "ValidationException"
        assert code_of(client.decrypt, KeyId=arn, CiphertextBlob=blob) == "InvalidKeyUsageException"
        sha1 = code_of(client.decrypt, KeyId=arn, CiphertextBlob=blob, EncryptionAlgorithm="RSAES_OAEP_SHA_1")
        assert sha1 == "InvalidCiphertextException"
        assert code_of(client.generate_data_key, KeyId=arn, NumberOfBytes=32) == "InvalidKeyUsageException"
        assert code_of(client.decrypt, KeyId=keys.symmetric(), **oaep) == "InvalidKeyUsageException"
        too_long = code_of(client.encrypt, KeyId=arn, Plaintext=bytes(256), EncryptionAlgorithm="RSAES_OAEP_SHA_256")
        assert too_long == "ValidationException"


class TestEccKeys:
    """ECC key pairs for key agreement."""

    @needs_derive_shared_secret
    @pytest.mark.parametrize("curve", CURVES)
    def test_both_sides_derive_the_same_secret(self, keys: KeyMaker, curve: str) -> None:
        client, arn = keys.client(), keys.ecc(curve)
        told = client.get_public_key(KeyId=arn)
        assert told["KeyId"] == arn
        assert (told["KeySpec"], told["KeyUsage"]) == (f"ECC_NIST_{curve}", "KEY_AGREEMENT")
        assert told["KeyAgreementAlgorithms"] == ["ECDH"]
        theirs = serialization.load_der_public_key(told["PublicKey"])
        assert isinstance(theirs, ec.EllipticCurvePublicKey)
        ours = ec.generate_private_key(CURVES[curve])
        derived = client.derive_shared_secret(KeyId=arn, KeyAgreementAlgorithm="ECDH", PublicKey=spki(ours))
        assert derived["SharedSecret"] == ours.exchange(ec.ECDH(), theirs)
        assert (derived["KeyId"], derived["KeyAgreementAlgorithm"]) == (arn, "ECDH")

    @needs_derive_shared_secret
    def test_what_is_refused(self, keys: KeyMaker) -> None:
        client, arn = keys.client(), keys.ecc("P256")
        call = client.derive_shared_secret
        other_curve = spki(ec.generate_private_key(ec.SECP384R1()))
        same_curve = spki(ec.generate_private_key(ec.SECP256R1()))
        for public_key in (other_curve, b"no key"):
            refused = code_of(call, KeyId=arn, KeyAgreementAlgorithm="ECDH", PublicKey=public_key)
            assert refused == "ValidationException"
        for key_id in (keys.symmetric(), keys.rsa()):
            refused = code_of(call, KeyId=key_id, KeyAgreementAlgorithm="ECDH", PublicKey=same_curve)
            assert refused == "InvalidKeyUsageException"
        assert code_of(client.generate_data_key, KeyId=arn, NumberOfBytes=32) == "InvalidKeyUsageException"
        client.disable_key(KeyId=arn)
        assert code_of(call, KeyId=arn, KeyAgreementAlgorithm="ECDH", PublicKey=same_curve) == "DisabledException"

    def test_symmetric_keys_have_no_public_key(self, keys: KeyMaker) -> None:
        assert code_of(keys.client().get_public_key, KeyId=keys.symmetric()) == "UnsupportedOperationException"


def spki(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public key as KMS takes it."""
    return private_key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
