"""Branch key stores over tables and keys of the emulation."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsConfiguration, KmsKeyArn
from test.emulation.clients import service_client
from test.emulation.server import EmulationServer
from test.emulation.settings import REGION

NAME = "logical name"
_NUMBERS = itertools.count()


@dataclass
class Table:
    """A table of its own, and what makes stores over it. Requests are answered in this process, without sockets.

    :param emulation: The emulation
    :param key_arn: ARN of the AWS KMS key
    """

    emulation: EmulationServer
    key_arn: str
    name: str = field(default_factory=lambda: f"branch-keys-{next(_NUMBERS)}")

    def __post_init__(self) -> None:
        self.ddb = self.client("dynamodb")
        self.kms = self.client("kms")
        self.store().create_key_store()

    def client(self, service: str, region: str = REGION, **config: Any) -> Any:
        """Return a client that tries once, unless ``config`` says otherwise."""
        settings = {"retries": {"total_max_attempts": 1}, **config}
        client = service_client(service, self.emulation.endpoint, region, **settings)
        client.meta.events.register(f"before-send.{service}", self.emulation.answer_in_process)
        return client

    def store(
        self, name: str = NAME, configuration: KmsConfiguration | None = None, ddb: Any = None, kms: Any = None
    ) -> BranchKeyStore:
        """Return a store over the table."""
        return BranchKeyStore(
            self.name,
            configuration or KmsKeyArn(self.key_arn),
            name,
            ddb_client=ddb or self.ddb,
            kms_client=kms or self.kms,
        )

    def item(self, branch_key_id: str, item_type: str) -> dict[str, Any]:
        """Return an item as it stands in the table."""
        key = {"branch-key-id": {"S": branch_key_id}, "type": {"S": item_type}}
        item: dict[str, Any] = self.ddb.get_item(TableName=self.name, Key=key)["Item"]
        return item

    def write(self, item: dict[str, Any]) -> None:
        """Put an item into the table, whatever was there."""
        self.ddb.put_item(TableName=self.name, Item=item)

    def versions(self, branch_key_id: str) -> list[str]:
        """Return the versions of a branch key, the oldest first."""
        found = self.ddb.query(
            TableName=self.name,
            KeyConditionExpression="#id = :id AND begins_with(#type, :type)",
            ExpressionAttributeNames={"#id": "branch-key-id", "#type": "type"},
            ExpressionAttributeValues={":id": {"S": branch_key_id}, ":type": {"S": "branch:version:"}},
        )["Items"]
        found.sort(key=lambda item: item["create-time"]["S"])
        return [item["type"]["S"].removeprefix("branch:version:") for item in found]
