"""Primitives as they are used: operators, functions, objects of others, errors, and what the runtime must not change."""

# ruff: noqa: ARG002, ARG005  (steps take what a step takes)

from __future__ import annotations

import asyncio
import functools
import sys

import pytest
import tenacity
from obsgen_runtime import otlp
from obsgen_runtime.primitives import (
    ConditionalPrimitive,
    FallbackPrimitive,
    InstrumentedPrimitive,
    ParallelPrimitive,
    RetryPrimitive,
    RetryStrategy,
    RouterPrimitive,
    SequentialPrimitive,
    TimeoutPrimitive,
    UnknownRouteError,
    WorkflowContext,
    use_metrics,
    wrap,
)
from obsgen_runtime.tracing import set_backend
from prometheus_client import CollectorRegistry

from tests.runtime.primitives.trees import BoomError, Calm, Leaf, drawn
from tests.runtime.recording import Broken, BrokenEnd


def result(primitive, data="ok", context=None):
    return asyncio.run(primitive.execute(data, context))


def names(composition):
    return [part.name for part in composition.parts]


def test_sequences_are_flat():
    """However `>>` is bracketed, steps stand in one sequence; a named one stays a step."""
    a, b, c, d = (Leaf(name) for name in "abcd")
    assert names((a >> b) >> (c >> d)) == names(a >> (b >> (c >> d))) == list("abcd")
    named = SequentialPrimitive([a, b], name="prepare")
    assert names(named >> c) == ["prepare", "c"]
    assert names(a | b | (c | d)) == list("abcd")
    assert names(a | named) == ["a", "prepare"]
    assert names(ParallelPrimitive({"x": a, "y": b}) | c) == ["ParallelPrimitive", "c"]
    assert names(a >> b | c) == ["SequentialPrimitive", "c"]  # `>>` binds closer, as in arithmetic


def test_functions_on_both_sides():
    """Functions, coroutine functions, partials and builtins are steps on either side of both operators."""

    async def later(data):
        return data * 2

    assert result(later >> Leaf(), "ab") == "abab"
    assert result(str.strip >> Leaf() >> later, " a ") == "aa"
    assert result(len | Leaf() | later, "ab") == [2, "ab", "abab"]
    assert names(len >> Leaf() >> functools.partial(later) >> (lambda data: data)) == ["len", "Leaf", "later", "lambda"]


def test_functions_that_want_the_context():
    """A required second argument, or one called `context`, is given the context; other defaults are left alone."""
    given = WorkflowContext(workflow_id="w")
    assert result(wrap(lambda data, around: around), context=given) is given
    assert result(wrap(lambda data, context=None: context), context=given) is given
    assert result(wrap(lambda data, verbose=False: verbose), context=given) is False
    assert result(wrap(lambda *data: data), context=given) == ("ok",)


def test_what_cannot_be_a_step():
    """Numbers, classes with `execute` and text are refused with what would do."""
    with pytest.raises(TypeError, match="a step is a primitive, an object with execute"):
        Leaf() >> 3
    with pytest.raises(TypeError, match="Leaf is a class: give an object of it"):
        wrap(Leaf)


def test_wrapped_objects(wire):
    """An object is named after its class, gets the context, and may return its result at once."""

    class Theirs:
        name = "varies"

        def execute(self, data, context):
            return data, context

    given = WorkflowContext()
    assert result(wrap(Theirs()), context=given) == ("ok", given)
    assert list(drawn(wire.spans()).values()) == ["Theirs wrapped success"]
    leaf = Leaf()
    assert wrap(leaf) is leaf
    assert wrap(leaf, name="other").name == "other"


def test_results_of_parallel():
    """A list of branches gives a list, a mapping a mapping, in their order."""
    assert result(ParallelPrimitive([len, str.upper])) == [2, "OK"]
    assert result(ParallelPrimitive({"n": len, "up": str.upper})) == {"n": 2, "up": "OK"}


def test_the_first_error_of_a_parallel(wire):
    """The error that came first comes out itself; branches end before, even one that is slow to clean up."""
    cleaned = []

    async def slow(data):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(data)

    async def worse(_data):
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("while it was cancelled")

    first = Leaf()
    with pytest.raises(BoomError) as caught:
        result(ParallelPrimitive([worse, slow, first]), "boom")
    assert caught.value is first.raised[0]
    assert cleaned == ["boom"]
    (tree,) = drawn(wire.spans()).values()
    assert tree.splitlines() == [
        "ParallelPrimitive parallel error",
        "  worse wrapped error branch=0",
        "  slow wrapped cancelled branch=1",
        "  Leaf step error branch=2",
    ]


def test_a_parallel_that_is_cancelled_while_it_ends():
    """A cancellation during the clean-up wins, and still every branch has ended."""
    ended = []

    async def stubborn(_data):
        try:
            await asyncio.Event().wait()
        finally:
            try:
                await asyncio.Event().wait()  # until it is cancelled again
            finally:
                ended.append(True)

    async def main():
        task = asyncio.create_task(ParallelPrimitive([stubborn, Leaf()]).execute("boom"))
        for _ in range(20):  # turns of the loop in which the leaf fails and the other branch is cancelled
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=5)
        return task.cancelled()

    assert asyncio.run(main())
    assert ended == [True]


def test_compositions_of_nothing():
    """Sequence, parallel and router need a part."""
    for make in (SequentialPrimitive, ParallelPrimitive):
        with pytest.raises(ValueError, match="needs at least one"):
            make([])
    with pytest.raises(ValueError, match="needs at least one route"):
        RouterPrimitive({}, len)


def test_the_router():
    """Without a choosing function the message says what it returns; unknown routes go to the default or are an error."""
    routes = {"fast": Leaf(), "quality": Calm()}
    with pytest.raises(TypeError, match="needs router_fn, a function of the input that returns one of: fast, quality"):
        RouterPrimitive(routes=routes)
    with pytest.raises(ValueError, match="default is none of the routes"):
        RouterPrimitive(routes=routes, router_fn=len, default="slow")

    async def choose(data, context):
        return "the whole prompt"

    with pytest.raises(UnknownRouteError, match=r"returned none of: fast, quality$"):
        result(RouterPrimitive(routes=routes, router_fn=choose))
    assert result(RouterPrimitive(routes=routes, router_fn=choose, default="quality")) == "calm"
    assert result(RouterPrimitive(routes=routes, router_fn=lambda _: ["unhashable"], default="fast")) == "ok"


def test_the_conditional():
    """Without the other primitive the input comes back; the condition may be asynchronous and see the context."""

    async def is_urgent(data, context):
        return context.metadata.get("urgent", False)

    one = ConditionalPrimitive(is_urgent, Calm())
    assert result(one) == "ok"
    assert result(one, context=WorkflowContext(metadata={"urgent": True})) == "calm"


def test_the_fallback():
    """If both fail, the second error comes out with the first as its context; other errors and cancellation pass."""
    first, second = Leaf(), Leaf()
    with pytest.raises(BoomError) as caught:
        result(FallbackPrimitive(first, second), "boom")
    assert caught.value is second.raised[0]
    assert caught.value.__context__ is first.raised[0]
    with pytest.raises(BoomError) as caught:
        result(FallbackPrimitive(first, Calm(), on=OSError), "boom")
    assert caught.value is first.raised[1]


def test_retry_says_how_it_is_used():
    """As an element of a pipeline it says that it wraps a step; two strategies at once are refused."""
    with pytest.raises(TypeError, match=r"wraps the step .* RetryPrimitive\(step, max_retries=3\)"):
        RetryPrimitive(max_retries=3)
    with pytest.raises(TypeError, match="not both"):
        RetryPrimitive(Leaf(), RetryStrategy(), max_retries=2)
    with pytest.raises(TypeError, match="not Retrying"):
        RetryPrimitive(Leaf(), tenacity.Retrying())
    with pytest.raises(ValueError, match="max_retries is -1"):
        RetryPrimitive(Leaf(), max_retries=-1)


def test_retry_without_tenacity(monkeypatch):
    """Without the extra, one line names it."""
    monkeypatch.setitem(sys.modules, "tenacity", None)
    with pytest.raises(otlp.MissingExtra, match=r"pip install 'obsgen-runtime\[retry\]'"):
        RetryPrimitive(Leaf(), max_retries=2)


@pytest.mark.parametrize("failures", [0, 1, 3])
def test_retry_until_it_works(failures):
    """A step that fails up to max_retries times succeeds."""
    left = [BoomError("x")] * failures

    async def flaky(data):
        if left:
            raise left.pop()
        return data

    assert result(RetryPrimitive(flaky, RetryStrategy(max_retries=3, wait_seconds=0))) == "ok"


def test_tenacity_of_ones_own(wire):
    """A strategy of tenacity decides what is tried again and what comes out, but never tries a cancellation again."""
    answers = iter(["", "", "done"])
    until_full = tenacity.AsyncRetrying(retry=tenacity.retry_if_result(lambda one: not one))
    assert result(RetryPrimitive(lambda _: next(answers), until_full)) == "done"
    giving_up = tenacity.AsyncRetrying(
        stop=tenacity.stop_after_attempt(2), retry_error_callback=lambda state: "instead"
    )
    assert result(RetryPrimitive(Leaf(), giving_up), "boom") == "instead"

    async def main():
        leaf = Leaf()
        always = tenacity.AsyncRetrying(retry=tenacity.retry_if_not_exception_type(OSError))
        task = asyncio.create_task(RetryPrimitive(leaf, always).execute("stuck"))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled(), len(leaf.started)

    assert asyncio.run(main()) == (True, 1)


def test_retries_at_once():
    """One retrying object in 20 tasks: each has its own tries, even if some fail and others do not."""
    workflow = RetryPrimitive(Leaf(), RetryStrategy(max_retries=2, wait_seconds=0.001))

    async def main():
        return await asyncio.gather(
            *(workflow.execute("ok" if number % 2 else "boom") for number in range(20)), return_exceptions=True
        )

    assert [type(one) for one in asyncio.run(main())] == [BoomError, str] * 10
    assert len(workflow.primitive.started) == 10 + 3 * 10


def test_a_timeout_needs_a_time():
    """Zero, less, and what is no number are refused."""
    for seconds in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="give a time above 0"):
            TimeoutPrimitive(Leaf(), seconds)


def test_subclasses():
    """One that forgets `super().__init__` works; one that overrides `execute` is refused at its definition."""

    class Forgetful(InstrumentedPrimitive[str, str]):
        def __init__(self):
            self.greeting = "hello"

        async def _execute_impl(self, input_data, context):
            return f"{self.greeting} {input_data}"

    assert result(Forgetful()) == "hello ok"
    assert Forgetful().name == "Forgetful"
    with pytest.raises(TypeError, match="Blind overrides execute, which makes spans and counts"):

        class Blind(InstrumentedPrimitive[str, str]):
            async def execute(self, input_data, context=None):
                return input_data

    with pytest.raises(TypeError, match="the name of a primitive is a text"):
        Leaf(name="")


@pytest.mark.parametrize("backend", [Broken, BrokenEnd])
@pytest.mark.parametrize("error", [BoomError(), asyncio.CancelledError(), KeyboardInterrupt(), SystemExit(3)])
def test_the_exception_is_the_same_object(backend, error):
    """Whatever tracing does, what a step raises comes out of a composition as it is."""

    async def fail(_data):
        raise error

    async def main():
        try:
            await (Calm() >> fail).execute("ok")
        except BaseException as caught:  # noqa: BLE001  (whatever it is)
            return caught

    before = set_backend(backend())
    try:
        assert asyncio.run(main()) is error
    finally:
        set_backend(before)


def test_metrics_of_ones_own(wire):
    """What a primitive was given is used for what it contains, too; False counts nowhere; refusals never come out."""
    own = CollectorRegistry()
    result(SequentialPrimitive([Leaf(), SequentialPrimitive([Leaf()], metrics=False)], metrics=own))
    assert wire.series("primitive_executions_total") == {}
    wire.registry = own
    assert wire.series("primitive_executions_total") == {
        ("SequentialPrimitive", "sequence", "none", "success"): 1,
        ("Leaf", "step", "none", "success"): 1,
    }
    with pytest.raises(TypeError, match="metrics are PrimitivesMetrics"):
        use_metrics("prometheus")


def test_names_in_use_by_others():
    """Somebody else's metric of our name costs the counts, not the run, unless it was asked for."""
    from obsgen_runtime.families import DefinitionClashError
    from prometheus_client import Counter

    taken = CollectorRegistry()
    Counter("primitive_executions_total", "theirs", registry=taken)
    with pytest.raises(DefinitionClashError):
        Leaf(metrics=taken)


def test_without_any_configuration():
    """With no backend and no metrics a composition is what it does."""
    before = use_metrics(False)
    try:
        assert result(Leaf() >> len >> (lambda n: n + 1)) == 3
    finally:
        use_metrics(before)
