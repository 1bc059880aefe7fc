"""Branch key id suppliers: which branch key belongs to an encryption context, such as that of a tenant.

A branch key id supplier is a callable that takes the encryption context and returns a branch key id. An object with the method
``get_branch_key_id``, as the Material Providers Library has it, is taken as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import attrs

from ..._arguments import builtin_name
from ..._mpl.interface_methods import takes_model
from ..._mpl.references import IBranchKeyIdSupplier
from ..._mpl.supplier_requests import GetBranchKeyIdInput, GetBranchKeyIdOutput
from ...exceptions import (
    ArgumentTypeError,
    AWSEncryptionSDKClientError,
    BranchKeyIdSupplierError,
    KeyringMethodMissingError,
)

__all__ = [
    "AnyBranchKeyIdSupplier",
    "BranchKeyIdSupplier",
    "BranchKeyIdSupplierType",
    "GetBranchKeyIdInput",
    "GetBranchKeyIdOutput",
    "GetsBranchKeyId",
]

#: A branch key id supplier: takes an encryption context and returns a branch key id.
BranchKeyIdSupplierType = Callable[[Mapping[str, str]], str]


class GetsBranchKeyId(Protocol):
    """A branch key id supplier in the manner of the Material Providers Library."""

    def get_branch_key_id(self, input: Any) -> Any:
        """Return an object whose ``branch_key_id`` is that for ``input.encryption_context``."""


#: What is taken for a branch key id supplier.
AnyBranchKeyIdSupplier = BranchKeyIdSupplierType | GetsBranchKeyId


class BranchKeyIdSupplier(IBranchKeyIdSupplier):
    """Base of branch key id suppliers; derive from it to write your own. It may be asked by several threads at once."""

    def __call__(self, encryption_context: Mapping[str, str]) -> str:
        """Return the branch key id that belongs to an encryption context.

        :param encryption_context: Encryption context. On decrypt it is that of the message, which nobody has authenticated yet: who
            may use which branch key has to be decided elsewhere
        """
        raise KeyringMethodMissingError(f"{type(self).__name__} does not implement __call__")

    @takes_model("GetBranchKeyIdInput")
    def get_branch_key_id(self, param: GetBranchKeyIdInput) -> GetBranchKeyIdOutput:
        """Return the branch key id for ``param.encryption_context``, as the Material Providers Library asks for it."""
        return GetBranchKeyIdOutput(branch_key_id=self(param.encryption_context))


def branch_key_id_supplier_from(value: Any) -> Callable[[dict[str, str]], str]:
    """Return a branch key id supplier whose failures are errors of this package; it is given a copy to do with as it likes.

    :raises ArgumentTypeError: if ``value`` is no branch key id supplier
    """
    if callable(value) and not isinstance(value, type):
        return _Supplier(value, value)
    if callable(getattr(value, "get_branch_key_id", None)) and not isinstance(value, type):
        return _Supplier(
            lambda context: value.get_branch_key_id(GetBranchKeyIdInput(encryption_context=context)).branch_key_id, value
        )
    raise ArgumentTypeError(
        "branch_key_id_supplier must be a callable that takes the encryption context, or an object with get_branch_key_id, not "
        f"{builtin_name(value)}"
    )


@attrs.frozen(slots=True, repr=False)
class _Supplier:
    supply: Callable[[dict[str, str]], str]
    original: object

    def __call__(self, encryption_context: dict[str, str]) -> str:
        try:
            branch_key_id = self.supply(encryption_context)
        except AWSEncryptionSDKClientError:
            raise
        except Exception as error:
            raise BranchKeyIdSupplierError(
                f"The branch key id supplier {self.original!r} failed: {type(error).__name__}: {error}"
            ) from error
        if not isinstance(branch_key_id, str):
            raise BranchKeyIdSupplierError(
                f"The branch key id supplier {self.original!r} gave {builtin_name(branch_key_id)}; a branch key id is a str"
            )
        return branch_key_id

    def __repr__(self) -> str:
        return repr(self.original)
