"""
A server on loopback that records what is sent to it: for tests that look at bytes instead of a mock's calls.

It speaks as much of Langfuse's HTTP interface as a client needs, decodes spans (OTLP protobuf, gzip or not) and JSON, and
fails on request in the ways that real servers fail.

    with RecordingServer() as server:
        ...  # send spans to server.url
        (span,) = server.wait_for(1)
        assert span.attributes["user.id"] == "backend-engineer"
"""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from obsgen_runtime.otlp.decoding import RecordedSpan, SpanEvent, decode_spans

__all__ = ["Answer", "Mode", "RecordedSpan", "RecordingServer", "Request", "SpanEvent", "decode_spans"]

Mode = Literal[
    "ok",
    "rejected",  # 400
    "unauthorized",  # 401
    "rate_limited",  # 429, with Retry-After
    "unavailable",  # 503
    "silent",  # takes the request and never answers
    "slow",  # answers after `delay_seconds`
    "closing",  # breaks the connection off in the middle of the answer
    "refused",  # does not listen
]
_STATUS: Mapping[str, int] = {"rejected": 400, "unauthorized": 401, "rate_limited": 429, "unavailable": 503}
_TRACES = "/v1/traces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One request.

    Attributes:
        path: Without the query.
        headers: Names in lower case.
        body: Unpacked, if it was compressed.
        client_port: Where it came from: the same for all requests of one connection.
        answered: Status that was answered; None if none was.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    client_port: int = 0
    answered: int | None = None

    def json(self) -> Any:
        """Return the body as JSON, None if there is none."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer: bytes as they are, anything else as JSON."""

    body: object = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answers = Answer | Callable[[Request], Answer]


def _score_answer(request: Request) -> Answer:
    sent = request.json()
    return Answer(body={"id": sent.get("id", "score") if isinstance(sent, dict) else "scores"})


def _events_answer(request: Request) -> Answer:
    taken = [{"id": event.get("id"), "status": 201} for event in request.json()["batch"]]
    return Answer(body={"successes": taken, "errors": []}, status=207)


def _scores_in(sent: Any) -> list[Any]:
    if isinstance(sent, list):
        return sent
    return [event["body"] for event in sent["batch"]] if "batch" in sent else [sent]


def _langfuse_answers() -> dict[tuple[str, str], Answers]:
    project = {
        "id": "project",
        "name": "recorded",
        "organization": {"id": "organization", "name": "recorded"},
        "metadata": {},
    }
    return {
        ("GET", "/api/public/health"): Answer(body={"status": "OK", "version": "4.16.0"}),
        ("GET", "/api/public/projects"): Answer(body={"data": [project]}),
        ("POST", "/api/public/scores"): _score_answer,
        ("POST", "/api/public/ingestion"): _events_answer,
    }


class RecordingServer:
    """
    A context manager that listens on 127.0.0.1 while it is open.

    Attributes:
        delay_seconds: How long a `slow` server waits.
        retry_after: Value of the header `Retry-After` of a `rate_limited` server; None sends none.
        port: Where it listens, the same even after it was `refused` for a while.
    """

    def __init__(self, mode: Mode = "ok", *, delay_seconds: float = 0.2, retry_after: str | None = "1") -> None:
        self.delay_seconds = delay_seconds
        self.retry_after = retry_after
        self.port = 0
        self._mode = mode
        self._answers = _langfuse_answers()
        self._requests: list[Request] = []
        self._spans: list[RecordedSpan] = []
        self._changed = Condition()
        self._let_go = Event()
        self._http: _Http | None = None

    def __enter__(self) -> Self:
        self._open()
        if self._mode == "refused":
            self._close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    @property
    def url(self) -> str:
        """Where to send: Langfuse's base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def traces_url(self) -> str:
        """Where spans go, below `url`."""
        return f"{self.url}/api/public/otel{_TRACES}"

    @property
    def mode(self) -> Mode:
        """How requests are met; setting it lets requests go that a `silent` server holds."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        was_refused, self._mode = self._mode == "refused", mode
        held, self._let_go = self._let_go, Event()
        held.set()
        if mode == "refused":
            self._close()
        elif was_refused:
            self._open()

    def answer(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        by: Callable[[Request], Answer] | None = None,
    ) -> None:
        """Answer requests of *method* for *path* (without query) so from now on, or as the function *by* decides."""
        fixed = Answer(body={} if body is None else body, status=status, headers=headers or {})
        self._answers[method, path] = by or fixed

    @property
    def requests(self) -> tuple[Request, ...]:
        """Everything that came, in order, refused or not."""
        with self._changed:
            return tuple(self._requests)

    @property
    def spans(self) -> tuple[RecordedSpan, ...]:
        """The spans that were accepted, in the order of arrival."""
        with self._changed:
            return tuple(self._spans)

    @property
    def scores(self) -> tuple[Any, ...]:
        """The scores of accepted requests, whether they came alone, in a list, or as events."""
        paths = ("/api/public/scores", "/api/public/ingestion")
        accepted = (one for one in self.requests if one.method == "POST" and one.answered in range(200, 300))
        return tuple(score for one in accepted if one.path in paths for score in _scores_in(one.json()))

    def bodies(self, path: str, method: str = "POST") -> tuple[Any, ...]:
        """Return the JSON bodies of accepted requests for *path*."""
        return tuple(
            request.json()
            for request in self.requests
            if (request.path, request.method) == (path, method) and request.answered in range(200, 300)
        )

    def everything(self) -> bytes:
        """Return all request bodies and headers in one piece, to look for what must not be there."""
        return b"\n".join(repr(dict(request.headers)).encode() + request.body for request in self.requests)

    def clear(self) -> None:
        """Forget what was recorded."""
        with self._changed:
            self._requests.clear()
            self._spans.clear()

    def wait_for(self, spans: int = 0, *, requests: int = 0, timeout: float = 5.0) -> tuple[RecordedSpan, ...]:
        """
        Wait until so many spans were accepted and so many requests came; return the spans.

        Raises:
            TimeoutError: If that took longer than *timeout* seconds.
        """
        with self._changed:
            if not self._changed.wait_for(
                lambda: len(self._spans) >= spans and len(self._requests) >= requests, timeout
            ):
                seen = f"{len(self._spans)} spans in {len(self._requests)} requests"
                raise TimeoutError(f"{seen} after {timeout} s, expected {spans} spans and {requests} requests")
            return tuple(self._spans)

    def record(self, request: Request, spans: tuple[RecordedSpan, ...]) -> None:
        """Keep a request, and the spans it brought if they were accepted."""
        with self._changed:
            self._requests.append(request)
            self._spans.extend(spans)
            self._changed.notify_all()

    def hold(self, longest_seconds: float = 60.0) -> None:
        """Hold a request until the mode changes or the server closes."""
        self._let_go.wait(longest_seconds)

    def answer_to(self, request: Request) -> Answer:
        """Return what a request that is no fault's is answered."""
        found = self._answers.get((request.method, request.path), Answer())
        return found(request) if callable(found) else found

    def _open(self) -> None:
        self._http = _Http(self)
        self.port = self._http.server_port
        Thread(target=self._http.serve_forever, args=(0.01,), name="recording-server", daemon=True).start()

    def _close(self) -> None:
        http, self._http = self._http, None
        self._let_go.set()
        if http is not None:
            http.shutdown()
            http.server_close()
            http.break_connections()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a handler that holds a request must not hold the test
    request_queue_size = 128

    def __init__(self, recorder: RecordingServer) -> None:
        self.recorder = recorder
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", recorder.port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def break_connections(self) -> None:
        """Close the connections that clients keep alive, which `server_close` leaves open."""
        for connection in tuple(self._connections):
            super().shutdown_request(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: these are clients that gave up waiting."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _handle(self) -> None:
        recorder, mode = self.server.recorder, self.server.recorder.mode
        request = self._read()
        if mode == "slow":
            time.sleep(recorder.delay_seconds)
        if mode in ("silent", "closing"):
            recorder.record(request, ())
            self._break_off(recorder, mode)
        elif mode in _STATUS:
            headers = {"Retry-After": recorder.retry_after} if mode == "rate_limited" and recorder.retry_after else {}
            self._finish(request, Answer(body={"message": mode}, status=_STATUS[mode], headers=headers), ())
        elif request.path.endswith(_TRACES) and (request.method, request.path) not in recorder._answers:  # noqa: SLF001
            self._take_spans(request)
        else:
            self._finish(request, recorder.answer_to(request), ())

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815

    def _read(self) -> Request:
        headers = {name.lower(): text for name, text in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        place = urlsplit(self.path)
        return Request(
            method=self.command,
            path=place.path,
            query=place.query,
            headers=headers,
            body=body,
            client_port=self.client_address[1],
        )

    def _take_spans(self, request: Request) -> None:
        try:
            spans = decode_spans(request.body, request.headers)
        except ValueError as error:
            self._finish(request, Answer(body={"message": str(error)}, status=400), ())
        else:
            self._finish(request, Answer(body=b"", headers={"content-type": "application/x-protobuf"}), spans)

    def _finish(self, request: Request, answer: Answer, spans: tuple[RecordedSpan, ...]) -> None:
        self.server.recorder.record(replace(request, answered=answer.status), spans)
        self.send_response(answer.status)
        for name, text in {"content-type": "application/json", **answer.headers}.items():
            self.send_header(name, text)
        self.send_header("content-length", str(len(answer.payload)))
        self.end_headers()
        self.wfile.write(answer.payload)

    def _break_off(self, recorder: RecordingServer, mode: Mode) -> None:
        self.close_connection = True
        if mode == "silent":
            recorder.hold()
            return
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b"{")
