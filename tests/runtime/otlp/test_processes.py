"""Forks and the end of the interpreter: whoever recorded something sends it, or says how much was lost."""

import os
import subprocess
import sys
import time

import pytest

BEGINNING = """
import os, sys, time
from obsgen_runtime import otlp
from obsgen_runtime.context import Context
from prometheus_client import CollectorRegistry

registry = CollectorRegistry()
backend = otlp.backend(
    otlp.Destination.langfuse({url!r}, "pk-lf-1", "sk-lf-1"), service_name="bakery", registry=registry,
    limits=otlp.Limits(schedule_seconds=60.0), exit_seconds=1.0,
)

def record(name, count):
    for _ in range(count):
        backend.start(name, "span", Context(persona="baker")).end()

def shown():
    def value(name, **labels):
        return int(registry.get_sample_value("obsgen_runtime_export_" + name, {{"signal": "span", **labels}}) or 0)
    return (
        value("made_total"), value("sent_total"), value("dropped_total", reason="fork"), value("queue_depth")
    )
"""


def run(server, script):
    """Run a script with a backend; return its seconds, output and log."""
    before = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING.format(url=server.url) + script],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return time.monotonic() - before, done.stdout, done.stderr


def test_the_interpreter_exits_with_work_queued(server):
    """What was recorded just before the end arrives, though nobody flushed."""
    run(server, "record('bake', 40)")
    assert len(server.spans) == 40


def test_the_interpreter_exits_against_a_server_that_never_answers(server):
    """The exit waits no longer than its deadline, and one line says how many were lost."""
    server.mode = "silent"
    took, _, log = run(server, "record('bake', 40)")
    plain, _, _ = run(server, "")
    assert took < plain + 1.0 + 1.5
    assert "40 spans and scores could not be sent in time and are lost" in log
    assert len(log.strip().splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork(server):
    """What was queued before is the parent's to send; the child sends its own, and both accounts balance."""
    _, output, _ = run(
        server,
        """
record("before", 5)
child = os.fork()
record("child" if child == 0 else "parent", 3)
assert backend.flush(5.0)
print(*shown(), flush=True)
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
""",
    )
    assert sorted(output.splitlines()) == ["8 3 5 0", "8 8 0 0"]
    names = [span.name for span in server.spans]
    assert {name: names.count(name) for name in names} == {"before": 5, "child": 3, "parent": 3}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_while_the_thread_sends(server):
    """A child that is forked in the middle of a request neither hangs nor sends it again."""
    server.mode, server.delay_seconds = "slow", 0.5
    run(
        server,
        """
record("before", 5)
backend.flush(0.1)
child = os.fork()
if child == 0:
    record("child", 1)
    os._exit(0 if backend.flush(5.0) else 1)
assert os.waitpid(child, 0)[1] == 0
assert backend.flush(5.0)
""",
    )
    names = [span.name for span in server.spans]
    assert sorted(names) == ["before"] * 5 + ["child"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_does_not_share_the_connection(server):
    """A connection that waits for its next request stays the parent's; the child opens its own."""
    run(
        server,
        """
record("before", 1)
assert backend.flush(5.0)
child = os.fork()
if child:
    assert os.waitpid(child, 0)[1] == 0
record("after", 1)
assert backend.flush(5.0)
if child == 0:
    os._exit(0)
""",
    )
    ports = [request.client_port for request in server.requests]
    assert ports[0] == ports[2] != ports[1]


def test_recording_at_the_end(server):
    """What exit handlers and endings record arrives; nothing is raised or logged."""
    _, output, log = run(
        server,
        """
import atexit
from obsgen_runtime.closing import before_the_end
atexit.register(record, "handler", 1)
before_the_end(1, lambda: record("ending", 1))
""",
    )
    assert sorted(span.name for span in server.spans) == ["ending", "handler"]
    assert (output, log) == ("", "")


WORKER = """
import multiprocessing, sys
from obsgen_runtime import otlp
from obsgen_runtime.context import Context

def work(url, backend=None):
    backend = backend or otlp.backend(
        otlp.Destination.langfuse(url, "pk-lf-1", "sk-lf-1"), service_name="bakery",
        limits=otlp.Limits(schedule_seconds=60.0),
    )
    backend.start("worker", "span", Context(persona="baker")).end()
    return backend

if __name__ == "__main__":
    method, url, is_inherited = sys.argv[1:]
    backend = work(url) if is_inherited else None
    worker = multiprocessing.get_context(method).Process(target=work, args=(url, backend))
    worker.start()
    worker.join()
    sys.exit(worker.exitcode)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize(
    ("method", "is_inherited", "expected"),
    [("fork", "", 1), ("fork", "yes", 2), ("spawn", "", 1), ("forkserver", "", 1)],
)
def test_a_worker_of_multiprocessing(server, tmp_path, method, is_inherited, expected):
    """What a worker recorded just before its end arrives, though workers leave without exit handlers."""
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    done = subprocess.run(
        [sys.executable, str(script), method, server.url, is_inherited],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert [span.name for span in server.spans] == ["worker"] * expected


def test_several_backends_share_the_time_of_the_exit(server):
    """Four projects, and a server that never answers: the exit takes one deadline, not four, and counts all losses."""
    server.mode = "silent"
    took, _, log = run(
        server,
        f"""
others = [
    otlp.backend(otlp.Destination.langfuse({server.url!r}, f"pk-lf-{{n}}", "sk-lf-1"), service_name="bakery",
                 registry=CollectorRegistry(), exit_seconds=1.0)
    for n in range(3)
]
for each in (backend, *others):
    each.start("bake", "span", Context(persona="baker")).end()
""",
    )
    plain, _, _ = run(server, "")
    assert took < plain + 1.0 + 1.0
    assert log.count("1 spans and scores could not be sent in time and are lost") == 4
