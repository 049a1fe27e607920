"""
Memory that a process needs at most, after many events and after ten times as many, each in an interpreter of its own.

`python -m bench_parts.memory peak|held NAME COUNT PATH...` does one of them and prints bytes.
"""

from __future__ import annotations

import gc
import logging
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from bench_parts.measuring import Bar, Contender, Section

EVENTS = 1_000_000
HOSTILE = 100_000


Step = Callable[[int], object]
"""What is done again and again, each time with another number."""


def metrics() -> Step:
    """Record into generated collectors, with the labels of an ordinary service: one event."""
    from hypertool_metrics import HypertoolMetrics  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    made = HypertoolMetrics(CollectorRegistry())

    def step(number: int) -> None:
        if number % 2:
            made.hypertool_persona_switches_total.inc(
                from_persona="none", to_persona="backend-engineer", chatmode=f"mode-{number % 5}"
            )
        else:
            made.hypertool_workflow_stage_duration_seconds.observe(
                number % 60, workflow="release", stage="build", persona="backend-engineer"
            )

    return step


def calls() -> Step:
    """Watch a call of a model inside a stage, for a server that is not there, so that the queue is full."""
    from hypertool_metrics import HypertoolMetrics  # noqa: PLC0415
    from obsgen_runtime import WorkflowTracer, observe_llm, otlp  # noqa: PLC0415
    from obsgen_runtime.tracing import set_backend  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    registry = CollectorRegistry()
    nowhere = otlp.Destination.langfuse("http://127.0.0.1:1", "pk-lf-bench", "sk-lf-bench")
    limits = otlp.Limits(queue_size=64)
    set_backend(otlp.backend(nowhere, service_name="bench", limits=limits, exit_seconds=0.1, registry=registry))
    ask = observe_llm(model="gpt-4o", metrics=registry)(lambda _prompt: {"usage": {"input_tokens": 1}})
    run = WorkflowTracer("release", metrics=HypertoolMetrics(registry)).__enter__()
    return lambda number: run.run_stage("build", "backend-engineer", ask, f"prompt {number % 100}")


def hostile() -> Step:
    """Give every label, name and model a value that was never seen before, and that nobody should be given."""
    from hypertool_metrics import HypertoolMetrics  # noqa: PLC0415
    from obsgen_runtime import PersonaMetricsCollector, WorkflowTracer, observe_llm  # noqa: PLC0415
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    registry = CollectorRegistry()
    made = HypertoolMetrics(registry)
    personas = PersonaMetricsCollector(made)

    def step(number: int) -> None:
        value = f'{number}"\n\x00{{}}\\ü' * (1 + number % 3)
        made.hypertool_persona_switches_total.inc(from_persona=value, to_persona=value, chatmode=value)
        personas.record_token_usage(value, value, value, 1)
        run = WorkflowTracer(value, metrics=made)
        run.quality_gate(value, passed=True)
        with run.stage_context(value, value):
            pass
        if number % 10 == 0:  # to make a decorator for each model is slower than all the rest
            observe_llm(model=value, persona=value, metrics=registry)(lambda prompt: prompt)(value)

    return step


WORK: Mapping[str, Callable[[], Step]] = {"metrics": metrics, "calls": calls, "hostile": hostile}


def held_bytes(name: str, count: int) -> int:
    """Return the bytes that are held after *count* more steps than there have been before: of what these allocated."""
    step = WORK[name]()
    from obsgen_runtime.tracing import backend  # noqa: PLC0415  (now there is one)

    for number in range(count):
        step(number)
    backend().flush(2.0)  # the first attempt to send imports modules
    gc.collect()
    tracemalloc.start()
    for number in range(count, 2 * count):
        step(number)
    backend().shutdown(0.5)  # what is queued, or on its way, does not count
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    return held


def peak_bytes(name: str, count: int) -> int:
    """Return the most memory that this process ever had, after *count* steps."""
    step = WORK[name]()
    for number in range(count):
        step(number)
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux `ru_maxrss` goes on counting from the process that started this one, which has large traces in it.
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) * 1024
    kilobytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobytes


def _peak(name: str, count: int, _calls: int) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench_parts.memory", "peak", name, str(count), *sys.path[:3]],
        cwd=Path(__file__).parents[1],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def memory() -> Iterator[Mapping[str, Contender]]:
    """Yield each kind of work, ten times less of it first."""
    yield {
        f"{name}, {count:,}": partial(_peak, name, count)
        for name, most in (("metrics", EVENTS), ("calls", EVENTS), ("hostile", HOSTILE))
        for count in (most // 10, most)
    }


SECTIONS = {
    "memory": Section(
        prepare=memory,
        calls=1,
        rounds=1,
        unit="bytes",
        bars=tuple(
            Bar(
                what=f"{name}, {most:,} / {most // 10:,}",
                contender=f"{name}, {most:,}",
                against=f"{name}, {most // 10:,}",
                at_most=1.05,
            )
            for name, most in (("metrics", EVENTS), ("calls", EVENTS), ("hostile", HOSTILE))
        ),
    ),
}

if __name__ == "__main__":
    what, name, count, *path = sys.argv[1:]
    sys.path[:0] = path
    logging.disable(logging.CRITICAL)
    print({"held": held_bytes, "peak": peak_bytes}[what](name, int(count)))
