"""The facade: what an application calls, and what it never gets from it."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import obsgen_runtime
import pytest
from obsgen_runtime import ModelPrice, PriceTable, initialize_observability, otlp, set_default_prices, tracing
from obsgen_runtime.context import run_in_context, use
from obsgen_runtime.langfuse import (
    AgentSelected,
    AgentSwitched,
    BadAddress,
    BreakerChanged,
    LangfuseIntegration,
    ToolEnded,
    get_langfuse,
    get_langfuse_integration,
    get_langfuse_observer,
)
from obsgen_runtime.observations import NoBackend
from obsgen_runtime.settings import started_settings
from prometheus_client import REGISTRY, CollectorRegistry

from tests.runtime.langfuse.conftest import KEYS


def sent(langfuse, server):
    """Flush, and return the spans by name."""
    assert langfuse.flush(5.0)
    return {span.name: span for span in server.spans}


class Rude:
    """A backend that raises from every method."""

    name = "rude"
    is_live = True

    def start(self, *_args, **_details):
        raise RuntimeError("rude")

    score = flush = shutdown = start


def test_without_keys_nothing_is_imported_and_one_line_is_logged():
    """The whole surface works without keys: no library is loaded, no thread runs, and one line says that it is off."""
    code = """
import asyncio, logging, os, sys, threading
logging.basicConfig(stream=sys.stdout, format="LINE %(message)s")
from obsgen_runtime.langfuse import LangfuseIntegration, get_langfuse_integration
for langfuse in (get_langfuse_integration(), LangfuseIntegration(), LangfuseIntegration()):
    assert not langfuse.enabled
    trace = langfuse.start_trace("a", persona="p", chatmode="c", metadata={"x": object()})
    langfuse.start_span(trace, "b").end()
    langfuse.create_generation(trace, "g", "m", "in", "out", {"prompt_tokens": 1, "completion_tokens": 2})
    async def work():
        async with langfuse.trace_agent_execution("t", "claude", "p") as execution:
            execution.update(output="x", tokens=100, cost=0.1)
    asyncio.run(work())
    with langfuse.tool("t") as call:
        call.verdict(is_error=True)
    langfuse.track_agent_selection("t", "claude", "why", {"claude": 1.0})
    langfuse.track_circuit_breaker_event("claude", "open", 5)
    langfuse.create_score("q", 1.0, trace_id="0" * 32)
    langfuse.score(trace, 0.5)
    assert langfuse.get_prompt("x", fallback="hi {{name}}").compile(name="you") == "hi you"
    assert langfuse.auth_check().state == "not_configured"
    langfuse.end_trace(trace, status="success")
    assert (trace.trace_id, trace.url) == ("", "")
    assert langfuse.flush() and langfuse.shutdown()
assert not {"langfuse", "opentelemetry"} & set(sys.modules), "loaded"
assert threading.active_count() == 1
"""
    runtime = str(Path(obsgen_runtime.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": runtime},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("LINE Langfuse is off: LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY not set")


def test_enabled_is_live(langfuse):
    """It is enabled while what sends is alive, and no longer once that was shut down."""
    assert langfuse.enabled
    langfuse.shutdown()
    assert not langfuse.enabled


def test_objects_of_one_project_share_what_sends(server):
    """A second object for the same keys costs no second queue, and the process's backend is the same."""
    first, second = LangfuseIntegration(*KEYS, server.url), LangfuseIntegration(*KEYS, server.url)
    assert first.backend is second.backend is tracing.backend()


def test_what_was_started_before_is_used(monkeypatch, server):
    """From the environment, it sends through what the process started; with keys of its own, through its own."""
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", KEYS[0])
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", KEYS[1])
    monkeypatch.setenv("LANGFUSE_BASE_URL", server.url)
    place = otlp.Destination.langfuse(server.url, *KEYS)
    started = otlp.backend(place, service_name="service")
    tracing.set_backend(started)
    assert LangfuseIntegration().backend is started
    assert LangfuseIntegration("pk-other", "sk-other").backend is not started


def test_the_process_has_one(monkeypatch, server):
    """The three ways to ask for it give the same object, made from the environment."""
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", KEYS[0])
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", KEYS[1])
    monkeypatch.setenv("LANGFUSE_BASE_URL", server.url)
    monkeypatch.setenv("LANGFUSE_HOST", "https://old.example.org")
    found = get_langfuse_integration()
    assert found is get_langfuse_observer() is get_langfuse()
    assert (found.enabled, found.base_url) == (True, server.url)


def test_a_bad_address():
    """An address that would send keys in the clear is refused as an argument."""
    with pytest.raises(BadAddress, match="in the clear"):
        LangfuseIntegration(*KEYS, "http://langfuse.example.org")


def test_content_is_masked_by_default(server):
    """Without a setting neither prompt nor output nor arguments leave the process."""
    langfuse = LangfuseIntegration(*KEYS, server.url)
    with langfuse.start_trace("a", input="PLANTED1") as trace:
        langfuse.create_generation(trace, "g", "m", "PLANTED2", "PLANTED3")
        with langfuse.tool("t", {"q": "PLANTED4"}) as call:
            call.verdict(is_error=False, result="PLANTED5")
        trace.score("q", 1, comment="PLANTED6")
        trace.update(output="PLANTED7")
    sent(langfuse, server)
    assert b"PLANTED" not in server.everything()
    assert len(server.spans) == 3


def test_handles_stay_readable(langfuse, server):
    """Ids and page of a trace can be read after its end."""
    trace = langfuse.start_trace("a", persona="p")
    langfuse.end_trace(trace, status="success", output={"analysis": "fine"})
    assert trace.url == f"{server.url}/trace/{trace.trace_id}"
    span = sent(langfuse, server)["a"]
    assert (span.trace_id, span.span_id) == (trace.trace_id, trace.span_id)
    assert span.attributes["langfuse.observation.output"] == '{"analysis": "fine"}'
    assert span.attributes["langfuse.observation.metadata.status"] == "success"


def test_ended_twice(langfuse, server, fault_count):
    """The second end changes nothing, and it and what follows are counted."""
    trace = langfuse.start_trace("a", persona="p")
    langfuse.end_trace(trace, status="success")
    langfuse.end_trace(trace, status="error")
    trace.update(metadata={"late": 1})
    told = sent(langfuse, server)["a"].attributes
    assert told["langfuse.observation.metadata.status"] == "success"
    assert "langfuse.observation.metadata.late" not in told
    assert fault_count("langfuse") == 2


def test_never_ended(langfuse, server, fault_count):
    """A trace that nobody ends is ended when the process does, says so, and is counted."""
    from obsgen_runtime import closing

    langfuse.start_trace("forgotten", persona="p")
    gc.collect()
    closing.run_endings()
    told = sent(langfuse, server)["forgotten"].attributes
    assert told["langfuse.observation.level"] == "WARNING"
    assert "never ended" in told["langfuse.observation.status_message"]
    assert fault_count("langfuse") == 1


def test_forgotten_handles_are_bounded(langfuse, server, monkeypatch, fault_count):
    """The oldest open handle is ended for another one when there are too many."""
    from obsgen_runtime.langfuse import handles

    monkeypatch.setattr(handles, "OPEN_AT_MOST", len(handles._open._handles) + 2)
    kept = [langfuse.start_trace(f"t{number}", persona="p") for number in range(3)]
    assert [trace.is_ended for trace in kept] == [True, False, False]
    for trace in kept[1:]:
        trace.end()


def test_ended_after_an_error(langfuse, server):
    """Ended in an `except` block with a status of failure, a trace holds what is handled there."""
    trace = langfuse.start_trace("a", persona="p")
    try:
        raise ValueError("cold oven")  # noqa: TRY301
    except ValueError:
        langfuse.end_trace(trace, status="error")
    span = sent(langfuse, server)["a"]
    assert span.status == 2
    assert span.attributes["error.type"] == "ValueError"


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), asyncio.CancelledError(), SystemExit(3)])
def test_the_error_of_the_body_comes_out(enabled, error, server):
    """What comes out of a block is the very object that was raised in it, without another cause or context."""
    langfuse = LangfuseIntegration(*(KEYS if enabled else ()), host=server.url if enabled else None)

    def blocks():
        yield langfuse.trace_agent_execution("t", "claude", "p")
        yield langfuse.start_trace("a", persona="p")
        yield langfuse.tool("t")

    for block in blocks():
        with pytest.raises(type(error)) as caught, block:
            raise error
        assert caught.value is error
        assert (error.__cause__, error.__context__) == (None, None)
    for block in blocks():

        async def body(block=block):
            async with block:
                raise error

        coroutine = body()
        with pytest.raises(type(error)) as caught:
            coroutine.send(None)
        assert caught.value is error
    assert tracing.current_parent() is None


def test_a_backend_that_raises_is_not_seen(fault_count):
    """Whatever breaks inside, the application goes on, and each fault is counted."""
    langfuse = LangfuseIntegration(backend=Rude())
    trace = langfuse.start_trace("a")
    with langfuse.trace_agent_execution("t", "claude") as execution:
        execution.update(tokens=3)
    langfuse.track_agent_selection("t", "claude")
    langfuse.create_score("q", 1.0, trace_id="0" * 32)
    langfuse.end_trace(trace)
    assert langfuse.flush() is False
    assert fault_count("langfuse") >= 5


def test_nested_executions(langfuse, server):
    """The same task id twice, one inside the other: two observations of one trace, one below the other."""

    async def work():
        async with langfuse.trace_agent_execution("task_1", "claude", "a") as outer:
            outer.update(output="one")
            async with langfuse.trace_agent_execution("task_1", "gemini", "b") as inner:
                inner.update(output="two")

    asyncio.run(work())
    spans = sent(langfuse, server)
    assert spans["agent.gemini"].parent_id == spans["agent.claude"].span_id
    assert spans["agent.gemini"].trace_id == spans["agent.claude"].trace_id
    assert spans["agent.gemini"].attributes["langfuse.observation.metadata.task_id"] == "task_1"


def test_tasks_and_threads_do_not_mix(langfuse, server):
    """Twenty tasks at once and a pool thread: each generation is below the execution of its own task."""

    async def work(number):
        async with langfuse.trace_agent_execution(f"t{number}", f"a{number}", session=f"s{number}"):
            await asyncio.sleep(0)
            bound = run_in_context(lambda: langfuse.create_generation(None, f"g{number}", "m"))
            await asyncio.to_thread(bound)

    async def together():
        await asyncio.gather(*(work(number) for number in range(20)))

    asyncio.run(together())
    spans = sent(langfuse, server)
    for number in range(20):
        assert spans[f"g{number}"].parent_id == spans[f"agent.a{number}"].span_id
        assert spans[f"g{number}"].attributes["session.id"] == f"s{number}"


def test_the_context_is_the_block_s_own(langfuse):
    """Inside the block the agent is in the context; after it, what was before."""
    from obsgen_runtime.context import current

    with use(agent="before"):
        with langfuse.trace_agent_execution("t", "claude"):
            assert current().agent == "claude"
        assert current().agent == "before"


def test_events_reach_the_listener(server):
    """Selections, switches, breakers and tools come to the listener as values, one that raises included."""
    seen = []

    def broken(event):
        raise RuntimeError("the application's own")

    langfuse = LangfuseIntegration(*KEYS, server.url, on_event=broken)
    langfuse.on_event(seen.append)
    langfuse.track_agent_selection("t", "claude", "why", {"claude": 0.9}, reason_code="reward")
    langfuse.track_agent_switch("t", "claude", "gemini", "slow", quality_before=0.5, quality_after=0.75)
    langfuse.track_circuit_breaker_event("claude", "open", 5)
    with langfuse.tool("search") as call:
        call.verdict(is_error=True, reason_code="not_found")
    with langfuse.tool("search"):
        pass
    assert seen[0] == AgentSelected(
        task_id="t", agent="claude", reason_code="reward", reason="why", rewards={"claude": 0.9}
    )
    assert isinstance(seen[1], AgentSwitched)
    assert seen[1].quality_gain == 0.25
    assert seen[2] == BreakerChanged(agent="claude", state="open", failure_count=5)
    assert [(event.is_error, event.reason_code) for event in seen[3:]] == [(True, "not_found"), (False, "")]
    assert all(isinstance(event, ToolEnded) for event in seen[3:])
    assert set(sent(langfuse, server)) == {"agent_selection", "agent_switch", "circuit_breaker", "search"}


@dataclass
class Odd:
    """Metadata that raises when it is looked at."""

    def __iter__(self):
        raise RuntimeError("odd")

    @property
    def value(self):
        raise RuntimeError("odd")


def test_metadata_that_cannot_be_read(langfuse, server):
    """Hostile metadata neither raises nor keeps the rest from arriving."""
    cycle = {"self": None}
    cycle["self"] = cycle
    langfuse.start_trace("a", persona="p", metadata={"odd": Odd(), "cycle": cycle, 3: float("nan"), "fine": "x"}).end()
    told = sent(langfuse, server)["a"].attributes
    assert told["langfuse.observation.metadata.fine"] == "x"


@pytest.mark.parametrize("usage", [{"prompt_tokens": "many"}, {}, -3, True, {"total_tokens": 7}, 7])
def test_usage_is_never_guessed(langfuse, server, usage):
    """Numbers that make no sense are left out; a total stays a total."""
    langfuse.create_generation(None, "g", "m", usage=usage, cost=float("nan"))
    told = sent(langfuse, server)["g"].attributes
    is_total = usage in (7, {"total_tokens": 7})
    assert told.get("langfuse.observation.usage_details") == ('{"total": 7}' if is_total else None)
    assert "langfuse.observation.cost_details" not in told


def test_scores_of_what_is_no_trace(langfuse, server):
    """A score for the id of something else gets a trace that names it; one for nothing at all is counted."""
    langfuse.score("item-789", 0.5)
    langfuse.score("ab" * 16, True, "approved")
    langfuse.create_score("q", 1.0)
    span = sent(langfuse, server)["score"]
    assert span.attributes["langfuse.observation.metadata.item_id"] == "item-789"
    bodies = {body["name"]: body for body in server.scores}
    assert bodies["score"]["traceId"] == span.trace_id
    assert bodies["approved"]["traceId"] == "ab" * 16
    assert set(bodies) == {"score", "approved"}


def test_an_application_s_own_backend(monkeypatch):
    """With a backend given, nothing else is made, and no key is needed."""
    langfuse = LangfuseIntegration(backend=NoBackend())
    assert (langfuse.enabled, langfuse.backend.name) == (False, "noop")


def test_threads_share_one_handle(langfuse, server, fault_count):
    """Ended by many threads at once, a trace ends once."""
    trace = langfuse.start_trace("a", persona="p")
    threads = [threading.Thread(target=trace.end) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([span for span in (sent(langfuse, server), server.spans)[1] if span.name == "a"]) == 1
    assert fault_count("langfuse") == 7


def entered(block):
    """Go through a `with` block that does nothing."""
    with block:
        pass


NONSENSE = (
    lambda langfuse: langfuse.start_trace("x", tags=5).end(),
    lambda langfuse: langfuse.start_trace("x", metadata=[1]).end(),
    lambda langfuse: langfuse.start_span("no trace", "x").end(),
    lambda langfuse: langfuse.create_generation(object(), "x", "m"),
    lambda langfuse: langfuse.create_generation(None, "x", "m", cost=Decimal("sNaN")),
    lambda langfuse: langfuse.create_generation(None, "x", "m", cost=10**400),
    lambda langfuse: langfuse.create_generation(None, "x", "m", started_at="2026"),
    lambda langfuse: langfuse.create_generation(None, "x", "m", managed_prompt="text"),
    lambda langfuse: langfuse.end_trace(None),
    lambda langfuse: langfuse.end_trace(langfuse.start_trace("x"), status=5),
    lambda langfuse: langfuse.track_agent_selection("t", "a", "", [1, 2]),
    lambda langfuse: langfuse.track_agent_switch("t", "a", "b", quality_before="1", quality_after="2"),
    lambda langfuse: entered(langfuse.trace_agent_execution("t", "a", metadata=[1])),
    lambda langfuse: entered(langfuse.trace_agent_execution("t", "a", tags=5)),
)


@pytest.mark.parametrize("call", NONSENSE)
@pytest.mark.parametrize("is_on", [True, False])
def test_nonsense_does_not_reach_the_application(server, call, is_on):
    """No hook raises, whatever it is given, with keys and without; what was recorded is accounted for."""
    langfuse = LangfuseIntegration(*KEYS, server.url) if is_on else LangfuseIntegration()
    call(langfuse)
    assert langfuse.flush(5.0)
    if is_on:
        tally = langfuse.backend.tally()
        assert tally.made == tally.sent + sum(tally.dropped.values())


def test_the_price_table_is_asked(server):
    """Without a cost, the table of the process says it; what it does not know is counted, and never zero."""
    langfuse = LangfuseIntegration(*KEYS, server.url)
    table = PriceTable(as_of=date(2026, 11, 1), models={"loaf-1": ModelPrice(input=2.0, output=10.0)})
    unknown = partial(REGISTRY.get_sample_value, "obsgen_runtime_price_unknown_total", {"model": "loaf-2"})
    set_default_prices(table)
    try:
        before = unknown() or 0.0
        usage = {"input_tokens": 1000, "output_tokens": 100}
        langfuse.create_generation(None, "known", "loaf-1", usage=usage)
        langfuse.create_generation(None, "told", "loaf-1", usage=usage, cost=0.5)
        langfuse.create_generation(None, "unknown", "loaf-2", usage=usage)
        with langfuse.start_trace("task") as task:
            task.update(tokens=usage, model="loaf-1")
    finally:
        set_default_prices(None)
    assert langfuse.flush(5.0)
    costs = {span.name: span.attributes.get("gen_ai.usage.cost") for span in server.spans}
    assert costs == {
        "known": pytest.approx(0.003), "told": 0.5, "unknown": None, "usage": pytest.approx(0.003), "task": None,
    }  # fmt: skip
    assert unknown() == before + 1


def test_keys_by_argument_reach_the_integration(server):
    """What `initialize_observability` was told holds for the integration of the process, also for one made before."""
    assert not get_langfuse_integration().enabled
    handle = initialize_observability(
        "bakery", 0, registry=CollectorRegistry(), langfuse_public_key=KEYS[0], langfuse_secret_key=KEYS[1],
        langfuse_base_url=server.url,
    )  # fmt: skip
    try:
        langfuse = get_langfuse_integration()
        assert (langfuse.enabled, langfuse.base_url, langfuse.backend) == (True, server.url, handle.backend)
        assert langfuse is get_langfuse_integration()
        assert langfuse.auth_check()
        with langfuse.start_trace("bake") as trace:
            assert trace.url == f"{server.url}/trace/{trace.trace_id}"
        assert handle.flush(5.0)
        assert [span.name for span in server.spans] == ["bake"]
    finally:
        handle.shutdown()
    assert not langfuse.enabled
    assert started_settings() is None


def test_tracing_that_is_switched_off_everywhere(server, monkeypatch):
    """With OTEL_SDK_DISABLED nothing is sent, and nobody says that anything is."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    langfuse = LangfuseIntegration(*KEYS, server.url)
    langfuse.start_trace("bake").end()
    assert not langfuse.enabled
    assert langfuse.flush(1.0)
    assert server.requests == ()


def test_the_status_says_that_nothing_arrives(server):
    """Keys that the server refuses are no secret of the log: the status says so until something arrives again."""
    handle = initialize_observability(
        "bakery", 0, registry=CollectorRegistry(), langfuse_public_key=KEYS[0], langfuse_secret_key=KEYS[1],
        langfuse_base_url=server.url,
    )  # fmt: skip
    details = []
    try:
        for server.mode in ("ok", "unauthorized", "ok"):
            entered(tracing.observe("bake"))
            assert handle.flush(5.0)
            details.append(handle.status()[1].detail)
    finally:
        handle.shutdown()
    failed = "backend otlp, whose last attempt to send failed: unauthorized"
    assert details == ["backend otlp", failed, "backend otlp"]
