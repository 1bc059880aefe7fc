"""Configurations of master key providers and master keys, to derive from."""

from __future__ import annotations

from typing import Any

import attrs

from .._arguments import builtin_name, bytes_from
from ..exceptions import ArgumentTypeError, AWSEncryptionSDKClientError


def _key_id_bytes(key_id: str | bytes) -> bytes:
    return bytes_from(key_id, "key_id")


@attrs.define(slots=False, unsafe_hash=True, on_setattr=attrs.setters.NO_OP)
class MasterKeyProviderConfig:
    """Configuration of a master key provider; derive from it to add fields."""


@attrs.define(slots=False, unsafe_hash=True, on_setattr=attrs.setters.NO_OP)
class MasterKeyConfig:
    """Configuration of a master key. A class that derives from it has a ``provider_id``: an attribute, a field or a property.

    :param key_id: Key id (text is encoded as UTF-8)
    :raises ArgumentTypeError: if there is no ``provider_id``, or the key id is neither text nor bytes
    """

    key_id: bytes = attrs.field(converter=_key_id_bytes)

    def __attrs_post_init__(self) -> None:
        check_provider_id(self)


def build_config(config_class: type[Any], fields: dict[str, Any]) -> Any:
    """Return the configuration among ``fields``, or one made of them.

    :raises ArgumentTypeError: if it has the wrong type, or a field is missing or unknown
    """
    config = fields.pop("config", None)
    if config is None:
        try:
            return config_class(**fields)
        except AWSEncryptionSDKClientError:
            raise
        except TypeError as error:
            raise ArgumentTypeError(str(error)) from error
    if not isinstance(config, config_class):
        raise ArgumentTypeError(f"config must be a {config_class.__name__}, not {builtin_name(config)}")
    return config


def check_provider_id(config: object) -> None:
    """Check that the configuration of a master key has a provider id.

    :raises ArgumentTypeError: if it has not
    """
    if not hasattr(config, "provider_id"):
        raise ArgumentTypeError(f'{type(config).__name__} needs an attribute "provider_id"')


def check_complete(provider_class: type[Any]) -> None:
    """Check that a class derived from a master key provider or a master key defines all that is left to it.

    :raises ArgumentTypeError: if it does not
    """
    missing = ", ".join(sorted(getattr(provider_class, "__abstractmethods__", ())))
    if missing:
        raise ArgumentTypeError(f"Can't instantiate abstract class {provider_class.__name__}: it has to define {missing}")
