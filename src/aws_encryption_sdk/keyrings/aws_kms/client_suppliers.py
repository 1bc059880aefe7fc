"""Client suppliers: which client of AWS KMS is used for a region.

A client supplier is a callable that takes the name of a region, or None for the region of the session, and returns a client of
AWS KMS. An object with the method ``get_client``, as the Material Providers Library has it, is taken as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from ..._arguments import builtin_name, strings_from
from ..._kms.clients import KMSClient, RegionalClients, supplied_client, supplier_name
from ..._kms.kept_by_region import KeptByRegion
from ..._kms.service_errors import one_line
from ..._mpl.interface_methods import takes_model
from ..._mpl.references import IClientSupplier
from ..._mpl.supplier_requests import GetClientInput
from ...exceptions import ArgumentTypeError, CannotBePickledError, KeyringMethodMissingError, UnknownRegionError

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

__all__ = [
    "AllowRegionsClientSupplier",
    "AnyClientSupplier",
    "CachingClientSupplier",
    "ClientSupplier",
    "ClientSupplierType",
    "DefaultClientSupplier",
    "DenyRegionsClientSupplier",
    "GetClientInput",
    "GetsClient",
    "KMSClient",
]

#: A client supplier: takes the name of a region, or None for the region of the session, and returns a client of AWS KMS.
ClientSupplierType = Callable[[str | None], KMSClient]


class GetsClient(Protocol):
    """A client supplier in the manner of the Material Providers Library."""

    def get_client(self, input: Any) -> Any:
        """Return a client of AWS KMS for ``input.region``."""


#: What is taken for a client supplier.
AnyClientSupplier = ClientSupplierType | GetsClient


class ClientSupplier(IClientSupplier):
    """Base of client suppliers; derive from it to write your own.

    A keyring asks its client supplier before every request, so a client supplier keeps its clients, or has those of another
    one: clients are expensive to make. :class:`CachingClientSupplier` keeps them for one that does not. It may be asked by
    several threads at once.
    """

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return a client of AWS KMS for a region.

        :param region_name: Region, such as ``us-west-2``; None for the region of the session
        :raises UnknownRegionError: if there shall be no client for this region
        """
        raise KeyringMethodMissingError(f"{type(self).__name__} does not implement __call__")

    @takes_model("GetClientInput")
    def get_client(self, param: GetClientInput) -> KMSClient:
        """Return a client of AWS KMS for ``param.region``, as the Material Providers Library asks for it."""
        return self(param.region)


class DefaultClientSupplier(ClientSupplier):
    """Makes one client for each region when it is first asked for, and keeps it. May be shared by threads.

    Without a session it can be pickled; unpickled and forked copies make clients of their own.

    :param botocore_session: Session to make clients of; without one, a session of its own
    :param client_config: Configuration of the clients, such as retries, time-outs and proxies; the user agent suffix of this
        package is added to a copy of it. Without one: the retry mode ``standard`` in place of ``legacy``, 10 seconds to connect,
        30 seconds to read, 50 connections, where the default configuration of the session does not say otherwise
    :raises ArgumentTypeError: if one of them is something else
    """

    def __init__(self, botocore_session: Session | None = None, client_config: Config | None = None) -> None:
        if botocore_session is not None and not callable(getattr(botocore_session, "create_client", None)):
            raise ArgumentTypeError(
                f"botocore_session must be a botocore.session.Session, not {type(botocore_session).__module__}."
                f"{builtin_name(botocore_session)}"
            )
        if client_config is not None and not callable(getattr(client_config, "merge", None)):
            raise ArgumentTypeError(f"client_config must be a botocore.config.Config, not {builtin_name(client_config)}")
        self._clients: Final = RegionalClients(botocore_session, client_config)

    @property
    def botocore_session(self) -> Session | None:
        """The session that was given."""
        return self._clients.botocore_session

    @property
    def client_config(self) -> Config | None:
        """The configuration that was given."""
        return self._clients.client_config

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return the client for a region.

        :raises UnknownRegionError: if there is no region, or its name is malformed
        :raises ClientSupplierError: if botocore cannot make a client
        """
        client: KMSClient = self._clients.client(region_name)
        return client


class AllowRegionsClientSupplier(ClientSupplier):
    """Gives clients for some regions only.

    :param allowed_regions: The regions
    :param client_supplier: Client supplier to ask for these; without one, a :class:`DefaultClientSupplier`
    :raises ArgumentTypeError: if ``allowed_regions`` is one str
    """

    def __init__(self, allowed_regions: Iterable[str], client_supplier: AnyClientSupplier | None = None) -> None:
        self.allowed_regions: Final = strings_from(allowed_regions, "allowed_regions")
        self.client_supplier: Final = client_supplier_from(client_supplier)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.allowed_regions)!r}, {self.client_supplier!r})"

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return the client for a region.

        :raises UnknownRegionError: if the region is not allowed
        """
        if region_name not in self.allowed_regions:
            raise UnknownRegionError(
                f"Region {one_line(repr(region_name))} is not one of the allowed regions: {', '.join(self.allowed_regions)}"
            )
        return self.client_supplier(region_name)


class DenyRegionsClientSupplier(ClientSupplier):
    """Gives clients for all but some regions.

    :param denied_regions: The regions
    :param client_supplier: Client supplier to ask for others; without one, a :class:`DefaultClientSupplier`
    :raises ArgumentTypeError: if ``denied_regions`` is one str
    """

    def __init__(self, denied_regions: Iterable[str], client_supplier: AnyClientSupplier | None = None) -> None:
        self.denied_regions: Final = strings_from(denied_regions, "denied_regions")
        self.client_supplier: Final = client_supplier_from(client_supplier)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.denied_regions)!r}, {self.client_supplier!r})"

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return the client for a region.

        :raises UnknownRegionError: if the region is denied
        """
        if region_name in self.denied_regions:
            raise UnknownRegionError(
                f"Region {region_name!r} is one of the denied regions: {', '.join(self.denied_regions)}"
            )
        return self.client_supplier(region_name)


class CachingClientSupplier(ClientSupplier):
    """Keeps the clients of another client supplier, one for each region. May be shared by threads.

    It can be pickled if the other one can; unpickled and forked copies ask the other one again.

    :param client_supplier: The other one; it is asked by one thread at a time
    """

    def __init__(self, client_supplier: AnyClientSupplier) -> None:
        self.client_supplier: Final = _callable_from(client_supplier)
        self._kept: Final = KeptByRegion()

    def __repr__(self) -> str:
        other = self.client_supplier
        return f"{type(self).__name__}({repr(other) if isinstance(other, ClientSupplier) else supplier_name(other)})"

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return the client for a region: what the other one gave when it was first asked."""
        client: KMSClient = self._kept.get(region_name, self._ask)
        return client

    def _ask(self, region_name: str | None) -> KMSClient:
        client: KMSClient = supplied_client(self.client_supplier, region_name)
        return client


class ReadyClient(ClientSupplier):
    """Gives one client that the caller made, whatever the region.

    :param client: The client; it is not modified
    """

    def __init__(self, client: KMSClient) -> None:
        self._client: Final = client

    def __call__(self, region_name: str | None) -> KMSClient:
        """Return the client."""
        return self._client

    def __getstate__(self) -> dict[str, Any]:
        raise CannotBePickledError(
            "A keyring that was given a ready client cannot be pickled, because its client cannot be; give the keyring a "
            "client_supplier instead, such as DefaultClientSupplier(), which makes clients anew on the other side"
        )


def client_supplier_from(value: object) -> ClientSupplierType:
    """Return a client supplier that keeps its clients: the one given, or one around it; None stands for the default.

    :raises ArgumentTypeError: if it is no client supplier
    """
    if value is None:
        return DefaultClientSupplier()
    if isinstance(value, ClientSupplier):
        return value
    return CachingClientSupplier(_callable_from(value))


@attrs.frozen(slots=True)
class _GetClient:
    """An object with ``get_client`` as a callable of the region."""

    supplier: Any = attrs.field(repr=False)

    @property
    def __name__(self) -> str:
        return supplier_name(self.supplier)

    def __call__(self, region_name: str | None) -> KMSClient:
        client: KMSClient = self.supplier.get_client(GetClientInput(region=region_name))
        return client


def _callable_from(value: Any) -> ClientSupplierType:
    if callable(value) and not isinstance(value, type):
        supplier: ClientSupplierType = value
        return supplier
    if callable(getattr(value, "get_client", None)) and not isinstance(value, type):
        return _GetClient(value)
    hint = "; a ready client goes into kms_client" if hasattr(value, "generate_data_key") else ""
    raise ArgumentTypeError(
        "A client supplier must be a callable that takes the name of a region, or an object with get_client, not "
        f"{builtin_name(value)}{hint}"
    )
