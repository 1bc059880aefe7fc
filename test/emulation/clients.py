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
    # A session of its own: sessions may not be shared by threads that make clients, and keep the credentials that they found.
    session = botocore.session.Session()
    session.register_component("data_loader", _loader())
    return boto3.session.Session(botocore_session=session).client(
        "kms", region_name=region, endpoint_url=endpoint, config=Config(**config)
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
