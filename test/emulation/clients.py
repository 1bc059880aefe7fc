"""Clients of the emulation that are told its endpoint, for every version of boto3."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import botocore
import botocore.session
from botocore.config import Config

from test.emulation.settings import REGION

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

#: botocore 1.31.0 brought AWS_ENDPOINT_URL_KMS; 1.34.132 brought DeriveSharedSecret.
BOTOCORE_VERSION = tuple(int(part) for part in botocore.__version__.split(".")[:3])
READS_ENDPOINT_FROM_ENVIRONMENT = BOTOCORE_VERSION >= (1, 31, 0)
HAS_DERIVE_SHARED_SECRET = BOTOCORE_VERSION >= (1, 34, 132)


def kms_client(endpoint: str, region: str, **config: Any) -> KMSClient:
    """Return a KMS client for a Region of the emulation.

    :param config: Arguments of ``botocore.config.Config``
    """
    client: KMSClient = service_client("kms", endpoint, region, **config)
    return client


def service_client(service: str, endpoint: str, region: str, **config: Any) -> Any:
    """Return a client of a service, such as ``dynamodb``, for a Region of the emulation.

    :param config: Arguments of ``botocore.config.Config``
    """
    # A session of its own: sessions may not be shared by threads that make clients, and keep the credentials that they found.
    session = botocore.session.Session()
    session.register_component("data_loader", _loader())
    return boto3.session.Session(botocore_session=session).client(  # type: ignore[call-overload]
        service, region_name=region, endpoint_url=endpoint, config=Config(**config)
    )


@functools.cache
def _loader() -> Any:
    # Reading the description of KMS takes ten times as long as all the rest of making a client.
    return botocore.session.Session().get_component("data_loader")


@dataclass
class EmulationClientSupplier:
    """A client supplier that is a callable of the Region, and makes a client whenever it is asked.

    :param endpoint: Endpoint of the emulation
    :param config: Arguments of ``botocore.config.Config``
    :param before_send: Handler of the event ``before-send``, such as ``EmulationServer.answer_in_process``
    """

    endpoint: str
    config: dict[str, Any] = field(default_factory=dict)
    before_send: Callable[..., Any] | None = None

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return a client for a Region."""
        client = kms_client(self.endpoint, region_name or REGION, **self.config)
        if self.before_send is not None:
            client.meta.events.register("before-send.kms", self.before_send)
        return client


class EmulationSession(botocore.session.Session):
    """A botocore session whose clients are told the endpoint of the emulation.

    :param endpoint: Endpoint of the emulation
    :param region: Region of the session, where it is not that of the environment
    """

    def __init__(self, endpoint: str, region: str | None = None) -> None:
        super().__init__()
        self._endpoint = endpoint
        if region is not None:
            self.set_config_variable("region", region)

    def create_client(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client of the emulation."""
        return super().create_client(*args, **{**kwargs, "endpoint_url": self._endpoint})
