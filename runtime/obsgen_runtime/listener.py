"""The listener that serves /metrics: it says so only once it does."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server

log = logging.getLogger("obsgen_runtime")


class PortInUse(OSError):  # noqa: N818  (it names the state that the operator has to change)
    """Somebody else listens on the port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """
    A live /metrics endpoint.

    Attributes:
        service_name: The service it speaks for.
        host: Address it is bound to.
        port: Port it is bound to; the real one if 0 was asked for.
        registry: What it serves.
    """

    service_name: str
    host: str
    port: int
    registry: CollectorRegistry = field(repr=False)
    _server: WSGIServer = field(repr=False, compare=False)
    _thread: threading.Thread = field(repr=False, compare=False)

    @property
    def url(self) -> str:
        """Where to scrape."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/metrics"

    @property
    def is_live(self) -> bool:
        """Whether the socket is open and its thread runs. False in a forked child: threads stay with the parent."""
        return self._thread.is_alive() and self._server.socket.fileno() != -1

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:
        """
        Stop serving and close the socket; harmless when that has already happened.

        Returns:
            Whether it stopped within *deadline_seconds*; this call never takes longer.
        """
        stopping = threading.Thread(target=self._stop, name="obsgen-runtime-stop", daemon=True)
        stopping.start()
        stopping.join(deadline_seconds)
        return not stopping.is_alive()

    def _stop(self) -> None:
        if self._thread.is_alive():  # the server waits for its loop for ever if there is none
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def listen(service_name: str, registry: CollectorRegistry, host: str, ports: Iterable[int]) -> Listener:
    """
    Serve *registry* on the first free port of *ports*.

    Args:
        service_name: For the log and the returned value.
        registry: What is served, in the Prometheus text format or OpenMetrics, as the scraper asks.
        host: Address to bind, IPv4 or IPv6, or a name for one.
        ports: In the order to try; 0 takes any free port.

    Raises:
        PortInUse: If every port is taken.
        OSError: If *host* is not an address of this machine, or the port needs more rights.
        ValueError: If a port is not between 0 and 65535.
    """
    wanted = tuple(ports)
    for port in wanted:
        _refuse_impossible(port)
        try:
            return _listen_on(service_name, registry, host, port)
        except PortInUse:
            log.info("port %d on %s is taken", port, host)
    raise PortInUse(errno.EADDRINUSE, _advice(host, wanted))


def _listen_on(service_name: str, registry: CollectorRegistry, host: str, port: int) -> Listener:
    try:
        _refuse_taken(host, port)
        server, thread = start_http_server(port, addr=host, registry=registry)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortInUse(problem.errno, _advice(host, (port,))) from problem
        raise
    address = server.socket.getsockname()
    listener = Listener(
        service_name=service_name,
        host=address[0],
        port=address[1],
        registry=registry,
        _server=server,
        _thread=thread,
    )
    log.info("%s: serving metrics on %s", service_name, listener.url)
    return listener


def _refuse_taken(host: str, port: int) -> None:
    # Some Python versions let http.server share a port (SO_REUSEPORT), and a scrape would reach either process.
    # This socket does not ask for sharing, so binding it fails if anybody listens.
    if port == 0:
        return
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)


def _refuse_impossible(port: int) -> None:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"{port!r} is not a port: give a whole number between 0 and 65535")


def _advice(host: str, ports: tuple[int, ...]) -> str:
    tried = " and ".join(str(port) for port in ports)
    return (
        f"cannot serve metrics: port {tried} on {host} is taken. `ss -ltnp 'sport = :{ports[0]}'` shows by whom. "
        f"Stop that process, choose another prometheus_port, name fallback_ports, or pass prometheus_port=0 for any free port"
    )
