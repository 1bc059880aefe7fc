"""Keyrings in several processes: pickled ones and forked ones make clients of their own; what holds a client says so."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, CannotBePickledError
from aws_encryption_sdk.keyrings.aws_kms import (
    AwsKmsDiscoveryKeyring,
    AwsKmsDiscoveryMultiKeyring,
    AwsKmsKeyring,
    AwsKmsMrkDiscoveryKeyring,
    AwsKmsMrkDiscoveryMultiKeyring,
    AwsKmsMrkKeyring,
    AwsKmsMrkMultiKeyring,
    AwsKmsMultiKeyring,
    AwsKmsStrictKeyring,
)
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    CachingClientSupplier,
    ClientSupplier,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import EmulationClientSupplier, kms_client
from test.emulation.keys import KeyMaker
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION

ROOT = Path(__file__).parents[3]
MakeKeyring = Callable[[list[str], ClientSupplier], Keyring]

#: Keyrings that hold a client supplier; each decrypts what a keyring of the two keys encrypted.
PORTABLE: dict[str, MakeKeyring] = {
    "AwsKmsKeyring": lambda arns, supplier: AwsKmsKeyring(supplier, generator_key_id=arns[0], key_ids=arns[1:]),
    "AwsKmsKeyring, discovery": lambda arns, supplier: AwsKmsKeyring(supplier, is_discovery=True),
    "strict": lambda arns, supplier: AwsKmsStrictKeyring(arns[0], client_supplier=supplier),
    "multi": lambda arns, supplier: AwsKmsMultiKeyring(arns[0], arns[1:], supplier, parallel_wraps=2),
    "discovery": lambda arns, supplier: AwsKmsDiscoveryKeyring(client_supplier=supplier, region=REGION),
    "discovery multi": lambda arns, supplier: AwsKmsDiscoveryMultiKeyring([OTHER_REGION, REGION], None, supplier),
    "mrk": lambda arns, supplier: AwsKmsMrkKeyring(arns[0], client_supplier=supplier),
    "mrk multi": lambda arns, supplier: AwsKmsMrkMultiKeyring(arns[0], arns[1:], supplier),
    "mrk discovery": lambda arns, supplier: AwsKmsMrkDiscoveryKeyring(region=REGION, client_supplier=supplier),
    "mrk discovery multi": lambda arns, supplier: AwsKmsMrkDiscoveryMultiKeyring([REGION], None, supplier),
}


@pytest.fixture(scope="module")
def arns(keys: KeyMaker) -> list[str]:
    """Return two keys, in two Regions."""
    return [keys.symmetric(), keys.symmetric(OTHER_REGION)]


@pytest.fixture
def portable(emulation: EmulationServer) -> ClientSupplier:
    """Return a client supplier that finds the emulation from any process."""
    return AllowRegionsClientSupplier(
        [REGION, OTHER_REGION], CachingClientSupplier(EmulationClientSupplier(emulation.endpoint))
    )


@pytest.fixture
def message(arns: list[str], portable: ClientSupplier) -> bytes:
    """Return a message that both keys decrypt."""
    ciphertext: bytes = EncryptionSDKClient().encrypt(
        source=b"text", keyring=AwsKmsMultiKeyring(arns[0], arns[1:], portable)
    )[0]
    return ciphertext


def decrypt(message: bytes, keyring: Keyring) -> bytes:
    """Return the plaintext of a message."""
    plaintext: bytes = EncryptionSDKClient().decrypt(source=message, keyring=keyring).result
    return plaintext


def run(program: str, *arguments: object) -> None:
    """Run a program in another process that starts from nothing, and hand it pickled arguments."""
    subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=pickle.dumps(arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", PORTABLE)
def test_a_pickled_keyring_works_in_another_process(
    name: str, arns: list[str], portable: ClientSupplier, message: bytes
) -> None:
    keyring = PORTABLE[name](arns, portable)
    # It has clients, with open connections, when it is pickled.
    assert decrypt(message, keyring) == b"text"
    pickled = pickle.dumps(keyring)
    for word in (b"socket", b"lock", b"Lock", b"botocore", b"urllib3"):
        assert word not in pickled
    assert decrypt(message, pickle.loads(pickled)) == b"text"

    run(
        """
import pickle, sys
from aws_encryption_sdk import EncryptionSDKClient
keyring, message, encrypts = pickle.load(sys.stdin.buffer)
client = EncryptionSDKClient()
assert client.decrypt(source=message, keyring=keyring).result == b"text"
if encrypts:
    again = client.encrypt(source=b"text", keyring=keyring).result
    assert client.decrypt(source=again, keyring=keyring).result == b"text"
""",
        keyring,
        message,
        "discovery" not in name,
    )


@pytest.mark.parametrize(
    "make",
    [
        AwsKmsStrictKeyring,
        AwsKmsMrkKeyring,
        lambda arn, client: AwsKmsDiscoveryKeyring(client),
        lambda arn, client: AwsKmsMrkDiscoveryKeyring(client, REGION),
    ],
    ids=["strict", "mrk", "discovery", "mrk discovery"],
)
def test_a_keyring_with_a_ready_client_says_that_it_cannot_be_pickled(
    make: Callable[[str, object], Keyring], arns: list[str], emulation: EmulationServer, message: bytes
) -> None:
    keyring = make(arns[0], kms_client(emulation.endpoint, REGION))
    with pytest.raises(CannotBePickledError, match="give the keyring a client_supplier instead") as caught:
        pickle.dumps(keyring)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, AWSEncryptionSDKClientError)
    assert decrypt(message, keyring) == b"text"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the operating system does not fork")
@pytest.mark.parametrize("name", ["AwsKmsKeyring", "multi", "mrk discovery multi"])
def test_a_forked_keyring_makes_clients_of_its_own(
    name: str, arns: list[str], portable: ClientSupplier, message: bytes
) -> None:
    run(
        """
import os, pickle, sys
from aws_encryption_sdk import EncryptionSDKClient
keyring, supplier, message = pickle.load(sys.stdin.buffer)
client = EncryptionSDKClient()

def decrypts():
    return client.decrypt(source=message, keyring=keyring).result == b"text"

assert decrypts()
kept = supplier.client_supplier._kept
clients = {id(client) for client in kept.here().values()}
assert clients
# A thread of the parent holds the lock at the moment of the fork.
lock, _ = kept._of_this_process()
with lock:
    child = os.fork()
    if child == 0:
        try:
            assert kept.here() == {}
            assert decrypts()
            assert not clients & {id(client) for client in kept.here().values()}
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert decrypts()
assert {id(client) for client in kept.here().values()} == clients
""",
        PORTABLE[name](arns, portable),
        portable,
        message,
    )
