"""Clients of AWS KMS, one for each region."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..exceptions import AWSEncryptionSDKClientError, CannotBePickledError, ClientSupplierError
from .kept_by_region import KeptByRegion
from .service_errors import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.config import Config
    from botocore.session import Session


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
    :param user_agent: What the clients add to their user agent besides the suffix of this package
    """

    def __init__(
        self,
        botocore_session: Session | None = None,
        client_config: Config | None = None,
        service_name: str = "kms",
        user_agent: str = "",
    ) -> None:
        self.botocore_session: Final = botocore_session
        self.client_config: Final = client_config
        self.service_name: Final = service_name
        self._user_agent: Final = user_agent
        self.kept: Final = KeptByRegion()
        self._own_sessions: dict[int, Session] = {}

    def client(self, region_name: str | None = None) -> Any:
        """Return the client for a region.

        :param region_name: Region; without one, the session's is used
        :raises UnknownRegionError: if there is no region, or its name is malformed
        :raises ClientSupplierError: if botocore cannot make a client
        """
        return self.kept.get(region_name, self._make)

    def _make(self, region_name: str | None) -> Any:
        from .botocore_clients import make_client, on_no_answer  # noqa: PLC0415 - botocore is loaded when used

        client = make_client(self._session(), self.service_name, region_name, self.client_config, self._user_agent)
        on_no_answer(client, self.service_name, lambda: self.kept.forget(region_name, client))
        return client

    def _session(self) -> Session:
        from botocore.session import Session  # noqa: PLC0415 - botocore is loaded when used

        if self.botocore_session is not None:
            return self.botocore_session
        process = os.getpid()
        if process not in self._own_sessions:
            self._own_sessions[process] = Session()
        return self._own_sessions[process]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(service_name={self.service_name!r})"

    def __getstate__(self) -> dict[str, Any]:
        if self.botocore_session is not None:
            raise CannotBePickledError(
                f"{self!r} was given a botocore session, which cannot be pickled; leave it out, so that every process makes "
                "one of its own from the environment and the configuration files"
            )
        return {**self.__dict__, "_own_sessions": {}}


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
            f"The client supplier {supplier_name(supply)} failed for region {one_line(repr(region_name))}: {type(error).__name__}: "
            f"{one_line(str(error))}"
        ) from error
    if client is None:
        raise ClientSupplierError(
            f"The client supplier {supplier_name(supply)} gave no client for region {one_line(repr(region_name))}"
        )
    return client


def supplier_name(supply: object) -> str:
    """Return how to call a client supplier: not by its ``repr``, which tells the arguments of a ``functools.partial``."""
    name = getattr(supply, "__name__", None)
    return name if isinstance(name, str) else type(supply).__name__


def region_of(client: object) -> str | None:
    """Return the region of a client, where it tells."""
    try:
        region = getattr(getattr(client, "meta", None), "region_name", None)
    except Exception:
        # It is no client, as the request will show.
        return None
    return region if isinstance(region, str) else None
