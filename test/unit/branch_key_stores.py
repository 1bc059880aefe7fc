"""Branch key stores for unit tests: the real one over doubles of KMS and DynamoDB, and one that only counts."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from aws_encryption_sdk.branch_keys import BranchKeyMaterials, BranchKeyStore, KmsConfiguration, KmsKeyArn
from aws_encryption_sdk.exceptions import BranchKeyNotFoundError

from .fake_dynamodb import FakeDynamoDb
from .fake_kms import KEY, FakeKms

TABLE = "branch-keys"
NAME = "logical-name"
CONTEXT = {"department": "admin", "größe": "groß"}
UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass
class Parts:
    """A store, and what it stands on."""

    kms: FakeKms = field(default_factory=FakeKms)
    ddb: FakeDynamoDb = field(default_factory=lambda: FakeDynamoDb(TABLE))
    configuration: KmsConfiguration = field(default_factory=lambda: KmsKeyArn(KEY))

    def store(self, name: str = NAME, **arguments: Any) -> BranchKeyStore:
        """Return a store over the doubles."""
        return BranchKeyStore(TABLE, self.configuration, name, ddb_client=self.ddb, kms_client=self.kms, **arguments)

    def item(self, branch_key_id: str, item_type: str) -> dict[str, Any]:
        """Return an item of the table."""
        return self.ddb.items[branch_key_id, item_type]

    def versions(self, branch_key_id: str) -> list[str]:
        """Return the versions of a branch key."""
        types = [item_type for owner, item_type in self.ddb.items if owner == branch_key_id]
        return [item_type.removeprefix("branch:version:") for item_type in types if item_type.startswith("branch:version:")]


class CountingStore:
    """A branch key store in which every id is a branch key; :meth:`rotate` gives it another active version."""

    def __init__(self, name: str = NAME) -> None:
        self.logical_key_store_name = name
        self.asked: Counter[str] = Counter()
        self.failure: Exception | None = None
        self._versions: dict[str, str] = {}

    def rotate(self, branch_key_id: str) -> str:
        """Give a branch key another active version."""
        self._versions[branch_key_id] = str(uuid.uuid4())
        return self._versions[branch_key_id]

    def get_active_branch_key(self, branch_key_identifier: str) -> BranchKeyMaterials:
        """Return the active version."""
        self._called("active")
        version = self._versions.get(branch_key_identifier) or self.rotate(branch_key_identifier)
        return self._materials(branch_key_identifier, version)

    def get_branch_key_version(self, branch_key_identifier: str, branch_key_version: str) -> BranchKeyMaterials:
        """Return one version."""
        self._called("version")
        if not UUID_4.fullmatch(branch_key_version):
            raise BranchKeyNotFoundError(branch_key_version)
        return self._materials(branch_key_identifier, branch_key_version)

    def _called(self, operation: str) -> None:
        self.asked[operation] += 1
        if self.failure is not None:
            raise self.failure

    def _materials(self, branch_key_id: str, version: str) -> BranchKeyMaterials:
        key = sha256(f"{branch_key_id} {version}".encode()).digest()
        return BranchKeyMaterials(branch_key_id, version, key)
