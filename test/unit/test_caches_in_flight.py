"""Requests in flight: of threads that miss the same thing at the same time, one asks."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from aws_encryption_sdk.caches.in_flight import RequestsInFlight, _Flight


class Backing:
    """A cache of one value, and where the value comes from."""

    def __init__(self, threads: int = 0, keep: bool = True, fail: int = 0) -> None:
        self.kept: str | None = None
        self.calls = 0
        self._keep = keep
        self._fail = fail
        self._lock = threading.Lock()
        #: With ``threads``: the first call waits until so many threads have looked in vain.
        self._looks = threading.Semaphore(0)
        self._threads = threads

    def look(self) -> str | None:
        if self.kept is None:
            self._looks.release()
        return self.kept

    def ask(self) -> tuple[str, bool]:
        with self._lock:
            self.calls += 1
            call = self.calls
        if call == 1:
            for _ in range(self._threads):
                assert self._looks.acquire(timeout=30)
            # They have looked; now they come to wait.
            time.sleep(0.05)
        if call <= self._fail:
            raise RuntimeError(f"call {call}")
        if self._keep:
            self.kept = f"value {call}"
        return f"value {call}", self._keep


def run(in_flight: RequestsInFlight, backing: Backing, threads: int) -> list[tuple[str, bool] | str]:
    def work(_number: int) -> tuple[str, bool] | str:
        landings = in_flight.landings
        found = backing.look()
        try:
            return (found, True) if found else in_flight.ask_once(b"key", backing.look, backing.ask, landings)
        except RuntimeError as error:
            return str(error)

    with ThreadPoolExecutor(threads) as executor:
        return list(executor.map(work, range(threads)))


def assert_nothing_left(in_flight: RequestsInFlight) -> None:
    assert not in_flight._flights
    assert not in_flight._leaders


def test_one_asks_and_the_others_find() -> None:
    in_flight, backing = RequestsInFlight(), Backing(threads=16)
    answers = run(in_flight, backing, 16)

    assert backing.calls == 1
    assert sorted(answers, key=str) == [("value 1", False), *[("value 1", True)] * 15]
    assert_nothing_left(in_flight)


def test_the_failure_of_one_is_its_own() -> None:
    in_flight, backing = RequestsInFlight(), Backing(threads=8, fail=2)
    answers = run(in_flight, backing, 8)

    assert backing.calls == 3
    assert sorted(answers, key=str) == [("value 3", False), *[("value 3", True)] * 5, "call 1", "call 2"]
    assert_nothing_left(in_flight)


def test_nobody_waits_again_for_what_cannot_be_kept() -> None:
    in_flight, backing = RequestsInFlight(longest_wait=60), Backing(threads=8, keep=False)
    at_the_same_time = threading.Barrier(7)

    def ask() -> tuple[str, bool]:
        answer = backing.ask()
        if answer[0] != "value 1":
            at_the_same_time.wait(10)
        return answer

    def work(_number: int) -> tuple[str, bool]:
        landings = in_flight.landings
        backing.look()
        return in_flight.ask_once(b"key", backing.look, ask, landings)

    with ThreadPoolExecutor(8) as executor:
        answers = list(executor.map(work, range(8)))
    assert sorted(answers) == [(f"value {number}", False) for number in range(1, 9)]
    assert_nothing_left(in_flight)


class Hanging:
    """A request that lasts until it is released."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.release = threading.Event()

    def ask(self) -> tuple[str, bool]:
        self.begun.set()
        assert self.release.wait(30)
        return "late", False


def test_a_wait_is_bounded() -> None:
    in_flight, backing, hanging = RequestsInFlight(longest_wait=0.5), Backing(), Hanging()
    with ThreadPoolExecutor(1) as executor:
        first = executor.submit(in_flight.ask_once, b"key", backing.look, hanging.ask, 0)
        assert hanging.begun.wait(30)
        started = time.monotonic()
        try:
            assert in_flight.ask_once(b"key", backing.look, backing.ask, 0) == ("value 1", False)
        finally:
            hanging.release.set()
        assert 0.4 < time.monotonic() - started < 20
        assert first.result() == ("late", False)
    assert_nothing_left(in_flight)


def test_whoever_always_comes_too_late_asks_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the others leave in the cache may be used up whenever this thread looks."""
    in_flight, backing = RequestsInFlight(longest_wait=0.1), Backing()
    landed = _Flight()
    landed.kept = True
    landed.landed.set()
    monkeypatch.setattr(in_flight, "_board", lambda key: (landed, False))
    give_up = time.monotonic() + 20

    def look() -> None:
        assert time.monotonic() < give_up

    assert in_flight.ask_once(b"key", look, backing.ask, 0) == ("value 1", False)


def test_a_request_that_lasts_too_long_is_given_up() -> None:
    """The next thread leads, and others wait for that one; the end of the first does not touch it."""
    in_flight, backing = RequestsInFlight(), Backing()
    first, second = Hanging(), Hanging()
    with ThreadPoolExecutor(2) as executor:
        old = executor.submit(in_flight.ask_once, b"key", backing.look, first.ask, 0)
        assert first.begun.wait(30)
        given_up = in_flight._flights[b"key"]
        given_up.started -= 1000
        new = executor.submit(in_flight.ask_once, b"key", backing.look, second.ask, 0)
        try:
            assert second.begun.wait(30)
            current = in_flight._flights[b"key"]
            assert current is not given_up
            first.release.set()
            assert old.result() == ("late", False)
            assert in_flight._flights[b"key"] is current
        finally:
            first.release.set()
            second.release.set()
        assert new.result() == ("late", False)
    assert_nothing_left(in_flight)


def ask_in_a_thread_that_dies(in_flight: RequestsInFlight) -> threading.Thread:
    """Let a thread begin a request, and end without a word."""
    thread = threading.Thread(target=in_flight._board, args=(b"key",))
    thread.start()
    thread.join(30)
    return thread


def test_nobody_waits_for_a_thread_that_is_gone() -> None:
    in_flight, backing = RequestsInFlight(longest_wait=3600), Backing()
    ask_in_a_thread_that_dies(in_flight)
    started = time.monotonic()
    assert in_flight.ask_once(b"key", backing.look, backing.ask, 0) == ("value 1", False)
    assert time.monotonic() - started < 30
    assert not in_flight._flights


def test_those_that_wait_for_a_thread_that_dies_are_led_by_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aws_encryption_sdk.caches.in_flight._LOOK_AFTER", 0.05)
    in_flight, backing = RequestsInFlight(longest_wait=3600), Backing()
    dies = threading.Event()

    def begin() -> None:
        in_flight._board(b"key")
        assert dies.wait(30)

    thread = threading.Thread(target=begin)
    thread.start()
    while not in_flight._flights:
        time.sleep(0.001)
    with ThreadPoolExecutor(8) as executor:
        waiting = [executor.submit(in_flight.ask_once, b"key", backing.look, backing.ask, 0) for _ in range(8)]
        time.sleep(0.2)
        assert not any(one.done() for one in waiting)
        dies.set()
        answers = [one.result(30) for one in waiting]
    assert sorted(answers) == [("value 1", False), *[("value 1", True)] * 7]
    assert backing.calls == 1


def test_nobody_waits_for_a_thread_of_the_process_that_was_forked() -> None:
    in_flight, backing = RequestsInFlight(longest_wait=3600), Backing()
    flight, _ = in_flight._board(b"key")
    assert flight is not None
    flight.process -= 1
    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(in_flight.ask_once, b"key", backing.look, backing.ask, 0).result(30) == ("value 1", False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_after_a_fork_the_child_asks_at_once() -> None:
    """Of the threads that ask and wait in the parent, the child has none."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", _FORKING],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("child: the child's\nparent: the parent's\n", 0), done.stderr


_FORKING: Final = """
import os, sys, threading, time
from aws_encryption_sdk.caches.in_flight import RequestsInFlight

in_flight, begun, release = RequestsInFlight(longest_wait=3600), threading.Event(), threading.Event()

def ask():
    begun.set()
    release.wait()
    return "the parent's", False

answers = []
asking = threading.Thread(target=lambda: answers.append(in_flight.ask_once(b"key", lambda: None, ask, 0)[0]))
asking.start()
begun.wait()
child = os.fork()
if not child:
    answer = in_flight.ask_once(b"key", lambda: None, lambda: ("the child's", False), 0)[0]
    print("child:", answer, flush=True)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
release.set()
asking.join()
print("parent:", *answers)
"""


def test_a_slow_request_is_waited_for() -> None:
    """However slow it is, a second one would not be faster."""
    in_flight, backing, slow = RequestsInFlight(), Backing(), Hanging()

    def ask() -> tuple[str, bool]:
        slow.ask()
        return backing.ask()

    with ThreadPoolExecutor(4) as executor:
        first = executor.submit(in_flight.ask_once, b"key", backing.look, ask, 0)
        assert slow.begun.wait(30)
        in_flight._flights[b"key"].started -= 60
        others = [executor.submit(in_flight.ask_once, b"key", backing.look, backing.ask, 0) for _ in range(3)]
        time.sleep(0.1)
        assert not any(one.done() for one in others)
        slow.release.set()
        assert [one.result(30) for one in (first, *others)] == [("value 1", False), *[("value 1", True)] * 3]
    assert backing.calls == 1
    assert_nothing_left(in_flight)


def test_whoever_found_everything_used_up_for_long_asks_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aws_encryption_sdk.caches.in_flight._PATIENCE", 0.0)
    in_flight, used_up = RequestsInFlight(longest_wait=3600), Hanging()

    def ask() -> tuple[str, bool]:
        used_up.ask()
        return "used up", True

    with ThreadPoolExecutor(4) as executor:
        first = executor.submit(in_flight.ask_once, b"key", lambda: None, ask, 0)
        assert used_up.begun.wait(30)
        others = [
            executor.submit(in_flight.ask_once, b"key", lambda: None, lambda number=number: (f"own {number}", True), 0)
            for number in range(3)
        ]
        time.sleep(0.05)
        used_up.release.set()
        assert first.result(30) == ("used up", False)
        assert [one.result(30) for one in others] == [(f"own {number}", False) for number in range(3)]


def test_a_thread_does_not_wait_for_itself() -> None:
    in_flight = RequestsInFlight(longest_wait=60)
    backing = Backing()

    def nested() -> tuple[str, bool]:
        return in_flight.ask_once(b"key", backing.look, backing.ask, in_flight.landings)

    started = time.monotonic()
    assert in_flight.ask_once(b"key", backing.look, nested, 0) == ("value 1", False)
    assert time.monotonic() - started < 30
    assert_nothing_left(in_flight)


def test_two_that_need_what_the_other_asks_for_do_not_wait_for_each_other() -> None:
    in_flight, barrier = RequestsInFlight(longest_wait=60), threading.Barrier(2)

    def need(own: bytes, other: bytes) -> tuple[str, bool]:
        def ask() -> tuple[str, bool]:
            barrier.wait(30)
            return in_flight.ask_once(other, lambda: None, lambda: ("inner", False), 0)

        return in_flight.ask_once(own, lambda: None, ask, 0)

    started = time.monotonic()
    with ThreadPoolExecutor(2) as executor:
        both = [executor.submit(need, b"a", b"b"), executor.submit(need, b"b", b"a")]
        assert [done.result() for done in both] == [("inner", False)] * 2
    assert time.monotonic() - started < 30
    assert_nothing_left(in_flight)


def test_what_came_between_looking_and_asking_is_found() -> None:
    in_flight, backing = RequestsInFlight(), Backing()
    landings = in_flight.landings
    assert backing.look() is None
    in_flight.ask_once(b"key", backing.look, backing.ask, landings)

    assert in_flight.ask_once(b"key", backing.look, backing.ask, landings) == ("value 1", True)
    assert backing.calls == 1
    assert_nothing_left(in_flight)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_whatever_ends_a_request_leaves_nothing_behind(error: type[BaseException]) -> None:
    in_flight = RequestsInFlight()

    def ask() -> tuple[str, bool]:
        raise error

    looks: list[Callable[[], str | None]] = [lambda: None]
    with pytest.raises(error):
        in_flight.ask_once(b"key", looks[0], ask, 0)
    assert_nothing_left(in_flight)
