"""The listener that serves /metrics: it says so only once it does."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry

from obsgen_runtime.families import is_multiprocess
from obsgen_runtime.server import SECONDS_PER_CONNECTION, MetricsServer

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
    _server: MetricsServer = field(repr=False, compare=False)
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
        self._wake()
        stopping.join(deadline_seconds)
        self._server.socket.close()  # whatever is left of it, nobody is served from here on
        return not stopping.is_alive()

    def _wake(self) -> None:
        # The server looks for its end twice a second only, or when somebody comes.
        if self._thread.is_alive():
            with suppress(OSError), socket.create_connection((self.host, self.port), timeout=0.1):
                pass

    def abandon(self) -> None:
        """Close the socket in a forked child, which cannot serve it, so that it does not keep the port from others."""
        self._server.socket.close()

    def _stop(self) -> None:
        if self._thread.is_alive():  # the server waits for its loop for ever if there is none
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.cut_all()


def listen(
    service_name: str,
    registry: CollectorRegistry,
    host: str,
    ports: Iterable[int],
    *,
    seconds_per_connection: float = SECONDS_PER_CONNECTION,
) -> Listener:
    """
    Serve *registry* on the first free port of *ports*.

    Args:
        service_name: For the log and the returned value.
        registry: What is served, in the Prometheus text format or OpenMetrics, as the scraper asks.
        host: Address to bind, IPv4 or IPv6, or a name for one.
        ports: In the order to try; 0 takes any free port.
        seconds_per_connection: How long one client may take; a slower one is cut off.

    Raises:
        PortInUse: If every port is taken.
        OSError: If *host* is not an address of this machine, or the port needs more rights.
        ValueError: If a port is not between 0 and 65535, or multiprocess mode is on without a folder.
    """
    _refuse_missing_folder()
    wanted = tuple(ports)
    for port in wanted:
        _refuse_impossible(port)
        try:
            return _listen_on(service_name, registry, host, port, seconds_per_connection)
        except PortInUse:
            log.info("port %d on %s is taken", port, host)
    raise PortInUse(errno.EADDRINUSE, _advice(host, wanted))


def _listen_on(service_name: str, registry: CollectorRegistry, host: str, port: int, seconds: float) -> Listener:
    try:
        family, address = _resolved(host, port)
        server = MetricsServer(address, registry, family=family, seconds_per_connection=seconds)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortInUse(problem.errno, _advice(host, (port,))) from problem
        raise
    thread = threading.Thread(target=server.serve_forever, name="obsgen-runtime-metrics", daemon=True)
    thread.start()
    return Listener(
        service_name=service_name,
        host=str(server.server_address[0]),
        port=server.server_port,
        registry=registry,
        _server=server,
        _thread=thread,
    )


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return family, (str(address[0]), port)


def _refuse_missing_folder() -> None:
    # The client still knows the old name in lower case.
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or os.environ.get("prometheus_multiproc_dir") or ""  # noqa: SIM112
    if is_multiprocess() and not (folder and Path(folder).is_dir()):
        raise ValueError(
            f"PROMETHEUS_MULTIPROC_DIR: {folder!r} is no folder: create it empty before the service starts"
        )


def _refuse_impossible(port: int) -> None:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"{port!r} is not a port: give a whole number between 0 and 65535")


def _advice(host: str, ports: tuple[int, ...]) -> str:
    tried = " and ".join(str(port) for port in ports)
    return (
        f"cannot serve metrics: port {tried} on {host} is taken. `ss -ltnp 'sport = :{ports[0]}'` shows by whom. "
        f"Stop that process, choose another prometheus_port, name fallback_ports, or pass prometheus_port=0 for any free port"
    )
