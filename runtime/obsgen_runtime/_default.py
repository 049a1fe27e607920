"""The one process default: the listener that `initialize_observability` started."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime.listener import Listener, listen
from obsgen_runtime.refusals import runtime_metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    service_name: str
    ports: tuple[int, ...]
    host: str
    registry: CollectorRegistry


@dataclass(slots=True)
class _Running:
    settings: _Settings | None = None
    listener: Listener | None = None


_running = _Running()
_lock = Lock()


def initialize_observability(
    service_name: str,
    prometheus_port: int = 9464,
    *,
    host: str = "127.0.0.1",
    fallback_ports: tuple[int, ...] = (),
    registry: CollectorRegistry | None = None,
) -> Listener:
    """
    Serve this process's metrics over HTTP, and return only once that is so.

    Calling it again with the same arguments returns the listener that runs.

    Args:
        service_name: The service this process is, as in the catalog.
        prometheus_port: Port to listen on; 0 takes any free one, see the returned `port`.
        host: Address to bind. The default serves this machine only, where the agent that scrapes runs: /metrics has
            no authentication, and its labels tell what the process does. In a container pass `0.0.0.0`.
        fallback_ports: Ports to try in this order if *prometheus_port* is taken.
        registry: What is served; the client's default registry if None. The runtime's own counters join it.

    Raises:
        PortInUse: If no port of those given is free.
        OSError: If the address cannot be bound for another reason.
        RuntimeError: If a listener with other arguments runs; call its `shutdown()` first.
        ValueError: If *service_name* is empty or a port is out of range.
    """
    if not service_name:
        raise ValueError("service_name is empty: give the name of the service in the catalog")
    wanted = _Settings(
        service_name=service_name,
        ports=(prometheus_port, *fallback_ports),
        host=host,
        registry=REGISTRY if registry is None else registry,
    )
    with _lock:
        running = _running.listener
        if running is None or not running.is_live:
            runtime_metrics(wanted.registry)
            running = listen(wanted.service_name, wanted.registry, wanted.host, wanted.ports)
            _running.settings, _running.listener = wanted, running
        elif _running.settings != wanted:
            raise RuntimeError(
                f"{running.service_name} already serves metrics on {running.url} with other settings; "
                f"call shutdown() on the listener that initialize_observability() returned before starting another"
            )
        return running


def is_observability_enabled() -> bool:
    """Return whether the listener started by `initialize_observability` is live now, in this process."""
    running = _running.listener
    return running is not None and running.is_live
