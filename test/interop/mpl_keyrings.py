"""Descriptions of keyrings of the Material Providers Library, which the other side makes them from."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MplKeyring:
    """A keyring that the other side makes.

    :param create: Method of ``AwsCryptographicMaterialProviders``
    :param input: Its input: a :func:`model`
    """

    create: str
    input: dict[str, Any]

    def description(self) -> dict[str, Any]:
        """Return the description that the other side makes its keyring from."""
        return {"kind": "mpl", "create": self.create, "input": self.input}


def model(name: str, **fields: Any) -> dict[str, Any]:
    """Describe an instance of one of the library's models; a ``bytes`` field is one there too."""
    return {"model": name, "fields": {field: _sent(value) for field, value in fields.items() if value is not None}}


def kms_client(region: str) -> dict[str, str]:
    """Describe a KMS client for a Region."""
    return {"kms_client": region}


def _sent(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
