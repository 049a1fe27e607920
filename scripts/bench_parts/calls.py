"""Hooks around calls of language models: off, with streams, and as spans beside bare OpenTelemetry spans."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from time import perf_counter

from bench_parts.measuring import Bar, Contender, Section, of

SIZES = {"200 B": 200, "5 kB": 5_000, "100 kB": 100_000}
ANSWER = {"usage": {"prompt_tokens": 10, "completion_tokens": 5}}
_ENTRIES = 100_000


def ask(_prompt: str) -> object:
    """Return an answer, at once."""
    return ANSWER


def disabled() -> Iterator[Mapping[str, Contender]]:
    """Yield our hook without metrics and tracing, and the langfuse SDK's decorator without keys."""
    for name in ("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"):
        os.environ.pop(name, None)
    from langfuse import observe  # noqa: PLC0415
    from obsgen_runtime import observe_llm  # noqa: PLC0415

    off = observe_llm(model="gpt-4o", metrics=False)(ask)
    keyless = observe(as_type="generation")(ask)
    logging.disable(logging.CRITICAL)  # the SDK says so with every call
    yield {
        "the function alone": of(lambda: ask("x")),
        "hook, off": of(lambda: off("x")),
        "hook of the langfuse SDK, without keys": of(lambda: keyless("x")),
    }
    logging.disable(logging.NOTSET)


def chunks(times: int) -> Iterator[int]:
    """Yield what a stream yields, at once."""
    for _ in range(times):
        yield 1


async def async_chunks(times: int) -> AsyncIterator[int]:
    """Yield what a stream yields, at once."""
    for _ in range(times):
        yield 1


def streams() -> Iterator[Mapping[str, Contender]]:
    """Yield generators, sync and async, bare and watched; a call is a chunk."""
    from obsgen_runtime import observe_llm  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    watch = observe_llm(model="gpt-4o", metrics=CollectorRegistry())

    def read(stream: Callable[[int], Iterator[int]]) -> Contender:
        def times(calls: int) -> float:
            started = perf_counter()
            for _ in stream(calls):
                pass
            return perf_counter() - started

        return times

    def read_later(stream: Callable[[int], AsyncIterator[int]]) -> Contender:
        async def reading(calls: int) -> float:
            started = perf_counter()
            async for _ in stream(calls):
                pass
            return perf_counter() - started

        return lambda calls: asyncio.run(reading(calls))

    yield {
        "generator": read(chunks),
        "generator, watched": read(watch(chunks)),
        "async generator": read_later(async_chunks),
        "async generator, watched": read_later(watch(async_chunks)),
    }


def generations() -> Iterator[Mapping[str, Contender]]:
    """Yield a generation with prompt, model, usage and metadata, and a bare OpenTelemetry span with 8 attributes."""
    from obsgen_runtime import observe_llm, otlp  # noqa: PLC0415
    from obsgen_runtime.context import Context  # noqa: PLC0415
    from obsgen_runtime.masking import OPEN  # noqa: PLC0415
    from obsgen_runtime.observations import Facts  # noqa: PLC0415
    from obsgen_runtime.testing import RecordingServer  # noqa: PLC0415
    from obsgen_runtime.usage import Usage  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    context = Context(workflow="release", stage="build", persona="backend-engineer", session="s-1")
    with RecordingServer() as server:
        # Both queues empty themselves only between rounds: the threads' work is not the caller's.
        later = {"schedule_delay_millis": 3_600_000, "max_queue_size": _ENTRIES, "max_export_batch_size": _ENTRIES}
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=server.traces_url), **later))
        tracer = provider.get_tracer("bench")
        backend = otlp.backend(
            otlp.Destination.langfuse(server.url, "pk-lf-bench", "sk-lf-bench"),
            service_name="bench",
            content=OPEN,
            limits=otlp.Limits(
                queue_size=_ENTRIES,
                batch_size=_ENTRIES,
                queue_bytes=_ENTRIES * 2**20,
                batch_bytes=_ENTRIES * 2**20,
                schedule_seconds=3600.0,
            ),
            registry=CollectorRegistry(),
        )

        def bare() -> None:
            span = tracer.start_span("generate")
            span.set_attribute("gen_ai.operation.name", "chat")
            span.set_attribute("gen_ai.request.model", "claude-sonnet-4")
            span.set_attribute("gen_ai.usage.input_tokens", 10)
            span.set_attribute("gen_ai.usage.output_tokens", 5)
            span.set_attribute("user.id", "backend-engineer")
            span.set_attribute("session.id", "s-1")
            span.set_attribute("workflow.name", "release")
            span.set_attribute("stage.name", "build")
            span.end()

        def generation(prompt: str) -> Callable[[], None]:
            messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}]

            def call() -> None:
                observation = backend.start(
                    "generate", "generation", context, facts=Facts(input=messages, model="claude-sonnet-4")
                )
                observation.update(
                    Facts(
                        output="done",
                        usage=Usage(fresh_tokens=8, cache_read_tokens=2, output_tokens=5),
                        metadata={"task": "fix", "attempt": 1},
                    )
                )
                observation.end()

            return call

        contenders = {"bare span, 8 attributes": of(bare)}
        contenders |= {f"generation, {name}": of(generation("x" * size)) for name, size in SIZES.items()}
        everything = observe_llm(model="gpt-4o", to=backend, metrics=CollectorRegistry())(ask)
        contenders["observe_llm: span, tokens, cost, 7 metrics"] = of(lambda: everything("x"))
        try:
            yield contenders
        finally:
            server.mode = "unauthorized"  # the backlog of the rounds is not worth sending
            logging.disable(logging.CRITICAL)
            provider.shutdown()
            backend.shutdown(1.0)
            logging.disable(logging.NOTSET)


SECTIONS = {
    "disabled": Section(
        prepare=disabled,
        calls=2_000,
        rounds=10,
        bars=(
            Bar(
                what="hook, off / langfuse SDK, without keys",
                contender="hook, off",
                against="hook of the langfuse SDK, without keys",
                without="the function alone",
                at_most=0.1,
            ),
        ),
    ),
    "streams": Section(
        prepare=streams,
        calls=20_000,
        bars=tuple(
            Bar(what=f"{kind}, watched / bare", contender=f"{kind}, watched", against=kind, at_most=5)
            for kind in ("generator", "async generator")
        ),
    ),
    "generations": Section(
        prepare=generations,
        calls=500,
        bars=tuple(
            Bar(
                what=f"generation, {name} / bare span",
                contender=f"generation, {name}",
                against="bare span, 8 attributes",
                at_most=1.5,
            )
            for name in SIZES
        ),
    ),
}
