"""Requests for materials, and headers, as programs for versions 1 to 4 treat them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from aws_encryption_sdk.materials_managers import DecryptionMaterialsRequest, EncryptionMaterialsRequest

from .operation_materials import wrapped_keys
from .test_default_cmm import UNSIGNED
from .test_structures import header_of


def to_encrypt() -> EncryptionMaterialsRequest:
    return EncryptionMaterialsRequest({"a": "b"}, 4096)


def to_decrypt() -> DecryptionMaterialsRequest:
    return DecryptionMaterialsRequest(UNSIGNED, wrapped_keys(1), {"a": "b"})


@pytest.mark.parametrize("make", [to_encrypt, to_decrypt])
def test_requests_are_equal_by_value_and_hashed_by_identity(make: Any) -> None:
    one, other = make(), make()

    assert one == other
    assert len({one, other}) == 2
    assert hash(one) == hash(one)
    other.encryption_context = {}
    assert one != other


@pytest.mark.parametrize("make", [to_encrypt, to_decrypt, header_of])
def test_programs_may_set_further_attributes(make: Any) -> None:
    made = make()
    assert vars(made) == {}
    made.tenant = "t"

    assert (made.tenant, vars(made)) == ("t", {"tenant": "t"})
    assert made == make() == copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made))
