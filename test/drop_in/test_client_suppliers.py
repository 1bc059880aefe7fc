"""Programs with client suppliers."""

from __future__ import annotations

from typing import Any

import botocore.config
import botocore.session
import pytest
from botocore.exceptions import EndpointConnectionError

from aws_encryption_sdk.exceptions import UnknownRegionError
from aws_encryption_sdk.identifiers import USER_AGENT_SUFFIX
from aws_encryption_sdk.keyrings.aws_kms._client_cache import ClientCache
from aws_encryption_sdk.keyrings.aws_kms.client_suppliers import (
    AllowRegionsClientSupplier,
    ClientSupplier,
    ClientSupplierType,
    DefaultClientSupplier,
    DenyRegionsClientSupplier,
)

from .aws_in_process import OTHER_REGION, REGION, aws_kms

__all__ = ["aws_kms"]
pytestmark = pytest.mark.usefixtures("aws_kms")


def settings_of(client: Any) -> Any:
    return client.meta.config


def test_default() -> None:
    supplier = DefaultClientSupplier()
    client: Any = supplier(REGION)
    assert isinstance(supplier, ClientSupplier)
    assert client.meta.region_name == REGION
    assert settings_of(client).user_agent.endswith(USER_AGENT_SUFFIX)
    assert client.create_key()["KeyMetadata"]["KeyState"] == "Enabled"
    assert supplier(REGION) is client


def test_default_with_a_configuration() -> None:
    # Add your custom configuration to the client suppliers that you make.
    custom = botocore.config.Config(connect_timeout=10.0, user_agent_extra=USER_AGENT_SUFFIX)
    supplier = DefaultClientSupplier(client_config=custom)
    assert settings_of(supplier(REGION)).connect_timeout == 10.0


def test_default_with_a_session() -> None:
    session = botocore.session.Session()
    session.set_config_variable("region", OTHER_REGION)
    client: Any = DefaultClientSupplier(botocore_session=session)(None)
    assert client.meta.region_name == OTHER_REGION


def test_region_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    client: Any = DefaultClientSupplier()(region_name=None)
    assert client.meta.region_name == "sa-east-1"


def test_allowed_regions() -> None:
    supplier = AllowRegionsClientSupplier(allowed_regions=[REGION, OTHER_REGION])
    assert supplier(REGION) is not None
    with pytest.raises(UnknownRegionError):
        supplier("us-east-1")


def test_denied_regions() -> None:
    supplier = DenyRegionsClientSupplier(denied_regions=[REGION, OTHER_REGION], client_supplier=DefaultClientSupplier())
    assert supplier("us-east-1") is not None
    with pytest.raises(UnknownRegionError):
        supplier(OTHER_REGION)


def test_combined() -> None:
    supplier: ClientSupplierType = AllowRegionsClientSupplier(
        allowed_regions=[REGION, OTHER_REGION], client_supplier=DenyRegionsClientSupplier(denied_regions=[REGION])
    )
    assert supplier(OTHER_REGION) is not None
    for region in (REGION, "us-east-1"):
        with pytest.raises(UnknownRegionError):
            supplier(region)


@pytest.mark.parametrize("kind", [AllowRegionsClientSupplier, DenyRegionsClientSupplier])
def test_one_text_for_a_list(kind: type) -> None:
    with pytest.raises(TypeError):
        kind(REGION)


def test_base() -> None:
    with pytest.raises(NotImplementedError):
        ClientSupplier()(REGION)


def test_client_cache() -> None:
    cache = ClientCache(botocore_session=botocore.session.Session(), client_config=botocore.config.Config())
    client = cache.client(REGION, "kms")
    assert REGION in cache._cache
    assert cache.client(region_name=REGION, service="kms") is client
    assert cache.client(OTHER_REGION, "kms") is not client


def test_client_cache_drops_a_client_without_an_answer() -> None:
    cache = ClientCache(botocore.session.Session(), botocore.config.Config(retries={"total_max_attempts": 1}))
    client = cache.client("us-fakey-12", "kms")

    def unreachable(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="nowhere")

    client.meta.events.register_first("before-send.kms", unreachable)
    with pytest.raises(EndpointConnectionError):
        client.encrypt(KeyId="foo", Plaintext=b"bar")
    assert not cache._cache
    assert cache.client("us-fakey-12", "kms") is not client
