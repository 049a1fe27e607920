"""
The whole stack at once, through the public API, while everything around it fails.

In each case the application's results, exceptions and times are those that it has without the runtime, and what was lost
is counted: made = sent + dropped.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import obsgen_runtime as o
import pytest
from obsgen_runtime import faults, tracing
from obsgen_runtime.langfuse import LangfuseIntegration, set_langfuse_integration
from obsgen_runtime.observations import NoBackend
from obsgen_runtime.testing import RecordingServer

SERVER_FAULTS = ("ok", "refused", "unauthorized", "rate_limited", "unavailable", "silent", "slow", "closing")
DEADLINE = 0.5
SLACK = 1.5
CALL_SECONDS = 0.001
ANSWER = {"text": "rye", "usage": {"prompt_tokens": 10, "completion_tokens": 2}}
NAMES = ("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY", "LANGFUSE_BASE_URL")


class BrokenOvenError(Exception):
    """The application's own."""


def model(prompt):
    """Be a language model that takes its time."""
    until = time.thread_time() + CALL_SECONDS
    while time.thread_time() < until:
        pass
    return ANSWER


class Bakery:
    """An application: workflow, stages, calls of a model, a trace by hand, scores."""

    def __init__(self, metrics, registry):
        self.metrics = metrics
        self.langfuse = LangfuseIntegration()
        self.llm = o.ObservableLLM(model, "gpt-4o", langfuse=self.langfuse, metrics=registry)
        self.stream = o.observe_llm(model="gpt-4o", metrics=registry)(self._stream)
        self.failing = o.observe_llm(model="gpt-4o", metrics=registry)(self._failing)
        self.waiting = o.observe_llm(model="gpt-4o", metrics=registry)(self._waiting)

    @staticmethod
    def _stream(chunks, closed):
        try:
            yield from chunks
        finally:
            closed.append(True)

    @staticmethod
    async def _failing(error):
        raise error

    @staticmethod
    async def _waiting():
        await asyncio.sleep(30)

    async def bake(self, times=5):
        """Return what the calls returned, through every layer."""
        results = []
        async with o.WorkflowTracer("release", metrics=self.metrics) as run:
            for _ in range(times):
                with o.switch_persona("backend-engineer", "demo"):
                    results.append(await run.trace_stage("build", "backend-engineer", self.llm, "Which bread?"))
                run.quality_gate("build", passed=True)
        with self.langfuse.start_trace("by hand", persona="baker") as trace:
            self.langfuse.create_generation(trace, "ask", "gpt-4o", "prompt", "rye", {"input": 1, "output": 1})
            self.langfuse.score(trace, 0.5)
        return results


class Accounts:
    """What was made, sent and dropped, as a scrape of the registry shows it."""

    def __init__(self, registry):
        self._families = list(registry.collect())

    def of(self, name, signal):
        samples = (sample for family in self._families for sample in family.samples)
        return sum(one.value for one in samples if one.name == name and one.labels.get("signal") == signal)

    def check(self, signal):
        """Assert that nothing is unaccounted for; returns made, sent and dropped."""
        made, sent, dropped = (
            int(self.of(f"obsgen_runtime_export_{what}_total", signal)) for what in ("made", "sent", "dropped")
        )
        assert made == sent + dropped
        assert self.of("obsgen_runtime_export_queue_depth", signal) == 0
        return made, sent, dropped


@pytest.fixture
def server():
    with RecordingServer(retry_after="30", delay_seconds=0.1) as server:
        yield server


@pytest.fixture
def started(server, registry, hypertool, monkeypatch):
    """Start everything from the environment, as a service does; and the application."""
    for name in tuple(os.environ):
        if name.startswith(("LANGFUSE_", "OTEL_")):
            monkeypatch.delenv(name)
    for name, value in zip(NAMES, ("pk-lf-test", "sk-lf-0123456789abcdef", server.url), strict=True):
        monkeypatch.setenv(name, value)
    before, integration = tracing.set_backend(NoBackend()), set_langfuse_integration(None)
    faults._told.clear()
    handle = o.initialize_observability("bakery", 0, registry=registry, deadline_seconds=DEADLINE)
    assert all(one.is_live for one in o.observability_status())
    yield Bakery(hypertool.HypertoolMetrics(registry), registry)
    handle.shutdown()
    tracing.set_backend(before)
    set_langfuse_integration(integration)


def timed(function, *args):
    before = time.perf_counter()
    result = function(*args)
    return time.perf_counter() - before, result


def hook_faults(registry):
    return Accounts(registry).of("obsgen_runtime_hook_faults_total", None)


@pytest.mark.parametrize("mode", SERVER_FAULTS)
def test_whatever_the_server_does(mode, server, started, registry):
    """Results and times of the calls are the function's own, the end is on time, and every span and score has its account."""
    server.mode = mode
    asyncio.run(started.bake(1))  # imports and connections are made
    worked = time.thread_time()
    took, results = timed(lambda: asyncio.run(started.bake(50)))
    worked = time.thread_time() - worked
    assert results == [ANSWER] * 50
    assert all(one is ANSWER for one in results)
    assert worked < 50 * (CALL_SECONDS + 0.008)
    assert took < 2.0  # whoever waited for the server in each call would need more, even for one that is just slow
    took, _ = timed(o.shutdown_observability)
    assert took < DEADLINE + SLACK
    time.sleep(0.05)
    made, sent, dropped = Accounts(registry).check("span")
    assert made == 2 * 3 + 51 * 3  # workflow, trace and generation by hand; persona, stage and call
    assert (dropped == 0) == (mode in ("ok", "slow"))
    assert len(server.spans) == sent
    assert sum(Accounts(registry).check("score")[1:]) == 2


def test_more_than_the_queue_holds(server, started, registry):
    """6,000 generations in a burst: made is sent plus dropped, exactly, and each result is the function's own."""
    call = o.observe_llm(model="gpt-4o", metrics=False)(lambda number: number)
    assert [call(number) for number in range(6000)] == list(range(6000))
    o.shutdown_observability(10.0)
    made, sent, _ = Accounts(registry).check("span")
    assert made == 6000
    assert len({span.span_id for span in server.spans}) == sent >= 2048


def test_exceptions_come_out_as_they_went_in(started, server):
    """Through workflow, stage and hook comes the very object, with the traceback of the application and no other cause."""
    server.mode = "silent"
    error = BrokenOvenError("no flour")

    async def run():
        async with o.WorkflowTracer("release", metrics=started.metrics) as workflow:
            with o.switch_persona("backend-engineer", "demo"):
                await workflow.trace_stage("build", "backend-engineer", started.failing, error)

    with pytest.raises(BrokenOvenError) as caught:
        asyncio.run(run())
    assert caught.value is error
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_cancellation_stays_one(started, server):
    """A task that is cancelled inside of everything ends at once, and as cancelled."""
    server.mode = "silent"

    async def run():
        async def work():
            async with o.WorkflowTracer("release", metrics=started.metrics) as workflow:
                await workflow.trace_stage("build", "backend-engineer", started.waiting)

        task = asyncio.create_task(work())
        await asyncio.sleep(0.05)
        task.cancel("closing time")
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return task.cancelled(), caught.value.args

    took, (cancelled, args) = timed(lambda: asyncio.run(run()))
    assert cancelled
    assert args == ("closing time",)
    assert took < 1.0


def test_a_generator_that_is_closed_early(started, server, registry):
    """The application's generator is closed with ours, once, and its call counts as cancelled."""
    server.mode = "refused"
    closed = []
    stream = started.stream(iter("rye"), closed)
    assert next(stream) == "r"
    stream.close()
    assert closed == [True]
    labels = {"model": "gpt-4o", "persona": "none", "outcome": "cancelled"}
    assert registry.get_sample_value("llm_requests_total", labels) == 1


def test_a_clock_that_jumps_back(started, server, registry, monkeypatch):
    """When the wall clock goes back by a day, nothing fails, no duration is negative, and everything arrives."""
    real = time.time_ns
    begun = real()

    def jumping():
        return real() - 86_400_000_000_000 if real() - begun > 20_000_000 else real()

    monkeypatch.setattr(time, "time_ns", jumping)
    monkeypatch.setattr("obsgen_runtime.llm.calls.time_ns", jumping)
    assert asyncio.run(started.bake(20)) == [ANSWER] * 20
    monkeypatch.undo()
    assert o.shutdown_observability(5.0)
    made, sent, _ = Accounts(registry).check("span")
    assert made == sent
    assert all(span.end_ns >= span.start_ns for span in server.spans)
    assert hook_faults(registry) == 0


def test_what_the_page_says_is_what_the_accounts_say(started, server, registry):
    """The losses are on /metrics, where an alert can see them."""
    from urllib.request import urlopen

    server.mode = "unauthorized"
    asyncio.run(started.bake(3))
    handle = o.initialize_observability("bakery", 0, registry=registry, deadline_seconds=DEADLINE)
    handle.flush(2.0)
    with urlopen(handle.url, timeout=5) as page:
        text = page.read().decode()
    assert 'obsgen_runtime_export_dropped_total{reason="refused",signal="span"}' in text
    assert 'obsgen_runtime_export_errors_total{reason="unauthorized"}' in text


CHILD = """
import os, sys, time
import obsgen_runtime as o
from prometheus_client import REGISTRY

o.initialize_observability("bakery", 0, deadline_seconds=1.0)

@o.observe_llm(model="gpt-4o", metrics=False)
def ask(prompt):
    return prompt

def accounts():
    def value(what):
        family = "obsgen_runtime_export_" + what
        found = (s for f in REGISTRY.collect() for s in f.samples if s.name == family + "_total")
        return int(sum(s.value for s in found if s.labels["signal"] == "span"))
    return value("made"), value("sent"), value("dropped")
"""


def run_child(server, script):
    variables = dict(zip(NAMES, ("pk-lf-test", "sk-lf-0123456789abcdef", server.url), strict=True))
    took, done = timed(
        lambda: subprocess.run(
            [sys.executable, "-c", CHILD + script],
            env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    )
    return took, done


@pytest.mark.parametrize("mode", ["ok", "silent", "refused"])
def test_the_interpreter_exits_with_work_queued(mode, server):
    """A program that just ends leaves with its own exit code, within the deadline; what could be sent was."""
    server.mode = mode
    took, done = run_child(server, "for _ in range(30):\n    assert ask('x') == 'x'\nsys.exit(3)\n")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert took < 1.0 + 4.0  # imports of an interpreter on a busy machine
    assert len(server.spans) == (30 if mode == "ok" else 0)
    assert ("30 spans and scores could not be sent" in done.stderr) == (mode != "ok")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_after_the_start(server):
    """Parent and child each send what they recorded, nothing twice, and both accounts are whole."""
    script = """
import warnings
warnings.simplefilter("ignore")
ask("before")
pid = os.fork()
for _ in range(5):
    assert ask("x") == "x"
o.shutdown_observability(3.0)
made, sent, dropped = accounts()
print("parent" if pid else "child", made == sent + dropped, sent, flush=True)
if pid:
    os.waitpid(pid, 0)
os._exit(0)
"""
    _, done = run_child(server, script)
    assert sorted(done.stdout.splitlines()) == ["child True 5", "parent True 6"], done.stderr
    assert len({span.span_id for span in server.spans}) == len(server.spans) == 11
