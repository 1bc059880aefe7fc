"""Keys of every kind in the emulated KMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from test.emulation.clients import kms_client
from test.emulation.settings import REGION

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KeyMaker:
    """Makes keys, and says by which ARN they are found.

    :param endpoint: Endpoint of the emulation
    """

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str | None], KMSClient] = {}
        self._number_of_aliases = 0

    def client(self, region: str = REGION, account: str | None = None) -> KMSClient:
        """Return a client for administration.

        :param account: Account that the client acts in, where it is not that of the credentials
        """
        if (region, account) not in self._clients:
            client = kms_client(self._endpoint, region)
            if account is not None:
                client.meta.events.register(
                    "before-sign", lambda request, **_: request.headers.add_header("x-moto-account-id", account)
                )
            self._clients[region, account] = client
        return self._clients[region, account]

    def symmetric(self, region: str = REGION, *, account: str | None = None) -> str:
        """Make a key for encryption; return its ARN."""
        return self._make(region, account)

    def multi_region(self, region: str = REGION, *replica_regions: str, account: str | None = None) -> list[str]:
        """Make a multi-Region key with replicas; return the ARN of each, the primary key first."""
        primary = self._make(region, account, MultiRegion=True)
        client = self.client(region, account)
        replicas = [client.replicate_key(KeyId=primary, ReplicaRegion=other) for other in replica_regions]
        return [primary, *(replica["ReplicaKeyMetadata"]["Arn"] for replica in replicas)]

    def rsa(self, bits: int = 2048, region: str = REGION) -> str:
        """Make an RSA key pair for encryption; return its ARN."""
        return self._make(region, None, KeySpec=f"RSA_{bits}", KeyUsage="ENCRYPT_DECRYPT")

    def ecc(self, curve: str = "P256", region: str = REGION) -> str:
        """Make an ECC key pair for key agreement, on curve P256, P384 or P521; return its ARN."""
        return self._make(region, None, KeySpec=f"ECC_NIST_{curve}", KeyUsage="KEY_AGREEMENT")

    def alias(self, key_arn: str) -> str:
        """Give a key a new alias; return the alias ARN."""
        self._number_of_aliases += 1
        fields = key_arn.split(":")
        name = f"alias/made-for-tests/{id(self)}/{self._number_of_aliases}"
        self.client(fields[3], fields[4]).create_alias(AliasName=name, TargetKeyId=key_arn)
        return ":".join([*fields[:5], name])

    def public_key(self, key_arn: str) -> bytes:
        """Return the public half of a key pair, in DER."""
        return self.client(key_arn.split(":")[3]).get_public_key(KeyId=key_arn)["PublicKey"]

    def _make(self, region: str, account: str | None, **arguments: Any) -> str:
        return self.client(region, account).create_key(**arguments)["KeyMetadata"]["Arn"]
