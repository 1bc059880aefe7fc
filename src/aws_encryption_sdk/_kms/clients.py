"""Clients of AWS KMS, one for each region."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..exceptions import AWSEncryptionSDKClientError, CannotBePickledError, ClientSupplierError

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.config import Config
    from botocore.session import Session

#: Clients kept at a time: regions can come from messages, which nobody has authenticated yet.
_MOST_CLIENTS: Final = 64


class KMSClient(Protocol):
    """The operations that a client of AWS KMS is asked for; boto3's have them, and so have test doubles.

    Only those that are used need to be there: a client for decryption can do without the others.
    """

    def generate_data_key(self, *args: Any, **kwargs: Any) -> Any:
        """GenerateDataKey."""

    def encrypt(self, *args: Any, **kwargs: Any) -> Any:
        """Encrypt."""

    def decrypt(self, *args: Any, **kwargs: Any) -> Any:
        """Decrypt."""


class RegionalClients:
    """Clients of one AWS service, made when they are first asked for, one for each region. May be shared by threads.

    A copy that went through ``pickle``, and that in a forked process, make clients of their own. A client whose request got
    no answer (no endpoint, no credentials) is made anew the next time.

    :param botocore_session: Session to make clients of; without one, a session of its own
    :param client_config: Configuration of the clients; the user agent suffix of this package is added to a copy of it
    :param service_name: Service
    """

    def __init__(
        self, botocore_session: Session | None = None, client_config: Config | None = None, service_name: str = "kms"
    ) -> None:
        self.botocore_session: Final = botocore_session
        self.client_config: Final = client_config
        self.service_name: Final = service_name
        self._by_process: dict[int, _ClientsOfProcess] = {}

    def client(self, region_name: str | None = None) -> Any:
        """Return the client for a region.

        :param region_name: Region; without one, the session's is used
        :raises UnknownRegionError: if there is no region, or its name is malformed
        :raises ClientSupplierError: if botocore cannot make a client
        """
        return self._of_this_process().client(region_name)

    def _of_this_process(self) -> _ClientsOfProcess:
        # A forked process must not touch its parent's connections, nor a lock that one of the parent's threads held.
        process = os.getpid()
        made = self._by_process.get(process)
        if made is None:
            made = self._by_process.setdefault(
                process, _ClientsOfProcess(self.botocore_session, self.client_config, self.service_name)
            )
        return made

    def __repr__(self) -> str:
        return f"{type(self).__name__}(service_name={self.service_name!r})"

    def __getstate__(self) -> dict[str, Any]:
        if self.botocore_session is not None:
            raise CannotBePickledError(
                f"{self!r} was given a botocore session, which cannot be pickled; leave it out, so that every process makes "
                "one of its own from the environment and the configuration files"
            )
        return {**self.__dict__, "_by_process": {}}


class _ClientsOfProcess:
    """The clients that one process made."""

    def __init__(self, session: Session | None, config: Config | None, service_name: str) -> None:
        self._session = session
        self._config = config
        self._service_name = service_name
        self._lock = Lock()
        self._clients: dict[str | None, Any] = {}

    def client(self, region_name: str | None) -> Any:
        client = self._clients.get(region_name)
        if client is not None:
            return client
        with self._lock:
            client = self._clients.get(region_name)
            if client is None:
                client = self._make(region_name)
                for oldest in list(self._clients)[: len(self._clients) - _MOST_CLIENTS + 1]:
                    self._clients.pop(oldest, None)
                self._clients[region_name] = client
        return client

    def _make(self, region_name: str | None) -> Any:
        from botocore.session import Session  # noqa: PLC0415

        from .botocore_clients import make_client, on_no_answer  # noqa: PLC0415

        if self._session is None:
            self._session = Session()
        client = make_client(self._session, self._service_name, region_name, self._config)

        def forget() -> None:
            if self._clients.get(region_name) is client:
                self._clients.pop(region_name, None)

        on_no_answer(client, self._service_name, forget)
        return client


def supplied_client(supply: Callable[[str | None], Any], region_name: str | None) -> Any:
    """Return the client that a client supplier gives for a region.

    :raises AWSEncryptionSDKClientError: what the supplier raises, if it is of this package
    :raises ClientSupplierError: if the supplier fails otherwise, or gives none
    """
    try:
        client = supply(region_name)
    except AWSEncryptionSDKClientError:
        raise
    except Exception as error:
        raise ClientSupplierError(
            f"The client supplier {supply!r} failed for region {region_name!r}: {type(error).__name__}: {error}"
        ) from error
    if client is None:
        raise ClientSupplierError(f"The client supplier {supply!r} gave no client for region {region_name!r}")
    return client


def region_of(client: object) -> str | None:
    """Return the region of a client, where it tells."""
    region = getattr(getattr(client, "meta", None), "region_name", None)
    return region if isinstance(region, str) else None
