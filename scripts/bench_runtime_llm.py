"""
What watching calls of language models costs, as ratios measured in one run; exits with 1 if one is above its bar.

`python scripts/bench_runtime_llm.py` needs the extras `otel` and `langfuse`; sections whose library is absent are left out.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec
from time import perf_counter

from obsgen_runtime.llm import observe_llm
from prometheus_client import CollectorRegistry

REPEATS = 3
TURNS = 8
ANSWER = {"usage": {"prompt_tokens": 10, "completion_tokens": 5}}


def best(run: Callable[[], object], times: int) -> float:
    """Return the seconds that one of *times* turns takes, the least of some repeats."""
    found = []
    for _ in range(REPEATS):
        start = perf_counter()
        run()
        found.append((perf_counter() - start) / times)
    return min(found)


def calls(function: Callable[[str], object], times: int = 20_000) -> float:
    """Return the seconds of one call."""

    def run() -> None:
        for _ in range(times):
            function("x")

    return best(run, times)


def chunks(times: int) -> Iterator[int]:
    for _ in range(times):
        yield 1


async def async_chunks(times: int) -> AsyncIterator[int]:
    for _ in range(times):
        yield 1


def per_chunk(function: Callable[[int], Iterator[int]], times: int = 30_000) -> float:
    """Return the seconds from one chunk to the next."""

    def run() -> None:
        for _ in function(times):
            pass

    return best(run, times)


def per_async_chunk(function: Callable[[int], AsyncIterator[int]], times: int = 20_000) -> float:
    """Return the seconds from one awaited chunk to the next."""

    async def read() -> None:
        async for _ in function(times):
            pass

    return best(lambda: asyncio.run(read()), times)


class Report:
    """Prints lines and remembers whether one was above its bar."""

    def __init__(self) -> None:
        self.failed = False

    def ratio(self, what: str, value: float, base: float, bar: float) -> None:
        """Print one ratio beside its bar."""
        self.failed |= value > bar * base
        verdict = "" if value <= bar * base else "  ABOVE"
        print(f"{what:58} {value * 1e9:8.0f} ns  {value / base:6.2f} x, at most {bar}{verdict}")


def ask(_prompt: str) -> object:
    return ANSWER


def disabled(report: Report) -> None:
    """Compare the hook that is off with the langfuse SDK that has no keys."""
    cost = calls(observe_llm(model="gpt-4", metrics=False)(ask)) - calls(ask)
    report.ratio("disabled hook, beside 1 microsecond", cost, 1e-6, 1)
    if find_spec("langfuse") is None:
        print("langfuse is not installed: not compared")
        return
    for name in ("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"):
        os.environ.pop(name, None)
    import logging  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    from langfuse import observe  # noqa: PLC0415

    keyless = calls(observe(as_type="generation")(ask), 500) - calls(ask)
    logging.disable(logging.NOTSET)
    report.ratio("disabled hook, beside the langfuse SDK without keys", cost, keyless, 0.1)


def streams(report: Report) -> None:
    """Compare the steps of watched generators with those of bare ones."""
    watch = observe_llm(model="gpt-4", metrics=CollectorRegistry())
    # In turns, so that a busy moment of the machine does not fall on one side only.
    pairs = [(per_chunk(watch(chunks)), per_chunk(chunks)) for _ in range(TURNS)]
    report.ratio("stream, per chunk", min(one for one, _ in pairs), min(one for _, one in pairs), 5)
    pairs = [(per_async_chunk(watch(async_chunks)), per_async_chunk(async_chunks)) for _ in range(TURNS)]
    report.ratio("async stream, per chunk", min(one for one, _ in pairs), min(one for _, one in pairs), 5)


def metrics_only(report: Report) -> None:
    """Show what one call costs with metrics and without tracing; the bar is a hundredth of the shortest real call."""
    cost = calls(observe_llm(model="gpt-4", metrics=CollectorRegistry())(ask), 5_000) - calls(ask)
    report.ratio("hook with metrics, beside a call of 10 ms", cost, 0.01, 0.01)


def imports(report: Report) -> None:
    """See that nothing of langfuse or OpenTelemetry is loaded by a disabled hook."""
    code = (
        "import sys; from obsgen_runtime import observe_llm; observe_llm(metrics=False)(lambda x: x)(1); "
        "sys.exit(any(name.split('.')[0] in ('langfuse', 'opentelemetry') for name in sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=False).returncode != 0
    report.failed |= loaded
    print(f"disabled hook loads langfuse or opentelemetry: {'YES' if loaded else 'no'}")


def main() -> int:
    report = Report()
    for section in (imports, streams, metrics_only, disabled):
        section(report)
    return int(report.failed)


if __name__ == "__main__":
    sys.exit(main())
