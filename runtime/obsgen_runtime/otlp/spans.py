"""Observations on the caller's time: an OpenTelemetry span for identity and time, and a record of everything else."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping

from opentelemetry.trace import Span, SpanContext

from obsgen_runtime.faults import count_fault
from obsgen_runtime.masking import Content
from obsgen_runtime.observations import Facts
from obsgen_runtime.otlp.records import LONGEST_VALUE, MOST_EVENTS, Record, add_facts

_END_OF_TIME_NS = 2**63
_ENDINGS_FROM_OUTSIDE = (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)


class Clock:
    """
    Time of one trace: nanoseconds since the epoch that never run backwards, whatever happens to the machine's clock.

    The children of a span in this process share its clock, so that they lie within it.
    """

    __slots__ = ("_began_ns", "_offset_ns")

    def __init__(self) -> None:
        self._began_ns = time.time_ns()
        self._offset_ns = self._began_ns - time.perf_counter_ns()

    def now_ns(self) -> int:
        """Return the time."""
        return self._offset_ns + time.perf_counter_ns()


def fitting(at_ns: object, clock: Clock) -> int:
    """Return the time if it is one that can be sent, nanoseconds since the epoch up to the year 2262; else that of now."""
    if type(at_ns) is int and 0 <= at_ns < _END_OF_TIME_NS:
        return at_ns
    count_fault("observation", "a time out of range")
    return clock.now_ns()


class SpanObservation:
    """
    An observation that becomes a span; see `Observation`.

    Args:
        finish: Takes it when it has ended.
    """

    __slots__ = ("_content", "_ended", "_finish", "clock", "is_sampled", "parent", "record", "span")

    def __init__(
        self,
        span: Span,
        parent: SpanContext | None,
        record: Record,
        clock: Clock,
        is_sampled: bool,
        content: Content,
        finish: Callable[[SpanObservation], None],
    ) -> None:
        self.span = span
        self.parent = parent
        self.record = record
        self.clock = clock
        self.is_sampled = is_sampled
        self._content = content
        self._finish = finish
        self._ended = False

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits, also after the end."""
        return f"{self.span.get_span_context().trace_id:032x}"

    @property
    def span_id(self) -> str:
        """16 hexadecimal digits, also after the end."""
        return f"{self.span.get_span_context().span_id:016x}"

    def update(self, facts: Facts) -> None:
        """Add facts; after the end they are ignored, and counted as a fault."""
        try:
            if self._ended:
                count_fault("observation", "update after the end")
            elif self.is_sampled:
                add_facts(self.record, facts, self._content)
        except Exception as error:  # noqa: BLE001  (nothing of ours may reach the application)
            count_fault("observation", type(error).__name__)

    def event(self, name: str, metadata: Mapping[str, object] | None = None) -> None:
        """Note that something happened; beyond 128 events, and after the end, it is ignored."""
        try:
            if self._ended:
                count_fault("observation", "event after the end")
            elif self.is_sampled:
                kept = self.record.keep(dict(metadata) if isinstance(metadata, Mapping) else metadata)
                _note_event(self.record, name, self.clock.now_ns(), kept)
        except Exception as error:  # noqa: BLE001  (nothing of ours may reach the application)
            count_fault("observation", type(error).__name__)

    def end(self, error: BaseException | None = None, at_ns: int | None = None) -> None:
        """End it; a second time is ignored."""
        if self._ended:
            return
        self._ended = True
        try:
            record = self.record
            now = self.clock.now_ns() if at_ns is None else fitting(at_ns, self.clock)
            record.end_ns = max(now, record.start_ns)
            if error is not None:
                _note_error(record, error, with_message=self._content.exception_messages)
            self._finish(self)
        except Exception as fault:  # noqa: BLE001  (nothing of ours may reach the application)
            count_fault("observation", type(fault).__name__)


def _note_event(record: Record, name: str, at_ns: int, metadata: object) -> None:
    if record.events is None:
        record.events = []
    if len(record.events) < MOST_EVENTS:
        record.events.append((name, at_ns, metadata))


def _note_error(record: Record, error: BaseException, *, with_message: bool) -> None:
    kind = type(error)
    name = (
        kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    )
    record.error_type = name
    if isinstance(error, _ENDINGS_FROM_OUTSIDE):
        record.was_cancelled = True
        record.level = record.level or "WARNING"
        record.message = record.message or f"cancelled: {kind.__qualname__}"
        return
    text = _told(error) if with_message else ""
    record.level = "ERROR"
    record.message = record.message or (f"{kind.__qualname__}: {text}" if text else kind.__qualname__)
    told = {"exception.type": name, "exception.message": text} if with_message else {"exception.type": name}
    _note_event(record, "exception", record.end_ns, told)


def _told(error: BaseException) -> str:
    # Now, since keeping the exception would keep everything alive that its traceback holds.
    try:
        return str(error)[: LONGEST_VALUE * 2]
    except Exception:  # noqa: BLE001  (an exception of the application that cannot be printed)
        return f"[unreadable {sys.intern(type(error).__name__)}]"
