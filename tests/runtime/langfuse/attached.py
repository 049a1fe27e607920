"""An application with tracing and a client of its own, in an environment of each release of the SDK: `attached.py URL`."""

from __future__ import annotations

import json
import sys

import langfuse as sdk
from obsgen_runtime.langfuse import Access, LangfuseIntegration, LangfuseSdkBackend
from obsgen_runtime.langfuse.sdk_shape import UnsupportedLangfuse, check_sdk
from opentelemetry import trace as otel
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

url = sys.argv[1]
seen = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(seen))
otel.set_tracer_provider(provider)

own = LangfuseSdkBackend(access=Access(base_url=url, public_key="pk-own", secret_key="sk-own"))
client = sdk.Langfuse(public_key="pk-app", secret_key="sk-app", base_url=url, tracer_provider=TracerProvider())
theirs = LangfuseSdkBackend(client=client)
with otel.get_tracer("app").start_as_current_span("request") as request:
    for name, backend in (("own", own), ("theirs", theirs)):
        langfuse = LangfuseIntegration(backend=backend)
        with langfuse.start_trace(name, persona="backend-engineer", chatmode="c", input="PLANTED") as root:
            langfuse.create_generation(
                root, f"{name}-call", "m", "PLANTED", "PLANTED", {"prompt_tokens": 1, "completion_tokens": 2}
            )
        assert otel.get_current_span() is request
        assert langfuse.flush(10.0)
assert not own.shutdown() or not own.is_live
late = LangfuseIntegration(backend=own).start_trace("late")
assert late.trace_id == ""
theirs.shutdown()
with client.start_as_current_observation(name="still-works"):
    pass
client.flush()


class Stripped:
    __version__ = "2.60"

    class Langfuse:
        """A client of long ago."""

        def trace(self):
            pass


try:
    check_sdk(Stripped, type(None))
except UnsupportedLangfuse as error:
    refusal = str(error)
(request_span,) = seen.get_finished_spans()
print(
    json.dumps(
        {
            "request": [f"{request_span.context.trace_id:032x}", f"{request_span.context.span_id:016x}"],
            "attributes": dict(request_span.attributes),
            "refusal": refusal,
        }
    )
)
