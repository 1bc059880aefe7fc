"""The server of the emulation: moto's, with the emulated KMS in it, that records requests and shows faults."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from flask import Flask
from moto.core.utils import convert_to_flask_response
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.test import Client
from werkzeug.wrappers import Response

from test.emulation.faults import Answer, FaultPlan
from test.emulation.kms_responses import EmulatedKmsResponse
from test.emulation.requests import SentRequest, read_request


class EmulationServer(ThreadedMotoServer):
    """moto's server on a free port of 127.0.0.1, in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(ip_address="127.0.0.1", port=0, verbose=False)
        self._application = EmulationApplication()
        self.faults = self._application.faults

    def __enter__(self) -> EmulationServer:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """Return the URL that clients are given as their endpoint."""
        host, port = self.get_host_and_port()
        return f"http://{host}:{port}"

    @contextmanager
    def recording(self) -> Iterator[list[SentRequest]]:
        """Give a list to which every request is added, as long as the ``with`` statement lasts."""
        requests: list[SentRequest] = []
        self._application.recordings.append(requests)
        try:
            yield requests
        finally:
            # By identity: lists with the same requests are equal.
            self._application.recordings = [other for other in self._application.recordings if other is not requests]

    def answer_in_process(self, request: Any, **_event: object) -> Any:
        """Answer a botocore request without a socket: a handler for the event ``before-send``.

        It is for tests that make thousands of requests: ``client.meta.events.register("before-send", server.answer_in_process)``.
        """
        # Signed headers come as bytes.
        headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
        answered: Any = Client(self._application, Response).open(
            "/", base_url=request.url, method=request.method, headers=headers, data=request.body
        )
        return AWSResponse(request.url, answered.status_code, answered.headers, _Body(answered.get_data()))

    def _server_entry(self) -> None:
        self._server = make_server(
            self._ip_address, self._port, self._application, threaded=True, request_handler=_QuietHandler
        )
        self._server_ready_event.set()
        self._server.serve_forever(poll_interval=0.05)


class EmulationApplication:
    """A WSGI application: moto's, behind the recordings and the faults."""

    def __init__(self) -> None:
        self.recordings: list[list[SentRequest]] = []
        self.faults = FaultPlan()
        self._kms = create_service("kms")
        self._others = DomainDispatcherApplication(create_service)
        #: moto lets transactions of DynamoDB come in between each other.
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        request = read_request(environ)
        for recording in self.recordings:
            recording.append(request)
        # moto would compare the address with those of all services first, which takes as long as the answer.
        service: Any = self._kms if request.service == "kms" else self._alone
        fault = self.faults.fault_for(request)
        if fault is None:
            answered: Iterable[bytes] = service(environ, start_response)
            return answered

        def answer() -> Answer:
            answered = Response.from_app(service, environ, buffered=True)
            return answered.status_code, answered.content_type or "", answered.get_data()

        status, content_type, body = fault(answer)
        return Response(body, status, content_type=content_type)(environ, start_response)

    def _alone(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._one_at_a_time:
            answered: Iterable[bytes] = self._others(environ, start_response)
            return answered


def create_service(service: Any) -> Flask:
    """Make the application of one service: moto's, with the operations of the emulated KMS in place of its own."""
    application = create_backend_app(service)
    if service == "kms":
        application.view_functions["KmsResponse.dispatch"] = convert_to_flask_response(EmulatedKmsResponse.dispatch)
    return application


class _QuietHandler(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line for a request."""


class _Body(io.BytesIO):
    def stream(self, amt: int = 65536, **_options: object) -> Iterator[bytes]:
        """Yield the body in pieces, as urllib3's response does."""
        while piece := self.read(amt):
            yield piece
