"""What the doctor says of a Langfuse server, in each way that it can be well or not."""

import re
import time
from email.utils import formatdate

import pytest
from obsgen_runtime.doctor.langfuse_checks import judge_auth, judge_clock, judge_health
from obsgen_runtime.doctor.reaching import Reply
from obsgen_runtime.langfuse.api import AuthCheck
from obsgen_runtime.testing import Answer, RecordingServer

from tests.runtime.doctor.served import elapsed

SECRET = "sk-lf-0123456789abcdef"
PUBLIC = "pk-lf-0123456789abcdef"
REACH = (
    "Open the address from this machine: name, port, proxy, firewall and certificate. From a container, 127.0.0.1 is "
    "the container itself."
)
NOT_TAKEN = (
    "This is what happens to the spans of the process, too. With keys that are taken it is the way spans go: a proxy "
    "that refuses `application/x-protobuf`, or a server older than version 3."
)


@pytest.fixture
def server(monkeypatch):
    with RecordingServer() as started:
        monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", PUBLIC)
        monkeypatch.setenv("LANGFUSE_SECRET_KEY", SECRET)
        monkeypatch.setenv("LANGFUSE_BASE_URL", started.url)
        monkeypatch.setenv("SERVICE_NAME", "bakery")
        yield started


def trace_id(server):
    (span,) = server.wait_for(1)
    return span.trace_id


def test_a_server_that_is_well(server, doctor, live):
    """One span is sent, below a trace of its own and without content, and found again by the current way of reading."""

    def observations(request):
        found = [{"id": span.span_id, "traceId": span.trace_id} for span in server.spans]
        asked = f"traceId={found[0]['traceId']}" in request.query if found else False
        return Answer(body={"data": found if asked else [], "meta": {}})

    server.answer("GET", "/api/public/v2/observations", by=observations)
    code, results, _ = doctor("--url", live, "--required", "langfuse")
    assert code == 0
    assert {name: results[name]["said"] for name in ("keys", "address", "health", "auth", "spans-arrive", "clock")} == {
        "keys": "both are set (the public one begins with pk-lf-01)",
        "address": server.url,
        "health": "OK, version 4.16.0",
        "auth": "the keys are taken, project recorded",
        "spans-arrive": f"sent, and found again: {server.url}/trace/{trace_id(server)}",
        "clock": "the clocks agree to 30 s",
    }
    (span,) = server.spans
    assert (span.name, span.resource["service.name"]) == ("obsgen-runtime doctor", "bakery")
    assert span.attributes["session.id"] == "obsgen-runtime-doctor"


def test_an_older_server(server, doctor, live):
    """Where the current way of reading is missing, the older one is asked; what nobody can tell is not held against it."""
    server.answer("GET", "/api/public/v2/observations", {"message": "no"}, status=404)
    code, results, _ = doctor("--url", live, "--deadline", "3")
    said = f"sent and taken, could not be confirmed: {server.url}/trace/{trace_id(server)}"
    assert (code, results["spans-arrive"]["status"], results["spans-arrive"]["said"]) == (0, "ok", said)
    assert f"/api/public/traces/{trace_id(server)}" in {request.path for request in server.requests}


def test_a_trace_that_the_older_way_finds(server, doctor, live):
    """A trace that is there under its id has arrived."""

    class Found(dict):
        def get(self, key, default=None):
            method, path = key
            if method == "GET" and path.startswith("/api/public/traces/"):
                return Answer(body={"id": path.rpartition("/")[2]})
            return super().get(key, default)

    server.answer("GET", "/api/public/v2/observations", {"message": "no"}, status=404)
    server._answers = Found(server._answers)
    assert doctor("--url", live)[1]["spans-arrive"]["said"].startswith("sent, and found again: ")


def test_a_server_that_takes_and_does_not_store(server, doctor, live):
    """A span that is taken and cannot be found is a warning with the page to open."""
    server.answer("GET", "/api/public/v2/observations", {"data": [{"traceId": "another"}], "meta": {}})
    code, results, _ = doctor("--url", live, "--deadline", "3")
    assert code == 0
    assert results["spans-arrive"] == {
        "name": "spans-arrive",
        "status": "warning",
        "said": f"sent and taken, and not to be seen yet: {server.url}/trace/{trace_id(server)}",
        "advice": "Open the page in a minute. If it stays empty, the server takes spans and does not store them: look "
        "at the log of its worker, its queue and its storage.",
    }


@pytest.mark.parametrize(
    ("mode", "said", "advice"),
    [
        ("refused", "{url}: cannot connect: Connection refused", REACH),
        ("silent", "{url}: no whole answer within 0.6 s", REACH),
        ("closing", "{url}: the connection broke in the middle of the answer", REACH),
        (
            "unavailable",
            "the server is not well (HTTP 503)",
            "Look at the server's log, its database and its storage; spans are lost until it is well.",
        ),
    ],
)
def test_a_server_that_is_not_well(server, doctor, live, mode, said, advice):
    """Health says how; what cannot be asked then is skipped, and the deadline holds."""
    server.mode = mode
    (code, results, _), seconds = elapsed(lambda: doctor("--url", live, "--deadline", "2"))
    assert code == 1
    assert seconds <= 2.8
    found = re.sub(r"within 0\.\d s", "within 0.6 s", results["health"]["said"])  # what was left of the deadline
    assert (found, results["health"]["advice"]) == (said.format(url=server.url), advice)
    if mode != "unavailable":
        assert {results[name]["status"] for name in ("auth", "spans-arrive", "clock")} == {"skipped"}


@pytest.mark.parametrize(
    ("mode", "auth", "spans"),
    [
        ("unauthorized", "the keys are refused: Langfuse refuses the keys (HTTP 401)", "unauthorized"),
        ("rate_limited", "nobody knows whether the keys are taken: Langfuse asks for fewer requests (HTTP 429)", "rate_limited"),
        ("rejected", "nobody knows whether the keys are taken: Langfuse refuses the request (HTTP 400)", "rejected"),
        ("unavailable", "nobody knows whether the keys are taken: Langfuse fails (HTTP 503)", "server_error"),
    ],
)  # fmt: skip
def test_a_server_that_says_no(server, doctor, live, mode, auth, spans):
    """Keys and spans are judged apart: refused is not unreachable."""
    server.mode = mode
    code, results, _ = doctor("--url", live, "--deadline", "3")
    assert code == 1
    assert (results["auth"]["status"], results["auth"]["said"]) == ("failed", auth)
    assert results["spans-arrive"]["said"] == f"a span was not taken: {spans}"
    assert results["spans-arrive"]["advice"] == NOT_TAKEN


def test_a_slow_server(server, doctor, live):
    """A server that is slow and well is well."""
    server.delay_seconds, server.mode = 0.3, "slow"
    code, results, _ = doctor("--url", live)
    assert (code, results["auth"]["status"], results["spans-arrive"]["status"]) == (0, "ok", "ok")


def test_not_asked(server, doctor, live):
    """With --no-langfuse no byte goes to the server."""
    assert doctor("--url", live, "--no-langfuse")[0] == 0
    assert server.requests == ()


@pytest.mark.parametrize(
    ("status", "body", "kind", "said", "advice"),
    [
        (200, b"<html>", "text/html", "this is not Langfuse (HTTP 200, text/html)",
         "LANGFUSE_BASE_URL is the address of the web interface, without a path: such as https://cloud.langfuse.com."),
        (404, b"", "", "this is not Langfuse (HTTP 404, no content type)",
         "LANGFUSE_BASE_URL is the address of the web interface, without a path: such as https://cloud.langfuse.com."),
        (301, b"", "", "the address leads elsewhere (HTTP 301)",
         "Set LANGFUSE_BASE_URL to the address that it leads to: keys are never sent on."),
    ],
)  # fmt: skip
def test_what_is_not_langfuse(status, body, kind, said, advice):
    """Another server's answer is named."""
    found = judge_health(Reply(status=status, kind=kind, date="", body=body, seconds=0.1))
    assert (found.status, found.said, found.advice) == ("failed", said, advice)


@pytest.mark.parametrize(
    ("state", "status", "advice"),
    [
        ("ok", "ok", ""),
        ("refused", "failed", "Copy both keys again from the settings of the project, on the server that "
         "LANGFUSE_BASE_URL names: keys of the EU and the US cloud, and of a server of your own, are not "
         "interchangeable."),
        ("unreachable", "failed", "The server did not answer the question: ask again, and look at its log."),
    ],
)  # fmt: skip
def test_keys(state, status, advice):
    """Each state of the keys has its advice."""
    found = judge_auth(AuthCheck(state=state, detail="so"))
    assert (found.status, found.advice) == (status, advice)


@pytest.mark.parametrize(
    ("ahead", "status", "said"),
    [
        (0, "ok", "the clocks agree to 30 s"),
        (29, "ok", "the clocks agree to 30 s"),
        (-40, "warning", "this machine is 40 s behind the server"),
        (40, "warning", "this machine is 40 s ahead of the server"),
        (400, "failed", "this machine is 400 s ahead of the server"),
        (-86400 * 365, "failed", "this machine is 31536000 s behind the server"),
    ],
)
def test_clock(ahead, status, said):
    """Half a minute is tolerated, five minutes are a failure."""
    now = float(int(time.time()))
    found = judge_clock(formatdate(now - ahead, usegmt=True), now)
    assert (found.status, found.said) == (status, said)
    assert bool(found.advice) == (status != "ok")


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 +9999"])
def test_no_clock(date):
    """A header that is no time is skipped."""
    assert judge_clock(date, 0.0).status == "skipped"


def test_collector(doctor, live, monkeypatch):
    """Without keys, the collector that spans go to is sent one."""
    with RecordingServer() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        _, results, _ = doctor("--url", live)
        assert results["collector"]["said"] == f"{server.url} took a span"
        server.mode = "rejected"
        code, results, _ = doctor("--url", live, "--no-langfuse")
    assert (code, results["collector"]["said"]) == (1, f"{server.url} did not take a span: rejected")
    assert results["collector"]["advice"] == (
        "OTEL_EXPORTER_OTLP_ENDPOINT is the address of a receiver of OTLP over HTTP, usually port 4318; port 4317 "
        "speaks gRPC."
    )


def test_a_collector_with_keys(doctor, live, monkeypatch):
    """It gets the headers of the environment, which are never printed, and a refusal names their variable."""
    with RecordingServer() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{server.url}/v1/traces")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20planted-key-1")
        doctor("--url", live)
        (span,) = server.spans
        assert span.headers["authorization"] == "Bearer planted-key-1"
        server.mode = "unauthorized"
        code, results, printed = doctor("--url", live, "--no-langfuse")
    assert (code, results["collector"]["said"]) == (1, f"{server.url} did not take a span: unauthorized")
    assert "OTEL_EXPORTER_OTLP_HEADERS" in results["collector"]["advice"]
    assert "planted-key-1" not in str(printed) + str(results)
