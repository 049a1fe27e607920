"""The span tree and every label of each composition: when it succeeds, fails and is cancelled, alone and twentyfold."""

# ruff: noqa: ASYNC110  (what hangs says so in a list, and the tasks of a test have no event to share)

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
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
    wrap,
)

from tests.runtime.primitives.trees import Calm, Leaf, Patient, counted, drawn, literal

PERSONA = "backend-engineer"
RETRIES = RetryStrategy(max_retries=2, wait_seconds=0)


class Foreign:
    """Somebody else's class."""

    def __init__(self, leaf):
        self.leaf = leaf

    async def execute(self, data, context):
        return await self.leaf.execute(data, context)


def fan(leaf):
    return ParallelPrimitive({"left": leaf, "right": Patient()})


@dataclass(frozen=True)
class Case:
    """A composition around `Leaf`, and its trees by what the leaf does."""

    build: object
    ok: str
    boom: str
    stuck: str


CASES = {
    "step": Case(lambda leaf: leaf, "Leaf step success", "Leaf step error", "Leaf step cancelled"),
    "sequence": Case(
        lambda leaf: SequentialPrimitive([leaf, Calm()]),
        """
        SequentialPrimitive sequence success
          Leaf step success step_index=0
          Calm step success step_index=1
        """,
        """
        SequentialPrimitive sequence error
          Leaf step error step_index=0
        """,
        """
        SequentialPrimitive sequence cancelled
          Leaf step cancelled step_index=0
        """,
    ),
    "parallel": Case(
        fan,
        """
        ParallelPrimitive parallel success
          Leaf step success branch=left
          Patient step success branch=right
        """,
        """
        ParallelPrimitive parallel error
          Leaf step error branch=left
          Patient step cancelled branch=right
        """,
        """
        ParallelPrimitive parallel cancelled
          Leaf step cancelled branch=left
          Patient step cancelled branch=right
        """,
    ),
    "router": Case(
        lambda leaf: RouterPrimitive(routes={"fast": leaf, "quality": Calm()}, router_fn=lambda _: "fast"),
        """
        RouterPrimitive router success route=fast
          Leaf step success
        """,
        """
        RouterPrimitive router error route=fast
          Leaf step error
        """,
        """
        RouterPrimitive router cancelled route=fast
          Leaf step cancelled
        """,
    ),
    "retry": Case(
        lambda leaf: RetryPrimitive(leaf, RETRIES),
        """
        RetryPrimitive retry success
          Leaf step success attempt=1
        """,
        """
        RetryPrimitive retry error
          Leaf step error attempt=1
          Leaf step error attempt=2
          Leaf step error attempt=3
        """,
        """
        RetryPrimitive retry cancelled
          Leaf step cancelled attempt=1
        """,
    ),
    "conditional": Case(
        lambda leaf: ConditionalPrimitive(lambda data: data != "ok", leaf, Calm()),
        """
        ConditionalPrimitive conditional success route=else
          Calm step success
        """,
        """
        ConditionalPrimitive conditional error route=then
          Leaf step error
        """,
        """
        ConditionalPrimitive conditional cancelled route=then
          Leaf step cancelled
        """,
    ),
    "fallback": Case(
        lambda leaf: FallbackPrimitive(leaf, Calm()),
        """
        FallbackPrimitive fallback success route=primary
          Leaf step success
        """,
        """
        FallbackPrimitive fallback success route=fallback
          Leaf step error
          Calm step success
        """,
        """
        FallbackPrimitive fallback cancelled route=primary
          Leaf step cancelled
        """,
    ),
    "timeout": Case(
        lambda leaf: TimeoutPrimitive(leaf, 60),
        """
        TimeoutPrimitive timeout success
          Leaf step success
        """,
        """
        TimeoutPrimitive timeout error
          Leaf step error
        """,
        """
        TimeoutPrimitive timeout cancelled
          Leaf step cancelled
        """,
    ),
    "wrapped": Case(
        lambda leaf: wrap(Foreign(leaf)),
        """
        Foreign wrapped success
          Leaf step success
        """,
        """
        Foreign wrapped error
          Leaf step error
        """,
        """
        Foreign wrapped cancelled
          Leaf step cancelled
        """,
    ),
    "nested": Case(
        lambda leaf: Calm() >> (wrap(leaf, name="First") | Calm()) >> RetryPrimitive(TimeoutPrimitive(len, 60)),
        """
        SequentialPrimitive sequence success
          Calm step success step_index=0
          ParallelPrimitive parallel success step_index=1
            First wrapped success branch=0
              Leaf step success
            Calm step success branch=1
          RetryPrimitive retry success step_index=2
            TimeoutPrimitive timeout success attempt=1
              len wrapped success
        """,
        "",
        "",
    ),
}
ENDED = {"ok": "success", "boom": "error", "stuck": "cancelled"}
ALL = [(name, outcome) for name, case in CASES.items() for outcome in ("ok", "boom", "stuck") if getattr(case, outcome)]


async def runs(workflow, leaf, outcome, contexts):
    """Execute *workflow* for all contexts at once; those that hang are cancelled when all of them do."""
    tasks = [asyncio.create_task(workflow.execute(outcome, context)) for context in contexts]
    if outcome == "stuck":
        while len(leaf.started) < len(tasks):
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)


def contexts_for(number):
    return [
        WorkflowContext(
            workflow_id="bread",
            session_id=f"s-{index}",
            correlation_id=f"c-{index}",
            metadata={"persona": PERSONA, "order": index},
            tags={"oven": "east"},
        )
        for index in range(number)
    ]


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize(("name", "outcome"), ALL)
def test_tree_and_labels(name, outcome, number, wire):
    """Each run is one trace with the declared tree; identity stands on every span, and counts are those of the spans."""
    leaf, case = Leaf(), CASES[name]
    workflow = case.build(leaf)
    results = asyncio.run(runs(workflow, leaf, outcome, contexts_for(number)))
    expected = literal(getattr(case, outcome))
    spans = wire.spans()
    trees = drawn(spans)
    assert list(trees.values()) == [expected] * number
    assert wire.series("primitive_executions_total") == counted(trees.values(), PERSONA)
    durations = wire.series("primitive_execution_duration_seconds_count")
    assert sum(durations.values()) == len(spans)
    assert {persona for _, persona in durations} == {PERSONA}
    check_identity(spans, number)
    check_ends(spans, results, leaf, expected, outcome)


def check_identity(spans, number):
    by_trace = {}
    for span in spans:
        told = span.attributes
        identity = (told["session.id"], told["correlation.id"])
        assert by_trace.setdefault(span.trace_id, identity) == identity
        assert (told["workflow.id"], told["user.id"], told["workflow.name"]) == ("bread", PERSONA, "bread")
        assert "oven:east" in told["langfuse.trace.tags"]
        assert ("langfuse.observation.metadata.order" in told) == (not span.parent_id)
    assert sorted(by_trace.values()) == sorted((f"s-{index}", f"c-{index}") for index in range(number))


def check_ends(spans, results, leaf, expected, outcome):
    """Results and exceptions are those without the runtime; the wire has no content, and no secret of an error's text."""
    status = expected.split()[2]
    if status == "cancelled":
        assert all(isinstance(one, asyncio.CancelledError) for one in results)
    elif status == "error":
        assert all(any(one is raised for raised in leaf.raised) for one in results)
    else:
        assert not any(isinstance(one, BaseException) for one in results)
    codes = {"success": 0, "cancelled": 0, "error": 2}
    assert all(span.status == codes[span.attributes["primitive.status"]] for span in spans)
    assert not any("sk-lf" in f"{span.message}{span.attributes}{span.events}" for span in spans)
    assert not any("langfuse.observation.input" in span.attributes for span in spans)
    if outcome == "boom":
        assert any("is the key" in span.message for span in spans)


def test_outcomes_side_by_side(wire):
    """One workflow object in 60 tasks that succeed, fail and hang: each trace has the tree of its own outcome."""
    leaf = Leaf()
    workflow = fan(leaf)

    async def main():
        tasks = {
            (outcome, index): asyncio.create_task(workflow.execute(outcome))
            for index in range(20)
            for outcome in ("ok", "boom", "stuck")
        }
        while len(leaf.started) < 60:
            await asyncio.sleep(0)
        for (outcome, _), task in tasks.items():
            if outcome == "stuck":
                task.cancel()
        await asyncio.wait(tasks.values())

    asyncio.run(main())
    case = CASES["parallel"]
    expected = sorted(20 * [literal(text) for text in (case.ok, case.boom, case.stuck)])
    assert sorted(drawn(wire.spans()).values()) == expected


def test_a_timeout_that_expires(wire):
    """The primitive is cancelled, the timeout fails with TimeoutError."""
    with pytest.raises(TimeoutError):
        asyncio.run(TimeoutPrimitive(Leaf(), 0.01).execute("stuck"))
    (tree,) = drawn(wire.spans()).values()
    assert tree == "TimeoutPrimitive timeout error\n  Leaf step cancelled"


def test_retries_and_routes_are_counted(wire):
    """Retries are counted by what is tried again, routes by router and route."""
    choose = RouterPrimitive(
        routes={"fast": Leaf("Small"), "quality": Leaf("Large")},
        router_fn=lambda _, context: context.metadata["wanted"],
        name="Choose",
    )
    workflow = RetryPrimitive(choose, RETRIES)

    async def main():
        for wanted in ("fast", "quality", "fast"):
            await workflow.execute("ok", WorkflowContext(metadata={"wanted": wanted}))
        with pytest.raises(Exception, match="is the key"):
            await workflow.execute("boom", WorkflowContext(metadata={"wanted": "quality"}))

    asyncio.run(main())
    assert wire.series("primitive_routes_total") == {("Choose", "fast"): 2, ("Choose", "quality"): 4}
    assert wire.series("primitive_retries_total") == {("Choose",): 2}
