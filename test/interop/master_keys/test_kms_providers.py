"""Master key providers of AWS KMS: each side decrypts what the other one encrypts; both talk to the emulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.session import Session

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.exceptions import MasterKeyProviderError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.key_providers import kms
from test.emulation.keys import KeyMaker
from test.emulation.settings import ACCOUNT, OTHER_REGION, REGION
from test.interop.peer import HOW_TO_RUN, ReleasedPeer, ReleasedSideError, released_python

if not released_python():
    pytest.skip(HOW_TO_RUN, allow_module_level=True)

SUITES = [pytest.param(suite, id=f"{suite.algorithm_id:04x}") for suite in AlgorithmSuite]
CONTEXT = {"purpose": "interoperability", "größe": "groß"}
PLAINTEXT = bytes(range(256)) * 40


@dataclass(frozen=True)
class KmsProvider:
    """A master key provider in two forms: ours, and a description that the other side builds its own from.

    :param kind: Name of its class
    :param arguments: Arguments, as JSON has them
    """

    kind: str
    arguments: dict[str, Any]

    def ours(self, session: Session) -> kms.BaseKMSMasterKeyProvider:
        """Return our provider."""
        arguments = dict(self.arguments)
        if "discovery_filter" in arguments:
            arguments["discovery_filter"] = kms.DiscoveryFilter(**arguments["discovery_filter"])
        made: kms.BaseKMSMasterKeyProvider = getattr(kms, self.kind)(botocore_session=session, **arguments)
        return made

    def description(self) -> dict[str, Any]:
        """Return the description that the other side builds its provider from."""
        return {"kind": "kms-provider", "class": self.kind, "arguments": self.arguments}


@dataclass(frozen=True)
class Pair:
    """A provider that encrypts, and one that decrypts."""

    writer: KmsProvider
    reader: KmsProvider


FILTER = {"account_ids": [ACCOUNT], "partition": "aws"}
PAIRS = ["strict", "several keys", "discovery", "discovery without filter", "MRK strict", "MRK discovery"]


@pytest.fixture(scope="session")
def pairs(keys: KeyMaker) -> dict[str, Pair]:
    """Return the pairs of providers, by name."""
    arn, second = keys.symmetric(), keys.symmetric(OTHER_REGION)
    here, there = keys.multi_region(REGION, OTHER_REGION)
    strict = KmsProvider("StrictAwsKmsMasterKeyProvider", {"key_ids": [arn]})
    both = KmsProvider("StrictAwsKmsMasterKeyProvider", {"key_ids": [arn, second]})
    mrk = KmsProvider("MRKAwareStrictAwsKmsMasterKeyProvider", {"key_ids": [here]})
    return {
        "strict": Pair(strict, strict),
        "several keys": Pair(both, KmsProvider("StrictAwsKmsMasterKeyProvider", {"key_ids": [second]})),
        "discovery": Pair(strict, KmsProvider("DiscoveryAwsKmsMasterKeyProvider", {"discovery_filter": FILTER})),
        "discovery without filter": Pair(both, KmsProvider("DiscoveryAwsKmsMasterKeyProvider", {})),
        "MRK strict": Pair(mrk, KmsProvider("MRKAwareStrictAwsKmsMasterKeyProvider", {"key_ids": [there]})),
        "MRK discovery": Pair(
            mrk,
            KmsProvider(
                "MRKAwareDiscoveryAwsKmsMasterKeyProvider",
                {"discovery_filter": FILTER, "discovery_region": OTHER_REGION},
            ),
        ),
    }


def ours(suite: AlgorithmSuite) -> EncryptionSDKClient:
    """Return our client under the policy that ``suite`` needs."""
    if suite.is_committing():
        return EncryptionSDKClient()
    return EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("suite", SUITES)
def test_both_ways(
    suite: AlgorithmSuite, name: str, pairs: dict[str, Pair], session: Session, kms_peer: ReleasedPeer
) -> None:
    pair = pairs[name]
    message = ours(suite).encrypt(
        source=PLAINTEXT, key_provider=pair.writer.ours(session), algorithm=suite, encryption_context=CONTEXT
    )
    opened = kms_peer.decrypt(message.result, suite=suite, keys=[pair.reader], through="providers")
    assert (opened.plaintext, opened.suite) == (PLAINTEXT, suite.algorithm_id)
    assert opened.encryption_context.items() >= CONTEXT.items()

    theirs = kms_peer.encrypt(PLAINTEXT, suite=suite, keys=[pair.writer], through="providers", encryption_context=CONTEXT)
    result = ours(suite).decrypt(source=theirs, key_provider=pair.reader.ours(session))
    assert result.result == PLAINTEXT
    assert result.header.encryption_context.items() >= CONTEXT.items()
    assert {key.key_provider for key in result.header.encrypted_data_keys} == {
        key.key_provider for key in message.header.encrypted_data_keys
    }


def test_both_sides_exclude_alike(pairs: dict[str, Pair], session: Session, kms_peer: ReleasedPeer) -> None:
    suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    elsewhere = KmsProvider(
        "DiscoveryAwsKmsMasterKeyProvider", {"discovery_filter": {"account_ids": ["111122223333"], "partition": "aws"}}
    )
    message = ours(suite).encrypt(source=b"text", key_provider=pairs["strict"].writer.ours(session), algorithm=suite)
    with pytest.raises(ReleasedSideError, match="MasterKeyProviderError") as released:
        kms_peer.decrypt(message.result, suite=suite, keys=[elsewhere], through="providers")
    with pytest.raises(MasterKeyProviderError) as caught:
        ours(suite).decrypt(source=message.result, key_provider=elsewhere.ours(session))
    for said in (str(released.value), str(caught.value)):
        assert "not allowed by this Master Key Provider" in said
