"""The clients of a branch key store that is given none (framework/branch-key-store.md, DynamoDb client and KMS client)."""

from __future__ import annotations

from typing import Any

import pytest

from aws_encryption_sdk._kms import botocore_clients
from aws_encryption_sdk.branch_keys import BranchKeyStore, Discovery, KmsConfiguration, KmsKeyArn, KmsMRKeyArn, MRDiscovery

from .branch_key_stores import CONTEXT, NAME, TABLE, Parts
from .fake_kms import KEY, MRK_EAST, MRK_WEST

pytestmark = pytest.mark.specification("framework/branch-key-store.md", "DynamoDb Client", "KMS Client")


@pytest.mark.parametrize(
    ("made_with", "configuration", "region"),
    [
        (KEY, KmsKeyArn(KEY), "us-west-2"),
        (MRK_WEST, KmsMRKeyArn(MRK_EAST), "us-east-1"),
        (KEY, Discovery(), None),
        (MRK_WEST, MRDiscovery("us-east-1"), "us-east-1"),
    ],
    ids=["KMS key ARN", "KMS MRKey ARN", "discovery", "MR discovery"],
)
def test_the_region_is_that_of_the_configuration(
    made_with: str, configuration: KmsConfiguration, region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(configuration=KmsKeyArn(made_with))
    parts.store().create_key("mine", CONTEXT)
    made: dict[str, tuple[Any, ...]] = {}

    def make_client(_session: object, service_name: str, region_name: str | None, *more: Any, **named: Any) -> Any:
        made[service_name] = region_name, *more, *named.values()
        return {"kms": parts.kms, "dynamodb": parts.ddb}[service_name]

    monkeypatch.setattr(botocore_clients, "make_client", make_client)
    monkeypatch.setattr(botocore_clients, "on_no_answer", lambda *_: None)
    store = BranchKeyStore(TABLE, configuration, NAME)
    assert made == {}
    assert store.get_active_branch_key("mine").encryption_context == CONTEXT

    assert {service: about[0] for service, about in made.items()} == {"kms": region, "dynamodb": region}
    assert "aws-kms-hierarchy" in made["kms"]
