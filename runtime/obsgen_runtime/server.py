"""A small HTTP server for the metrics page, which slow and idle clients cannot occupy."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from time import monotonic
from typing import Any

from prometheus_client import CollectorRegistry

from obsgen_runtime.exposition import Answer, answer
from obsgen_runtime.faults import count_fault

SECONDS_PER_CONNECTION = 10.0
"""From its start to the end of the answer; Prometheus gives up after its own 10 s, too."""

CONNECTIONS_AT_MOST = 32
"""At once; for one more, the oldest is closed, so that a scrape always gets through."""


class MetricsServer(ThreadingHTTPServer):
    """
    Serves one registry; every connection has a thread and a limited life.

    The port is never shared (SO_REUSEPORT): a scrape would reach one of two processes by chance.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        registry: CollectorRegistry,
        *,
        family: socket.AddressFamily,
        seconds_per_connection: float = SECONDS_PER_CONNECTION,
    ) -> None:
        """Bind and listen; `serve_forever` answers."""
        self.address_family = family
        self.registry = registry
        self._seconds = seconds_per_connection
        self._open: dict[socket.socket, float] = {}
        self._lock = Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the name service for the host's name, which may take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection a thread, and make room for it."""
        with self._lock:
            crowded = len(self._open) >= CONNECTIONS_AT_MOST
            oldest = next(iter(self._open)) if crowded else None
            self._open[request] = monotonic() + self._seconds
        if oldest is not None:
            self._cut(oldest)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection, and close it."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut connections whose time is over; called between requests, at least twice a second."""
        now = monotonic()
        with self._lock:
            over = [one for one, until in self._open.items() if until < now]
        for one in over:
            self._cut(one)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Count what went wrong in a request, unless it is the client that went away."""
        from sys import exception  # noqa: PLC0415

        fault = exception()
        if not isinstance(fault, (ConnectionError, TimeoutError)):
            count_fault("listener", type(fault).__name__)

    def cut_all(self) -> None:
        """Cut every connection, at the end."""
        with self._lock:
            left = list(self._open)
        for one in left:
            self._cut(one)

    def _cut(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.pop(connection, None)
        with suppress(OSError):  # its client was faster
            connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: MetricsServer
    timeout = SECONDS_PER_CONNECTION
    server_version = "obsgen-runtime"
    sys_version = ""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        accept, encodings = self.headers.get("Accept", ""), self.headers.get("Accept-Encoding", "")
        self._send(answer(self.server.registry, self.command, path, query, accept, encodings))

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _send(self, content: Answer) -> None:
        self.send_response_only(content.status, content.reason)
        for name, value in content.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a line per scrape helps nobody."""
