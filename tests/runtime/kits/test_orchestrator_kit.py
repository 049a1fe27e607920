"""The hooks of the orchestrator: what is counted and traced is what happened, and the application never notices."""

from __future__ import annotations

import asyncio
import math
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.kits.breaker import BreakerChange
from obsgen_runtime.kits.orchestrator import CircuitBreaker, MissingMetricsError, OrchestratorKit
from obsgen_runtime.langfuse import LangfuseIntegration
from obsgen_runtime.usage import Usage
from prometheus_client import REGISTRY, CollectorRegistry

from tests.runtime.kits import live
from tests.runtime.recording import Broken, BrokenEnd, Recording


@pytest.fixture(scope="module")
def generated():
    """Return the module that is generated for the orchestrator."""
    sys.path.insert(0, str(live.GENERATED / "python"))
    try:
        import orchestrator_metrics
    finally:
        sys.path.pop(0)
    return orchestrator_metrics


@pytest.fixture
def backend():
    return Recording()


@pytest.fixture
def kit(generated, registry, backend):
    metrics = generated.OrchestratorMetrics(registry)
    return OrchestratorKit(metrics, LangfuseIntegration(backend=backend), registry=registry)


@pytest.fixture
def value(registry):
    """Return the value of a series, 0 if there is none."""
    return lambda name, **labels: registry.get_sample_value(f"orchestrator_{name}", labels) or 0.0


def faults(hook="orchestrator"):
    return REGISTRY.get_sample_value("obsgen_runtime_hook_faults_total", {"hook": hook}) or 0.0


def metadata(kept):
    """Return all metadata of an observation, later ones over earlier ones."""
    return {key: value for facts in kept.facts for key, value in (facts.metadata or {}).items()}


def run(kit, **more):
    return kit.run("task_1", "claude", "Do it", **{"task_type": "security", "project": "p", **more})


def test_a_run_that_goes_well(kit, backend, value):
    """Outcome, duration, tokens by part, cost and quality are counted once, and on the span of the agent."""

    async def work():
        async with run(kit, session="sess_1", metadata={"agent_switches": 2}) as one:
            assert one.iterate() == 2
            one.update(output="Done", tokens={"input_tokens": 450, "output_tokens": 1073}, cost=0.0046)
            one.score_quality(0.92)
        return one

    one = asyncio.run(work())
    assert (one.outcome, one.cost_usd, one.total_tokens, one.quality, one.iteration) == (
        "success",
        0.0046,
        1523,
        0.92,
        2,
    )
    assert value("tasks_total", agent="claude", task_type="security", outcome="success") == 1
    assert value("task_duration_seconds_count", agent="claude") == 1
    assert value("task_tokens_total", agent="claude", project="p", token_type="input") == 450
    assert value("task_tokens_total", agent="claude", project="p", token_type="output") == 1073
    assert value("task_cost_usd_total", agent="claude", project="p", task_type="security") == 0.0046
    assert value("quality_score_ratio_sum", agent="claude") == 0.92
    assert value("task_iterations_total", agent="claude") == 2
    span = backend.named("agent.claude")
    told = {"task_id": "task_1", "agent": "claude", "task_type": "security", "project_id": "p", "agent_switches": 2}
    assert metadata(span) | told | {"iteration": 2, "quality_score": 0.92, "status": "success"} == metadata(span)
    assert (span.context.session, span.context.persona, span.context.project, span.ended) == ("sess_1", None, None, 1)
    assert [(one.name, one.value, one.span_id) for one in backend.scores] == [("quality", 0.92, span.span_id)]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ValueError("no"), "failure"), (TimeoutError(), "failure"), (asyncio.CancelledError(), "cancelled")],
)
def test_what_the_body_raises(kit, registry, backend, value, error, outcome):
    """It comes out as the very object, and decides the outcome; a failure has no duration and is no unknown cost."""

    async def work():
        async with run(kit):
            raise error

    with pytest.raises(type(error)) as caught:
        asyncio.run(work())
    assert caught.value is error
    assert value("tasks_total", agent="claude", task_type="security", outcome=outcome) == 1
    assert value("task_duration_seconds_count", agent="claude") == 0
    assert registry.get_sample_value("obsgen_runtime_price_unknown_total", {"model": "claude"}) is None
    assert backend.named("agent.claude").error is error


def test_a_failure_without_exception(kit, backend, value):
    """An agent that says so has failed, and its span has the level ERROR."""
    with run(kit) as one:
        one.fail("quota", "no quota left")
    assert one.outcome == "failure"
    assert value("tasks_total", agent="claude", task_type="security", outcome="failure") == 1
    span = backend.named("agent.claude")
    assert ("ERROR", "no quota left") in [(facts.level, facts.message) for facts in span.facts]


def test_unknown_is_not_zero(kit, registry, value):
    """Without tokens and cost there is neither, and both are counted as unknown; a cost of 0 is a known one."""
    with run(kit) as one:
        one.update(output="Done")
    assert (one.cost_usd, one.total_tokens) == (None, None)
    assert (
        registry.get_sample_value(
            "orchestrator_task_cost_usd_total", {"agent": "claude", "project": "p", "task_type": "security"}
        )
        is None
    )
    for name in ("price_unknown", "usage_unknown"):
        assert registry.get_sample_value(f"obsgen_runtime_{name}_total", {"model": "claude"}) == 1
    with run(kit) as one:
        one.update(tokens=100, cost=0)
    assert (one.cost_usd, one.total_tokens) == (0.0, 100)
    assert value("task_tokens_total", agent="claude", project="p", token_type="unsplit") == 100
    assert registry.get_sample_value("obsgen_runtime_price_unknown_total", {"model": "claude"}) == 1


def test_price_of_the_table(kit, backend, value):
    """Tokens by part of a known model are priced; a total, and a model that nobody knows, are not."""
    with run(kit) as one:
        one.update(tokens=Usage(fresh_tokens=1000, output_tokens=100), model="claude-sonnet-4-20250514")
    assert one.cost_usd == pytest.approx(1000 * 3e-6 + 100 * 15e-6)
    assert backend.named("usage").facts[0].cost.usd == one.cost_usd
    for tokens, model in ((1100, "claude-sonnet-4"), (Usage(fresh_tokens=5), "never-heard-of")):
        with run(kit) as one:
            one.update(tokens=tokens, model=model)
        assert one.cost_usd is None
    assert value("task_cost_usd_total", agent="claude", project="p", task_type="security") == pytest.approx(0.0045)


@pytest.mark.parametrize("quality", [-0.01, 1.01, 92, math.nan, math.inf, "0.9", None, True])
def test_a_quality_out_of_range(kit, backend, value, quality):
    """It is recorded nowhere, and counted as a fault."""
    before = faults()
    with run(kit) as one:
        one.score_quality(quality)
    assert one.quality is None
    assert (value("quality_score_ratio_count", agent="claude"), backend.scores, faults() - before) == (0, [], 1)


def test_a_judgement_after_the_end(kit, backend, value):
    """It is a score of the same span, and one observation."""
    with run(kit) as one:
        pass
    one.score_quality(0.8)
    assert backend.scores[0].span_id == backend.named("agent.claude").span_id
    assert value("quality_score_ratio_count", agent="claude") == 1


def test_decisions(kit, backend, value):
    """Selections, switches and look-ups are counted by fixed words; free text and rewards are on the events only."""
    rewards = {"claude": 0.9, "gemini": 0.3, "copilot": 0.2}
    with kit.langfuse.start_trace("task") as trace:
        kit.select("task_1", "claude", reason_code="reward", reason="Task type: x", all_rewards=rewards)
        kit.switch("task_1", "claude", "gemini", reason_code="quality", quality_before=0.5, quality_after=0.75)
        kit.cache_lookup(hit=True)
        kit.cache_lookup(hit="yes")
    assert value("agent_selections_total", agent="claude", reason_code="reward") == 1
    assert value("agent_switches_total", from_agent="claude", to_agent="gemini", reason_code="quality") == 1
    assert (value("cache_lookups_total", result="hit"), value("cache_lookups_total", result="miss")) == (1, 0)
    chosen, switched = backend.named("agent_selection"), backend.named("agent_switch")
    assert (metadata(chosen)["rewards"], metadata(chosen)["reason"]) == (rewards, "Task type: x")
    assert metadata(switched)["quality_gain"] == 0.25
    assert {one.parent.span_id for one in (chosen, switched)} == {trace.span_id}
    assert backend.named("task").events == [("cache_lookup", {"result": "hit"})]


def test_calls_of_the_observer_are_counted(kit, value):
    """Code that has only the integration is counted, too; a reason that is no word of the catalog is `other`."""
    kit.langfuse.track_agent_selection("t", "claude", "because", reason_code="whim")
    kit.langfuse.track_circuit_breaker_event("claude", "open", 5)
    assert value("agent_selections_total", agent="claude", reason_code="other") == 1
    assert value("circuit_breaker_open", agent="claude") == 1


def test_an_unwatched_breaker_is_seen(kit, registry, backend):
    """Before `watch` an agent has no series and a status that says so; afterwards every change is counted and traced."""
    series = ("orchestrator_circuit_breaker_open", {"agent": "claude"})
    assert registry.get_sample_value(*series) is None
    assert {one.agent: one.is_watched for one in kit.status()} == dict.fromkeys(("claude", "gemini", "copilot"), False)
    breaker = CircuitBreaker("claude", clock=lambda: 0.0)
    kit.watch(breaker)
    kit.watch(breaker)  # once more is harmless
    assert registry.get_sample_value(*series) == 0
    for _ in range(5):
        assert breaker.allows()
        breaker.failed()
    assert registry.get_sample_value(*series) == 1
    name = "orchestrator_circuit_breaker_transitions_total"
    assert registry.get_sample_value(name, {"agent": "claude", "to_state": "open"}) == 1
    assert metadata(backend.named("circuit_breaker")) == {"agent": "claude", "state": "open", "failure_count": 5}
    assert [(one.agent, one.state) for one in kit.status() if one.is_watched] == [("claude", "open")]


def test_a_run_tells_the_state_of_its_breaker(kit, backend):
    """It is an event of the run, as the state was when the run began; a breaker nobody watches tells nothing."""
    with run(kit):
        pass
    assert [one.name for one in backend.kept] == ["agent.claude"]
    breaker = CircuitBreaker("claude", failures=1, clock=lambda: 0.0)
    kit.watch(breaker)
    with run(kit) as second:
        breaker.failed()
        second.fail("exit_code")
    with run(kit):
        pass
    checks = [one for one in backend.kept if one.name == "circuit_breaker_check"]
    assert [metadata(one) for one in checks] == [
        {"agent": "claude", "state": "closed"},
        {"agent": "claude", "state": "open"},
    ]
    runs = [one.span_id for one in backend.kept if one.name == "agent.claude"]
    assert [one.parent.span_id for one in checks] == runs[1:]


def test_a_breaker_whose_state_cannot_be_read(kit, backend):
    """Its fault is counted, and the run goes on."""

    class Unreadable:
        agent = "claude"
        reads = 0

        @property
        def state(self):
            self.reads += 1
            if self.reads > 1:
                raise OSError("no state")
            return "closed"

        def on_change(self, listener):
            pass

    kit.watch(Unreadable())
    before = faults()
    with run(kit) as one:
        pass
    assert (one.outcome, faults() - before) == ("success", 1)


def test_a_breaker():
    """Five failures in a row open it for 60 s; then one attempt decides."""
    now, seen = [0.0], []
    breaker = CircuitBreaker("claude", clock=lambda: now[0])
    breaker.on_change(lambda change: seen.append((change.state, change.failure_count)))
    for _ in range(4):
        breaker.failed()
    breaker.succeeded()
    for _ in range(4):
        breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now[0] = 59.9
    assert not breaker.allows()
    now[0] = 60.0
    assert (breaker.state, breaker.allows(), breaker.allows(), breaker.state) == ("open", True, False, "half_open")
    breaker.failed()
    now[0] = 119.9
    assert not breaker.allows()
    now[0] = 120.0
    assert breaker.allows()
    breaker.succeeded()
    assert (breaker.state, breaker.allows()) == ("closed", True)
    assert seen == [("open", 5), ("half_open", 5), ("open", 6), ("half_open", 6), ("closed", 0)]


def test_an_attempt_that_never_reports():
    """A cancelled attempt does not shut the agent out for ever: after the same time another one is let through."""
    now = [0.0]
    breaker = CircuitBreaker("claude", failures=1, open_seconds=10, clock=lambda: now[0])
    breaker.failed()
    now[0] = 10.0
    assert breaker.allows()
    now[0] = 20.0
    assert breaker.allows()


@given(st.lists(st.sampled_from(["ask", "ok", "bad", "wait"]), max_size=60))
def test_a_breaker_is_never_stuck(steps):
    """However it is used: states follow each other as declared, and after its time it always lets one attempt through."""
    now, states = [0.0], ["closed"]
    breaker = CircuitBreaker("claude", failures=3, open_seconds=10, clock=lambda: now[0])
    breaker.on_change(lambda change: states.append(change.state))
    for step in steps:
        if step == "ask":
            breaker.allows()
        elif step == "wait":
            now[0] += 5
        else:
            (breaker.succeeded if step == "ok" else breaker.failed)()
    pairs = set(pairwise(states))
    assert pairs <= {("closed", "open"), ("open", "half_open"), ("half_open", "open"), ("half_open", "closed"),
                     ("open", "closed")}  # fmt: skip
    now[0] += 10
    assert breaker.allows()


@pytest.mark.parametrize("settings", [{"failures": 0}, {"open_seconds": -1}, {"open_seconds": math.nan}])
def test_a_breaker_that_makes_no_sense(settings):
    """It is refused at construction."""
    with pytest.raises(ValueError, match="breaker"):
        CircuitBreaker("claude", **settings)


def test_a_listener_that_raises():
    """The breaker works on, and the fault is counted."""
    before = faults("circuit_breaker")

    def raising(change: BreakerChange) -> None:
        raise OSError(change.agent)

    breaker = CircuitBreaker("claude", failures=1)
    breaker.on_change(raising)
    breaker.failed()
    assert (breaker.state, faults("circuit_breaker") - before) == ("open", 1)


@pytest.mark.parametrize("broken", [Broken, BrokenEnd])
def test_a_broken_backend(generated, broken):
    """The application's result is its own, and everything is counted all the same."""
    registry = CollectorRegistry()
    langfuse = LangfuseIntegration(backend=broken())
    kit = OrchestratorKit(generated.OrchestratorMetrics(registry), langfuse, registry=registry)

    async def work():
        kit.select("task_1", "claude", reason_code="reward")
        async with run(kit) as one:
            one.update(output="x", tokens=5, cost=0.5)
            one.score_quality(0.5)
            return "result"

    assert asyncio.run(work()) == "result"
    labels = {"agent": "claude", "task_type": "security", "outcome": "success"}
    assert registry.get_sample_value("orchestrator_tasks_total", labels) == 1
    assert registry.get_sample_value("orchestrator_quality_score_ratio_count", {"agent": "claude"}) == 1
    labels = {"agent": "claude", "reason_code": "reward"}
    assert registry.get_sample_value("orchestrator_agent_selections_total", labels) == 1


def test_runs_at_once(kit, backend, value):
    """Twenty runs at the same time keep their facts apart."""

    async def one(number):
        async with kit.run(f"task_{number}", "gemini", task_type="testing", project=f"p{number % 3}") as single:
            await asyncio.sleep(0.001 * (number % 5))
            single.update(tokens=number, cost=number / 100)

    async def work():
        await asyncio.gather(*map(one, range(20)))

    asyncio.run(work())
    for rest in range(3):
        numbers = [number for number in range(20) if number % 3 == rest]
        assert value("task_tokens_total", agent="gemini", project=f"p{rest}", token_type="unsplit") == sum(numbers)
        cost = value("task_cost_usd_total", agent="gemini", project=f"p{rest}", task_type="testing")
        assert cost == pytest.approx(sum(numbers) / 100)
    spans = [one for one in backend.kept if one.name == "agent.gemini"]
    assert sorted(metadata(one)["task_id"] for one in spans) == sorted(f"task_{number}" for number in range(20))
    assert all(metadata(one)["project_id"] == f"p{int(metadata(one)['task_id'][5:]) % 3}" for one in spans)


def test_metrics_that_do_not_fit():
    """Collectors of another system are refused with a list of all that is missing."""
    with pytest.raises(MissingMetricsError, match=r"orchestrator_tasks_total.*orchestrator_circuit_breaker_open"):
        OrchestratorKit(object())
