"""What there is to know of those that were added to a master key provider, whoever wrote them."""

from __future__ import annotations

from ._data_keys import DataKeyMethods


def contains(provider: object, sought: object) -> bool:
    """Tell whether a provider is ``sought``, or has it among its own; one that keeps no list of members has none."""
    if provider is sought:
        return True
    members = getattr(provider, "_members", None)
    return isinstance(members, list) and any(member is not provider and contains(member, sought) for member in members)


def may_have(provider: object, provider_id: str) -> bool:
    """Tell whether keys of this provider id may be found in a provider: it may have members of any; a master key has its own."""
    return not isinstance(provider, DataKeyMethods) or provider.provider_id == provider_id
