"""The accounts: everything made is sent or dropped for a reason, exactly, in our own numbers and in Prometheus."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Literal

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime.families import hold_over_forks  # noqa: F401  (its fork handlers come before ours)
from obsgen_runtime.refusals import runtime_metrics, tell

Signal = Literal["span", "score"]
DropReason = Literal[
    "queue_full", "queue_bytes", "refused", "unsent", "sampled", "filtered", "shutdown", "fork", "too_large"
]
ExportError = Literal[
    "connection", "timeout", "unauthorized", "rate_limited", "rejected", "server_error", "closed", "encoding"
]
_SECONDS_BETWEEN_LINES = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """
    The accounts at one moment: `made == sent + sum(dropped.values()) + waiting`, for each signal.

    Attributes:
        made: Spans ended, or scores given.
        sent: Of these, accepted by the server.
        dropped: Of these, not sent, by reason.
        waiting: Of these, in the queue or on the way.
    """

    made: int
    sent: int
    dropped: Mapping[str, int]
    waiting: int


class Ledger:
    """Counts for one backend; safe in any thread."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._metrics = runtime_metrics(REGISTRY if registry is None else registry)
        self._forget()
        self._last_told: dict[str, float] = {}
        self._last_success_ns = 0
        self._last_error: ExportError | None = None
        self._failing: ExportError | None = None

    def _forget(self) -> None:
        # A collection of garbage within may end a generator, which ends an observation, in this very thread.
        self._lock = RLock()
        self._made: Counter[Signal] = Counter()
        self._sent: Counter[Signal] = Counter()
        self._dropped: Counter[tuple[Signal, DropReason]] = Counter()
        self._errors: Counter[ExportError] = Counter()

    def made(self, signal: Signal) -> None:
        """Count one that was made."""
        with self._lock:
            self._made[signal] += 1
        self._metrics.obsgen_runtime_export_made_total.inc(signal=signal)

    def queued(self, signal: Signal) -> None:
        """Count one that waits."""
        self._metrics.obsgen_runtime_export_queue_depth.inc(signal=signal)

    def unqueued(self, signal: Signal, count: int = 1) -> None:
        """Count some that wait no more."""
        self._metrics.obsgen_runtime_export_queue_depth.dec(count, signal=signal)

    def sent(self, signal: Signal, count: int = 1) -> None:
        """Count some that the server accepted."""
        with self._lock:
            self._sent[signal] += count
            self._last_success_ns = time.time_ns()
            self._failing = None
        self._metrics.obsgen_runtime_export_sent_total.inc(count, signal=signal)
        self._metrics.obsgen_runtime_export_last_success_timestamp_seconds.set(self._last_success_ns / 1e9)

    def dropped(self, signal: Signal, reason: DropReason, count: int = 1) -> None:
        """Count some that are lost."""
        with self._lock:
            self._dropped[signal, reason] += count
        self._metrics.obsgen_runtime_export_dropped_total.inc(count, signal=signal, reason=reason)

    def error(self, reason: ExportError) -> None:
        """Count an attempt to send that failed."""
        with self._lock:
            self._errors[reason] += 1
            self._last_error = self._failing = reason
        self._metrics.obsgen_runtime_export_errors_total.inc(reason=reason)

    def without_identity(self) -> None:
        """Count a root span that nobody finds by persona or session."""
        self._metrics.obsgen_runtime_spans_without_identity_total.inc()

    def tell(self, cause: str, message: str, *details: object) -> None:
        """Log a line, unless there was one of the same cause within the last minute."""
        now = time.monotonic()
        with self._lock:
            last = self._last_told.get(cause)
            if last is not None and now - last < _SECONDS_BETWEEN_LINES:
                return
            if len(self._last_told) > 200:
                self._last_told.clear()
            self._last_told[cause] = now
        tell(message, *details)

    def tally(self, signal: Signal) -> Tally:
        """Return the accounts of one signal."""
        with self._lock:
            dropped: dict[str, int] = {reason: count for (of, reason), count in self._dropped.items() if of == signal}
            made, sent = self._made[signal], self._sent[signal]
        return Tally(made=made, sent=sent, dropped=dropped, waiting=made - sent - sum(dropped.values()))

    @property
    def lost(self) -> int:
        """How many of any signal were lost so far, those left out on purpose not counted."""
        with self._lock:
            return sum(count for (_, reason), count in self._dropped.items() if reason not in ("sampled", "filtered"))

    @property
    def errors(self) -> Mapping[str, int]:
        """Failed attempts by reason."""
        with self._lock:
            return {str(reason): count for reason, count in self._errors.items()}

    @property
    def last_error(self) -> ExportError | None:
        """How the last failed attempt failed; None if none did."""
        return self._last_error

    @property
    def failing(self) -> ExportError | None:
        """How the last attempt failed; None if it succeeded, or there was none."""
        return self._failing

    def start_as_child(self, queued: Mapping[Signal, int]) -> None:
        """
        Go on in a forked child: the copies of what waited are the parent's to send.

        Counters that were copied from the parent are balanced by a drop; in multiprocess mode the child's begin at zero.

        Args:
            queued: What was in the parent's queues.
        """
        left = {signal: self._waiting(signal) for signal in queued}
        self._forget()
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            return
        for signal, count in left.items():
            if count > 0:
                self._metrics.obsgen_runtime_export_dropped_total.inc(count, signal=signal, reason="fork")
            self.unqueued(signal, queued[signal])

    def _waiting(self, signal: Signal) -> int:
        # Without the lock, which another thread of the parent may have held.
        dropped = sum(count for (of, _), count in self._dropped.items() if of == signal)
        return self._made[signal] - self._sent[signal] - dropped
