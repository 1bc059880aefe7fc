"""The project's own message vectors: the good ones open, the broken ones fail and release nothing that is not authentic."""

from __future__ import annotations

import base64
import functools
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, StreamDecryptor, exceptions
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import ECDHCurveSpec, WrappingAlgorithm
from aws_encryption_sdk.keyrings.base import Keyring
from aws_encryption_sdk.keyrings.multi import MultiKeyring
from aws_encryption_sdk.keyrings.raw import (
    PublicKeyDiscovery,
    RawAESKeyring,
    RawECDHKeyring,
    RawPrivateKeyToStaticPublicKey,
    RawRSAKeyring,
)
from aws_encryption_sdk.structures import MessageHeader
from test.vectors.broken_message import apply_edits
from test.vectors.chosen_randomness import plaintext
from test.vectors.data_files import BROKEN_FILES, Vector, files
from test.vectors.key_wrapping import FOLDER

pytestmark = pytest.mark.specification(
    "client-apis/decrypt.md", "Parse the header", "Verify the header", "Decrypt the message body", "Verify the signature"
)

READ_SIZES = (1, 7, 16, 100, 4096, -1)
UNTOUCHED = 0xAA

CLIENT = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)


def _load(name: str) -> dict[str, Vector]:
    loaded: dict[str, Vector] = json.loads((FOLDER / name).read_text(encoding="ascii"))
    return loaded


KEYS = _load("keys.json")
GOOD = _load("good.json")
BROKEN = {file: _load(file) for file in BROKEN_FILES}
#: Data file and good message of each group of broken vectors.
GROUPS = sorted({(file, vector["of"]) for file, vectors in BROKEN.items() for vector in vectors.values()})


class Dribble:
    """A source that cannot be repositioned, and hands out one byte at a time."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(1 if size else 0)

    def rest(self) -> bytes:
        return self._file.read()


@functools.cache
def _keyring(names: tuple[str, ...]) -> Keyring:
    if len(names) > 1:
        return MultiKeyring(children=[_keyring((name,)) for name in names])
    key = KEYS[names[0]]
    if key["type"] == "raw-aes":
        return RawAESKeyring(key["namespace"], key["name"], bytes.fromhex(key["key"]))
    if key["type"] == "raw-ecdh":
        return _ecdh_keyring(key)
    paddings = {
        "pkcs1": WrappingAlgorithm.RSA_PKCS1,
        "oaep-sha1": WrappingAlgorithm.RSA_OAEP_SHA1_MGF1,
        "oaep-sha256": WrappingAlgorithm.RSA_OAEP_SHA256_MGF1,
        "oaep-sha384": WrappingAlgorithm.RSA_OAEP_SHA384_MGF1,
        "oaep-sha512": WrappingAlgorithm.RSA_OAEP_SHA512_MGF1,
    }
    return RawRSAKeyring.from_pem_encoding(
        key_namespace=key["namespace"],
        key_name=key["name"],
        wrapping_algorithm=paddings[key["padding"]],
        private_encoded_key=(FOLDER / key["pem"]).read_bytes(),
    )


def _ecdh_keyring(key: Vector) -> Keyring:
    """Return the recipient's keyring."""
    curve_spec = ECDHCurveSpec[f"ECC_NIST_{key['curve'].upper()}"]
    sender, recipient = (ec.derive_private_key(int(key[party], 16), curve_spec.curve()) for party in ("sender", "recipient"))
    if key["schema"] == "ephemeral":
        return RawECDHKeyring(PublicKeyDiscovery(recipient), curve_spec)
    return RawECDHKeyring(RawPrivateKeyToStaticPublicKey(recipient, sender.public_key()), curve_spec)


def _arguments(good: Vector, broken: Vector | None = None) -> dict[str, Any]:
    """Return what the caller hands in besides the message."""
    own = broken or {}
    arguments: dict[str, Any] = {"keyring": _keyring(tuple(own.get("keyring") or good["keyring"]))}
    context = own.get("context", good.get("required_context"))
    return arguments if context is None else {**arguments, "encryption_context": context}


def _stream(source: object, arguments: dict[str, Any]) -> StreamDecryptor:
    stream = CLIENT.stream(mode="decrypt", source=source, **arguments)
    assert isinstance(stream, StreamDecryptor)
    return stream


def _message(vector: Vector) -> bytes:
    return base64.b64decode(vector["message"])


def _check_header(header: MessageHeader, vector: Vector) -> None:
    assert f"0x{header.algorithm.algorithm_id:04x}" == vector["suite"]
    assert header.version.value == (2 if "commitment" in vector else 1)
    assert header.message_id.hex() == vector["message_id"]
    assert header.encryption_context == {**vector["stored_context"], **vector.get("required_context", {})}
    assert header.content_type.value == (2 if vector["frame_length"] else 1)
    assert header.frame_length == vector["frame_length"]
    assert (header.commitment_key or b"").hex() == vector.get("commitment", "")
    keys = [KEYS[name] for name in vector["wrapped_by"]]
    assert [key.key_provider.provider_id for key in header.encrypted_data_keys] == [key["namespace"] for key in keys]
    for found, key in zip(header.encrypted_data_keys, keys, strict=True):
        assert found.key_provider.key_info.startswith(key["name"].encode("utf-8"))
        assert found.encrypted_data_key in _message(vector)


def test_the_data_files_are_what_the_script_writes() -> None:
    try:
        written = dict(files())
    except UnsupportedAlgorithm:
        pytest.skip("this build of OpenSSL is older than 3.2 and has no deterministic signatures")
    assert [name for name, text in written.items() if (FOLDER / name).read_text(encoding="ascii") != text] == []


def test_the_vectors_cover_what_they_should() -> None:
    assert {vector["suite"] for vector in GOOD.values()} >= {
        *("0x0014", "0x0046", "0x0078", "0x0114", "0x0146", "0x0178", "0x0214", "0x0346", "0x0378", "0x0478", "0x0578")
    }
    assert {vector["frame_length"] for vector in GOOD.values()} >= {0, 1, 15, 16, 100, 4096, 2**32 - 1}
    assert {name for vector in GOOD.values() for name in vector["keyring"]} >= {
        *(
            "aes-128",
            "aes-192",
            "aes-256",
            "rsa-pkcs1",
            "rsa-oaep-sha1",
            "rsa-oaep-sha256",
            "rsa-oaep-sha384",
            "rsa-oaep-sha512",
        )
    }
    broken_suites = {GOOD[name]["suite"] for _, name in GROUPS}
    assert broken_suites == {vector["suite"] for vector in GOOD.values()}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_opens_in_one_shot(name: str) -> None:
    vector = GOOD[name]
    result, header = CLIENT.decrypt(source=_message(vector), **_arguments(vector))
    assert result == plaintext(vector["plaintext_length"])
    _check_header(header, vector)
    # Pairs that the message stores may be given too.
    public = {key: value for key, value in vector["stored_context"].items() if not key.startswith("aws-crypto-")}
    context = {**public, **vector.get("required_context", {})}
    again = CLIENT.decrypt(source=io.BytesIO(_message(vector)), **{**_arguments(vector), "encryption_context": context})
    assert again.result == result
    _check_header(again.header, vector)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_opens_as_a_stream(name: str) -> None:
    vector = GOOD[name]
    expected = plaintext(vector["plaintext_length"])
    for size in READ_SIZES:
        with _stream(io.BytesIO(_message(vector)), _arguments(vector)) as stream:
            _check_header(stream.header, vector)
            pieces = list(iter(functools.partial(stream.read, size), b""))
        assert b"".join(pieces) == expected, size
        assert all(len(piece) <= size for piece in pieces) or size < 0


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_opens_from_a_source_of_single_bytes(name: str) -> None:
    vector = GOOD[name]
    source = Dribble(_message(vector) + b"next")
    with _stream(source, _arguments(vector)) as stream:
        assert stream.read() == plaintext(vector["plaintext_length"])
        _check_header(stream.header, vector)
    assert source.rest() == b"next"


def _broken_messages(file: str, of: str) -> Iterator[tuple[str, Vector, bytes, dict[str, Any]]]:
    good = GOOD[of]
    for name, vector in BROKEN[file].items():
        if vector["of"] == of:
            edits = [tuple(edit) for edit in vector["edits"]]
            yield name, vector, apply_edits(_message(good), edits), _arguments(good, vector)


def _read_until_it_fails(read: Callable[[], bytes]) -> tuple[bytes, AWSEncryptionSDKClientError | None]:
    released = b""
    try:
        while piece := read():
            released += piece
    except AWSEncryptionSDKClientError as error:
        return released, error
    return released, None


def _fault(vector: Vector, released: bytes, error: Exception | None) -> str | None:
    """Return what is wrong with the outcome, if anything."""
    limit = vector["authentic_prefix_length"]
    if error is None:
        return f"opened: {vector['rule']}"
    if not isinstance(error, getattr(exceptions, vector["error"])):
        return f"{type(error).__name__} instead of {vector['error']}: {error}"
    if len(released) > limit or released != plaintext(limit)[: len(released)]:
        return f"released {len(released)} bytes, {limit} are authentic"
    return None


@pytest.mark.parametrize(("file", "of"), GROUPS)
def test_a_broken_message_fails_in_one_shot(file: str, of: str) -> None:
    faults = {}
    for name, vector, message, arguments in _broken_messages(file, of):
        for source in (message, Dribble(message)):
            error: AWSEncryptionSDKClientError | None = None
            try:
                CLIENT.decrypt(source=source, **arguments)
            except AWSEncryptionSDKClientError as raised:
                error = raised
            if fault := _fault(vector, b"", error):
                faults[name, type(source).__name__] = fault
    assert faults == {}


@pytest.mark.parametrize(("file", "of"), GROUPS)
@pytest.mark.parametrize("size", [1, 10, -1])
def test_a_broken_message_fails_as_a_stream(file: str, of: str, size: int) -> None:
    faults = {}
    for name, vector, message, arguments in _broken_messages(file, of):
        with _stream(io.BytesIO(message), arguments) as stream:
            released, error = _read_until_it_fails(functools.partial(stream.read, size))
            if fault := _fault(vector, released, error):
                faults[name] = fault
                continue
            # A stream that failed stays failed.
            later = _fault(vector, released, _read_until_it_fails(functools.partial(stream.read, size))[1])
            if later is not None:
                faults[name] = f"second read: {later}"
    assert faults == {}


@pytest.mark.parametrize(("file", "of"), GROUPS)
def test_a_broken_message_fails_from_a_source_of_single_bytes(file: str, of: str) -> None:
    signed = "aws-crypto-public-key" in GOOD[of]["stored_context"]
    faults = {}
    for name, vector, message, arguments in _broken_messages(file, of):
        source = Dribble(message)
        with _stream(source, arguments) as stream:
            released, error = _read_until_it_fails(functools.partial(stream.read, 1))
        if vector["place"] == "end":
            # What follows a message belongs to the owner of the source.
            if error is not None or released != plaintext(GOOD[of]["plaintext_length"]):
                faults[name] = f"did not stop at the end of the message: {error}"
            elif source.rest() != message[len(_message(GOOD[of])) :]:
                faults[name] = "read bytes behind the message"
        elif fault := _fault(vector, released, error):
            faults[name] = fault
        elif not signed and len(released) != vector["authentic_prefix_length"]:
            faults[name] = (
                f"kept back authentic frames: released {len(released)} of {vector['authentic_prefix_length']} bytes"
            )
    assert faults == {}


@pytest.mark.parametrize(("file", "of"), GROUPS)
def test_a_broken_message_leaves_the_buffer_of_the_caller_alone(file: str, of: str) -> None:
    faults = {}
    for name, vector, message, arguments in _broken_messages(file, of):
        released, limit = 0, vector["authentic_prefix_length"]
        with _stream(message, arguments) as stream:
            while True:
                buffer = bytearray([UNTOUCHED]) * 24
                try:
                    count = stream.readinto(buffer)
                except AWSEncryptionSDKClientError:
                    written = len(bytes(buffer).rstrip(bytes([UNTOUCHED])))
                    if written > limit - released or buffer[:written] != plaintext(limit)[released : released + written]:
                        faults[name] = f"wrote {written} bytes behind {released} released ones; {limit} are authentic"
                    break
                if count == 0:
                    faults[name] = f"opened: {vector['rule']}"
                    break
                released += count
    assert faults == {}


@pytest.mark.parametrize(("file", "of"), GROUPS)
def test_a_broken_header_is_not_shown(file: str, of: str) -> None:
    faults = {}
    for name, vector, message, arguments in _broken_messages(file, of):
        if vector["place"] == "header":
            error: AWSEncryptionSDKClientError | None = None
            with _stream(message, arguments) as stream:
                try:
                    _ = stream.header
                except AWSEncryptionSDKClientError as raised:
                    error = raised
            if fault := _fault(vector, b"", error):
                faults[name] = fault
    assert faults == {}
