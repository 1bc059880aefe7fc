"""Clients of the emulation that are told its endpoint, for every version of boto3."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import botocore
from botocore.config import Config

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
    # A session of its own: boto3's default session may not be shared by threads that make clients.
    return boto3.session.Session().client("kms", region_name=region, endpoint_url=endpoint, config=Config(**config))


@dataclass
class EmulationClientSupplier:
    """A client supplier that is a callable of the Region, makes a client for each and counts.

    :param endpoint: Endpoint of the emulation
    """

    endpoint: str
    config: dict[str, Any] = field(default_factory=dict)
    regions_asked: list[str | None] = field(default_factory=list)

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return a client for a Region."""
        self.regions_asked.append(region_name)
        return kms_client(self.endpoint, region_name or "us-west-2", **self.config)
