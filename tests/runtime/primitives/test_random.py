"""Compositions at random: the tree of spans is the tree of the composition, times nest, and counts match."""

# ruff: noqa: ARG002  (steps take what a step takes)

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from obsgen_runtime.primitives import (
    ConditionalPrimitive,
    FallbackPrimitive,
    ParallelPrimitive,
    RetryPrimitive,
    RetryStrategy,
    RouterPrimitive,
    SequentialPrimitive,
    TimeoutPrimitive,
    WorkflowContext,
    use_metrics,
    wrap,
)
from prometheus_client import CollectorRegistry

from tests.runtime.primitives.trees import BoomError, Leaf, counted, drawn

ONCE_MORE = RetryStrategy(max_retries=1, wait_seconds=0)


class Failing(Leaf):
    """Fails, whatever it is given."""

    async def _execute_impl(self, input_data, context):
        return await super()._execute_impl("boom", context)


# A composition as data: what it is, what it is made of, and what it chooses. Failures within a parallel would make the
# state of its other branches a matter of luck; the literal trees are about them.
SAFE = st.recursive(
    st.just(("leaf",)),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("parallel"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("wrapped"), inner),
        st.tuples(st.just("timeout"), inner),
        st.tuples(st.just("conditional"), st.booleans(), inner, inner),
        st.tuples(st.just("router"), st.sampled_from("ab"), inner, inner),
    ),
    max_leaves=8,
)
ANY = st.recursive(
    st.one_of(SAFE, st.just(("failing",))),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("wrapped"), inner),
        st.tuples(st.just("retry"), inner),
        st.tuples(st.just("fallback"), inner, inner),
        st.tuples(st.just("timeout"), inner),
        st.tuples(st.just("conditional"), st.booleans(), inner, inner),
        st.tuples(st.just("router"), st.sampled_from("ab"), inner, inner),
    ),
    max_leaves=8,
)


def made(what):
    """Return the primitive that *what* describes."""
    match what:
        case ("leaf",):
            return Leaf()
        case ("failing",):
            return Failing()
        case ("sequence", parts):
            return SequentialPrimitive([made(part) for part in parts], name="Seq")
        case ("parallel", parts):
            return ParallelPrimitive([made(part) for part in parts], name="Par")
        case ("wrapped", part):
            return wrap(made(part), name="Wrap")
        case ("timeout", part):
            return TimeoutPrimitive(made(part), 60)
        case ("retry", part):
            return RetryPrimitive(made(part), ONCE_MORE)
        case ("fallback", first, second):
            return FallbackPrimitive(made(first), made(second))
        case ("conditional", holds, first, second):
            return ConditionalPrimitive(lambda _: holds, made(first), made(second))
        case ("router", chosen, first, second):
            return RouterPrimitive(routes={"a": made(first), "b": made(second)}, router_fn=lambda _: chosen)


def expected(what, place=""):
    """Return whether *what* succeeds, and its lines, by a model of composition that knows nothing of spans."""
    match what:
        case ("leaf",):
            return True, [f"Leaf step success{place}"]
        case ("failing",):
            return False, [f"Leaf step error{place}"]
        case ("sequence", parts):
            return _head("Seq sequence", place, *_until_failure(parts))
        case ("parallel", parts):
            inner = [expected(part, f" branch={index}") for index, part in enumerate(parts)]
            return _head("Par parallel", place, True, [lines for _, lines in inner])
        case ("wrapped", part):
            return _head("Wrap wrapped", place, *_single(part))
        case ("timeout", part):
            return _head("TimeoutPrimitive timeout", place, *_single(part))
        case ("retry", part):
            first, second = expected(part, " attempt=1"), expected(part, " attempt=2")
            tries = [first] if first[0] else [first, second]
            return _head("RetryPrimitive retry", place, tries[-1][0], [lines for _, lines in tries])
        case ("fallback", one, other):
            first, second = expected(one), expected(other)
            tries = [first] if first[0] else [first, second]
            way = " route=primary" if first[0] else " route=fallback"
            return _head("FallbackPrimitive fallback", place + way, tries[-1][0], [lines for _, lines in tries])
        case ("conditional", holds, one, other):
            way = " route=then" if holds else " route=else"
            return _head("ConditionalPrimitive conditional", place + way, *_single(one if holds else other))
        case ("router", chosen, one, other):
            return _head("RouterPrimitive router", f"{place} route={chosen}", *_single(one if chosen == "a" else other))


def _single(part):
    succeeds, lines = expected(part)
    return succeeds, [lines]


def _until_failure(parts):
    groups = []
    for index, part in enumerate(parts):
        succeeds, lines = expected(part, f" step_index={index}")
        groups.append(lines)
        if not succeeds:
            return False, groups
    return True, groups


def _head(what, place, succeeds, groups):
    status = "success" if succeeds else "error"
    return succeeds, [f"{what} {status}{place}", *(f"  {line}" for group in groups for line in group)]


def run(primitive):
    try:
        return asyncio.run(primitive.execute("ok", WorkflowContext(metadata={"persona": "p"}))) is not None
    except BoomError:
        return False


def test_random_compositions(wire):
    """For any composition: status and tree are those of a model, children lie within their parents, counts match."""

    @settings(max_examples=150, deadline=None)
    @given(ANY)
    def check(what):
        wire.server.clear()
        wire.registry = CollectorRegistry()
        use_metrics(wire.registry)
        succeeds, lines = expected(what)
        assert run(made(what)) == succeeds
        spans = wire.spans()
        (tree,) = drawn(spans).values()
        assert tree == "\n".join(lines)
        assert wire.series("primitive_executions_total") == counted([tree], "p")
        assert sum(wire.series("primitive_execution_duration_seconds_count").values()) == len(spans)
        by_id = {span.span_id: span for span in spans}
        for span in spans:
            if span.parent_id:
                parent = by_id[span.parent_id]
                assert parent.start_ns <= span.start_ns <= span.end_ns <= parent.end_ns

    check()
