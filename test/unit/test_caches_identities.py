"""Identities of objects: one for each, and never one twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from aws_encryption_sdk.caches._identities import Identities


class Equal:
    """All of them are equal, and none can be a key of a dict."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal)

    __hash__ = None  # type: ignore[assignment]


class Slotted:
    """No weak reference can be made to it."""

    __slots__ = ()


def test_an_object_keeps_its_identity() -> None:
    identities, one, other = Identities(), Equal(), Equal()
    assert identities.of(one) == identities.of(one)
    assert identities.of(one) != identities.of(other)
    assert b"\0" not in identities.of(one)
    assert Identities().of(one) != identities.of(one)


def test_the_identity_of_what_is_gone_is_not_given_again() -> None:
    identities = Identities()
    given, addresses = set(), set()
    for _ in range(100):
        value = Equal()
        addresses.add(id(value))
        given.add(identities.of(value))
        del value
    assert len(given) == 100
    # The addresses came again, or this shows nothing; and what is gone is forgotten.
    assert len(addresses) < 100
    assert len(identities._known) == 1


def test_what_cannot_be_referred_to_is_another_each_time() -> None:
    identities, value = Identities(), Slotted()
    assert identities.of(value) != identities.of(value)
    assert not identities._known


def test_threads_are_told_the_same() -> None:
    values = [Equal() for _ in range(50)]
    identities = Identities()
    with ThreadPoolExecutor(8) as executor:
        told = list(executor.map(lambda _: [identities.of(value) for value in values], range(8)))
    assert all(one == told[0] for one in told)
