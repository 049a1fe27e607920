"""The one process default: what `initialize_observability` started, what is live of it, and how it ends."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock, Thread
from time import monotonic
from types import TracebackType
from typing import Literal, Self

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime import closing
from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.faults import shielded
from obsgen_runtime.listener import Listener, listen
from obsgen_runtime.observations import Backend, NoBackend
from obsgen_runtime.refusals import runtime_metrics
from obsgen_runtime.settings import Settings, read_settings, set_started_settings, started_settings
from obsgen_runtime.tracing import backend as current_backend
from obsgen_runtime.tracing import set_backend
from obsgen_runtime.tracing_setup import tracing_backend

log = logging.getLogger("obsgen_runtime")

Signal = Literal["metrics", "tracing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalStatus:
    """
    One signal of this process, now.

    Attributes:
        signal: `metrics` or `tracing`.
        is_live: Whether what is recorded can be read or can arrive.
        detail: Where it goes, or why it does not.
    """

    signal: Signal
    is_live: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    settings: Settings
    enable_prometheus: bool
    host: str
    ports: tuple[int, ...]
    registry: CollectorRegistry = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observability:
    """
    What runs since `initialize_observability`; as a `with` block it is shut down at the end.

    Attributes:
        settings: What it was started with; secrets are not shown.
        listener: The metrics page; None if Prometheus was not enabled.
        backend: Where observations go.
        deadline_seconds: How long flush and shutdown take at most.
    """

    settings: Settings
    listener: Listener | None
    backend: Backend
    deadline_seconds: float

    @property
    def service_name(self) -> str:
        """The service it speaks for."""
        return self.settings.service_name

    @property
    def host(self) -> str:
        """Address of the metrics page. Raises RuntimeError if there is none."""
        return self._page().host

    @property
    def port(self) -> int:
        """Port of the metrics page, the real one. Raises RuntimeError if there is none."""
        return self._page().port

    @property
    def url(self) -> str:
        """Where to scrape. Raises RuntimeError if there is no metrics page."""
        return self._page().url

    @property
    def is_live(self) -> bool:
        """Whether any signal is live, in this process."""
        return any(one.is_live for one in self.status())

    def status(self) -> tuple[SignalStatus, ...]:
        """Return every signal, whether it is live now, and where it goes or why it does not."""
        return (_metrics_status(self.listener), _tracing_status(self.backend))

    def flush(self, deadline_seconds: float | None = None) -> bool:
        """Send what waits; returns whether nothing is left. Never takes longer than the deadline."""
        seconds = self.deadline_seconds if deadline_seconds is None else deadline_seconds
        return _within(seconds, self.backend.flush)

    def shutdown(self, deadline_seconds: float | None = None) -> bool:
        """
        Record what has to be recorded before the end, send what waits, and stop serving; harmless if already done.

        Returns:
            Whether all of it was done within the deadline; this call never takes longer.
        """
        seconds = self.deadline_seconds if deadline_seconds is None else deadline_seconds
        until = monotonic() + seconds
        closing.run_endings()
        if current_backend() is self.backend:
            set_backend(NoBackend("observability was shut down"))
        if started_settings() is self.settings:
            set_started_settings(None)
        sent = _within(until - monotonic(), self.backend.shutdown)
        # The page is served until the very last, so that a scrape sees what was lost on the way.
        stopped = self.listener is None or self.listener.shutdown(max(0.1, until - monotonic()))
        return sent and stopped

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Shut down."""
        self.shutdown()

    def _page(self) -> Listener:
        if self.listener is None:
            raise RuntimeError("there is no metrics page: observability was started with enable_prometheus=False")
        return self.listener


@dataclass(slots=True, kw_only=True)
class _Running:
    wish: _Wish | None = None
    handle: Observability | None = None


_running = _Running()
_lock = hold_over_forks(RLock())


def initialize_observability(
    service_name: str | None = None,
    prometheus_port: int | None = None,
    *,
    enable_prometheus: bool = True,
    host: str = "127.0.0.1",
    fallback_ports: tuple[int, ...] = (),
    registry: CollectorRegistry | None = None,
    env_file: str | os.PathLike[str] | None = None,
    langfuse_public_key: str | None = None,
    langfuse_secret_key: str | None = None,
    langfuse_base_url: str | None = None,
    langfuse_enabled: bool | None = None,
    langfuse_environment: str | None = None,
    langfuse_release: str | None = None,
    langfuse_sample_rate: float | None = None,
    langfuse_timeout_seconds: float | None = None,
    langfuse_mask_messages: bool | None = None,
    otlp_endpoint: str | None = None,
    deadline_seconds: float = 2.0,
) -> Observability:
    """
    Serve this process's metrics over HTTP and start tracing; return only once that is so.

    Calling it again with the same arguments returns what runs. What an argument does not say is read from the
    environment, then from *env_file*; see `obsgen_runtime.settings.Settings` for the names.

    Args:
        service_name: The service this process is, as in the catalog (`SERVICE_NAME`).
        prometheus_port: Port to listen on (`OBSGEN_PROMETHEUS_PORT`), 9464 if nobody says; 0 takes any free one.
        enable_prometheus: Whether to listen at all; commands that end soon use `short_lived` instead.
        host: Address to bind. The default serves this machine only, where the agent that scrapes runs: /metrics has
            no authentication, and its labels tell what the process does. In a container pass `0.0.0.0`.
        fallback_ports: Ports to try in this order if *prometheus_port* is taken.
        registry: What is served; the client's default registry if None. The runtime's own counters join it.
        env_file: File with variables, `~` allowed; only its owner may read it.
        langfuse_public_key: Without both keys nothing is sent to Langfuse, and nothing is logged about it later.
        langfuse_secret_key: The other one.
        langfuse_base_url: Server; Langfuse Cloud if nobody says.
        langfuse_enabled: False sends nothing to Langfuse, whatever the keys.
        langfuse_environment: Such as `production`.
        langfuse_release: Version of the application.
        langfuse_sample_rate: Share of the traces that is sent, 0 to 1.
        langfuse_timeout_seconds: How long one request may take.
        langfuse_mask_messages: False sends prompts and completions as they are.
        otlp_endpoint: Collector that takes spans; None sends none there.
        deadline_seconds: How long shutdown takes at most, also at the end of the interpreter.

    Raises:
        PortInUse: If no port of those given is free.
        OSError: If the address cannot be bound for another reason.
        RuntimeError: If something with other arguments runs; shut that down first.
        ValueError: If a setting makes no sense; it names the setting and says what to write.
        FileNotFoundError: If *env_file* does not exist.
        PermissionError: If others may read it.
    """
    settings = read_settings(
        {
            "service_name": service_name,
            "prometheus_port": prometheus_port,
            "langfuse_public_key": langfuse_public_key,
            "langfuse_secret_key": langfuse_secret_key,
            "langfuse_base_url": langfuse_base_url,
            "langfuse_enabled": langfuse_enabled,
            "langfuse_environment": langfuse_environment,
            "langfuse_release": langfuse_release,
            "langfuse_sample_rate": langfuse_sample_rate,
            "langfuse_timeout_seconds": langfuse_timeout_seconds,
            "langfuse_mask_messages": langfuse_mask_messages,
            "otlp_endpoint": otlp_endpoint,
        },
        env_file=env_file,
    )
    wish = _Wish(
        settings=settings,
        enable_prometheus=enable_prometheus,
        host=host,
        ports=(settings.prometheus_port, *fallback_ports),
        registry=REGISTRY if registry is None else registry,
    )
    with _lock:
        running = _running.handle
        if running is not None and running.is_live and _running.wish != wish:
            raise RuntimeError(
                f"{running.service_name} already {_serves(running)} with other settings; "
                f"call shutdown_observability() before starting another"
            )
        if running is None or _running.wish != wish or not _is_whole(running):
            if running is not None:
                running.shutdown()
            running = _start(wish, deadline_seconds)
            _running.wish, _running.handle = wish, running
            set_started_settings(settings)
        return running


def shutdown_observability(deadline_seconds: float | None = None) -> bool:
    """
    Flush and stop what `initialize_observability` started; harmless if nothing runs.

    Returns:
        Whether all of it was done within the deadline; this call never takes longer.
    """
    running = _running.handle
    return running is None or running.shutdown(deadline_seconds)


def is_observability_enabled() -> bool:
    """Return whether anything started by `initialize_observability` is live now, in this process."""
    running = _running.handle
    return running is not None and running.is_live


def observability_status() -> tuple[SignalStatus, ...]:
    """Return every signal, whether it is live now, in this process, and where it goes or why it does not."""
    running = _running.handle
    if running is None:
        listener, never = None, NoBackend("initialize_observability was not called")
        return (_metrics_status(listener, never.reason), _tracing_status(never))
    return running.status()


def _start(wish: _Wish, deadline_seconds: float) -> Observability:
    runtime_metrics(wish.registry)
    name = wish.settings.service_name
    listener = listen(name, wish.registry, wish.host, wish.ports) if wish.enable_prometheus else None
    try:
        tracing = tracing_backend(wish.settings, wish.registry, deadline_seconds)
    except BaseException:
        if listener is not None:
            listener.shutdown()
        raise
    before = current_backend()
    if not before.is_live or tracing.is_live:
        set_backend(tracing)
    else:
        tracing = before  # somebody, such as LangfuseIntegration, has started tracing already
    handle = Observability(
        settings=wish.settings, listener=listener, backend=tracing, deadline_seconds=deadline_seconds
    )
    words = ", ".join(f"{one.signal} {'live' if one.is_live else 'off'} ({one.detail})" for one in handle.status())
    log.info("%s: %s", name, words)
    return handle


def _is_whole(running: Observability) -> bool:
    """Say whether all that was started still is live; what was off from the start stays off."""
    page, tracing = running.listener, running.backend
    return (page is None or page.is_live) and (isinstance(tracing, NoBackend) or tracing.is_live)


def _serves(running: Observability) -> str:
    return f"serves metrics on {running.url}" if running.listener is not None else "runs without a metrics page"


def _metrics_status(listener: Listener | None, off: str = "enable_prometheus=False") -> SignalStatus:
    if listener is None:
        return SignalStatus(signal="metrics", is_live=False, detail=off)
    if listener.is_live:
        return SignalStatus(signal="metrics", is_live=True, detail=listener.url)
    return SignalStatus(signal="metrics", is_live=False, detail=f"nothing serves {listener.url} in this process")


def _tracing_status(backend: Backend) -> SignalStatus:
    if isinstance(backend, NoBackend):
        return SignalStatus(signal="tracing", is_live=False, detail=backend.reason)
    detail = f"backend {backend.name}" if backend.is_live else f"backend {backend.name} has been shut down"
    failing = getattr(getattr(backend, "ledger", None), "failing", None)  # of those that send by themselves
    if backend.is_live and failing is not None:
        detail = f"{detail}, whose last attempt to send failed: {failing}"
    return SignalStatus(signal="tracing", is_live=backend.is_live, detail=detail)


def _within(seconds: float, work: Callable[[float], bool]) -> bool:
    """Return what *work* returns, or False when the time is over: it is left behind then, in a daemon thread."""
    results: list[bool] = []

    def run() -> None:
        with shielded("shutdown"):
            results.append(work(max(0.0, seconds)))

    worker = Thread(target=run, name="obsgen-runtime-end", daemon=True)
    try:
        worker.start()
    except RuntimeError:  # the interpreter starts no threads any more; backends keep their deadline themselves
        run()
    else:
        worker.join(max(0.0, seconds))
    return results == [True]


@atexit.register
def _at_exit() -> None:
    shutdown_observability()


def _in_child() -> None:
    running = _running.handle
    if running is not None and running.listener is not None:
        running.listener.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
