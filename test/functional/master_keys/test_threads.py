"""One client and one master key provider, shared by many threads."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.key_providers.base import MasterKeyProvider
from aws_encryption_sdk.key_providers.kms import DiscoveryAwsKmsMasterKeyProvider, StrictAwsKmsMasterKeyProvider
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider, WrappingKey
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.settings import OTHER_REGION

from .kms_providers import CLIENT, SUITE, Make

THREADS = 16


class Provider(RawMasterKeyProvider):
    """Has one key, and makes it whenever it is asked for."""

    provider_id = "threads"

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, b"k" * 32, EncryptionKeyType.SYMMETRIC)


def round_trips(writer: MasterKeyProvider, reader: MasterKeyProvider, count: int) -> None:
    """Encrypt and decrypt ``count`` small messages in many threads at once."""

    def one(number: int) -> bool:
        plaintext = b"%d" % number + os.urandom(8)
        message, header = CLIENT.encrypt(
            source=plaintext, key_provider=writer, algorithm=SUITE, encryption_context={"number": str(number)}
        )
        read = CLIENT.decrypt(source=message, key_provider=reader)
        return read.result == plaintext and read.header.message_id == header.message_id

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(one, range(count)))


@pytest.mark.parametrize("shared", [True, False], ids=["one provider", "two providers"])
def test_a_raw_provider(shared: bool) -> None:
    writer, reader = Provider(), Provider()
    for provider in (writer, reader):
        provider.add_master_key("key")
    round_trips(writer, writer if shared else reader, 5000)
    assert len(writer._members) == 1


def test_providers_of_kms(make: Make, keys: KeyMaker, sent: list[SentRequest]) -> None:
    writer = make(StrictAwsKmsMasterKeyProvider, key_ids=[keys.symmetric(), keys.symmetric(OTHER_REGION)])
    # It makes its master keys and clients while the threads wait for them.
    reader = make(DiscoveryAwsKmsMasterKeyProvider)
    sent.clear()
    round_trips(writer, reader, 160)
    assert Counter(request.operation for request in sent) == {"GenerateDataKey": 160, "Encrypt": 160, "Decrypt": 160}
    assert len(reader._regional_clients) == 1
