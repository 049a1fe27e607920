"""Steps of a workflow as primitives, beside the same steps below a bare OpenTelemetry span."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from time import thread_time
from timeit import Timer
from typing import Any

from bench_parts.measuring import Bar, Contender, Section

NODES = {"0.1 ms": (0.1, 1.5), "1 ms": (1.0, 1.1), "10 ms": (10.0, 1.05)}
"""Milliseconds that a node takes, and how much longer it may take as a primitive."""

_ENTRIES = 100_000


def be_busy(turns: int) -> int:
    """Keep the processor busy: a sleep would measure the event loop's timer."""
    for _ in range(turns):
        pass
    return turns


def turns_of(milliseconds: float) -> int:
    """Return how many turns of `be_busy` take so long on this machine."""
    turns = 20_000
    seconds = min(Timer(lambda: be_busy(turns)).repeat(50, 1))
    return max(1, int(turns * milliseconds / 1000 / seconds))


def at_once(make: Callable[[], Coroutine[Any, Any, object]]) -> Contender:
    """Return the contender that runs coroutines which wait for nothing, without a loop, whose cost all would share."""

    def call() -> None:
        try:
            make().send(None)
        except StopIteration:
            return
        raise RuntimeError("it waits for something")

    return on_this_thread(call)


def on_this_thread(call: Callable[[], object]) -> Contender:
    """Return a contender whose time is that of the processor: in 10 ms of the clock a busy machine does much else."""
    return Timer(call, timer=thread_time).timeit


def nodes(milliseconds: float) -> Iterator[Mapping[str, Contender]]:
    """Yield a busy step alone, below a bare span with the attributes of a primitive's, and as a primitive."""
    from obsgen_runtime import InstrumentedPrimitive, WorkflowContext, otlp  # noqa: PLC0415
    from obsgen_runtime.testing import RecordingServer  # noqa: PLC0415
    from obsgen_runtime.tracing import set_backend  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    turns = turns_of(milliseconds)
    context = WorkflowContext(workflow_id="bench", session_id="s-1", metadata={"persona": "backend-engineer"})

    class Node(InstrumentedPrimitive[int, int]):
        async def _execute_impl(self, input_data: int, context: WorkflowContext) -> int:  # noqa: ARG002
            return be_busy(input_data)

    async def below_a_span() -> int:
        with tracer.start_as_current_span("primitive.Node") as span:
            span.set_attribute("primitive.name", "Node")
            span.set_attribute("primitive.type", "step")
            span.set_attribute("primitive.status", "success")
            span.set_attribute("workflow.id", "bench")
            span.set_attribute("session.id", "s-1")
            span.set_attribute("correlation.id", context.correlation_id)
            return be_busy(turns)

    with RecordingServer() as server:
        # Both queues empty themselves only after the rounds: the threads' work is not the caller's.
        later = {"schedule_delay_millis": 3_600_000, "max_queue_size": _ENTRIES, "max_export_batch_size": _ENTRIES}
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=server.traces_url), **later))
        tracer = provider.get_tracer("bench")
        backend = otlp.backend(
            otlp.Destination.langfuse(server.url, "pk-lf-bench", "sk-lf-bench"),
            service_name="bench",
            limits=otlp.Limits(
                queue_size=_ENTRIES,
                batch_size=_ENTRIES,
                queue_bytes=_ENTRIES * 2**20,
                batch_bytes=_ENTRIES * 2**20,
                schedule_seconds=3600.0,
            ),
            registry=CollectorRegistry(),
        )
        before, node = set_backend(backend), Node(metrics=CollectorRegistry())
        try:
            yield {
                "the work alone": on_this_thread(lambda: be_busy(turns)),
                "below a bare span": at_once(below_a_span),
                "as a primitive": at_once(lambda: node.execute(turns, context)),
            }
        finally:
            set_backend(before)
            server.mode = "unauthorized"  # the backlog of the rounds is not worth sending
            provider.shutdown()
            backend.shutdown(1.0)


SECTIONS = {
    f"primitives, {said}": Section(
        prepare=partial(nodes, milliseconds),
        calls=max(1, int(5 / milliseconds)),  # the shorter a round, the sooner one is undisturbed
        bars=(
            Bar(
                what=f"node of {said}, primitive / bare span",
                contender="as a primitive",
                against="below a bare span",
                at_most=at_most,
            ),
        ),
    )
    for said, (milliseconds, at_most) in NODES.items()
}
