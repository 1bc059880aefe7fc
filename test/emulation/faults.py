"""Faults: answers that a working KMS would not give, for chosen requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from test.emulation.requests import SentRequest

#: Status, content type and body.
Answer = tuple[int, str, bytes]
AMZ_JSON = "application/x-amz-json-1.1"


class Fault(Protocol):
    """Makes the answer to a request; ``answer`` returns the one that would have been given."""

    def __call__(self, answer: Callable[[], Answer]) -> Answer: ...


def refused(code: str, message: str = "refused by the test", status: int = 400) -> Fault:
    """Answer with an error, for example ``ThrottlingException`` or ``AccessDeniedException``."""

    def fault(answer: Callable[[], Answer]) -> Answer:
        return status, AMZ_JSON, json.dumps({"__type": code, "message": message}).encode()

    return fault


def delayed(seconds: float) -> Fault:
    """Answer correctly, but later than the client may want to wait."""

    def fault(answer: Callable[[], Answer]) -> Answer:
        time.sleep(seconds)
        return answer()

    return fault


def changed(change: Callable[[dict[str, Any]], None]) -> Fault:
    """Answer correctly, but let ``change`` alter the JSON of the answer first."""

    def fault(answer: Callable[[], Answer]) -> Answer:
        status, content_type, body = answer()
        fields = json.loads(body)
        change(fields)
        return status, content_type, json.dumps(fields).encode()

    return fault


def garbled(body: bytes = b"<html>not JSON</html>", status: int = 200) -> Fault:
    """Answer with a body that is no answer."""

    def fault(answer: Callable[[], Answer]) -> Answer:
        return status, AMZ_JSON, body

    return fault


class _Planned:
    def __init__(self, fault: Fault, operation: str | None, key_id: str | None, times: int | None) -> None:
        self.fault = fault
        self._operation = operation
        self._key_id = key_id
        self._left = times
        self.hits = 0

    def takes(self, request: SentRequest) -> bool:
        matches = self._operation in (None, request.operation) and self._key_id in (None, request.key_id)
        if not matches or self._left == self.hits:
            return False
        self.hits += 1
        return True


class FaultPlan:
    """The faults that the server shows at present. Threads may share it."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    @contextmanager
    def plan(
        self, fault: Fault, *, operation: str | None = None, key_id: str | None = None, times: int | None = None
    ) -> Iterator[_Planned]:
        """Show ``fault`` inside a ``with`` statement; ``hits`` of what it gives counts how often that happened.

        :param operation: Only for requests of this operation
        :param key_id: Only for requests whose ``KeyId`` this is
        :param times: Only this often; requests after that are answered correctly
        """
        planned = _Planned(fault, operation, key_id, times)
        with self._lock:
            self._planned.append(planned)
        try:
            yield planned
        finally:
            with self._lock:
                self._planned.remove(planned)

    def fault_for(self, request: SentRequest) -> Fault | None:
        """Return the fault that this request meets."""
        with self._lock:
            return next((planned.fault for planned in self._planned if planned.takes(request)), None)
