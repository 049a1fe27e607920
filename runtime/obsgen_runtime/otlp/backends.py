"""The backend `otlp`: observations as OpenTelemetry spans, sent to Langfuse by a thread of our own."""

from __future__ import annotations

import atexit
import os
import sys
import time
import uuid
import weakref
from collections.abc import Mapping
from threading import RLock
from typing import Literal

from opentelemetry import trace
from opentelemetry.context import Context as OtelContext
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from obsgen_runtime import __version__
from obsgen_runtime.closing import run_endings
from obsgen_runtime.context import Context
from obsgen_runtime.faults import count_fault
from obsgen_runtime.observations import NOTHING, UNTRACED, Facts, Kind, Observation, RemoteParent, Score
from obsgen_runtime.otlp.attributes import span_attributes
from obsgen_runtime.otlp.delivery import (
    EndedSpan,
    LangfuseDelivery,
    kind_of_span,
    span_events,
    span_status,
)
from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.lane import Item, Lane
from obsgen_runtime.otlp.ledger import Ledger, Signal, Tally
from obsgen_runtime.otlp.limits import SCORE_BYTES, SPAN_BYTES, Limits
from obsgen_runtime.otlp.records import Record, Rules, add_facts
from obsgen_runtime.otlp.scores import TimedScore, masked_score
from obsgen_runtime.otlp.spans import Clock, SpanObservation, fitting
from obsgen_runtime.otlp.values import key_text, weighed

_SCOPE = "obsgen_runtime"
_SIXTY_FOUR_BITS = 2**64 - 1
_alive: weakref.WeakSet[OtlpBackend] = weakref.WeakSet()


class OtlpBackend:
    """
    Keeps observations as spans and sends them; see `Backend`. Made by `obsgen_runtime.otlp.backend`.

    Attributes:
        ledger: What was made, sent and dropped.
    """

    name = "otlp"

    def __init__(
        self,
        destination: Destination | None,
        projects: Mapping[str, Destination] | None,
        *,
        rules: Rules,
        resource: Resource,
        limits: Limits,
        ledger: Ledger,
        sample_ratio: float,
        attach: Literal["app"] | None,
        exit_seconds: float,
    ) -> None:
        self.ledger = ledger
        self._destination = destination
        self._projects = projects
        self._rules = rules
        self._resource = resource
        self._limits = limits
        self._sampled_below = int(sample_ratio * (_SIXTY_FOUR_BITS + 1))
        self._joins_application = attach == "app"
        self._exit_seconds = exit_seconds
        self._lanes: dict[str | None, Lane] = {}
        self._lock = RLock()  # a signal handler may shut down while this thread is in here
        self._is_shut_down = False
        self._ends_with_worker = False
        provider: trace.TracerProvider = (
            trace.get_tracer_provider()
            if self._joins_application
            else TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
        )
        self._tracer = provider.get_tracer(_SCOPE, __version__)
        _alive.add(self)
        atexit.register(self.end_process)

    @property
    def is_live(self) -> bool:
        """Whether what is recorded now can still arrive."""
        return not self._is_shut_down

    def start(
        self,
        name: str,
        kind: Kind,
        context: Context,
        *,
        parent: Observation | RemoteParent | None = None,
        facts: Facts = NOTHING,
        at_ns: int | None = None,
    ) -> Observation:
        """Start an observation below *parent*; without one, below the application's current OpenTelemetry span."""
        try:
            return self._start(name, kind, context, parent, facts, at_ns)
        except Exception as error:  # noqa: BLE001  (nothing of ours may reach the application)
            count_fault("start", type(error).__name__)
            return UNTRACED

    def _start(
        self,
        name: str,
        kind: Kind,
        context: Context,
        parent: Observation | RemoteParent | None,
        facts: Facts,
        at_ns: int | None,
    ) -> Observation:
        if not isinstance(context, Context):
            raise TypeError("the context is none of ours")
        sampled_before = True
        if isinstance(parent, SpanObservation):
            above = parent.span
            clock, is_root, trace_name, sampled_before = (
                parent.clock,
                False,
                parent.record.trace_name,
                parent.is_sampled,
            )
        else:
            above = _foreign_parent(parent)
            clock, is_root, trace_name = Clock(), True, name
            if isinstance(parent, RemoteParent):
                sampled_before = parent.sampled
        above_context = above.get_span_context()
        has_parent = above_context.is_valid
        start_ns = clock.now_ns() if at_ns is None else fitting(at_ns, clock)
        span = self._tracer.start_span(
            name, trace.set_span_in_context(above, _NO_CONTEXT) if has_parent else _NO_CONTEXT,
            kind_of_span(kind), start_time=start_ns,
        )  # fmt: skip
        is_sampled = (
            sampled_before
            and span.is_recording()
            and (span.get_span_context().trace_id & _SIXTY_FOUR_BITS) < self._sampled_below
        )
        record = Record(name, kind, context, trace_name, is_root, start_ns)
        content = self._rules.content
        if facts is not NOTHING and is_sampled:
            try:
                add_facts(record, facts, content)
            except Exception as error:  # noqa: BLE001  (the span is worth more than one fact of it)
                count_fault("observation", type(error).__name__)
        return SpanObservation(
            span, above_context if has_parent else None, record, clock, is_sampled, content, self._finish
        )

    def _finish(self, ended: SpanObservation) -> None:
        self.ledger.made("span")
        try:
            self._end_span(ended)
        except Exception:  # a processor of the application, say
            self.ledger.dropped("span", "unsent")
            raise
        if not ended.is_sampled:
            self.ledger.dropped("span", "sampled")
            return
        record = ended.record
        waiting = EndedSpan(ended.span.get_span_context(), ended.parent, record)
        self._put(record.context.project, Item("span", waiting, record.is_root, SPAN_BYTES + record.held_bytes))

    def _end_span(self, ended: SpanObservation) -> None:
        record = ended.record
        if self._joins_application and ended.span.is_recording():
            # The application's exporters see the span without its content, which goes to Langfuse only.
            ended.span.set_attributes(span_attributes(record, self._rules, with_content=False))
            for event in span_events(record, self._rules):
                ended.span.add_event(event.name, event.attributes, event.timestamp)
            ended.span.set_status(span_status(record, self._rules))
        ended.span.end(record.end_ns)

    def score(self, score: Score) -> None:
        """Send a judgement, later."""
        try:
            kept = score
            if score.comment is not None and not self._rules.content.score_comments:
                kept = masked_score(score)
            score_id = ("" if score.score_id is None else key_text(score.score_id)) or uuid.uuid4().hex
            timed = TimedScore(score=kept, score_id=score_id, at_ns=time.time_ns())
            self.ledger.made("score")
            self._put(
                score.project,
                Item("score", timed, True, SCORE_BYTES + weighed(kept.comment)[1] + weighed(kept.value)[1]),
            )
        except Exception as error:  # noqa: BLE001  (nothing of ours may reach the application)
            count_fault("score", type(error).__name__)

    def _put(self, project: str | None, item: Item) -> None:
        if not self._ends_with_worker:
            self._ends_with_worker = True
            _end_with_worker(self)
        if project is not None and type(project) is not str:
            project = key_text(project)
        lane = self._lanes.get(project) or self._new_lane(project)
        if lane is None:
            self.ledger.dropped(item.signal, "filtered")
            self.ledger.tell("project", "spans or scores of a project without settings were dropped")
        else:
            lane.put(item)

    def _new_lane(self, project: str | None) -> Lane | None:
        destination = self._destination if project is None or self._projects is None else self._projects.get(project)
        if destination is None:
            return None
        if self._projects is None and project is not None:
            return self._lanes.get(None) or self._new_lane(None)
        with self._lock:
            lane = self._lanes.get(project)
            if lane is None:
                lane = self._lanes[project] = self._lane(destination)
                if self._is_shut_down:
                    lane.close(time.monotonic())
            return lane

    def _lane(self, destination: Destination) -> Lane:
        delivery = LangfuseDelivery(
            destination,
            self.ledger,
            self._rules,
            self._resource,
            InstrumentationScope(_SCOPE, __version__),
            self._limits.timeout_seconds,
        )
        return Lane("obsgen-export", self.ledger, self._limits, delivery)

    def flush(self, deadline_seconds: float = 2.0) -> bool:
        """Send what waits; returns whether all of it was sent or dropped within the deadline."""
        deadline = time.monotonic() + deadline_seconds
        lanes = tuple(self._lanes.values())
        self.hurry(deadline)
        emptied = [lane.flush(deadline) for lane in lanes]
        return all(emptied)

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:
        """Flush and stop; returns whether nothing was left, which is counted as dropped otherwise."""
        deadline = time.monotonic() + deadline_seconds
        with self._lock:
            self._is_shut_down = True
            lanes = tuple(self._lanes.values())
        self.hurry(deadline)
        lost = sum([lane.close(deadline) for lane in lanes])
        atexit.unregister(self.end_process)
        if lost:
            self.ledger.tell(
                "shutdown", "shutting down: %d spans and scores could not be sent in time and are lost", lost
            )
        return lost == 0

    def tally(self, signal: Signal = "span") -> Tally:
        """Return what was made, sent and dropped of one signal."""
        return self.ledger.tally(signal)

    def start_as_child(self) -> None:
        """Begin anew in a forked child."""
        _exit.began = None
        self._ends_with_worker = False
        self._lock = RLock()
        queued: dict[Signal, int] = {"span": 0, "score": 0}
        for lane in self._lanes.values():
            for signal, count in lane.start_as_child().items():
                queued[signal] += count
        self.ledger.start_as_child(queued)

    def end_process(self) -> None:
        """Shut down at interpreter exit, after what has to be recorded before it; all backends share the time."""
        run_endings()
        if _exit.began is None:
            _exit.began = time.monotonic()
            for other in tuple(_alive):
                other.hurry(_exit.began + other._exit_seconds)  # noqa: SLF001  (one of us)
        self.shutdown(max(0.0, _exit.began + self._exit_seconds - time.monotonic()))

    def hurry(self, deadline: float) -> None:
        """Send what waits now, until *deadline* (`time.monotonic`); waits for nothing."""
        for lane in tuple(self._lanes.values()):
            lane.hurry(deadline)


_NO_CONTEXT = OtelContext()


class _Exit:
    """When the end of the process began, in seconds of `time.monotonic`."""

    __slots__ = ("began",)

    def __init__(self) -> None:
        self.began: float | None = None


_exit = _Exit()


def _end_with_worker(backend: OtlpBackend) -> None:
    """Have *backend* end with a worker process of `multiprocessing`, which leaves without exit handlers."""
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is not None and process is not None and process.parent_process() is not None:
        util.Finalize(None, backend.end_process, exitpriority=-100)


def _foreign_parent(parent: Observation | RemoteParent | None) -> trace.Span:
    if parent is None or not parent.trace_id:
        return trace.get_current_span()
    sampled = parent.sampled if isinstance(parent, RemoteParent) else parent.is_sampled
    flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
    try:
        trace_id, span_id = int(parent.trace_id, 16), int(parent.span_id, 16)
    except (TypeError, ValueError) as error:  # a parent of the application's own making
        count_fault("start", type(error).__name__)
        return trace.get_current_span()
    return NonRecordingSpan(SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags))


def _after_fork_in_child() -> None:
    for backend in tuple(_alive):
        backend.start_as_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
