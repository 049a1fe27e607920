"""Start and stop: everything that runs, what it says about itself, and that it ends in time."""

import os
import socket
import subprocess
import sys
import threading
import time

import pytest
from obsgen_runtime import (
    WorkflowTracer,
    initialize_observability,
    is_observability_enabled,
    observability_status,
    observe,
    shutdown_observability,
)
from obsgen_runtime.observations import NoBackend
from obsgen_runtime.testing import RecordingServer
from obsgen_runtime.tracing import backend, set_backend

from tests.runtime.recording import Recording

KEYS = {"langfuse_public_key": "pk-1", "langfuse_secret_key": "sk-1"}


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """Nothing of the machine's environment, and nothing left running."""
    for name in list(os.environ):
        if name.startswith(("LANGFUSE_", "OTEL_", "OBSGEN_", "SERVICE_NAME")):
            monkeypatch.delenv(name)
    yield
    shutdown_observability()


@pytest.fixture
def silent_server():
    """Accept connections and never answer."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_nothing_is_claimed_without_parts(registry):
    """With neither a page nor tracing nothing is enabled, and each signal says why."""
    handle = initialize_observability("s", enable_prometheus=False, registry=registry)
    assert not is_observability_enabled()
    assert [(one.signal, one.is_live, one.detail) for one in observability_status()] == [
        ("metrics", False, "enable_prometheus=False"),
        (
            "tracing",
            False,
            "no LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY, no OTEL_EXPORTER_OTLP_ENDPOINT",
        ),
    ]
    with pytest.raises(RuntimeError, match="enable_prometheus=False"):
        _ = handle.url


def test_the_call_of_the_seeds(registry):
    """The keywords that services use start a page that answers."""
    handle = initialize_observability(
        service_name="hypertool-demo", enable_prometheus=True, prometheus_port=0, registry=registry
    )
    assert handle.listener is not None
    assert handle.is_live
    assert handle.service_name == "hypertool-demo"
    assert observability_status()[0].detail == handle.url


def test_settings_from_the_environment(registry, monkeypatch):
    """Name and port need no argument."""
    monkeypatch.setenv("SERVICE_NAME", "named")
    monkeypatch.setenv("OBSGEN_PROMETHEUS_PORT", "0")
    assert initialize_observability(registry=registry).service_name == "named"


def test_tracing_starts_with_keys_and_ends_with_shutdown(registry, silent_server):
    """With keys tracing is live, the process's observations go there, and afterwards nobody claims so."""
    handle = initialize_observability("s", 0, registry=registry, langfuse_base_url=silent_server, **KEYS)
    assert [one.is_live for one in handle.status()] == [True, True]
    assert backend() is handle.backend
    with observe("x") as one:
        assert len(one.trace_id) == 32
    handle.shutdown(0.5)
    assert [one.is_live for one in handle.status()] == [False, False]
    assert backend().name == "noop"
    with observe("late"):
        pass


def test_a_second_call_starts_nothing_twice(registry, silent_server):
    """The same call again gives the same handle, whose backend and page stay."""
    options = {"registry": registry, "langfuse_base_url": silent_server, **KEYS}
    first = initialize_observability("s", 0, **options)
    assert initialize_observability("s", 0, **options) is first
    with pytest.raises(RuntimeError, match="with other settings; call shutdown_observability"):
        initialize_observability("s", 0, **{**options, "langfuse_release": "2"})
    assert first.is_live
    first.shutdown(0.5)
    second = initialize_observability("s", 0, **options)
    assert second is not first
    assert second.is_live
    second.shutdown(0.5)


def test_concurrent_starts_are_one(registry):
    """Threads that start at the same time get the same handle."""
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(initialize_observability("s", 0, registry=registry)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize("deadline", [0.3, 1.0])
def test_shutdown_keeps_its_deadline(registry, silent_server, deadline):
    """Against a server that never answers, with spans queued, shutdown ends within its deadline, and says it was not all."""
    handle = initialize_observability("s", 0, registry=registry, langfuse_base_url=silent_server, **KEYS)
    for _ in range(100):
        with observe("x"):
            pass
    started = time.monotonic()
    handle.flush(deadline)
    assert time.monotonic() - started < deadline + 0.4
    started = time.monotonic()
    assert shutdown_observability(deadline) is False
    assert time.monotonic() - started < deadline + 0.5
    assert not is_observability_enabled()


def test_a_backend_that_breaks_its_deadline(registry):
    """Somebody's backend that hangs does not hold up the end either, and is said not to have finished."""
    release = threading.Event()

    class Hanging(Recording):
        def shutdown(self, deadline_seconds=2.0):
            release.wait(20)
            return super().shutdown(deadline_seconds)

    set_backend(Hanging())
    handle = initialize_observability("s", 0, registry=registry)
    started = time.monotonic()
    assert handle.shutdown(0.3) is False
    assert time.monotonic() - started < 1
    release.set()
    set_backend(NoBackend())


def test_the_interpreter_ends_in_time(child_environment, silent_server):
    """A process that just ends does so within its deadline, whatever the server does, and with its own exit code."""
    code = f"""
import sys
from obsgen_runtime import initialize_observability, observe
initialize_observability("s", 0, langfuse_base_url="{silent_server}", langfuse_public_key="p",
                         langfuse_secret_key="s", deadline_seconds=0.5)
for _ in range(500):
    with observe("x"): pass
import time; print(time.time(), flush=True)
sys.exit(7)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 7, done.stderr
    assert time.time() - float(done.stdout) < 3


def test_as_a_with_block(registry):
    """Leaving the block ends it, and what the block raised is the same object."""
    error = ValueError("mine")
    with pytest.raises(ValueError) as caught, initialize_observability("s", 0, registry=registry):  # noqa: PT011, PT012
        assert is_observability_enabled()
        raise error
    assert caught.value is error
    assert not is_observability_enabled()


def test_without_opentelemetry_one_line_names_the_extra(child_environment):
    """Metrics work without the extra; tracing is off, and one line says what to install, without a traceback."""
    code = """
import logging, sys
logging.basicConfig(level=logging.WARNING)
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from obsgen_runtime import initialize_observability
handle = initialize_observability("s", 0, langfuse_public_key="p", langfuse_secret_key="s")
print([one.is_live for one in handle.status()])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[True, False]"
    assert len(done.stderr.splitlines()) == 1
    assert "pip install 'obsgen-runtime[otel]'" in done.stderr


def test_a_forked_child_gives_the_port_up(child_environment):
    """After the parent is gone, its port is free, though a forked child lives on; the child says that nothing is live."""
    code = """
import os, socket, time
from obsgen_runtime import initialize_observability, observability_status
handle = initialize_observability("s", 0)
reader, writer = os.pipe()
if os.fork() == 0:
    os.read(reader, 1)
    parent = os.getppid()
    told = [one.is_live for one in observability_status()]
    with socket.socket() as mine:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mine.bind(("127.0.0.1", handle.port))
        mine.listen()
        print(told, "free", flush=True)
    os._exit(0)
handle.shutdown()
os.write(writer, b"x")
os.wait()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[False, False] free", done.stderr


def test_a_workflow_arrives(registry, hypertool):
    """Started with keys, the spans of a workflow arrive at the server before shutdown returns, all in one trace."""
    with RecordingServer() as server:
        keys = {"langfuse_public_key": "pk-lf-12345678", "langfuse_secret_key": "sk-lf-12345678"}
        handle = initialize_observability("s", 0, registry=registry, langfuse_base_url=server.url, **keys)
        with WorkflowTracer("demo", metrics=hypertool.HypertoolMetrics(registry)) as tracer:
            assert tracer.run_stage("one", "backend-engineer", lambda: 1) == 1
        assert handle.shutdown() is True
        assert {span.name for span in server.spans} == {"workflow.demo", "stage.one"}
        assert len({span.trace_id for span in server.spans}) == 1


@pytest.mark.parametrize(
    ("url", "warned"), [("http://langfuse.example:3000", True), ("https://langfuse.example", False)]
)
def test_keys_in_the_clear_are_told(registry, caplog, url, warned):
    """Plain http to another machine is taken, as clusters have it, and said in one line that holds no key."""
    with initialize_observability(
        "bakery", enable_prometheus=False, registry=registry, langfuse_public_key="pk-lf-1", langfuse_secret_key="sk-lf-2",
        langfuse_base_url=url, deadline_seconds=0.2,
    ):  # fmt: skip
        pass
    said = [record.getMessage() for record in caplog.records if "in the clear" in record.getMessage()]
    assert [("sk-lf" in line or "pk-lf" in line) for line in said] == [False] * warned


def test_a_collector_gets_its_headers(registry, monkeypatch, caplog):
    """Spans go to the whole address with the headers of the environment; their keys are in no span, line or status."""
    with RecordingServer() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{server.url}/own/v1/traces")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20planted-key-1,x-tenant=blue")
        handle = initialize_observability("s", 0, registry=registry)
        with observe("told planted-key-1 by blue"):
            pass
        handle.shutdown(5.0)
        (span,) = server.spans
        assert server.requests[0].path == "/own/v1/traces"
        server.mode = "unauthorized"
        handle = initialize_observability("s", 0, registry=registry)
        with observe("late"):
            pass
        assert handle.flush(5.0)
        said = f"{handle!r} {handle.status()} {handle.settings}"
        handle.shutdown(1.0)
    assert (span.headers["authorization"], span.headers["x-tenant"]) == ("Bearer planted-key-1", "blue")
    assert span.name == "told [secret] by blue"
    assert "planted-key-1" not in said + caplog.text


@pytest.mark.parametrize(
    ("variable", "protocol", "warned"),
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", True),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", True),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", False),
    ],
)
def test_another_protocol_is_told(registry, monkeypatch, caplog, variable, protocol, warned):
    """A collector gets HTTP with protobuf whatever is asked for; one line says so, and what to set."""
    with RecordingServer() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        monkeypatch.setenv(variable, protocol)
        handle = initialize_observability("s", 0, registry=registry)
        with observe("x"):
            pass
        handle.shutdown(5.0)
    assert len(server.spans) == 1
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert said == [
        f"the OTLP protocol {protocol!r} is not spoken here, and spans are sent as http/protobuf: set "
        "OTEL_EXPORTER_OTLP_PROTOCOL, and OTEL_EXPORTER_OTLP_TRACES_PROTOCOL if there is one, to http/protobuf, and the endpoint to the collector's port for HTTP, usually 4318"
    ] * warned  # fmt: skip


def test_a_protocol_does_not_matter_to_langfuse(registry, monkeypatch, caplog):
    """With keys of Langfuse there is no collector, and nothing is said about its protocol."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with RecordingServer() as server:
        options = {"registry": registry, "langfuse_base_url": server.url, **KEYS}
        initialize_observability("s", enable_prometheus=False, **options).shutdown(1.0)
    assert "grpc" not in caplog.text


def test_the_time_of_a_collector(registry, monkeypatch):
    """A request to a collector that never answers ends after the time of OTEL_EXPORTER_OTLP_TIMEOUT."""
    with RecordingServer("silent") as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
        handle = initialize_observability("s", 0, registry=registry)
        with observe("late"):
            pass
        assert handle.flush(5.0)
        assert handle.backend.tally().dropped == {"unsent": 1}
        handle.shutdown(0.1)
