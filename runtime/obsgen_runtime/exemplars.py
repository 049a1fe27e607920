"""
Exemplars: from a number in a metric to the trace that it came from.

While a backend is live, counters and histograms remember the current sampled observation, at most once per series and
second. The client shows exemplars in OpenMetrics only, and has none in its multiprocess mode.
"""

from __future__ import annotations

from collections.abc import Callable
from re import compile as pattern
from threading import Lock
from time import monotonic
from typing import Any

from obsgen_runtime.faults import shielded
from obsgen_runtime.observations import Observation, RemoteParent
from obsgen_runtime.tracing import CURRENT, exemplars

SECONDS_BETWEEN = 1.0
"""Between two exemplars of one series."""

# OpenMetrics allows 128 characters for all names and values: ids of the right form are 63 with their names.
_TRACE_ID = pattern(r"[0-9a-f]{32}\Z")
_SPAN_ID = pattern(r"[0-9a-f]{16}\Z")

Record = Callable[[float], None]


def arranged(record: Callable[..., None], *, links: bool | None = None) -> Record:
    """
    Return what records into one series: with exemplars if a backend is live, else *record* itself.

    Args:
        record: The client's method that takes a number and an exemplar, or what this function returned for it.
        links: Whether exemplars are wanted; as the process has it if None.
    """
    plain = getattr(record, "plain", record)
    return _linking(plain) if (exemplars.wanted if links is None else links) else plain


def _linking(plain: Callable[..., None]) -> Record:
    due = 0.0
    lock = Lock()
    current = CURRENT.get

    def record(amount: float) -> None:
        nonlocal due
        found = current()
        if found is None:
            plain(amount)
            return
        now = monotonic()
        exemplar = None
        if now >= due and lock.acquire(blocking=False):  # who comes second has no exemplar, and does not wait
            try:
                if now >= due and (exemplar := exemplar_of(found)) is not None:
                    due = now + SECONDS_BETWEEN
            finally:
                lock.release()
        if exemplar is None:
            plain(amount)
        else:
            plain(amount, exemplar)

    record.plain = plain  # type: ignore[attr-defined]  # how it is found again when tracing ends
    return record


def exemplar_of(observation: Observation | RemoteParent) -> dict[str, str] | None:
    """Return the labels of an exemplar; None if nothing is sampled here, or the ids are not of OpenTelemetry's form."""
    with shielded("exemplar"):
        known: Any = observation  # a remote parent has no is_sampled: it is not ours, and may never arrive
        if getattr(known, "is_sampled", False) and _TRACE_ID.match(known.trace_id) and _SPAN_ID.match(known.span_id):
            return {"trace_id": known.trace_id, "span_id": known.span_id}
    return None
