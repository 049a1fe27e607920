"""Trace and context across services: what comes out is what went in, and what is hostile stays out."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from obsgen_runtime.context import Context, current, use
from obsgen_runtime.observations import RemoteParent
from obsgen_runtime.propagation import FIELDS, HEADER_LENGTH_AT_MOST, continue_from, extract, inject
from obsgen_runtime.tracing import observe
from prometheus_client import REGISTRY

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def refused():
    return REGISTRY.get_sample_value("obsgen_runtime_hook_faults_total", {"hook": "propagation"}) or 0


def test_from_one_service_to_the_next(recording):
    """The next service goes on below the caller's observation, with its context; afterwards all is as before."""
    with use(persona="backend-engineer", session="s 1", tags=("a,b", "ü")), observe("caller") as caller:
        headers = inject({"Accept": "*/*"})
    assert headers["traceparent"] == f"00-{caller.trace_id}-{caller.span_id}-01"
    assert headers["baggage"].isascii()
    with continue_from(headers) as context, observe("callee"):
        assert context == Context(persona="backend-engineer", session="s 1", tags=("a,b", "ü"))
        assert recording.named("callee").parent == RemoteParent(trace_id=caller.trace_id, span_id=caller.span_id)
    assert current() == Context()


def test_a_service_that_traces_nothing_passes_the_trace_on():
    """Without a backend of its own the trace goes through, also inside of an observation that nobody keeps."""
    with continue_from({"Traceparent": f"00-{TRACE}-{SPAN}-00"}), observe("x"):
        assert inject({})["traceparent"] == f"00-{TRACE}-{SPAN}-00"


texts = st.text(min_size=1, max_size=30).filter(str.isprintable)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, texts)), st.lists(texts, max_size=5))
@example({"workflow": "\ufffd"}, ["\ufffd"])
def test_context_survives_the_way(fields, tags):
    """Every declared field of any printable content comes out as it went in, in a header of ASCII."""
    with use(**fields, tags=tuple(tags)):
        headers = inject({})
    assert all(value.isascii() and value.isprintable() for value in headers.values())
    assert extract(headers).changes == {**fields, **({"tags": tuple(tags)} if tags else {})}


@given(st.dictionaries(st.sampled_from(["traceparent", "baggage", "x"]), st.text(max_size=300) | st.binary(max_size=9)))
def test_no_header_raises(headers):
    """Whatever comes in, extraction gives something well-formed."""
    caller = extract(headers)
    assert caller.parent is None or len(caller.parent.trace_id) == 32


@pytest.mark.parametrize(
    "header",
    [
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-0x",
        "x" * 100_000,
    ],
)
def test_traceparents_that_are_none(header):
    """A header that is not well-formed is left out and counted, without a word to the caller."""
    before = refused()
    assert extract({"traceparent": header}).parent is None
    assert refused() == before + 1


def test_later_versions_of_traceparent():
    """Versions to come may say more at the end; what is known of them is used."""
    assert extract({"traceparent": f"01-{TRACE}-{SPAN}-03-more"}).parent == RemoteParent(trace_id=TRACE, span_id=SPAN)


@pytest.mark.parametrize(
    "baggage",
    [
        "obsgen.project=other-tenant",
        "obsgen.colour=blue",
        "obsgen.persona=a%0Ab",
        "obsgen.persona=a%FF",
        "obsgen.persona=",
        "obsgen.persona=" + "x" * 201,
        "obsgen.tags=" + "%2C".join("x" * 21),
        "obsgen.persona=" + "x" * HEADER_LENGTH_AT_MOST,
    ],
)
def test_baggage_that_is_none_of_ours(baggage):
    """Undeclared fields, the project above all, and values that are no names are left out and counted."""
    before = refused()
    assert extract({"baggage": baggage}).changes == {}
    assert refused() == before + 1


def test_the_baggage_of_others_stays():
    """Foreign members are kept and not taken in; ours are replaced, whatever the case of the header's name."""
    headers = {"Baggage": "vendor=1;ttl=5,obsgen.persona=old"}
    with use(persona="new"):
        assert inject(headers) == {"Baggage": "vendor=1;ttl=5,obsgen.persona=new"}
    assert extract(headers).changes == {"persona": "new"}


def test_baggage_is_bounded():
    """A header never grows beyond what the specification allows; long values stay at home."""
    with use(persona="x" * 201, session="s", tags=tuple("ü" * 199 for _ in range(50))):
        headers = inject({"baggage": "a=" + "b" * 8000})
    assert len(headers["baggage"]) <= HEADER_LENGTH_AT_MOST
    assert "obsgen.session=s" in headers["baggage"]
    assert "persona" not in headers["baggage"]
    assert inject({}) == {}
