"""Every example that needs AWS KMS runs against the emulation; a new one is run without a change here."""

from __future__ import annotations

import inspect
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from examples.src.keyrings.aws_kms import custom_client_supplier, discovery_with_preferred_regions

from aws_encryption_sdk.exceptions import UnknownRegionError
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT
from test.emulation.keys import KeyMaker
from test.emulation.requests import SentRequest
from test.emulation.settings import OTHER_REGION, REGION
from test.examples.test_examples import EXAMPLES, IN_KMS, load, name_of

if not READS_ENDPOINT_FROM_ENVIRONMENT:
    pytest.skip("the examples find the emulation through AWS_ENDPOINT_URL_KMS, which this boto3 does not know", True)

PLAINTEXTS = {"empty": b"", "a frame and more": bytes(range(256)) * 20}
QUICK_START = EXAMPLES / "kms_quick_start.py"


@pytest.fixture(scope="session")
def arguments(keys: KeyMaker) -> Callable[[Path], dict[str, str]]:
    """Return what gives an example the keys that the parameters of its ``run`` are named after."""
    primary, replica = keys.multi_region(REGION, OTHER_REGION)
    known = {
        "key_arn": keys.symmetric(),
        "other_region_key_arn": keys.symmetric(OTHER_REGION),
        "mrk_arn": primary,
        "replica_arn": replica,
        "rsa_key_arn": keys.rsa(),
        "ecc_key_arn": keys.ecc(),
        "other_ecc_key_arn": keys.ecc(),
        "table_name": "branch-keys-of-examples",
    }

    def of(path: Path) -> dict[str, str]:
        names = [name for name in inspect.signature(load(path).run).parameters if name != "source_plaintext"]
        assert set(names) <= set(known), f"an example in KMS takes source_plaintext and some of {sorted(known)}"
        return {name: known[name] for name in names}

    return of


def test_examples_are_found() -> None:
    assert len(IN_KMS) >= 8


@pytest.mark.parametrize("path", IN_KMS, ids=name_of)
def test_contract(path: Path) -> None:
    run = load(path).run
    contract = inspect.getdoc(run) or ""
    assert next(iter(inspect.signature(run).parameters)) == "source_plaintext"
    assert re.findall(r":param (\w+):", contract) == list(inspect.signature(run).parameters)
    assert ":returns:" in contract


@pytest.mark.parametrize("plaintext", PLAINTEXTS.values(), ids=PLAINTEXTS)
@pytest.mark.parametrize("path", IN_KMS, ids=name_of)
def test_run_returns_the_plaintext(
    path: Path, plaintext: bytes, arguments: Callable[[Path], dict[str, str]], sent: list[SentRequest]
) -> None:
    assert load(path).run(plaintext, **arguments(path)) == plaintext
    with_table = "table_name" in inspect.signature(load(path).run).parameters
    assert {request.service for request in sent} == ({"kms", "dynamodb"} if with_table else {"kms"})


@pytest.mark.parametrize("path", IN_KMS, ids=name_of)
def test_example_is_a_program(
    path: Path,
    arguments: Callable[[Path], dict[str, str]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", [str(path), *arguments(path).values()])
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.strip()


def test_preferred_region_is_asked_first(keys: KeyMaker, sent: list[SentRequest]) -> None:
    far, near = keys.symmetric(), keys.symmetric(OTHER_REGION)
    sent.clear()
    discovery_with_preferred_regions.run(b"text", far, near)
    first, second = [(request.region, request.key_id) for request in sent if request.operation == "Decrypt"]
    assert first == (OTHER_REGION, near)
    assert second == (REGION, far)


def test_own_client_supplier_refuses_other_regions() -> None:
    supplier = custom_client_supplier.NearAndFar(REGION, [OTHER_REGION])
    assert supplier(REGION) is supplier(REGION)
    for region in ("ap-southeast-2", None):
        with pytest.raises(UnknownRegionError, match=repr(region)):
            supplier(region)


class TestQuickStart:
    """``examples/kms_quick_start.py``, as the README has it run."""

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(QUICK_START), *arguments], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_with_a_stand_in(self, sent: list[SentRequest]) -> None:
        printed = self.run()
        assert re.search(r"arn:aws:kms:us-west-2:\d{12}:key/\S{36}\n", printed)
        assert "decrypted  b'Hello, world!'" in printed
        assert "refused" in printed
        # It had a server of its own.
        assert sent == []

    def test_with_a_key(self, keys: KeyMaker, sent: list[SentRequest]) -> None:
        arn = keys.symmetric(OTHER_REGION)
        printed = self.run(arn)
        assert arn in printed
        assert "decrypted  b'Hello, world!'" in printed
        assert {request.region for request in sent} == {OTHER_REGION}
