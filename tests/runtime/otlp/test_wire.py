"""What arrives at Langfuse, decoded: one table of attributes."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from enum import Enum

import pytest
from obsgen_runtime import tracing
from obsgen_runtime.context import Context, use
from obsgen_runtime.masking import OPEN, Content
from obsgen_runtime.observations import Facts, PromptLink, RemoteParent, Score
from obsgen_runtime.prices import Priced, Unpriced
from obsgen_runtime.usage import Usage


def sent(server, backend):
    """Return the spans that arrived, by name."""
    assert backend.flush(5.0)
    return {span.name: span for span in server.spans}


def test_the_table_of_a_generation(server, new_backend):
    """Every fact has its key: Langfuse's, and OpenTelemetry's where there is one."""
    backend = new_backend(environment="production", release="1.2", content=OPEN)
    context = Context(
        workflow="release", stage="build", persona="backend-engineer", chatmode="demo", agent="claude", session="s-1",
        project="shop", tags=("nightly",),
    )  # fmt: skip
    facts = Facts(
        input=[{"role": "user", "content": "Why?"}],
        model="claude-sonnet-4",
        model_parameters={"temperature": 0.5},
        attributes={"gen_ai.provider.name": "anthropic"},
    )
    observation = backend.start("answer", "generation", context, facts=facts, at_ns=1_700_000_000_000_000_000)
    observation.update(
        Facts(
            output="Because.",
            usage=Usage(fresh_tokens=7, cache_read_tokens=2, cache_write_tokens=1, output_tokens=5, reasoning_tokens=3),
            cost=Priced(usd=0.003, input_usd=0.001, output_usd=0.002),
            prompt=PromptLink(name="greet", version=3),
            first_token_ns=1_700_000_000_250_000_000,
            metadata={"acme": "yes", "attempt": 2, "nested": {"a": [1]}},
            level="WARNING",
            message="slow",
        )
    )
    observation.end(at_ns=1_700_000_001_000_000_000)
    span = sent(server, backend)["answer"]
    attributes = dict(span.attributes)
    for key in ("usage_details", "cost_details", "model.parameters", "input"):
        attributes[f"langfuse.observation.{key}"] = json.loads(attributes[f"langfuse.observation.{key}"])
    assert attributes == {
        "user.id": "backend-engineer",
        "session.id": "s-1",
        "langfuse.trace.name": "release",
        "langfuse.trace.tags": [
            "nightly", "workflow:release", "stage:build", "persona:backend-engineer", "agent:claude",
        ],
        **{
            f"{prefix}{name}{suffix}": value
            for name, value in (
                ("workflow", "release"), ("stage", "build"), ("persona", "backend-engineer"), ("chatmode", "demo"),
                ("agent", "claude"), ("project", "shop"),
            )
            for prefix, suffix in (("", ".name"), ("langfuse.trace.metadata.", ""))
        },
        "langfuse.environment": "production",
        "deployment.environment.name": "production",
        "langfuse.release": "1.2",
        "langfuse.internal.is_app_root": True,
        "langfuse.observation.type": "generation",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.agent.name": "claude",
        "gen_ai.request.model": "claude-sonnet-4",
        "langfuse.observation.model.name": "claude-sonnet-4",
        "langfuse.observation.model.parameters": {"temperature": 0.5},
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.usage.cache_read.input_tokens": 2,
        "gen_ai.usage.cache_creation.input_tokens": 1,
        "gen_ai.usage.reasoning.output_tokens": 3,
        "langfuse.observation.usage_details": {
            "input": 7, "input_cached_tokens": 2, "input_cache_creation": 1,
            "output": 2, "output_reasoning_tokens": 3, "total": 15,
        },
        "gen_ai.usage.cost": 0.003,
        "langfuse.observation.cost_details": {"input": 0.001, "output": 0.002, "total": 0.003},
        "langfuse.observation.prompt.name": "greet",
        "langfuse.observation.prompt.version": 3,
        "langfuse.observation.completion_start_time": "2023-11-14T22:13:20.250000Z",
        "gen_ai.response.time_to_first_chunk": 0.25,
        "langfuse.observation.level": "WARNING",
        "langfuse.observation.status_message": "slow",
        "langfuse.observation.metadata.acme": "yes",
        "langfuse.observation.metadata.attempt": 2,
        "langfuse.observation.metadata.nested": '{"a": [1]}',
        "langfuse.observation.input": [{"role": "user", "content": "Why?"}],
        "langfuse.observation.output": "Because.",
    }  # fmt: skip
    assert (span.start_ns, span.end_ns) == (1_700_000_000_000_000_000, 1_700_000_001_000_000_000)
    assert span.resource["service.name"] == "bakery"
    assert span.resource["langfuse.environment"] == span.resource["deployment.environment.name"] == "production"
    assert span.resource["langfuse.release"] == "1.2"


def test_the_headers(server, new_backend):
    """Keys travel as Basic authorization, and the ingestion header asks for the quick way in."""
    backend = new_backend()
    backend.start("bake", "span", Context()).end()
    headers = sent(server, backend)["bake"].headers
    keys = base64.b64decode(headers["authorization"].removeprefix("Basic "))
    assert keys == b"pk-lf-0123456789abcdef:sk-lf-0123456789abcdef"
    assert headers["x-langfuse-ingestion-version"] == "4"
    assert headers["content-type"] == "application/x-protobuf"


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        ("span", None),
        ("generation", "chat"),
        ("embedding", "embeddings"),
        ("agent", "invoke_agent"),
        ("tool", "execute_tool"),
        ("chain", None),
        ("retriever", None),
        ("evaluator", None),
        ("guardrail", None),
        ("event", None),
    ],
)
def test_kinds(server, new_backend, kind, operation):
    """Each kind keeps its name, and those that OpenTelemetry knows have their operation."""
    backend = new_backend()
    backend.start("work", kind, Context()).end()
    attributes = sent(server, backend)["work"].attributes
    assert attributes["langfuse.observation.type"] == kind
    assert attributes.get("gen_ai.operation.name") == operation


def test_a_chatmode_is_the_session_where_there_is_no_other(server, new_backend):
    """Langfuse's session falls back to the chatmode."""
    backend = new_backend()
    backend.start("bake", "span", Context(chatmode="demo")).end()
    assert sent(server, backend)["bake"].attributes["session.id"] == "demo"


def test_long_names_are_cut_to_what_langfuse_keeps(server, new_backend):
    """User, session and tags have 200 characters at most, where Langfuse would drop them; shorter ones are whole."""
    long, whole = "ä" * 201, "b" * 200
    backend = new_backend()
    for name, text in (("long", long), ("whole", whole)):
        context = Context(user=text, session=text, persona=text, tags=(text, "rye"))
        backend.start(name, "span", context).end()
    spans = sent(server, backend)
    for name, text in (("long", "ä" * 200), ("whole", whole)):
        attributes = spans[name].attributes
        assert attributes["user.id"] == attributes["session.id"] == attributes["persona.name"] == text
        assert attributes["langfuse.trace.tags"] == [text, "rye", f"persona:{text}"[:200]]


def test_children_carry_the_context_and_the_name_of_their_trace(server, new_backend):
    """The server inherits nothing: user and trace name are on every span, and only the root is marked."""
    backend = new_backend()
    with (
        use(persona="analyst"),
        tracing.observe("outer", to=backend),
        tracing.observe("inner", "tool", to=backend) as inner,
    ):
        pass
    spans = sent(server, backend)
    assert spans["inner"].parent_id == spans["outer"].span_id
    assert spans["inner"].trace_id == spans["outer"].trace_id == inner.trace_id
    assert spans["inner"].attributes["user.id"] == "analyst"
    assert spans["inner"].attributes["langfuse.trace.name"] == "outer"
    assert "langfuse.internal.is_app_root" not in spans["inner"].attributes
    assert spans["outer"].attributes["langfuse.internal.is_app_root"] is True


def test_below_a_span_of_another_process(server, new_backend):
    """A remote parent is continued, unless it was not sampled there."""
    backend = new_backend()
    parent = RemoteParent(trace_id="ab" * 16, span_id="cd" * 8)
    backend.start("here", "span", Context(), parent=parent).end()
    unsampled = RemoteParent(trace_id="ab" * 16, span_id="cd" * 8, sampled=False)
    backend.start("not here", "span", Context(), parent=unsampled).end()
    (span,) = sent(server, backend).values()
    assert (span.name, span.trace_id, span.parent_id) == ("here", "ab" * 16, "cd" * 8)
    assert backend.tally().dropped == {"sampled": 1}


def test_an_error_is_one_and_a_cancellation_is_none(server, new_backend):
    """An exception sets the status and leaves an event; a cancellation is told as such, and sets no status."""
    backend = new_backend()
    error, cancelled = ValueError("burnt"), asyncio.CancelledError()
    backend.start("burnt", "span", Context()).end(error)
    backend.start("left", "span", Context()).end(cancelled)
    backend.start("closed", "span", Context()).end(GeneratorExit())
    spans = sent(server, backend)
    burnt, left = spans["burnt"], spans["left"]
    assert (burnt.status, burnt.message) == (2, "ValueError: burnt")
    assert burnt.attributes["langfuse.observation.level"] == "ERROR"
    assert burnt.attributes["error.type"] == "ValueError"
    (event,) = burnt.events
    assert event.name == "exception"
    assert event.attributes == {"exception.type": "ValueError", "exception.message": "burnt"}
    for span in (left, spans["closed"]):
        assert (span.status, span.events, span.attributes["obsgen.cancelled"]) == (0, (), True)
        assert span.attributes["langfuse.observation.level"] == "WARNING"
        assert "error.type" not in span.attributes


def test_after_the_end(server, new_backend):
    """Ids stay readable, a second end changes nothing, and an update is ignored."""
    backend = new_backend()
    observation = backend.start("bake", "span", Context())
    observation.end()
    observation.update(Facts(metadata={"late": "yes"}))
    observation.event("late")
    observation.end(ValueError("late"))
    span = sent(server, backend)["bake"]
    assert (span.trace_id, span.span_id) == (observation.trace_id, observation.span_id)
    assert "langfuse.observation.metadata.late" not in span.attributes
    assert (span.events, span.status, backend.tally().made) == ((), 0, 1)


def test_events(server, new_backend):
    """Events keep their order and their metadata."""
    backend = new_backend()
    observation = backend.start("bake", "span", Context())
    observation.event("opened", {"by": "hand", "times": 2})
    observation.event("shut")
    observation.end()
    events = sent(server, backend)["bake"].events
    assert [(event.name, dict(event.attributes)) for event in events] == [
        ("opened", {"by": "hand", "times": 2}),
        ("shut", {}),
    ]


def test_metadata_of_any_type(server, new_backend):
    """Times, enumerations and containers become readable values; what changes after the call does not show."""

    class Grain(Enum):
        RYE = "rye"

    steps = ["mix"]
    backend = new_backend()
    observation = backend.start(
        "bake", "span", Context(), facts=Facts(metadata={"at": datetime(2026, 1, 2, tzinfo=UTC), "grain": Grain.RYE})
    )
    observation.update(Facts(metadata={"steps": steps, "nothing": None, "ratio": float("nan"), "large": 2**70}))
    steps.append("burn")
    observation.end()
    attributes = sent(server, backend)["bake"].attributes
    shown = {
        key.rpartition(".")[2]: value
        for key, value in attributes.items()
        if key.startswith("langfuse.observation.metadata.")
    }
    assert shown == {
        "at": "2026-01-02T00:00:00+00:00",
        "grain": "rye",
        "steps": '["mix"]',
        "ratio": "nan",
        "large": "[integer of 71 bits]",
    }


def test_an_unknown_cost_is_not_sent(server, new_backend):
    """Unknown is not zero: there is no cost at all."""
    backend = new_backend()
    backend.start("bake", "generation", Context(), facts=Facts(cost=Unpriced(reason="no_model"))).end()
    assert [key for key in sent(server, backend)["bake"].attributes if "cost" in key] == []


def test_scores(server, new_backend):
    """A score has an id of its own, and comes after the spans it judges."""
    backend = new_backend(environment="test")
    observation = backend.start("bake", "span", Context())
    observation.end()
    ids = {"trace_id": observation.trace_id, "span_id": observation.span_id}
    backend.score(Score(name="crust", value=0.9, score_id="mine", **ids))
    backend.score(Score(name="good", value=True, kind="BOOLEAN", comment="personal", **ids))
    backend.score(Score(name="class", value="first", kind="CATEGORICAL", trace_id=observation.trace_id))
    assert backend.flush(5.0)
    crust, good, category = server.scores
    assert crust.pop("timestamp")
    assert crust == {
        "id": "mine",
        "traceId": observation.trace_id,
        "observationId": observation.span_id,
        "name": "crust",
        "value": 0.9,
        "dataType": "NUMERIC",
        "environment": "test",
    }
    assert (good["value"], good["comment"]) == (1, "[masked]")
    assert category["value"] == "first"
    assert "observationId" not in category
    assert server.requests[0].path.endswith("/v1/traces")
    assert backend.tally("score").sent == 3


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0])
def test_sampling_keeps_or_drops_whole_traces(server, new_backend, ratio):
    """A share of the traces is sent, children with their parents; the rest is counted."""
    backend = new_backend(sample_ratio=ratio)
    for _ in range(200):
        with tracing.observe("outer", to=backend), tracing.observe("inner", to=backend):
            pass
    assert backend.flush(5.0)
    outer = {span.trace_id for span in server.spans if span.name == "outer"}
    assert outer == {span.trace_id for span in server.spans if span.name == "inner"}
    assert abs(len(outer) - 200 * ratio) < 50
    assert backend.tally().dropped.get("sampled", 0) == 400 - 2 * len(outer)


def test_the_clock_jumps_back(server, new_backend, monkeypatch):
    """Durations come from the monotonic clock, and children lie within their parents, when the clock is set back."""
    import time

    backend = new_backend()
    with tracing.observe("outer", to=backend) as outer:
        true_time = time.time_ns
        monkeypatch.setattr(time, "time_ns", lambda: true_time() - 3_600_000_000_000)
        outer.update(Facts(first_token_ns=time.time_ns()))
        with tracing.observe("inner", to=backend):
            pass
    spans = sent(server, backend)
    outer, inner = spans["outer"], spans["inner"]
    assert outer.start_ns <= inner.start_ns <= inner.end_ns <= outer.end_ns < outer.start_ns + 5_000_000_000
    assert outer.attributes["gen_ai.response.time_to_first_chunk"] == 0.0


def test_a_long_score_is_not_compressed(server, new_backend):
    """Langfuse unpacks requests with spans only: a score goes as it is, however long its comment."""
    backend = new_backend(content=Content(score_comments=True))
    backend.score(Score(name="crust", value=1, trace_id="ab" * 16, comment="crisp " * 1000))
    assert backend.flush(5.0)
    (request,) = server.requests
    assert "content-encoding" not in request.headers
    (score,) = server.scores
    assert score["comment"].startswith("crisp ")
