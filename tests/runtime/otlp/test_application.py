"""Beside the application's own OpenTelemetry: apart by default, joined on request."""

import subprocess
import sys

from obsgen_runtime import tracing
from obsgen_runtime.observations import Facts
from opentelemetry.sdk.trace import TracerProvider

JOINED = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from obsgen_runtime import otlp, tracing
from obsgen_runtime.masking import OPEN
from obsgen_runtime.observations import Facts
from obsgen_runtime.testing import RecordingServer

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
with RecordingServer() as server:
    to = otlp.Destination.langfuse(server.url, "pk", "sk")
    for attach in (None, "app"):
        backend = otlp.backend(to, service_name="bakery", content=OPEN, attach=attach)
        with trace.get_tracer("own").start_as_current_span("own"):
            with tracing.observe(f"ours {attach}", "generation", Facts(input="the prompt", model="m"), to=backend):
                pass
        assert backend.shutdown()
    assert trace.get_tracer_provider() is provider
    print([span.name for span in exporter.get_finished_spans()])
    print([span.name for span in server.spans])
    seen = next(span for span in exporter.get_finished_spans() if span.name == "ours app")
    print(seen.attributes["gen_ai.request.model"], "the prompt" in str(dict(seen.attributes)))
    print([span.attributes["langfuse.observation.input"] for span in server.spans])
"""


def test_ours_goes_below_the_span_of_the_application(server, new_backend):
    """Our root continues the application's trace, and is marked as a root of ours."""
    backend = new_backend()
    provider = TracerProvider(shutdown_on_exit=False)
    with provider.get_tracer("own").start_as_current_span("own") as own, tracing.observe("bake", to=backend):
        pass
    assert backend.flush(5.0)
    (span,) = server.spans
    assert span.trace_id == f"{own.get_span_context().trace_id:032x}"
    assert span.parent_id == f"{own.get_span_context().span_id:016x}"
    assert span.attributes["langfuse.internal.is_app_root"] is True


def test_joining_the_application():
    """By default its exporters see nothing of ours; joined they do, without content; Langfuse sees ours only."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", JOINED],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "['own', 'ours app', 'own']",
        "['ours None', 'ours app']",
        "m False",
        "['the prompt', 'the prompt']",
    ]


def test_without_opentelemetry(tmp_path):
    """A process without the library gets one line that names the extra."""
    script = "from obsgen_runtime import otlp\ntry:\n    otlp.backend(None, service_name='bakery')\n"
    script += "except ModuleNotFoundError as error:\n    print(error, error.__suppress_context__)"
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("raise ModuleNotFoundError('no', name='opentelemetry')")
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join((str(tmp_path), *sys.path))},
    )
    assert done.stdout == "sending spans needs the extra otel: pip install 'obsgen-runtime[otel]' True\n", done.stderr


def test_a_hostile_caller_gets_no_exception(server, new_backend):
    """Arguments of the wrong type cost the observation at most, never the application."""
    backend = new_backend()
    for facts in (Facts(metadata=5), Facts(attributes=object()), Facts(usage="many"), Facts(input=object())):
        with tracing.observe("bake", to=backend) as observation:
            observation.update(facts)
            observation.event("x", 7)
            observation.end(at_ns="now")
    backend.start(None, None, None).end()
    assert backend.flush(5.0)
