"""Workflows: whatever is called as a stage, its result and its exception are its own."""

import asyncio
import functools

import pytest
from obsgen_runtime.context import current, use
from obsgen_runtime.persona import MissingMetricsError, PersonaMetricsCollector, use_collector
from obsgen_runtime.tracing import current_observation, set_backend
from obsgen_runtime.workflow import WorkflowTracer
from prometheus_client import CollectorRegistry

from tests.runtime.recording import Broken, BrokenEnd

P = "backend-engineer"


@pytest.fixture
def metrics(hypertool, registry):
    return hypertool.HypertoolMetrics(registry)


def stages(view):
    """Return how often each stage was timed."""
    name = "hypertool_workflow_stage_duration_seconds_count"
    return {each.labels["stage"]: each.value for each in view.samples if each.name == name and each.value}


def gates(view):
    name = "hypertool_workflow_quality_gate_total"
    return {(each.labels["stage"], each.labels["result"]): each.value for each in view.samples if each.name == name}


def add(a, b=1):
    return a + b


async def add_later(a, b=1):
    await asyncio.sleep(0)
    return a + b


class Adder:
    def __call__(self, a, b=1):
        return a + b


class LateAdder:
    async def __call__(self, a, b=1):
        return a + b


@pytest.mark.parametrize(
    "func",
    [
        add,
        add_later,
        functools.partial(add, b=1),
        functools.partial(add_later, b=1),
        Adder(),
        LateAdder(),
        lambda a, b=1: a + b,
        lambda a, b=1: add_later(a, b),
        functools.partial(LateAdder(), b=1),
        lambda a, b=1: asyncio.ensure_future(add_later(a, b)),
    ],
)
def test_everything_that_can_be_called(func, metrics, registry, scrape, recording):
    """Functions, coroutine functions, partials, objects, lambdas and futures give their result, never a coroutine."""

    async def main():
        async with WorkflowTracer("demo", metrics=metrics) as tracer:
            assert await tracer.trace_stage("one", P, func, 1) == 2
            assert await tracer.trace_stage(stage_name="two", persona=P, func=func, a=1) == 2

    asyncio.run(main())
    assert stages(scrape(registry)) == {"one": 1, "two": 1}
    assert [(one.name, one.ended) for one in recording.kept] == [
        ("workflow.demo", 1),
        ("stage.one", 1),
        ("stage.two", 1),
    ]


def test_names_do_not_clash(metrics):
    """A function with arguments named like ours gets them, if stage, persona and function come first."""

    def report(persona, stage_name, func, name):
        return persona, stage_name, func, name

    async def main():
        async with WorkflowTracer("demo", metrics=metrics) as tracer:
            return await tracer.trace_stage("one", P, report, persona=1, stage_name=2, func=3, name=4)

    assert asyncio.run(main()) == (1, 2, 3, 4)


def test_a_stage_without_a_function():
    """Arguments of ours that are missing are named."""

    async def main():
        async with WorkflowTracer("demo") as tracer:
            await tracer.trace_stage("one", persona=P)

    with pytest.raises(TypeError, match="needs func"):
        asyncio.run(main())


def test_context_and_spans(metrics, recording):
    """Inside a stage its span is current and below the workflow's, and the context names workflow, stage and persona."""

    async def look():
        return current(), current_observation()

    async def main():
        async with WorkflowTracer("demo", metrics=metrics, session="s-1", tags=("x",)) as tracer:
            return await tracer.trace_stage("one", P, look)

    context, observation = asyncio.run(main())
    assert (context.workflow, context.stage, context.persona, context.session, context.tags) == (
        *("demo", "one", P, "s-1"),
        ("x",),
    )
    assert observation is recording.named("stage.one")
    assert observation.parent is recording.named("workflow.demo")
    assert observation.context == context
    assert current().workflow is None


@pytest.mark.parametrize("backend", [Broken, BrokenEnd, None])
@pytest.mark.parametrize(
    "error", [ValueError("mine"), asyncio.CancelledError("mine"), KeyboardInterrupt(), SystemExit(3), GeneratorExit()]
)
def test_the_exception_is_the_same_object(backend, error, metrics, registry, scrape):
    """What a stage raises leaves the workflow as it is, with its duration recorded, whatever tracing does."""

    def fail():
        raise error

    before = set_backend(backend()) if backend else None
    try:
        with pytest.raises(type(error)) as caught, WorkflowTracer("demo", metrics=metrics) as tracer:
            tracer.run_stage("one", P, fail)
    finally:
        if before:
            set_backend(before)
    assert caught.value is error
    assert caught.value.__cause__ is None
    assert stages(scrape(registry)) == {"one": 1}


def test_cancellation_is_recorded(metrics, recording, registry, scrape):
    """A cancelled stage stays cancelled; its spans carry the cancellation, and its duration counts."""

    async def main():
        async def run():
            async with WorkflowTracer("demo", metrics=metrics) as tracer:
                await tracer.trace_stage("one", P, asyncio.sleep, 60)

        task = asyncio.create_task(run())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(main())
    for name in ("workflow.demo", "stage.one"):
        kept = recording.named(name)
        assert isinstance(kept.error, asyncio.CancelledError)
        assert kept.facts[-1].message == "cancelled"
    assert stages(scrape(registry)) == {"one": 1}


def test_no_exception_is_no_pass(metrics, registry, scrape, recording):
    """Gates change only by explicit verdicts, which are events of the span, too."""
    with WorkflowTracer("demo", metrics=metrics) as tracer:
        tracer.run_stage("one", P, lambda: None)
        assert gates(scrape(registry)) == {}
        with tracer.stage_context("two", P):
            tracer.quality_gate("two", passed=True)
        tracer.quality_gate("one", passed=False)
        tracer.quality_gate("one", passed="failed")
        tracer.quality_gate("one", passed=None)
    assert gates(scrape(registry)) == {
        ("two", "passed"): 1,
        ("two", "failed"): 0,
        ("one", "failed"): 1,
        ("one", "passed"): 0,
    }
    assert recording.named("stage.two").events == [("quality_gate", {"stage": "two", "result": "passed"})]


def test_concurrent_stages_do_not_mix(metrics, recording, registry, scrape):
    """Twenty stages at once are siblings below one workflow, each with its own context."""

    async def work(number):
        await asyncio.sleep(0)
        assert current().stage == f"s{number}"
        assert current_observation() is recording.named(f"stage.s{number}")

    async def main():
        async with WorkflowTracer("demo", metrics=metrics) as tracer:
            await asyncio.gather(*(tracer.trace_stage(f"s{number}", P, work, number) for number in range(20)))

    asyncio.run(main())
    root = recording.named("workflow.demo")
    assert {id(one.parent) for one in recording.kept[1:]} == {id(root)}
    assert sum(stages(scrape(registry)).values()) == 20


def test_without_metrics_and_with_the_default(metrics, registry, scrape):
    """Without collectors a workflow runs as it is; with `use_collector` it records there."""
    with WorkflowTracer("demo") as tracer:
        assert tracer.run_stage("one", P, add, 1) == 2
    assert stages(scrape(registry)) == {}
    use_collector(PersonaMetricsCollector(metrics))
    try:
        with WorkflowTracer("demo") as tracer:
            tracer.run_stage("one", P, add, 1)
    finally:
        use_collector(None)
    assert stages(scrape(registry)) == {"one": 1}


def test_missing_metrics(hypertool):
    """Collectors that lack the two metrics of workflows are refused at construction."""
    with pytest.raises(MissingMetricsError, match="no metric x_workflow_stage_duration_seconds"):
        WorkflowTracer("demo", metrics=hypertool.HypertoolMetrics(CollectorRegistry()), prefix="x")


def test_tasks_share_a_tracer(recording):
    """Two tasks inside one object at once: each ends its own span, in whichever order they leave."""
    tracer = WorkflowTracer("release")

    async def run(seconds, session):
        with use(session=session):
            async with tracer:
                await asyncio.sleep(seconds)
            ended = {one.context.session: one.ended for one in recording.kept}
            assert (current().workflow, current().session, ended[session]) == (None, session, 1)
            return ended

    async def both():
        return await asyncio.gather(run(0.01, "short"), run(0.05, "long"))

    short, long = asyncio.run(both())
    assert (short, long) == ({"short": 1, "long": 0}, {"short": 1, "long": 1})
