"""The recording server records what came, answers as told, and fails in each of its ways."""

import json
import time
import urllib.error
import urllib.request
from http.client import IncompleteRead

import pytest
from obsgen_runtime.testing import Answer, RecordingServer, decode_spans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


@pytest.fixture
def server():
    with RecordingServer() as started:
        yield started


def get(server, path="/api/public/health", timeout=5.0):
    with urllib.request.urlopen(server.url + path, timeout=timeout) as answer:
        return json.load(answer)


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_spans_are_decoded(server, compression):
    """A span of OpenTelemetry's own exporter is read back with its attributes, events and parent."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(
        SimpleSpanProcessor(OTLPSpanExporter(endpoint=server.traces_url, compression=compression))
    )
    tracer = provider.get_tracer("bakery")
    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner") as inner:
        inner.set_attribute("tags", ["a", "b"])
        inner.add_event("opened", {"times": 2})
    first, second = server.wait_for(2)
    assert (first.name, second.name, first.parent_id) == ("inner", "outer", second.span_id)
    assert first.attributes == {"tags": ["a", "b"]}
    assert [(event.name, event.attributes) for event in first.events] == [("opened", {"times": 2})]
    assert first.scope == "bakery"
    assert first.end_ns >= first.start_ns > 0
    provider.shutdown()


def test_answers(server):
    """Answers are fixed, or decided for each request; bodies are kept."""
    server.answer("GET", "/prompt", {"prompt": "Hi"})
    server.answer("POST", "/echo", by=lambda request: Answer(body=request.json(), status=202))
    assert get(server, "/prompt?label=production") == {"prompt": "Hi"}
    with urllib.request.urlopen(server.url + "/echo", data=b'{"a": 1}') as answer:
        assert (answer.status, json.load(answer)) == (202, {"a": 1})
    assert server.bodies("/echo") == ({"a": 1},)
    assert [request.query for request in server.requests] == ["label=production", ""]
    assert b'{"a": 1}' in server.everything()
    server.clear()
    assert server.requests == ()


@pytest.mark.parametrize(
    ("mode", "status"), [("rejected", 400), ("unauthorized", 401), ("rate_limited", 429), ("unavailable", 503)]
)
def test_refusals(server, mode, status):
    """A server that says no says so with the status, and records no span."""
    server.mode = mode
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(server)
    with caught.value as answer:
        assert answer.code == status
        assert answer.headers["Retry-After"] == ("1" if mode == "rate_limited" else None)


def test_failures(server):
    """It can be slow, silent, break off, and not be there; and be well again."""
    server.mode = "slow"
    before = time.monotonic()
    get(server)
    assert time.monotonic() - before >= 0.2
    server.mode = "silent"
    with pytest.raises(TimeoutError):
        get(server, timeout=0.1)
    server.mode = "closing"
    with pytest.raises(IncompleteRead):
        get(server)
    server.mode = "refused"
    with pytest.raises(urllib.error.URLError, match="refused"):
        get(server)
    server.mode = "ok"
    assert get(server)["status"] == "OK"


def test_waiting_in_vain(server):
    """What did not come in time is told with what did."""
    get(server)
    with pytest.raises(TimeoutError, match=r"0 spans in 1 requests after 0\.05 s, expected 1 spans"):
        server.wait_for(1, timeout=0.05)


def test_what_is_no_protobuf(server):
    """Anything else where spans go is answered with 400."""
    with pytest.raises(ValueError, match="no OTLP request"):
        decode_spans(b"not protobuf")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(server.traces_url, data=b"not protobuf")
    caught.value.close()
    assert caught.value.code == 400
