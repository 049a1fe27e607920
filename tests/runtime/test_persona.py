"""Personas: each second is charged to the one who worked, each token to the one who used it."""

import asyncio
import math
import subprocess
import sys
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.context import current, run_in_context, use
from obsgen_runtime.persona import MissingMetricsError, PersonaMetricsCollector, switch_persona, use_collector
from obsgen_runtime.tracing import current_observation, set_backend
from prometheus_client import CollectorRegistry

from tests.runtime.recording import Broken, BrokenEnd

A, B, C = "backend-engineer", "testing-specialist", "devops-engineer"


class Clock:
    """Seconds, as the test says."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def collector(hypertool, registry, clock):
    made = PersonaMetricsCollector(hypertool.HypertoolMetrics(registry), clock=clock)
    yield made
    made.end_session()


@pytest.fixture
def seconds(registry, scrape):
    """Return the seconds charged to a persona, over all chatmodes."""

    def seconds(persona):
        view = scrape(registry)
        name = "hypertool_persona_duration_seconds_sum"
        return sum(each.value for each in view.samples if each.name == name and each.labels["persona"] == persona)

    return seconds


@pytest.fixture
def switches(registry, scrape):
    """Return every transition that was counted, and how often."""

    def switches():
        name = "hypertool_persona_switches_total"
        found = [each for each in scrape(registry).samples if each.name == name and each.value]
        return {(each.labels["from_persona"], each.labels["to_persona"]): each.value for each in found}

    return switches


def test_a_switch_charges_the_persona_left(collector, clock, seconds, switches):
    """The time goes to who worked in it, the last one's at the end of the session, and the first comes from `none`."""
    collector.switch(A, "demo")
    clock.now += 30
    collector.switch(B, "demo")
    clock.now += 12
    assert (seconds(A), seconds(B)) == (30, 0)
    collector.end_session()
    collector.end_session()
    assert (seconds(A), seconds(B)) == (30, 12)
    assert switches() == {("none", A): 1, (A, B): 1}
    assert collector.persona is None


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.floats(0, 5000)), min_size=1, max_size=20))
def test_durations_add_up_to_the_run(hypertool, scrape, steps):
    """Over any sequence of switches, what is charged in all is the time from the first switch to the end."""
    registry, clock = CollectorRegistry(), Clock()
    collector = PersonaMetricsCollector(hypertool.HypertoolMetrics(registry), clock=clock)
    for persona, lasted in steps:
        collector.switch(persona, "demo")
        clock.now += lasted
    collector.end_session()
    name = "hypertool_persona_duration_seconds_sum"
    charged = sum(each.value for each in scrape(registry).samples if each.name == name)
    assert math.isclose(charged, clock.now - 100.0, abs_tol=1e-6)


def test_a_clock_that_jumps_back(collector, clock, seconds, registry, scrape):
    """A stint is counted even if its clock went backwards, with no time."""
    collector.switch(A, "demo")
    clock.now -= 1000
    collector.end_session()
    assert seconds(A) == 0
    assert scrape(registry).value("hypertool_persona_duration_seconds_count", persona=A, chatmode="demo") == 1


def test_budget_goes_below_zero(collector, registry, scrape):
    """Tokens come off the budget in a ledger of our own, and an overspent budget says by how much."""
    collector.record_token_usage(A, "demo", "gpt-4", 1500)
    collector.record_token_usage(A, "demo", "gpt-4", 700)
    view = scrape(registry)
    assert collector.remaining(A) == -200
    assert view.value("hypertool_persona_token_budget_remaining", persona=A) == -200
    assert view.value("hypertool_persona_token_budget_remaining", persona=B) == 1500
    assert view.value("hypertool_persona_tokens_used_total", persona=A, chatmode="demo", model="gpt-4") == 2200
    collector.reset_budgets()
    assert collector.remaining(A) == 2000


@pytest.mark.parametrize("tokens", [-1, math.nan, math.inf, "many", None])
def test_tokens_that_are_none(collector, registry, scrape, tokens):
    """What is no number of tokens changes neither counter nor budget, and is counted as refused."""
    collector.record_token_usage(A, "demo", "gpt-4", tokens)
    assert collector.remaining(A) == 2000
    refused = [each.value for each in scrape(registry).samples if each.name == "obsgen_runtime_value_rejected_total"]
    assert sum(refused) == 1


def test_an_unknown_persona_has_no_budget(collector, registry, scrape):
    """Its tokens are counted as those of `other`, and the ledger does not grow."""
    for number in range(50):
        collector.record_token_usage(f"stranger-{number}", "demo", "gpt-4", 10)
    view = scrape(registry)
    assert view.value("hypertool_persona_tokens_used_total", persona="other", chatmode="demo", model="gpt-4") == 500
    assert collector.remaining("stranger-1") is None
    assert len(view.labels("hypertool_persona_token_budget_remaining")) == 6


def test_gates_need_a_verdict(collector, registry, scrape):
    """Only True passes; a text such as `failed` is true for Python and no verdict for us."""
    collector.record_quality_gate("w", "s", passed=True)
    collector.record_quality_gate("w", "s", passed=False)
    collector.record_quality_gate("w", "s", passed="failed")
    view = scrape(registry)
    verdicts = {
        each.labels["result"]: each.value
        for each in view.samples
        if each.name == "hypertool_workflow_quality_gate_total"
    }
    assert verdicts == {"passed": 1, "failed": 1}


def test_missing_metrics_are_one_error(awkward, hypertool):
    """At construction, every missing metric is named at once, and so are labels that do not fit."""
    with pytest.raises(MissingMetricsError, match=r"bakery_persona_switches_total.*bakery_workflow_quality_gate_total"):
        PersonaMetricsCollector(hypertool.HypertoolMetrics(CollectorRegistry()), prefix="bakery")
    metrics = hypertool.HypertoolMetrics(CollectorRegistry())
    metrics.hypertool_persona_tokens_used_total = metrics.hypertool_persona_switches_total
    with pytest.raises(MissingMetricsError, match="hypertool_persona_tokens_used_total has the labels chatmode, from"):
        PersonaMetricsCollector(metrics)
    metrics.hypertool_persona_tokens_used_total = metrics.hypertool_persona_info
    with pytest.raises(MissingMetricsError, match="hypertool_persona_tokens_used_total is no counter"):
        PersonaMetricsCollector(metrics)


def test_switch_persona_changes_all_three(collector, clock, recording, seconds, switches):
    """Inside the block metrics, context and observation name the persona; afterwards everything is closed and back."""
    with switch_persona(A, "demo", collector=collector) as outer:
        clock.now += 10
        assert (current().persona, current().chatmode) == (A, "demo")
        assert current_observation() is outer
        with switch_persona(B, collector=collector):
            clock.now += 5
            assert (current().persona, current().chatmode) == (B, "demo")
        assert current().persona == A
        clock.now += 1
    assert current().persona is None
    assert (seconds(A), seconds(B)) == (11, 5)
    assert switches() == {("none", A): 1, (A, B): 1}
    inner = recording.named(f"persona.{B}")
    assert inner.parent is outer
    assert inner.context.persona == B
    assert [one.ended for one in recording.kept] == [1, 1]


def test_a_session_stands_still_while_a_block_goes_on(collector, clock, seconds, switches):
    """A block interrupts the session's persona, whose clock goes on afterwards."""
    collector.switch(A, "demo")
    clock.now += 10
    with switch_persona(B, collector=collector):
        clock.now += 5
    clock.now += 2
    collector.end_session()
    assert (seconds(A), seconds(B)) == (12, 5)
    assert switches() == {("none", A): 1, (A, B): 1}


def test_a_persona_waits_for_the_last_of_several_inside(collector, clock, seconds):
    """Two blocks that overlap inside of one: its clock stands still from the first's begin to the last's end."""
    with switch_persona(C, "demo", collector=collector):
        clock.now += 1
        one, two = (collector.enter(persona, "demo") for persona in (A, B))
        clock.now += 10
        collector.leave(one)
        clock.now += 100
        collector.leave(two)
        clock.now += 1000
    assert (seconds(A), seconds(B), seconds(C)) == (10, 110, 1001)


def test_tasks_do_not_mix(collector, hypertool, registry, scrape):
    """Twenty tasks below one persona, each with its own: everyone sees only their own, and nobody is charged twice."""

    async def one(persona):
        for _ in range(5):
            with switch_persona(persona, "demo", collector=collector):
                await asyncio.sleep(0)
                assert current().persona == persona

    async def all_of_them():
        with switch_persona(C, "demo", collector=collector):
            await asyncio.gather(*(one((A, B)[number % 2]) for number in range(20)))
            assert current().persona == C

    asyncio.run(all_of_them())
    view = scrape(registry)
    count = "hypertool_persona_duration_seconds_count"
    assert view.value(count, persona=A, chatmode="demo") == 50
    assert view.value(count, persona=B, chatmode="demo") == 50
    assert view.value("hypertool_persona_duration_seconds_sum", persona=C, chatmode="demo") == 0


def test_threads_see_the_persona_through_run_in_context(collector):
    """A bare thread starts without a persona, one that is bound has that of its maker."""
    seen = []

    def look():
        seen.append(current().persona)

    with switch_persona(A, collector=collector):
        for function in (look, run_in_context(look)):
            thread = Thread(target=function)
            thread.start()
            thread.join()
    assert seen == [None, A]


@pytest.mark.parametrize("broken", [Broken, BrokenEnd])
@pytest.mark.parametrize("error", [ValueError("mine"), asyncio.CancelledError(), KeyboardInterrupt(), StopIteration(1)])
def test_the_exception_is_the_same_object(collector, broken, error, seconds, clock):
    """What the block raises comes out as it is, even where tracing is broken, and its time is charged."""
    before = set_backend(broken())
    try:
        with pytest.raises(type(error)) as caught, switch_persona(A, collector=collector):  # noqa: PT012
            clock.now += 3
            raise error
    finally:
        set_backend(before)
    assert caught.value is error
    assert seconds(A) == 3


def test_the_default_collector(collector, seconds, clock):
    """`use_collector` says where `switch_persona` records if nobody says otherwise; without one, nothing is."""
    with switch_persona(A):
        clock.now += 1
    assert use_collector(collector) is None
    try:
        with switch_persona(A):
            clock.now += 2
    finally:
        assert use_collector(None) is collector
    assert seconds(A) == 2


def test_the_last_persona_is_charged_at_exit(child_environment):
    """A process that ends without a word has charged its last persona before anything at exit reads the metrics."""
    code = """
import atexit
from prometheus_client import REGISTRY
show = lambda: print(REGISTRY.get_sample_value(
    "hypertool_persona_duration_seconds_count", {"persona": "backend-engineer", "chatmode": "demo"}))
atexit.register(show)
from hypertool_metrics import HypertoolMetrics
from obsgen_runtime.persona import PersonaMetricsCollector
PersonaMetricsCollector(HypertoolMetrics()).switch("backend-engineer", "demo")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "1.0"


def test_a_forked_child_does_not_charge_the_parents_session(child_environment):
    """The time of a session is charged once, by the process that it began in, though both end regularly."""
    code = """
import os, sys
from hypertool_metrics import HypertoolMetrics
from obsgen_runtime import PersonaMetricsCollector
from prometheus_client import REGISTRY
collector = PersonaMetricsCollector(HypertoolMetrics())
collector.switch("backend-engineer", "demo")
child = os.fork()
if child == 0:
    from obsgen_runtime.closing import run_endings
    run_endings()
    collector.switch("testing-specialist", "demo")
    name = "hypertool_persona_duration_seconds_count"
    os._exit(int(REGISTRY.get_sample_value(name, {"persona": "backend-engineer", "chatmode": "demo"}) or 0))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), collector.persona)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "0 backend-engineer"


def test_a_switch_does_not_split_the_session(recording):
    """Where the chatmode stands for the session, a block in another chatmode stays in the session of the trace around."""
    with use(chatmode="feature"), switch_persona("testing-specialist", "review"):
        assert (current().chatmode, current().session) == ("review", "feature")
    with use(chatmode="feature", session="run-1"), switch_persona("testing-specialist", "review"):
        assert current().session == "run-1"
    with switch_persona("testing-specialist", "review"):
        assert current().session is None
    assert [one.context.session for one in recording.kept] == ["feature", "run-1", None]
