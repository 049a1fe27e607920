"""The context of a run: it never changes, and what it says is found on spans, in metrics and in what steps see."""

# ruff: noqa: ARG005  (steps take what a step takes)

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
from dataclasses import FrozenInstanceError

import pytest
from obsgen_runtime.context import Context, current, use
from obsgen_runtime.logs import ContextFilter
from obsgen_runtime.persona import switch_persona
from obsgen_runtime.primitives import InstrumentedPrimitive, WorkflowContext, wrap
from obsgen_runtime.propagation import inject
from obsgen_runtime.workflow import WorkflowTracer
from prometheus_client import CollectorRegistry

from tests.runtime.primitives.trees import Leaf


def result(primitive, data="ok", context=None):
    return asyncio.run(primitive.execute(data, context))


look = wrap(lambda data: current(), name="look")


@pytest.mark.parametrize(
    "change",
    [
        lambda context: context.metadata.__setitem__("persona", "x"),
        lambda context: context.tags.update(persona="x"),
        lambda context: context.baggage.setdefault("a", "b"),
        lambda context: context.metadata.pop("persona"),
        lambda context: context.metadata.clear(),
        lambda context: context.tags.__delitem__("oven"),
        lambda context: context.tags.__ior__({"a": "b"}),
    ],
)
def test_changes_are_refused(change):
    """Every way to change a mapping in place says how a new context is made."""
    context = WorkflowContext(metadata={"persona": "p"}, tags={"oven": "east"})
    with pytest.raises(TypeError, match=r"make a new one with context\.with_\(persona="):
        change(context)
    assert (context.persona, context.tags) == ("p", {"oven": "east"})


def test_what_was_given_may_change():
    """The mappings of a context are copies, and the context has no fields to set."""
    given = {"persona": "p"}
    context = WorkflowContext(metadata=given)
    given["persona"] = "q"
    assert context.persona == "p"
    with pytest.raises(FrozenInstanceError):
        context.metadata = {}
    with pytest.raises(TypeError, match="tags of a WorkflowContext is a mapping, not list"):
        WorkflowContext(tags=["a"])


def test_copies():
    """A context can be copied and pickled, and its mappings written as JSON."""
    context = WorkflowContext(workflow_id="w", metadata={"persona": "p"})
    assert copy.deepcopy(context) == pickle.loads(pickle.dumps(context)) == context
    assert json.dumps(context.metadata) == '{"persona": "p"}'


def test_with():
    """A new context merges mappings key by key and keeps what is not said; two contexts are two correlations."""
    first = WorkflowContext(workflow_id="w", metadata={"a": 1, "persona": "p"}, tags={"oven": "east"})
    second = first.with_(persona="q", metadata={"b": 2}, tags={"shift": "night"}, session_id="s")
    assert second.metadata == {"a": 1, "b": 2, "persona": "q"}
    assert second.tags == {"oven": "east", "shift": "night"}
    assert (second.workflow_id, second.session_id, second.correlation_id) == ("w", "s", first.correlation_id)
    assert first.persona == "p"
    assert WorkflowContext().correlation_id != first.correlation_id


def test_where_a_persona_is_looked_for():
    """Metadata comes before tags, tags before baggage; what is no text is nobody."""
    everywhere = WorkflowContext(metadata={"persona": "m"}, tags={"persona": "t"}, baggage={"persona": "b"})
    assert everywhere.persona == "m"
    assert WorkflowContext(tags={"persona": "t"}, baggage={"persona": "b"}).persona == "t"
    assert WorkflowContext(metadata={"persona": 3}, baggage={"persona": "b"}).persona == "b"
    assert WorkflowContext(metadata={"chatmode": "c"}, tags={"agent": "a"}).persona is None


def test_every_field_reaches_spans_metrics_and_steps(wire):
    """Each declared key is on the span, the persona in the metrics, and all of it in the context of a step."""
    context = WorkflowContext(
        workflow_id="bread",
        session_id="s-1",
        correlation_id="c-1",
        metadata={"persona": "p", "order": 7},
        tags={"chatmode": "baking", "oven": "east"},
        baggage={"agent": "claude"},
    )
    seen = result(look >> Leaf() >> look, context=context)
    assert seen == Context(
        workflow="bread", persona="p", chatmode="baking", agent="claude", session="s-1", tags=("oven:east",)
    )
    root, *steps = sorted(wire.spans(), key=lambda span: span.start_ns)
    for span in (root, *steps):
        expected = {
            "workflow.id": "bread",
            "session.id": "s-1",
            "correlation.id": "c-1",
            "user.id": "p",
            "chatmode.name": "baking",
            "agent.name": "claude",
        }
        assert {key: span.attributes.get(key) for key in expected} == expected
        assert "oven:east" in span.attributes["langfuse.trace.tags"]
    assert root.attributes["langfuse.observation.metadata.order"] == 7
    assert ("look", "wrapped", "p", "success") in wire.series("primitive_executions_total")
    assert current() == Context()


def test_lines_of_the_log_name_the_run(wire):
    """What a step logs names workflow, persona and session of the run, and the span of the step."""
    records = []

    def log(data):
        record = logging.makeLogRecord({"msg": data})
        ContextFilter().filter(record)
        records.append(record)

    result(wrap(log, name="log"), context=WorkflowContext(workflow_id="w", session_id="s", metadata={"persona": "p"}))
    ((record,), (span,)) = records, wire.spans()
    ids = f"trace_id={span.trace_id} span_id={span.span_id}"
    assert record.logfmt_context == f"workflow=w persona=p session=s {ids}"


def test_a_run_within_other_work(wire):
    """A run stands below the current observation, and keeps workflow and persona that it does not say itself."""
    with WorkflowTracer("release") as tracer, tracer.stage_context("bake", "p"):
        seen = result(look, context=WorkflowContext(workflow_id="bread", tags={"oven": "east"}))
    assert (seen.workflow, seen.stage, seen.persona, seen.tags) == ("release", "bake", "p", ("oven:east",))
    spans = {span.name: span for span in wire.spans()}
    assert spans["primitive.look"].parent_id == spans["stage.bake"].span_id
    assert wire.series("primitive_executions_total") == {("look", "wrapped", "p", "success"): 1}


class Outer(InstrumentedPrimitive[str, list[str]]):
    """Executes a step in several contexts."""

    async def _execute_impl(self, input_data, context):
        inner = wrap(lambda data: current().persona, name="inner")
        found = [await inner.execute(input_data), await inner.execute(input_data, context)]
        found.append(await inner.execute(input_data, context.with_(persona="q")))
        with switch_persona("r"):
            found.append(await inner.execute(input_data, context))
        with use(persona="s"):
            found.append(await inner.execute(input_data))
        found.append(await inner.execute(input_data, context))
        return found


def test_contexts_within_a_run(wire):
    """A context is applied when it comes in; what is said later, nearer to the step, is stronger, and ends with it."""
    context = WorkflowContext(correlation_id="c", metadata={"persona": "p"})
    assert result(Outer(), context=context) == ["p", "p", "q", "r", "s", "p"]
    assert {span.attributes.get("correlation.id") for span in wire.spans() if span.name != "persona.r"} == {"c"}
    counts = wire.series("primitive_executions_total")
    assert {persona: count for (name, _, persona, _), count in counts.items() if name == "inner"} == {
        "p": 3,
        "q": 1,
        "r": 1,
        "s": 1,
    }


def test_a_run_leaves_nothing_behind(wire):
    """After a run the next one in the same task starts anew, and within one metadata stands on the first span only."""

    async def main():
        await (Leaf() >> Leaf(metrics=CollectorRegistry())).execute(
            "ok", WorkflowContext(correlation_id="c", metadata={"order": 7})
        )
        await Leaf("alone").execute("ok")

    asyncio.run(main())
    spans = wire.spans()
    with_metadata = [span for span in spans if "langfuse.observation.metadata.order" in span.attributes]
    assert [span.parent_id for span in with_metadata] == [""]
    (alone,) = (span for span in spans if span.name == "primitive.alone")
    assert alone.attributes["correlation.id"] not in ("", "c")


def test_calls_of_others(wire):
    """Inside a step, `inject` hands on the trace and the persona, but no baggage of its own accord."""
    context = WorkflowContext(metadata={"persona": "p"}, baggage={"customer": "ada"})
    headers = result(wrap(lambda data: inject({}), name="call"), context=context)
    (span,) = wire.spans()
    assert span.span_id in headers["traceparent"]
    assert headers["baggage"] == "obsgen.persona=p"


def test_another_context():
    """What is no WorkflowContext is refused by name."""
    with pytest.raises(TypeError, match="the context of a primitive is a WorkflowContext, not dict"):
        result(Leaf(), context={})
