"""Clients kept by region."""

from __future__ import annotations

import copy
import os
import pickle
import threading
import time

import pytest

from aws_encryption_sdk._kms import kept_by_region
from aws_encryption_sdk._kms.kept_by_region import KeptByRegion


class Maker:
    """Makes an object for a region, and counts."""

    def __init__(self, seconds: float = 0) -> None:
        self.made: list[str | None] = []
        self._seconds = seconds

    def __call__(self, region_name: str | None) -> object:
        time.sleep(self._seconds)
        self.made.append(region_name)
        return object()


def test_what_is_made_once_is_kept() -> None:
    kept, make = KeptByRegion(), Maker()
    first = kept.get("a", make)
    assert kept.get("a", make) is first
    assert kept.get("b", make) is not first
    assert kept.get(None, make) is kept.get(None, make)
    assert make.made == ["a", "b", None]
    assert set(kept.here()) == {"a", "b", None}


def test_what_makes_it_may_ask_for_another_region() -> None:
    kept, make, got = KeptByRegion(), Maker(), []

    def ask() -> None:
        got.append(kept.get("a", lambda _: kept.get("b", make)))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert got == [kept.here()["a"]] == [kept.here()["b"]]


def test_threads_that_ask_at_the_same_time_get_the_same() -> None:
    kept, make = KeptByRegion(), Maker(0.02)
    barrier = threading.Barrier(8)
    got: list[object] = []

    def ask() -> None:
        barrier.wait()
        got.append(kept.get("a", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert make.made == ["a"]
    assert len(got) == 8
    assert len(set(map(id, got))) == 1


def test_what_is_forgotten_is_made_anew() -> None:
    kept, make = KeptByRegion(), Maker()
    first = kept.get("a", make)
    kept.forget("a", object())
    assert kept.get("a", make) is first
    kept.forget("a", first)
    kept.forget("never", first)
    assert kept.get("a", make) is not first


def test_a_failure_is_not_kept() -> None:
    def fail(_: str | None) -> object:
        raise RuntimeError("failed")

    kept, make = KeptByRegion(), Maker()
    with pytest.raises(RuntimeError):
        kept.get("a", fail)
    kept.get("a", make)
    assert make.made == ["a"]


def test_regions_of_messages_do_not_fill_the_memory() -> None:
    kept, make = KeptByRegion(), Maker()
    for number in range(1000):
        kept.get(str(number), make)
    assert list(kept.here()) == [str(number) for number in range(1000 - kept_by_region._MOST_CLIENTS, 1000)]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda kept: pickle.loads(pickle.dumps(kept))])
def test_copies_begin_empty(copied: type) -> None:
    kept, make = KeptByRegion(), Maker()
    first = kept.get("a", make)
    assert copied(kept).get("a", make) is not first
    assert kept.get("a", make) is first


def test_another_process_begins_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, make = KeptByRegion(), Maker()
    first = kept.get("a", make)
    here = os.getpid()
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: here + 1)
        assert kept.get("a", make) is not first
    assert kept.get("a", make) is first


def test_a_lock_that_was_held_when_the_process_forked_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, make = KeptByRegion(), Maker()
    kept.get("a", make)
    (lock, _) = kept._of_this_process()
    here = os.getpid()
    with lock, monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: here + 1)
        kept.get("b", make)
    assert make.made == ["a", "b"]
