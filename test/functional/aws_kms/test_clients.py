"""Clients: those that are made here say so in their user agent; those of the caller are left as they are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.config import Config
from botocore.session import Session

from aws_encryption_sdk import EncryptionSDKClient
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, ClientSupplierError, UnknownRegionError
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX
from aws_encryption_sdk.keyrings.aws_kms import AwsKmsKeyring, AwsKmsMultiKeyring, AwsKmsStrictKeyring
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    CachingClientSupplier,
    DefaultClientSupplier,
    KMSClient,
)
from aws_encryption_sdk.keyrings.base import Keyring
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT, EmulationClientSupplier
from test.emulation.requests import SentRequest
from test.emulation.server import EmulationServer
from test.emulation.settings import OTHER_REGION, REGION
from test.functional.aws_kms.kinds import Kind
from test.functional.aws_kms.shared_keys import SharedKeys


@pytest.fixture
def session(emulation: EmulationServer) -> Session:
    """Return a session whose clients reach the emulation, whatever the version of botocore."""
    made: Any = Session()
    made.register("before-send.kms", emulation.answer_in_process)
    return cast("Session", made)


def use(keyring: Keyring, reader: Keyring | None = None, **arguments: Any) -> None:
    """Encrypt and decrypt once."""
    client = EncryptionSDKClient()
    message = client.encrypt(source=b"text", keyring=keyring, **arguments).result
    assert client.decrypt(source=message, keyring=reader or keyring).result == b"text"


class TestUserAgent:
    """What clients call themselves."""

    def test_clients_made_here(self, session: Session, shared: SharedKeys, sent: list[SentRequest]) -> None:
        for wrap in (
            lambda supplier: supplier,
            lambda supplier: AllowRegionsClientSupplier([REGION, OTHER_REGION], supplier),
            CachingClientSupplier,
        ):
            supplier = wrap(DefaultClientSupplier(botocore_session=session))
            use(AwsKmsKeyring(supplier, generator_key_id=shared.key, key_ids=[shared.further]))
        assert len(sent) == 9
        for request in sent:
            assert request.user_agent.split().count(USER_AGENT_SUFFIX) == 1

    @pytest.mark.parametrize("extra", ["my-program/1.0", f"my-program/1.0 {USER_AGENT_SUFFIX}"])
    def test_extra_of_the_caller_stays(
        self, extra: str, session: Session, shared: SharedKeys, sent: list[SentRequest]
    ) -> None:
        config = Config(user_agent_extra=extra, read_timeout=17)
        before = dict(vars(config))
        use(AwsKmsKeyring(DefaultClientSupplier(session, config), generator_key_id=shared.key))
        assert vars(config) == before
        for request in sent:
            assert "my-program/1.0" in request.user_agent
            assert request.user_agent.split().count(USER_AGENT_SUFFIX) == 1

    def test_session_of_the_caller_is_not_modified(
        self, session: Session, shared: SharedKeys, sent: list[SentRequest]
    ) -> None:
        config = session.get_default_client_config()
        use(AwsKmsKeyring(DefaultClientSupplier(session), generator_key_id=shared.key))
        sent.clear()
        assert session.get_default_client_config() is config
        assert USER_AGENT_SUFFIX not in session.user_agent()
        own: Any = session.create_client("kms", region_name=REGION)
        own.list_keys()
        assert [USER_AGENT_SUFFIX in request.user_agent for request in sent] == [False]

    @pytest.mark.skipif(not READS_ENDPOINT_FROM_ENVIRONMENT, reason="this boto3 does not know AWS_ENDPOINT_URL_KMS")
    def test_clients_without_any_setting(self, shared: SharedKeys, sent: list[SentRequest]) -> None:
        use(AwsKmsKeyring(generator_key_id=shared.key))
        use(AwsKmsMultiKeyring(shared.key, [shared.further]))
        assert len(sent) == 5
        for request in sent:
            assert request.user_agent.split().count(USER_AGENT_SUFFIX) == 1


class Untouchable:
    """A client that lets itself be called, tells its Region, and fails if anything else is done to it."""

    def __init__(self, client: KMSClient, region: str) -> None:
        object.__setattr__(self, "_client", client)
        object.__setattr__(self, "meta", SimpleNamespace(region_name=region))

    def __getattr__(self, name: str) -> Any:
        if name not in {"generate_data_key", "encrypt", "decrypt", "get_public_key", "derive_shared_secret"}:
            raise AttributeError(f"{name} is none of a keyring's business")
        return getattr(self._client, name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AssertionError(f"{name} was set")


class TestClientsOfTheCaller:
    """Clients that the caller made are used, and not modified."""

    def test_every_kind_of_keyring(
        self, kind: Kind, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]
    ) -> None:
        class Untouchables(EmulationClientSupplier):
            def __call__(self, region_name: str | None) -> Any:
                return Untouchable(super().__call__(region_name), region_name or "")

        untouchable = Untouchables(supplier.endpoint)
        use(kind.encrypting(shared, untouchable), kind.decrypting(shared, untouchable), algorithm=kind.suite)
        assert sent
        assert not any(USER_AGENT_SUFFIX in request.user_agent for request in sent)

    def test_ready_client(self, shared: SharedKeys, supplier: EmulationClientSupplier, sent: list[SentRequest]) -> None:
        client: Any = supplier(REGION)
        client.list_keys()
        config, before = client.meta.config, dict(vars(client.meta.config))
        attributes = dict(vars(client))
        use(AwsKmsStrictKeyring(shared.key, client))
        client.list_keys()
        assert client.meta.config is config
        assert vars(config) == before
        assert vars(client) == attributes
        first, *_, last = sent
        assert first.operation == last.operation == "ListKeys"
        assert first.user_agent.split()[:3] == last.user_agent.split()[:3]
        assert USER_AGENT_SUFFIX not in last.user_agent


class TestRegions:
    """Which client is used for which Region."""

    def test_one_client_for_each_region_made_when_first_asked_for(self, session: Session, shared: SharedKeys) -> None:
        made: list[str] = []
        session.register("creating-client-class.kms", lambda **_: made.append("client"))
        supplier = DefaultClientSupplier(session)
        keyring = AwsKmsKeyring(supplier, is_discovery=True)
        assert made == []
        writer = AwsKmsKeyring(supplier, generator_key_id=shared.key)
        use(writer, keyring)
        use(writer, keyring)
        assert made == ["client"]
        first: Any = supplier(REGION)
        again: Any = supplier(REGION)
        second: Any = supplier(OTHER_REGION)
        assert again is first
        assert (first.meta.region_name, second.meta.region_name) == (REGION, OTHER_REGION)
        assert made == ["client"] * 2

    def test_region_of_the_session_where_the_key_names_none(
        self, session: Session, shared: SharedKeys, sent: list[SentRequest], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", OTHER_REGION)
        key_id = shared.further.rpartition("/")[2]
        keyring = AwsKmsStrictKeyring(key_id, client_supplier=DefaultClientSupplier(session))
        EncryptionSDKClient().encrypt(source=b"text", keyring=keyring)
        assert [(request.region, request.key_id) for request in sent] == [(OTHER_REGION, key_id)]

    def test_no_region_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        keyring = AwsKmsStrictKeyring("alias/name", client_supplier=DefaultClientSupplier())
        with pytest.raises(UnknownRegionError, match="AWS_DEFAULT_REGION"):
            EncryptionSDKClient().encrypt(source=b"text", keyring=keyring)

    def test_supplier_that_fails(self, shared: SharedKeys) -> None:
        def failing(region: str | None) -> KMSClient:
            raise ValueError(f"no client for {region}")

        with pytest.raises(ClientSupplierError, match=f"ValueError: no client for {REGION}") as caught:
            use(AwsKmsMultiKeyring(shared.key, None, failing))
        assert isinstance(caught.value.__cause__, ValueError)

    def test_a_client_that_got_no_answer_is_made_again(self, session: Session, shared: SharedKeys) -> None:
        """As with the released package's earlier interface: after a failed connection, the next request begins anew."""
        supplier = DefaultClientSupplier(session, Config(connect_timeout=1, retries={"total_max_attempts": 1}))
        keyring = AwsKmsKeyring(supplier, generator_key_id=shared.key)
        first: Any = supplier(REGION)

        def gone(**_: object) -> None:
            from botocore.exceptions import EndpointConnectionError

            raise EndpointConnectionError(endpoint_url="nowhere")

        first.meta.events.register_first("before-send.kms", gone)
        with pytest.raises(AWSEncryptionSDKClientError, match="could not be reached"):
            use(keyring)
        assert supplier(REGION) is not first
        use(keyring)
