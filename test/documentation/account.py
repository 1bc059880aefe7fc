"""The AWS account that the pages speak of: keys whose ARNs can be printed."""

from __future__ import annotations

from typing import Final

from test.emulation.keys import KeyMaker
from test.emulation.kms_backend import backends
from test.emulation.settings import OTHER_REGION, REGION

ACCOUNT: Final = "111122223333"
OTHER_ACCOUNT: Final = "444455556666"
#: Key ids, by account and Region.
KEYS: Final = (
    (ACCOUNT, REGION, "1234abcd-12ab-34cd-56ef-1234567890ab"),
    (ACCOUNT, OTHER_REGION, "0987dcba-09fe-87dc-65ba-ab0987654321"),
    (OTHER_ACCOUNT, REGION, "9999abcd-12ab-34cd-56ef-1234567890ab"),
)
MULTI_REGION_KEY: Final = "mrk-1234abcd12ab34cd56ef1234567890ab"


def make_account(keys: KeyMaker) -> None:
    """Make the keys in the emulated KMS, and give them the ids that the pages print."""
    for account, region, key_id in KEYS:
        _rename(keys.symmetric(region, account=account), key_id)
    for arn in keys.multi_region(REGION, OTHER_REGION, account=ACCOUNT):
        _rename(arn, MULTI_REGION_KEY)


def _rename(arn: str, key_id: str) -> None:
    _, _, _, region, account, resource = arn.split(":")
    keys = backends[account][region].keys
    key = keys.pop(resource.removeprefix("key/"))
    key.id, key.arn = key_id, arn.replace(resource, f"key/{key_id}")
    keys[key_id] = key
