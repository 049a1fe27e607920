"""One script, run unchanged in an environment of each release of the SDK and with plain spans: `portable.py BACKEND URL`."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta

from obsgen_runtime import otlp
from obsgen_runtime.context import use
from obsgen_runtime.langfuse import Access, LangfuseIntegration, LangfuseSdkBackend
from obsgen_runtime.langfuse.prompts import TextPrompt
from obsgen_runtime.masking import OPEN

SECRET = "sk-lf-0123456789abcdef"
STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make(kind, url):
    if kind == "sdk":
        access = Access(base_url=url, public_key="pk-lf-test", secret_key=SECRET)
        return LangfuseSdkBackend(access=access, content=OPEN, environment="testing", release="r1", timeout_seconds=5)
    return otlp.backend(
        otlp.Destination.langfuse(url, "pk-lf-test", SECRET),
        service_name="portable",
        environment="testing",
        release="r1",
        content=OPEN,
    )


def work(langfuse):
    with use(workflow="package_release", stage="design", tags=("first",)):
        trace = langfuse.start_trace(
            "release", persona="backend-engineer", chatmode="package-release", metadata={"since": STARTED, "n": 3}
        )
    span = langfuse.start_span(trace, "api-design", metadata={"stage": "design"})
    langfuse.create_generation(
        span,
        "design-api",
        "gpt-4",
        "Design it",
        f"Here, with {SECRET}",
        {"prompt_tokens": 150, "completion_tokens": 800, "prompt_tokens_details": {"cached_tokens": 50}},
        cost=0.003,
        model_parameters={"temperature": 0.5},
        managed_prompt=TextPrompt(name="greet", version=3, prompt="hi"),
        started_at=STARTED,
        first_token_at=STARTED + timedelta(seconds=1),
        ended_at=STARTED + timedelta(seconds=4),
    )
    langfuse.end_span(span)
    with trace:
        try:
            with langfuse.trace_agent_execution("task_1", "claude", "Fix it", {"experiment": "latent"}) as execution:
                execution.update(output="fixed", tokens=100, cost=0.001)
                langfuse.track_agent_selection("task_1", "claude", "it is secure", {"claude": 0.9})
                with langfuse.tool("search", {"q": "x"}) as call:
                    call.verdict(is_error=True, result="nothing", reason_code="not_found", message=f"for {SECRET}")
                raise KeyError("body")  # noqa: TRY301
        except KeyError:
            pass
    execution.score("quality", 0.92)
    trace.score_trace("verdict", "good", comment=f"{SECRET} is good")
    trace.score_trace("approved", True)
    return trace


if __name__ == "__main__":
    kind, url, *rest = sys.argv[1:]
    backend = make(kind, url)
    langfuse = LangfuseIntegration("pk-lf-test", SECRET, url, backend=backend)
    trace = work(langfuse)
    flushing, stopping = 0.0, 0.0
    began = time.monotonic()
    flushed = langfuse.flush(float(rest[0]) if rest else 10.0)
    flushing, began = time.monotonic() - began, time.monotonic()
    langfuse.shutdown(float(rest[0]) if rest else 10.0)
    stopping = time.monotonic() - began
    spans, scores = backend.tally("span"), backend.tally("score")
    print(
        json.dumps(
            {
                "trace_id": trace.trace_id,
                "url": trace.url,
                "flushed": flushed,
                "flushing": flushing,
                "stopping": stopping,
                "spans": {
                    "made": spans.made,
                    "sent": spans.sent,
                    "dropped": dict(spans.dropped),
                    "waiting": spans.waiting,
                },
                "scores": {
                    "made": scores.made,
                    "sent": scores.sent,
                    "dropped": dict(scores.dropped),
                    "waiting": scores.waiting,
                },
            }
        )
    )
