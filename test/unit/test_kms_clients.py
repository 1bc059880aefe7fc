"""Clients of AWS KMS for regions, made with botocore."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.session import Session

from aws_encryption_sdk import exceptions
from aws_encryption_sdk._kms.clients import RegionalClients, region_of, supplied_client
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS", "AWS_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL_KMS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def no_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every request be sent once."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def refuse_connections(client: Any, error: Exception | None = None) -> None:
    """Let every request of a client fail before it is sent."""

    def refuse(**_: object) -> None:
        raise error or EndpointConnectionError(endpoint_url="nowhere")

    client.meta.events.register("before-send.kms", refuse)


def test_one_client_for_each_region() -> None:
    clients = RegionalClients()
    west = clients.client("us-west-2")
    assert clients.client("us-west-2") is west
    assert west.meta.region_name == "us-west-2"
    assert west.meta.service_model.service_name == "kms"
    assert clients.client("us-east-1").meta.region_name == "us-east-1"


def test_without_a_region_the_sessions_is_used() -> None:
    clients = RegionalClients()
    assert clients.client().meta.region_name == "eu-west-1"
    assert clients.client(None) is clients.client()


def test_the_session_and_the_configuration_given_are_used_and_not_modified() -> None:
    session = Session()
    session.set_config_variable("region", "ap-south-1")
    config: Any = Config(read_timeout=7, user_agent_extra="of the caller")
    client = RegionalClients(session, config).client()

    assert client.meta.region_name == "ap-south-1"
    assert client.meta.config.read_timeout == 7
    assert client.meta.config.user_agent.endswith(f"of the caller {USER_AGENT_SUFFIX}")
    assert config.user_agent_extra == "of the caller"


@pytest.mark.parametrize("config", [None, Config(), Config(user_agent_extra=USER_AGENT_SUFFIX)])
def test_every_client_has_the_user_agent_suffix_once(config: Config | None) -> None:
    client = RegionalClients(client_config=config).client()
    assert client.meta.config.user_agent.count(USER_AGENT_SUFFIX) == 1


def test_what_a_user_adds_to_the_user_agent() -> None:
    config = Config(user_agent_extra="of the caller")
    client = RegionalClients(client_config=config, user_agent="of-the-keyring").client()
    assert client.meta.config.user_agent.endswith(f"of the caller of-the-keyring {USER_AGENT_SUFFIX}")


def test_defaults() -> None:
    config = RegionalClients().client().meta.config
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (10, 30, 50)
    assert config.retries["mode"] == "standard"


def test_the_default_configuration_of_the_session_counts() -> None:
    session = Session()
    session.set_default_client_config(
        Config(read_timeout=7, user_agent_extra="of the session", retries={"mode": "adaptive"})
    )
    config = RegionalClients(session).client("us-west-2").meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["mode"]) == (10, 7, "adaptive")
    assert config.user_agent.endswith(f"of the session {USER_AGENT_SUFFIX}")

    config = RegionalClients(session, Config(read_timeout=8)).client("us-west-2").meta.config
    assert (config.read_timeout, config.retries["mode"]) == (8, "adaptive")
    assert config.user_agent.endswith(f"of the session {USER_AGENT_SUFFIX}")


def test_a_double_of_a_session_will_do() -> None:
    session = MagicMock()
    assert RegionalClients(session).client("us-west-2") is session.create_client.return_value
    assert session.create_client.call_args.kwargs["config"].read_timeout == 30


def test_retries_of_the_environment_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    retries = RegionalClients().client().meta.config.retries
    assert (retries["mode"], retries["total_max_attempts"]) == ("adaptive", 7)


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(exceptions.UnknownRegionError, match="use the ARN of the key, or set AWS_DEFAULT_REGION"):
        RegionalClients().client()


@pytest.mark.parametrize("region", ["us west 2", "evil.example.com/#", "-", "a" * 100])
def test_what_is_no_region(region: str) -> None:
    with pytest.raises(exceptions.UnknownRegionError, match="not the name of an AWS region"):
        RegionalClients().client(region)


def test_a_session_that_makes_no_client() -> None:
    session: Any = SimpleNamespace(get_config_variable=lambda _: None)
    with pytest.raises(exceptions.ClientSupplierError, match="No kms client could be made for region 'us-west-2'"):
        RegionalClients(session).client("us-west-2")


@pytest.mark.usefixtures("no_retries")
def test_a_client_without_an_answer_is_made_anew() -> None:
    clients = RegionalClients()
    first, other = clients.client("us-west-2"), clients.client("us-east-1")
    refuse_connections(first)
    with pytest.raises(EndpointConnectionError):
        first.encrypt(KeyId="key", Plaintext=b"x")
    assert clients.client("us-west-2") is not first
    assert clients.client("us-east-1") is other


@pytest.mark.usefixtures("no_retries")
def test_credentials_that_come_later_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    clients = RegionalClients()
    with pytest.raises(NoCredentialsError):
        clients.client().encrypt(KeyId="key", Plaintext=b"x")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    client = clients.client()
    refuse_connections(client)
    with pytest.raises(EndpointConnectionError):
        client.encrypt(KeyId="key", Plaintext=b"x")


@pytest.mark.usefixtures("no_retries")
def test_a_client_that_failed_otherwise_is_kept() -> None:
    clients = RegionalClients()
    client = clients.client()
    refuse_connections(client, RuntimeError("of another handler"))
    with pytest.raises(RuntimeError):
        client.encrypt(KeyId="key", Plaintext=b"x")
    assert clients.client() is client


def test_a_pickled_copy_has_the_settings_and_makes_its_own_clients() -> None:
    clients = RegionalClients(client_config=Config(read_timeout=7))
    first = clients.client("us-west-2")
    pickled = pickle.dumps(clients)
    for word in (b"socket", b"Lock", b"botocore.client", b"botocore.session"):
        assert word not in pickled
    copy = pickle.loads(pickled)
    assert copy.client("us-west-2") is not first
    assert copy.client("us-west-2").meta.config.read_timeout == 7
    assert clients.client("us-west-2") is first


def test_a_session_cannot_be_pickled() -> None:
    with pytest.raises(exceptions.CannotBePickledError, match="leave it out") as caught:
        pickle.dumps(RegionalClients(Session()))
    assert isinstance(caught.value, TypeError)


def test_what_a_client_supplier_gives() -> None:
    client = object()
    assert supplied_client(lambda region: (client, region), "us-west-2") == (client, "us-west-2")


def test_what_a_client_supplier_raises() -> None:
    def fail(_: str | None) -> None:
        raise KeyError("us-west-2")

    def refuse(_: str | None) -> None:
        raise exceptions.UnknownRegionError("refused")

    with pytest.raises(exceptions.ClientSupplierError, match="failed for region 'us-west-2': KeyError") as caught:
        supplied_client(fail, "us-west-2")
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(exceptions.UnknownRegionError, match="refused"):
        supplied_client(refuse, "us-west-2")
    with pytest.raises(exceptions.ClientSupplierError, match="gave no client for region None"):
        supplied_client(lambda _: None, None)


@pytest.mark.parametrize(
    ("client", "region"),
    [
        (SimpleNamespace(meta=SimpleNamespace(region_name="us-west-2")), "us-west-2"),
        (SimpleNamespace(meta=SimpleNamespace(region_name=5)), None),
        (SimpleNamespace(), None),
    ],
)
def test_the_region_that_a_client_tells(client: object, region: str | None) -> None:
    assert region_of(client) == region


def test_botocore_is_loaded_when_a_client_is_needed_and_not_before() -> None:
    program = """
import sys
import aws_encryption_sdk
from aws_encryption_sdk.keyrings.aws_kms import *
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import *
arn = "arn:aws:kms:us-west-2:1:key/1"
supplier = AllowRegionsClientSupplier(["us-west-2"])
AwsKmsKeyring(generator_key_id=arn)
AwsKmsStrictKeyring(arn, client_supplier=supplier)
assert not [name for name in sys.modules if name.split(".")[0] in ("boto3", "botocore")]
supplier("us-west-2")
assert "botocore" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
