"""What `check_primitive` finds, and what it leaves alone."""

# ruff: noqa: ARG002  (steps take what a step takes)

from __future__ import annotations

import asyncio

import pytest
from obsgen_runtime.context import current, use
from obsgen_runtime.primitives import (
    FallbackPrimitive,
    InstrumentedPrimitive,
    ParallelPrimitive,
    RetryPrimitive,
    RetryStrategy,
    RouterPrimitive,
    TimeoutPrimitive,
    WorkflowContext,
    check_primitive,
    wrap,
)
from obsgen_runtime.primitives.base import run
from obsgen_runtime.tracing import backend, observe
from prometheus_client import CollectorRegistry

from tests.runtime.primitives.trees import Calm, Leaf


def check(component, data="ok", context=None, **how):
    return asyncio.run(check_primitive(component, data, context, **how))


class Theirs:
    """Somebody else's class, without spans."""

    async def execute(self, data, context):
        return data


class HalfWay(Theirs):
    """Makes a span of the right name by hand, and nothing else."""

    async def execute(self, data, context):
        with observe("primitive.HalfWay"):
            return data


GOOD = [
    Leaf(),
    Leaf() >> Calm(),
    Leaf() | Calm(),
    ParallelPrimitive({"a": Leaf(), "b": Leaf()}),
    RouterPrimitive(routes={"a": Leaf()}, router_fn=lambda _: "a"),
    RetryPrimitive(Leaf(), RetryStrategy(wait_seconds=0)),
    FallbackPrimitive(Leaf(), Leaf()),
    TimeoutPrimitive(Leaf(), 60),
    wrap(Theirs()),
    Leaf() >> (Leaf() | (Calm() >> wrap(Theirs()))),
    Leaf(metrics=CollectorRegistry()),
]


@pytest.mark.parametrize("component", GOOD, ids=lambda one: one.name)
def test_what_is_good(component):
    """All compositions conform, with data that works, with and without a context."""
    assert check(component) == []
    assert check(component, context=WorkflowContext()) == []


@pytest.mark.parametrize("component", GOOD[:-1], ids=lambda one: one.name)
def test_failures_conform_too(component):
    """A failure leaves the same spans and counts; whether one was expected is part of the answer."""
    if component.name == "Theirs":
        assert check(component, fails=True) == ["it did not fail, as fails=True expects"]
        return
    assert check(component, "boom", fails=True) == []
    assert check(component, "boom") == ["it raised BoomError: give data that it can work with, or say fails=True"]


def test_what_is_not_instrumented():
    """An object without spans is found, and told how to get them; one with a bare span lacks everything else."""
    assert check(Theirs()) == ["no span primitive.Theirs; wrap() records it"]
    assert check(HalfWay(), context=WorkflowContext(correlation_id="c", metadata={"persona": "p"})) == [
        "primitive.HalfWay: primitive.name is None, expected 'HalfWay'",
        "primitive.HalfWay: correlation.id is None, expected 'c'",
        "primitive.HalfWay: no primitive.type",
        "primitive.HalfWay: no primitive.status",
        "primitive.HalfWay: the persona is None, expected 'p'",
        "primitive_executions_total{None, None, none, None} is 0, with 1 spans",
        "primitive_execution_duration_seconds_count{None, none} is 0, with 1 spans",
    ]


def test_another_name():
    """A span of another name than the declared one is a problem."""
    assert check(Leaf("Oven"), name="Stove") == ["the span is called primitive.Oven, expected primitive.Stove"]


def test_parts_that_are_none():
    """A composite that executes what it does not declare is found."""

    class Sly(InstrumentedPrimitive[str, str]):
        parts = (Calm(),)

        async def _execute_impl(self, input_data, context):
            return await run(Leaf(), input_data, context)

    assert check(Sly()) == ["primitive.Leaf: stands below primitive.Sly, but is none of its parts"]


def test_a_context_that_leaks():
    """A component that changes the context of its caller is found."""

    class Leaky:
        async def execute(self, data, context):
            self.block = use(persona="x")
            self.block.__enter__()
            return await Leaf("Leaky").execute(data, context)

    assert check(Leaky()) == ["it left the context changed"]


def test_nothing_stays():
    """Afterwards backend and context are those of before, and the check sent and counted nothing of its own."""
    before = backend()
    registry = CollectorRegistry()
    assert check(Leaf(metrics=registry)) == []
    assert backend() is before
    assert current().persona is None
    assert not [one for family in registry.collect() for one in family.samples if one.name.endswith("_total")]


def test_within_a_run(wire):
    """A check inside of other work looks at its own component only, and what comes after it is counted as before."""

    async def main():
        with observe("outer"):
            found = await check_primitive(Leaf() >> Calm(), "ok")
            await Leaf().execute("ok")
        return found

    assert asyncio.run(main()) == []
    assert [span.name for span in wire.spans()] == ["primitive.Leaf", "outer"]
    assert wire.series("primitive_executions_total") == {("Leaf", "step", "none", "success"): 1}
