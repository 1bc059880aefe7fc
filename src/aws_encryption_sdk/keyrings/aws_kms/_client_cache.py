"""``ClientCache``: a name that tests of programs import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..._kms.clients import RegionalClients

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session


class ClientCache:
    """Clients by region; a client whose request got no answer is dropped. May be shared by threads.

    :param botocore_session: Session to make clients of
    :param client_config: Configuration of the clients
    """

    def __init__(self, botocore_session: Session, client_config: Config) -> None:
        self.botocore_session: Final = botocore_session
        self.client_config: Final = client_config
        self._by_service: Final[dict[str, RegionalClients]] = {"kms": RegionalClients(botocore_session, client_config)}

    def client(self, region_name: str | None, service: str) -> Any:
        """Return the client for a region and a service."""
        clients = self._by_service.get(service)
        if clients is None:
            clients = self._by_service.setdefault(
                service, RegionalClients(self.botocore_session, self.client_config, service)
            )
        return clients.client(region_name)

    @property
    def _cache(self) -> dict[str | None, Any]:
        return self._by_service["kms"].kept.here()
