"""The making of one client with botocore. Nobody imports this module before a client is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, InvalidRegionError, NoRegionError
from botocore.session import Session

from ..exceptions import ClientSupplierError, UnknownRegionError
from ..identifiers import USER_AGENT_SUFFIX

_REGION_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_CONNECT_TIMEOUT: Final = 10
_READ_TIMEOUT: Final = 30
_CONNECTIONS: Final = 50
_SHOWN: Final = 80
#: Retry modes that are none, or nobody's choice: botocore's "standard" takes their place.
_PLAIN_RETRY_MODES: Final = (None, "legacy")


def make_client(
    session: Session, service_name: str, region_name: str | None, config: Config | None, user_agent: str = ""
) -> Any:
    """Make a client.

    :param user_agent: What is added to the user agent besides the suffix of this package

    :raises UnknownRegionError: if there is no region, or its name is malformed
    :raises ClientSupplierError: if botocore cannot make it
    """
    # Regions come from messages too, and botocore lets a line break at the end pass.
    if region_name is not None and not _REGION_NAME.fullmatch(str(region_name)):
        raise UnknownRegionError(f"{str(region_name)[:_SHOWN]!r} is not the name of an AWS region")
    try:
        return session.create_client(
            service_name,
            region_name=region_name,
            config=_with_user_agent(_configured(session, config), user_agent),
        )
    except NoRegionError as error:
        raise UnknownRegionError(
            "No AWS region is known: use the ARN of the key, or set AWS_DEFAULT_REGION or the region of the profile"
        ) from error
    except InvalidRegionError as error:
        raise UnknownRegionError(f"{region_name!r} is not the name of an AWS region") from error
    except Exception as error:
        raise ClientSupplierError(f"No {service_name} client could be made for region {region_name!r}: {error}") from error


def on_no_answer(client: Any, service_name: str, callback: Callable[[], None]) -> None:
    """Have ``callback`` called when a request of ``client`` got no answer, after all retries.

    The client is one that was made here.
    """

    def failed(exception: Exception, **_: object) -> None:
        if isinstance(exception, BotoCoreError):
            callback()

    client.meta.events.register(f"after-call-error.{service_name}", failed)


def _configured(session: Session, config: Config | None) -> Config:
    # botocore lets the configuration of a client win over that of its session, so what is only a default must not stand there.
    of_session: Any = session.get_default_client_config()
    if not isinstance(of_session, Config):
        return _default_config(session) if config is None else config
    return _default_config(session).merge(of_session) if config is None else of_session.merge(config)


def _default_config(session: Session) -> Config:
    config = Config(connect_timeout=_CONNECT_TIMEOUT, read_timeout=_READ_TIMEOUT, max_pool_connections=_CONNECTIONS)
    if session.get_config_variable("retry_mode") in _PLAIN_RETRY_MODES:
        config = config.merge(Config(retries={"mode": "standard"}))
    return config


def _with_user_agent(config: Config, added: str) -> Config:
    present: list[str] = (getattr(config, "user_agent_extra", None) or "").split()
    missing = [word for word in (*added.split(), USER_AGENT_SUFFIX) if word not in present]
    return config.merge(Config(user_agent_extra=" ".join((*present, *missing)))) if missing else config
