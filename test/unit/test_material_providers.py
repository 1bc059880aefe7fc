"""The front under the names of the Material Providers Library: what it refuses, and what authors ask it."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import attrs
import pytest

from aws_encryption_sdk._crypto import elliptic_curve
from aws_encryption_sdk._crypto.key_agreement import compressed_point
from aws_encryption_sdk._mpl.conversion import encryption_materials_model
from aws_encryption_sdk.exceptions import ArgumentValueError, AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring
from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders, errors, models
from aws_encryption_sdk.material_providers.mpl.config import MaterialProvidersConfig
from aws_encryption_sdk.materials_managers import EncryptionMaterials

PROVIDERS = AwsCryptographicMaterialProviders(MaterialProvidersConfig())
SIGNED, UNSIGNED = models.AlgorithmSuiteIdESDK("0x0578"), models.AlgorithmSuiteIdESDK("0x0478")
INPUTS = [name for name in models.__all__ if name.endswith("Input") and name.startswith("Create")]


def method_of(name: str) -> Any:
    """Return the method that takes an input."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name.removesuffix("Input"))
    return getattr(PROVIDERS, words.lstrip("_").replace("c_m_m", "cmm"))


# --- inputs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", INPUTS)
def test_fields_of_wrong_types(name: str) -> None:
    """Models take everything, as the library's do; the methods refuse it, as the library does."""
    method, model = method_of(name), getattr(models, name)
    anything: tuple[Any, ...] = (3, object(), ["x"], b"\x00")
    for wrong in anything:
        fields = {field.name: wrong for field in attrs.fields(model) if field.name != "ttl_seconds"}
        if not fields:
            continue
        with pytest.raises(errors.ServiceError):
            method(input=model(**fields))


@pytest.mark.parametrize("name", INPUTS)
def test_another_input(name: str) -> None:
    method = method_of(name)
    anything: tuple[Any, ...] = (None, 3, {}, models.NoCache())
    for wrong in anything:
        with pytest.raises(errors.AwsCryptographicMaterialProvidersException, match=f"{name}.* not "):
            method(wrong)
        with pytest.raises(errors.AwsCryptographicMaterialProvidersException, match=f"{name}.* not "):
            method(input=wrong)


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_are_given_by_name(name: str) -> None:
    model = getattr(models, name)
    if attrs.fields(model):
        with pytest.raises(TypeError):
            model(*([None] * len(attrs.fields(model))))


def test_configuration() -> None:
    AwsCryptographicMaterialProviders()
    with pytest.raises(errors.AwsCryptographicMaterialProvidersException, match="MaterialProvidersConfig"):
        AwsCryptographicMaterialProviders({})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (models.DefaultCache, {}),
        (models.DefaultCache, {"entry_capacity": -1}),
        (models.SingleThreadedCache, {}),
        (models.MultiThreadedCache, {"entry_capacity": 1, "entry_pruning_tail_size": 0}),
        (models.StormTrackingCache, {"entry_capacity": 1}),
        (models.HKDF, {"hmac": "SHA_512", "input_key_length": 33, "output_key_length": 32}),
        (models.HKDF, {"hmac": "SHA_512", "input_key_length": 32}),
        (models.HKDF, {"hmac": "SHA_512", "salt_length": -1, "input_key_length": 32, "output_key_length": 32}),
        (models.CreateAwsKmsHierarchicalKeyringInput, {"key_store": None, "ttl_seconds": -1}),
        (models.PutCacheEntryInput, {"identifier": b"", "materials": None, "creation_time": -1}),
        (models.GetCacheEntryOutput, {"materials": None, "bytes_used": -1}),
        (models.UpdateUsageMetadataInput, {"identifier": b"", "bytes_used": -1}),
    ],
)
def test_numbers_out_of_range(model: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ArgumentValueError):
        model(**fields)


def test_secrets_are_not_shown() -> None:
    secret = b"very secret"
    for name in models.__all__:
        model = getattr(models, name)
        if not isinstance(model, type) or not attrs.has(model):
            continue
        for field in attrs.fields(model):
            if "private_key" in field.name or field.name in (
                "wrapping_key",
                "plaintext_data_key",
                "signing_key",
                "symmetric_signing_key",
                "symmetric_signing_keys",
                "branch_key",
                "beacon_key",
                "hmac_keys",
            ):
                assert not field.repr, f"{name}.{field.name}"
    shown = repr(
        models.CreateRawAesKeyringInput(
            key_namespace="a",
            key_name="b",
            wrapping_key=secret,
            wrapping_alg=models.AesWrappingAlg.ALG_AES128_GCM_IV12_TAG16,
        )
    )
    assert "very" not in shown


# --- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_one_of_this_package(name: str) -> None:
    kind: Any = getattr(errors, name)
    makers: dict[str, Any] = {
        "CollectionOfErrors": lambda: kind(message="text", list=[ValueError("one")]),
        "OpaqueError": lambda: kind(obj="text"),
        "OpaqueWithTextError": lambda: kind(obj=1, obj_message="text"),
    }
    made = makers.get(name, lambda: kind("text"))()
    assert isinstance(made, AWSEncryptionSDKClientError)
    assert isinstance(made, errors.ServiceError)
    again = pickle.loads(pickle.dumps(made))
    assert (type(again), str(again), vars(again).keys()) == (type(made), str(made), vars(made).keys())
    if name not in ("ServiceError", "ApiError"):
        assert kind.code == ("Unknown" if name == "UnknownApiError" else name)


# --- what authors ask --------------------------------------------------------------------------------------------------


def initialized(suite: models.AlgorithmSuiteIdESDK = UNSIGNED, **changes: Any) -> models.EncryptionMaterials:
    fields: dict[str, Any] = {"encryption_context": {"a": "b"}, "required_encryption_context_keys": ["a"], **changes}
    return PROVIDERS.initialize_encryption_materials(
        models.InitializeEncryptionMaterialsInput(algorithm_suite_id=suite, **fields)
    )


def test_first_encryption_materials() -> None:
    made = initialized()
    assert made.algorithm_suite == PROVIDERS.get_algorithm_suite_info(b"\x04\x78")
    assert (made.encryption_context, made.required_encryption_context_keys) == ({"a": "b"}, ["a"])
    assert (made.encrypted_data_keys, made.plaintext_data_key, made.signing_key) == ([], None, None)
    signed = initialized(SIGNED, signing_key=b"signing", verification_key=b"verification")
    assert signed.signing_key == b"signing"
    assert signed.encryption_context["aws-crypto-public-key"] == base64.b64encode(b"verification").decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"required_encryption_context_keys": ["missing"]},
        {"signing_key": b"x"},
        {"verification_key": b"x"},
        {"suite": SIGNED},
        {"suite": SIGNED, "signing_key": b"x"},
        {"suite": models.AlgorithmSuiteIdESDK("0x6700")},
        {"suite": "0x0578"},
        {"encryption_context": {"aws-crypto-public-key": "x"}, "required_encryption_context_keys": []},
    ],
)
def test_first_encryption_materials_that_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(errors.AwsCryptographicMaterialProvidersException):
        initialized(**fields)


def test_first_decryption_materials() -> None:
    def made(suite: Any, context: dict[str, str], required: list[str]) -> models.DecryptionMaterials:
        return PROVIDERS.initialize_decryption_materials(
            models.InitializeDecryptionMaterialsInput(
                algorithm_suite_id=suite, encryption_context=context, required_encryption_context_keys=required
            )
        )

    assert made(UNSIGNED, {"a": "b"}, ["a"]).verification_key is None
    signed = {"aws-crypto-public-key": base64.b64encode(b"point").decode()}
    assert made(SIGNED, signed, []).verification_key == b"point"
    for suite, context, required in (
        (SIGNED, {}, []),
        (UNSIGNED, signed, []),
        (SIGNED, {"aws-crypto-public-key": "ü"}, []),
        (UNSIGNED, {}, ["a"]),
    ):
        with pytest.raises(errors.AwsCryptographicMaterialProvidersException):
            made(suite, context, required)


def complete(suite: AlgorithmSuite) -> models.EncryptionMaterials:
    """Return materials that a keyring has completed."""
    key = elliptic_curve.generate_signing_key(suite) if suite.is_signing() else None
    materials = EncryptionMaterials(suite, encryption_context={"a": "b"}, signing_key=key)
    made: models.EncryptionMaterials = encryption_materials_model(
        models, RawAESKeyring("a", "b", bytes(32)).on_encrypt(materials)
    )
    return made


@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_transitions_on_encrypt(suite: AlgorithmSuite) -> None:
    stop = complete(suite)
    start = attrs.evolve(stop, plaintext_data_key=None, encrypted_data_keys=[])

    def check(first: models.EncryptionMaterials, second: models.EncryptionMaterials) -> None:
        PROVIDERS.valid_encryption_materials_transition(
            models.ValidEncryptionMaterialsTransitionInput(start=first, stop=second)
        )

    check(start, stop)
    PROVIDERS.encryption_materials_has_plaintext_data_key(stop)
    for first, second in (
        (start, start),
        (stop, start),
        (start, attrs.evolve(stop, encryption_context={})),
        (attrs.evolve(stop, plaintext_data_key=bytes(suite.kdf_input_len)), stop),
    ):
        with pytest.raises(errors.InvalidEncryptionMaterialsTransition):
            check(first, second)
    for incomplete in (start, attrs.evolve(stop, encrypted_data_keys=[]), attrs.evolve(stop, plaintext_data_key=b"1")):
        with pytest.raises(errors.InvalidEncryptionMaterials):
            PROVIDERS.encryption_materials_has_plaintext_data_key(incomplete)


def test_transitions_on_decrypt() -> None:
    suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
    start = models.DecryptionMaterials(
        algorithm_suite=PROVIDERS.get_algorithm_suite_info(suite.id_as_bytes()),
        encryption_context={"a": "b"},
        required_encryption_context_keys=[],
        verification_key=compressed_point(elliptic_curve.generate_signing_key(suite).public_key()),
    )
    stop = attrs.evolve(start, plaintext_data_key=bytes(32))

    def check(first: models.DecryptionMaterials, second: models.DecryptionMaterials) -> None:
        PROVIDERS.valid_decryption_materials_transition(
            models.ValidDecryptionMaterialsTransitionInput(start=first, stop=second)
        )

    check(start, stop)
    PROVIDERS.decryption_materials_with_plaintext_data_key(stop)
    other = PROVIDERS.get_algorithm_suite_info(b"\x03\x78")
    for first, second in ((stop, stop), (start, attrs.evolve(stop, algorithm_suite=other))):
        with pytest.raises(errors.InvalidDecryptionMaterialsTransition):
            check(first, second)
    for incomplete in (start, attrs.evolve(stop, verification_key=None), attrs.evolve(stop, plaintext_data_key=b"1")):
        with pytest.raises(errors.InvalidDecryptionMaterials):
            PROVIDERS.decryption_materials_with_plaintext_data_key(incomplete)


@pytest.mark.parametrize("suite", AlgorithmSuite)
def test_descriptions_of_suites(suite: AlgorithmSuite) -> None:
    info = PROVIDERS.get_algorithm_suite_info(suite.id_as_bytes())
    PROVIDERS.valid_algorithm_suite_info(info)
    with pytest.raises(errors.InvalidAlgorithmSuiteInfo):
        PROVIDERS.valid_algorithm_suite_info(attrs.evolve(info, message_version=3))


@pytest.mark.parametrize("wrong", [b"", b"\x01", b"\x78", b"\x00\x04\x78", b"\x67\x00", b"\x05\x78\x00", "0x0578", 3, None])
def test_no_suite_has_this_id(wrong: Any) -> None:
    with pytest.raises(errors.AwsCryptographicMaterialProvidersException):
        PROVIDERS.get_algorithm_suite_info(wrong)


@pytest.mark.parametrize(
    ("policy", "encrypts", "decrypts"),
    [
        ("FORBID_ENCRYPT_ALLOW_DECRYPT", "0x0178", ("0x0178", "0x0478")),
        ("REQUIRE_ENCRYPT_ALLOW_DECRYPT", "0x0478", ("0x0178", "0x0478")),
        ("REQUIRE_ENCRYPT_REQUIRE_DECRYPT", "0x0478", ("0x0478",)),
    ],
)
def test_commitment_policies(policy: str, encrypts: str, decrypts: tuple[str, ...]) -> None:
    named = models.CommitmentPolicyESDK(policy)
    for number in ("0x0178", "0x0478"):
        suite = models.AlgorithmSuiteIdESDK(number)
        encrypt = models.ValidateCommitmentPolicyOnEncryptInput(algorithm=suite, commitment_policy=named)
        decrypt = models.ValidateCommitmentPolicyOnDecryptInput(algorithm=suite, commitment_policy=named)
        if number == encrypts:
            PROVIDERS.validate_commitment_policy_on_encrypt(encrypt)
        else:
            with pytest.raises(errors.InvalidAlgorithmSuiteInfoOnEncrypt):
                PROVIDERS.validate_commitment_policy_on_encrypt(encrypt)
        if number in decrypts:
            PROVIDERS.validate_commitment_policy_on_decrypt(decrypt)
        else:
            with pytest.raises(errors.InvalidAlgorithmSuiteInfoOnDecrypt):
                PROVIDERS.validate_commitment_policy_on_decrypt(decrypt)
