"""Facts of any type, whatever their classes make of being asked: each costs itself at most, and never the span."""

import math

import pytest
from obsgen_runtime.context import Context
from obsgen_runtime.masking import OPEN
from obsgen_runtime.observations import Facts, RemoteParent, Score
from obsgen_runtime.prices import Priced
from obsgen_runtime.usage import Usage
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator


def broken(*_):
    raise RuntimeError("broken")


HOSTILE = {
    "no text": type("NoText", (), {"__str__": broken, "__repr__": broken})(),
    "no hash": type("NoHash", (str,), {"__hash__": broken})("x"),
    "not equal": type("NotEqual", (str,), {"__eq__": broken, "__hash__": lambda _self: 5})("x"),
    "neither true nor false": type("Unsure", (), {"__bool__": broken})(),
    "no size": type("NoSize", (str,), {"__sizeof__": broken})("x"),
    "no length": type("NoLength", (list,), {"__len__": broken, "__iter__": broken})([1]),
    "no attributes": type("NoAttributes", (), {"__getattribute__": broken})(),
    "no items": type("NoItems", (dict,), dict.fromkeys(("items", "values", "copy", "keys"), broken))(a=1),
    "not a number": math.nan,
    "huge": 10**5000,
    "bytes": b"\xff",
    "half a letter": "\ud800",
    "a type": type,
    "a function": len,
    "a list": ["a"],
}
FACTS = (
    "input", "output", "metadata", "attributes", "model", "model_parameters", "usage", "cost", "prompt", "level", "message",
    "first_token_ns",
)  # fmt: skip
FIELDS = ("workflow", "stage", "persona", "chatmode", "agent", "session", "user", "project", "tags")


@pytest.fixture
def backend(new_backend):
    return new_backend(content=OPEN)


@pytest.mark.parametrize("sort", HOSTILE)
def test_no_fact_costs_its_span(server, backend, sort, caplog):
    """With the value as any fact, field, name, time or key of a span, that span arrives, and its other facts with it."""
    value = HOSTILE[sort]
    known = {"gen_ai.provider.name": "anthropic"}
    for fact in FACTS:
        facts = Facts(**{"attributes": known, fact: value})
        backend.start(f"fact {fact}", "generation", Context(persona="p"), facts=facts).end()
    for field in FIELDS:
        backend.start(f"field {field}", "span", Context(**{field: value}), facts=Facts(attributes=known)).end()
    backend.start(value, "span", Context()).end()
    backend.start("times", "span", Context(), at_ns=value).end(at_ns=value)
    backend.start("inside", "span", Context(), facts=Facts(metadata={"k": value}, attributes={"k": value})).end()
    one = backend.start("event", "span", Context())
    one.event(value, {"k": value})
    one.event("other", value)
    one.end()
    assert backend.flush(10.0)
    tally = backend.tally()
    assert (tally.made, tally.sent, tally.dropped) == (len(FACTS) + len(FIELDS) + 4, tally.made, {})
    for span in server.spans:
        if span.name.startswith("fact ") and span.name != "fact attributes":
            assert span.attributes["user.id"] == "p"
            assert span.attributes["gen_ai.provider.name"] == "anthropic"
    assert "Failed to encode" not in caplog.text


@pytest.mark.parametrize("sort", HOSTILE)
def test_no_score_costs_another(server, backend, sort):
    """A score with such a value arrives or is counted, and the good one beside it arrives."""
    value = HOSTILE[sort]
    for field in ("name", "value", "trace_id", "span_id", "kind", "comment", "project", "score_id"):
        backend.score(Score(**{"name": "q", "value": 1, "trace_id": "ab" * 16, field: value}))
    backend.score(Score(name="good", value=1, trace_id="ab" * 16))
    assert backend.flush(10.0)
    tally = backend.tally("score")
    assert tally.made == 9 == tally.sent + sum(tally.dropped.values())
    assert "good" in [score["name"] for score in server.scores]


@pytest.mark.parametrize("at", [-5, -(2**70), 2**63, 2**70, 1.5])
def test_times_that_cannot_be_sent(server, backend, at):
    """They are replaced by that of now, and the spans of the same batch arrive."""
    backend.start("good", "span", Context()).end()
    backend.start("odd", "span", Context(), at_ns=at).end(at_ns=at)
    assert backend.flush(5.0)
    good, odd = server.spans
    assert abs(odd.start_ns - good.start_ns) < 10**10
    assert odd.start_ns <= odd.end_ns < odd.start_ns + 10**10


def test_numbers_that_json_and_otlp_lack(server, backend):
    """A cost that is no number is left out as unknown, and a count beyond 64 bits is told as text."""
    facts = Facts(cost=Priced(usd=math.nan, input_usd=math.inf), usage=Usage(fresh_tokens=10**30), model="m")
    backend.start("ask", "generation", Context(), facts=facts).end()
    assert backend.flush(5.0)
    (span,) = server.spans
    assert [key for key in span.attributes if "cost" in key] == []
    assert span.attributes["gen_ai.usage.input_tokens"] == "[integer of 100 bits]"
    assert span.attributes["gen_ai.request.model"] == "m"


def test_metadata_that_is_no_mapping(server, backend):
    """A list in the place of metadata is told as `metadata`."""
    backend.start("bake", "span", Context(), facts=Facts(metadata=["rye", "oats"])).end()
    assert backend.flush(5.0)
    (span,) = server.spans
    assert span.attributes["langfuse.observation.metadata.metadata"] == '["rye", "oats"]'


@pytest.mark.parametrize(
    ("trace_id", "span_id"), [("zz", "1"), ("f" * 40, "1" * 16), ("0" * 32, "0" * 16), ("ab" * 16, ""), (5, 6)]
)
def test_a_parent_that_is_none(server, backend, trace_id, span_id):
    """A span below ids that cannot be is the root of a trace of its own."""
    backend.start("bake", "span", Context(), parent=RemoteParent(trace_id=trace_id, span_id=span_id)).end()
    assert backend.flush(5.0)
    (span,) = server.spans
    assert (len(span.trace_id), span.parent_id) == (32, "")


def test_a_span_that_cannot_be_encoded(server, backend):
    """Of a batch with an id that is too long for the wire, all others arrive, and that one is counted."""
    made = []

    class Odd(RandomIdGenerator):
        def generate_span_id(self):
            made.append(1)
            return 2**70 if len(made) == 17 else super().generate_span_id()

    backend._tracer.id_generator = Odd()
    for number in range(40):
        backend.start(str(number), "span", Context()).end()
    assert backend.flush(5.0)
    assert sorted(int(span.name) for span in server.spans) == [number for number in range(40) if number != 16]
    assert backend.tally().dropped == {"unsent": 1}
    assert backend.ledger.errors["encoding"] == 1
