"""The keys of the emulated KMS, over those of moto."""

from __future__ import annotations

import json
import os
import struct
from copy import copy
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from moto.core.base_backend import BackendDict
from moto.core.exceptions import JsonRESTError
from moto.kms.models import Key, KmsBackend

SYMMETRIC = "SYMMETRIC_DEFAULT"
OAEP_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "RSAES_OAEP_SHA_1": hashes.SHA1,
    "RSAES_OAEP_SHA_256": hashes.SHA256,
}
NONCE_LENGTH = 12
#: The length of the key id stands before it; then come the nonce, and the ciphertext with its tag.
LENGTH_OF_KEY_ID = struct.Struct(">B")


class EmulatedKmsBackend(KmsBackend):
    """The keys of one account in one Region."""

    def key(self, identifier: str) -> Key:
        """Return the key that a key id, key ARN, alias name or alias ARN names."""
        resource, backend = identifier, self
        if identifier.startswith("arn:"):
            partition, service, region, account, resource = _arn_fields(identifier)
            if (partition, service, region) != (self.partition, "kms", self.region_name):
                raise error("NotFoundException", f"Invalid arn {region}")
            backend = backends[account][region]
            if resource.startswith("key/"):
                resource = resource.removeprefix("key/")
            elif not resource.startswith("alias/"):
                raise error("NotFoundException", f"Invalid arn {identifier}")
        key_id = backend.get_key_id_from_alias(resource) if resource.startswith("alias/") else resource
        if key_id not in backend.keys:
            raise error("NotFoundException", f"{_kind(resource)} '{identifier}' does not exist")
        return backend.keys[key_id]

    def usable_key(self, identifier: str, usage: str) -> Key:
        """Return the key that an identifier names, for a cryptographic operation.

        :param usage: What the operation is: ``ENCRYPT_DECRYPT`` or ``KEY_AGREEMENT``
        """
        key = self.key(identifier)
        check_state(key)
        if key.key_usage != usage:
            raise error(
                "InvalidKeyUsageException", f"{key.arn} key usage is {key.key_usage} which is not valid for {usage}."
            )
        return key

    def replicate_key(self, key_id: str, replica_region: str) -> Key:
        """Make a replica of a multi-Region primary key in another Region."""
        primary = self.key(key_id)
        check_state(primary)
        if not primary.multi_region or primary.arn != primary.multi_region_configuration["PrimaryKey"]["Arn"]:
            raise error("UnsupportedOperationException", f"{primary.arn} is not a multi-region primary key.")
        there = backends[primary.account_id][replica_region]
        if primary.id in there.keys:
            raise error("AlreadyExistsException", f"{primary.id} already exists in {replica_region}.")
        replica = copy(primary)
        replica.region = replica_region
        replica.arn = primary.arn.replace(f":{primary.region}:", f":{replica_region}:")
        replica.grants, replica.aliases = {}, {}
        # The primary key and its replicas share this dictionary, so that each knows them all.
        primary.multi_region_configuration["ReplicaKeys"].append({"Arn": replica.arn, "Region": replica_region})
        there.keys[replica.id] = replica
        return replica

    def key_of_ciphertext(self, ciphertext: bytes) -> Key:
        """Return the symmetric key that a ciphertext was encrypted under, or its relative in this Region."""
        key_id, _ = _split(ciphertext)
        for account in list(backends.values()):
            if key_id in account[self.region_name].keys:
                return account[self.region_name].keys[key_id]
        raise error(
            "AccessDeniedException",
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
            "or you are not allowed to access.",
        )


backends = BackendDict(EmulatedKmsBackend, "kms")


def encrypt(key: Key, plaintext: bytes, encryption_context: dict[str, str], algorithm: str) -> bytes:
    """Return ``plaintext`` as a ciphertext under ``key``."""
    _check_algorithm(key, encryption_context, algorithm)
    if algorithm != SYMMETRIC:
        try:
            return _rsa_key(key).public_key().encrypt(plaintext, _oaep(algorithm))
        except ValueError as cause:
            raise error("ValidationException", f"The plaintext does not fit {key.key_spec}: {cause}") from None
    nonce = os.urandom(NONCE_LENGTH)
    sealed = AESGCM(key.key_material).encrypt(nonce, plaintext, _associated_data(encryption_context))
    return LENGTH_OF_KEY_ID.pack(len(key.id)) + key.id.encode() + nonce + sealed


def decrypt(key: Key, ciphertext: bytes, encryption_context: dict[str, str], algorithm: str) -> bytes:
    """Return the plaintext of a ciphertext under ``key``."""
    _check_algorithm(key, encryption_context, algorithm)
    if algorithm != SYMMETRIC:
        try:
            return _rsa_key(key).decrypt(ciphertext, _oaep(algorithm))
        except ValueError:
            raise error("InvalidCiphertextException", "") from None
    key_id, sealed = _split(ciphertext)
    if key_id != key.id:
        raise error(
            "IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation."
        )
    try:
        return AESGCM(key.key_material).decrypt(
            sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], _associated_data(encryption_context)
        )
    except (InvalidTag, ValueError):
        raise error("InvalidCiphertextException", "") from None


def derive_shared_secret(key: Key, peer_public_key: bytes) -> bytes:
    """Return the x coordinate of the point that both sides of an ECDH key agreement find."""
    own: Any = key.private_key
    try:
        peer = serialization.load_der_public_key(peer_public_key)
        if not isinstance(peer, ec.EllipticCurvePublicKey):
            raise ValueError("not a key on an elliptic curve")
        secret: bytes = own.private_key.exchange(ec.ECDH(), peer)
    except ValueError as cause:
        raise error("ValidationException", f"The public key does not fit {key.key_spec}: {cause}") from None
    return secret


def metadata(key: Key) -> dict[str, Any]:
    """Return what DescribeKey tells of a key."""
    described: dict[str, Any] = key.to_dict()["KeyMetadata"]
    if key.key_usage == "KEY_AGREEMENT":
        described["EncryptionAlgorithms"] = described["SigningAlgorithms"] = None
        described["KeyAgreementAlgorithms"] = ["ECDH"]
    if key.multi_region:
        relatives = key.multi_region_configuration
        is_primary = key.arn == relatives["PrimaryKey"]["Arn"]
        described["MultiRegionConfiguration"] = {**relatives, "MultiRegionKeyType": "PRIMARY" if is_primary else "REPLICA"}
    return described


def check_state(key: Key) -> None:
    """Refuse a key that is not enabled."""
    if key.key_state == "Disabled":
        raise error("DisabledException", f"{key.arn} is disabled.")
    if key.key_state == "PendingDeletion":
        raise error("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def error(code: str, message: str) -> JsonRESTError:
    """Return the exception that moto turns into an error answer."""
    return JsonRESTError(code, message)


def _arn_fields(arn: str) -> tuple[str, str, str, str, str]:
    fields = arn.split(":", 5)
    if len(fields) != 6:
        raise error("NotFoundException", f"Invalid arn {arn}")
    return fields[1], fields[2], fields[3], fields[4], fields[5]


def _kind(resource: str) -> str:
    return "Alias" if resource.startswith("alias/") else "Key"


def _check_algorithm(key: Key, encryption_context: dict[str, str], algorithm: str) -> None:
    if algorithm not in (key.encryption_algorithms or ()):
        raise error("InvalidKeyUsageException", f"Algorithm {algorithm} is incompatible with key spec {key.key_spec}.")
    if encryption_context and algorithm != SYMMETRIC:
        raise error("ValidationException", f"Encryption context is not supported for key spec {key.key_spec}.")


def _rsa_key(key: Key) -> rsa.RSAPrivateKey:
    held: Any = key.private_key
    private_key: rsa.RSAPrivateKey = held.private_key
    return private_key


def _oaep(algorithm: str) -> padding.OAEP:
    hash_function = OAEP_HASHES[algorithm]()
    return padding.OAEP(padding.MGF1(hash_function), hash_function, label=None)


def _associated_data(encryption_context: dict[str, str]) -> bytes:
    return json.dumps(encryption_context, sort_keys=True).encode()


def _split(ciphertext: bytes) -> tuple[str, bytes]:
    length = ciphertext[0] if ciphertext else 0
    try:
        return ciphertext[1 : 1 + length].decode("ascii"), ciphertext[1 + length :]
    except UnicodeDecodeError:
        raise error("InvalidCiphertextException", "") from None
