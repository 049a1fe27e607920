"""Every backend says the same on the wire, with each supported release of the SDK, and none outstays a deadline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import obsgen_runtime
import pytest
from obsgen_runtime.testing import RecordingServer

from tests import tools

SCRIPT = Path(__file__).with_name("portable.py")
BACKENDS = ("otlp", *(f"sdk-{version}" for version in tools.LANGFUSE_VERSIONS))
SDKS = BACKENDS[1:]


def start(backend, url, *more, script=SCRIPT):
    """Run the script in the environment of a backend; returns what it printed, and how long it took in all."""
    kind, _, version = backend.partition("-")
    python = tools.langfuse_python(version) if version else sys.executable
    arguments = [kind, url, *more] if script == SCRIPT else [url, *more]
    runtime = str(Path(obsgen_runtime.__file__).parents[1])
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LANGFUSE_", "OTEL_"))}
    began = time.monotonic()
    done = subprocess.run(
        [python, str(script), *arguments],
        env={**clean, "PYTHONPATH": runtime},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr, time.monotonic() - began


@pytest.fixture(scope="module", params=BACKENDS)
def recorded(request):
    """What one run of the script sent: its report, spans by name, and scores by name."""
    with RecordingServer() as server:
        report, errors, _ = start(request.param, server.url)
        assert errors == ""
        scores = {}
        for body in (*server.bodies("/api/public/scores"), *server.bodies("/api/public/ingestion")):
            for score in body if isinstance(body, list) else body.get("batch", [body]):
                found = score.get("body", score)
                scores[found["name"]] = found
        return report, {span.name: span for span in server.spans}, scores, server.everything()


def plain(value):
    """Return a value of metadata as it was given: release 5 of the SDK sends each as JSON."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def test_everything_arrives(recorded):
    """Each span and score is made once, sent once, and counted so."""
    report, spans, scores, _ = recorded
    assert report["flushed"]
    assert report["spans"] == {"made": 7, "sent": 7, "dropped": {}, "waiting": 0}
    assert report["scores"] == {"made": 3, "sent": 3, "dropped": {}, "waiting": 0}
    assert set(spans) == {"release", "api-design", "design-api", "agent.claude", "agent_selection", "search", "usage"}
    assert set(scores) == {"quality", "verdict", "approved"}


def test_who_and_what_is_on_every_span(recorded):
    """User, session, tags and environment stand on each span, since servers do not inherit them."""
    report, spans, _, _ = recorded
    for span in spans.values():
        told = span.attributes
        assert span.trace_id == report["trace_id"]
        assert (told["user.id"], told["session.id"]) == ("backend-engineer", "package-release")
        assert {"first", "workflow:package_release", "persona:backend-engineer"} <= set(told["langfuse.trace.tags"])
        assert (told["langfuse.environment"], told["langfuse.release"]) == ("testing", "r1")
        assert told["langfuse.trace.name"] == "package_release"
        assert plain(told["langfuse.trace.metadata.persona"]) == "backend-engineer"
    assert {name for name, span in spans.items() if span.attributes.get("langfuse.internal.is_app_root")} == {"release"}


def test_the_tree(recorded):
    """Each observation is below the one it happened in, and the trace is the only root."""
    _, spans, _, _ = recorded
    named = {span.span_id: name for name, span in spans.items()}
    above = {name: named.get(span.parent_id, "") for name, span in spans.items()}
    assert above == {
        "release": "",
        "api-design": "release",
        "design-api": "api-design",
        "agent.claude": "release",
        "agent_selection": "agent.claude",
        "search": "agent.claude",
        "usage": "agent.claude",
    }
    kinds = {name: span.attributes["langfuse.observation.type"] for name, span in spans.items()}
    assert kinds == {
        "release": "span",
        "api-design": "span",
        "design-api": "generation",
        "agent.claude": "agent",
        "agent_selection": "event",
        "search": "tool",
        "usage": "generation",
    }


def test_a_generation(recorded):
    """A back-dated generation has its times, model, parameters, exclusive token buckets, cost with total, and prompt."""
    _, spans, _, _ = recorded
    span = spans["design-api"]
    told = {key.removeprefix("langfuse.observation."): value for key, value in span.attributes.items()}
    assert span.start_ns == 1_767_323_045_000_000_000
    assert span.end_ns - span.start_ns == 4_000_000_000
    assert told["completion_start_time"].strip('"').startswith("2026-01-02T03:04:06")
    assert told["model.name"] == "gpt-4"
    assert json.loads(told["model.parameters"]) == {"temperature": 0.5}
    usage = {"input": 100, "input_cached_tokens": 50, "output": 800, "total": 950}
    assert json.loads(told["usage_details"]) == usage
    assert json.loads(told["cost_details"]) == {"total": 0.003}
    assert (told["prompt.name"], told["prompt.version"]) == ("greet", 3)
    assert (told["input"], told["output"]) == ("Design it", "Here, with [secret]")


def test_totals_are_generations_of_their_own(recorded):
    """Tokens and cost of an agent are on a generation below it, where the server adds them up; an agent has none."""
    _, spans, _, _ = recorded
    told = spans["usage"].attributes
    assert json.loads(told["langfuse.observation.usage_details"]) == {"total": 100}
    assert json.loads(told["langfuse.observation.cost_details"]) == {"total": 0.001}
    assert "langfuse.observation.usage_details" not in spans["agent.claude"].attributes


def test_metadata_of_any_type(recorded):
    """Times and nested values arrive as plain data, one attribute for each key."""
    _, spans, _, _ = recorded
    start = "langfuse.observation.metadata."
    assert plain(spans["release"].attributes[f"{start}since"]) == "2026-01-02T03:04:05+00:00"
    assert plain(spans["release"].attributes[f"{start}n"]) == 3
    assert plain(spans["agent_selection"].attributes[f"{start}rewards"]) == {"claude": 0.9}
    assert plain(spans["agent.claude"].attributes[f"{start}experiment"]) == "latent"


def test_errors(recorded):
    """A raised error, and an error that a tool returned, set status and level."""
    _, spans, _, _ = recorded
    for name in ("agent.claude", "search"):
        assert spans[name].status == 2
        assert spans[name].attributes["langfuse.observation.level"] == "ERROR"
    assert "KeyError" in spans["agent.claude"].attributes["langfuse.observation.status_message"]
    assert spans["release"].status != 2


def test_scores(recorded):
    """Numbers, categories and yes or no judge the observation or the trace."""
    report, spans, scores, _ = recorded
    assert {score["traceId"] for score in scores.values()} == {report["trace_id"]}
    assert scores["quality"]["observationId"] == spans["agent.claude"].span_id
    assert "observationId" not in scores["verdict"]
    kinds = {name: (score["dataType"], score["value"]) for name, score in scores.items()}
    assert kinds == {"quality": ("NUMERIC", 0.92), "verdict": ("CATEGORICAL", "good"), "approved": ("BOOLEAN", 1)}


def test_no_secret_is_sent(recorded):
    """The secret key is nowhere in bodies and headers, though it was in the open output."""
    *_, everything = recorded
    assert b"sk-lf-0123456789abcdef" not in everything


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("mode", ["unauthorized", "refused", "unavailable", "silent"])
def test_a_failing_server_costs_no_more_than_the_deadlines(backend, mode):
    """Flush and shutdown end in time whatever the server does, and everything made is accounted for."""
    with RecordingServer(mode) as server:
        report, _, _ = start(backend, server.url, "0.5")
    assert report["flushing"] < 0.5 + 1
    assert report["stopping"] < 0.5 + 1
    for signal in ("spans", "scores"):
        account = report[signal]
        assert account["sent"] == 0
        assert account["made"] == sum(account["dropped"].values()) > 0


@pytest.mark.parametrize("backend", SDKS)
def test_beside_an_application_s_own_tracing(backend):
    """Traces go below the application's span, which is not written; its client goes on when ours is shut down."""
    with RecordingServer() as server:
        report, _, _ = start(backend, server.url, script=SCRIPT.with_name("attached.py"))
        spans = {span.name: span for span in server.spans}
        everything = server.everything()
    assert set(spans) == {"own", "own-call", "theirs", "theirs-call", "still-works"}
    for name in ("own", "theirs"):
        assert [spans[name].trace_id, spans[name].parent_id] == report["request"]
        assert spans[f"{name}-call"].parent_id == spans[name].span_id
        assert spans[f"{name}-call"].attributes["user.id"] == "backend-engineer"
    assert report["attributes"] == {}
    assert b"PLANTED" not in everything


@pytest.mark.parametrize("backend", SDKS)
def test_a_release_that_lacks_something(backend):
    """It is refused at start, with everything that is missing and what to install."""
    with RecordingServer() as server:
        report, _, _ = start(backend, server.url, script=SCRIPT.with_name("attached.py"))
    for words in ("langfuse 2.60 lacks", "start_observation()", "propagate_attributes()", "install langfuse>=4.7,<6"):
        assert words in report["refusal"]
