#!/usr/bin/env python3
"""
Measure what the runtime's hooks cost, as ratios to what one would write without it.

The contenders of a section run in turns within one process, and the best round of each counts, so that a busy machine
slows all of them alike. The bars are ratios and hold on any hardware.

Usage: scripts/bench_runtime.py [--check] [--rounds N] [--only NAME]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from timeit import Timer

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A ratio of two contenders that must not be exceeded."""

    what: str
    contender: str
    against: str
    at_most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """
    What is compared.

    Attributes:
        prepare: A context manager that yields the contenders: functions that do one call.
        calls: Calls of a round.
        bars: What must hold.
    """

    prepare: Callable[[], Iterator[Mapping[str, Callable[[], object]]]]
    calls: int
    bars: tuple[Bar, ...]


SIZES = {"200 B": 200, "5 kB": 5_000, "100 kB": 100_000}


def generations() -> Iterator[Mapping[str, Callable[[], object]]]:
    """Yield a generation with prompt, model, usage and metadata, and a bare OpenTelemetry span with 8 attributes."""
    from obsgen_runtime import otlp  # noqa: PLC0415  (the path is set by main)
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
        later = {"schedule_delay_millis": 3_600_000, "max_queue_size": 100_000, "max_export_batch_size": 100_000}
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=server.traces_url), **later))
        tracer = provider.get_tracer("bench")
        backend = otlp.backend(
            otlp.Destination.langfuse(server.url, "pk-lf-bench", "sk-lf-bench"),
            service_name="bench",
            content=OPEN,
            limits=otlp.Limits(queue_size=100_000, batch_size=100_000, schedule_seconds=3600.0),
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

        contenders = {"bare span, 8 attributes": bare}
        contenders |= {f"generation, {name}": generation("x" * size) for name, size in SIZES.items()}
        try:
            yield contenders
        finally:
            server.mode = "unauthorized"  # the backlog of the rounds is not worth sending
            provider.shutdown()
            backend.shutdown(1.0)


SECTIONS = {
    "generation": Section(
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


def measure(section: Section, rounds: int) -> dict[str, float]:
    """Return nanoseconds per call by contender, the best of *rounds*."""
    with contextmanager(section.prepare)() as contenders:
        timers = {what: Timer(call) for what, call in contenders.items()}
        best = dict.fromkeys(timers, float("inf"))
        for _ in range(rounds):
            for what, timer in timers.items():
                best[what] = min(best[what], timer.timeit(section.calls) / section.calls * 1e9)
    return best


def report(section: Section, best: Mapping[str, float]) -> bool:
    """Print the costs and the ratios; return whether every bar is held."""
    for what, nanoseconds in best.items():
        print(f"{what:40} {nanoseconds:10.0f} ns")
    print()
    held = True
    for bar in section.bars:
        ratio = best[bar.contender] / best[bar.against]
        held = held and ratio <= bar.at_most
        print(
            f"{bar.what:40} {ratio:10.2f}    at most {bar.at_most:.2f}   {'ok' if ratio <= bar.at_most else 'MISSED'}"
        )
    return held


def main() -> int:
    """Return the exit code: 1 if a bar was asked for and missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help=f"rounds of which the best counts (default {ROUNDS})"
    )
    parser.add_argument("--only", choices=sorted(SECTIONS), help="run one section")
    arguments = parser.parse_args()
    sys.path[:0] = [str(ROOT / "runtime")]
    held = True
    for name, section in SECTIONS.items():
        if arguments.only in (None, name):
            print(f"# {name}")
            held = report(section, measure(section, arguments.rounds)) and held
            print()
    return 1 if arguments.check and not held else 0


if __name__ == "__main__":
    sys.exit(main())
