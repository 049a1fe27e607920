"""Forks: a child records whatever the parent's threads were in the middle of."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, threading, time
from prometheus_client import CollectorRegistry
from obsgen_runtime import closing, collectors, faults, refusals
from obsgen_runtime.collectors import LabelDescriptor, MetricDescriptor

class Orders(collectors.Counter):
    descriptor = MetricDescriptor(
        name="shop_orders_total", type="counter", help="h", labels=(LabelDescriptor(name="kind", at_most=3),)
    )
    def inc(self, kind):
        self._inc_slowly(1, kind)

registry = CollectorRegistry()
orders = Orders(registry)
lock = {lock}
inside = threading.Event()

def record_for_a_while():
    with lock:
        inside.set()
        time.sleep(0.3)

thread = threading.Thread(target=record_for_a_while)
thread.start()
inside.wait()
child = os.fork()
if child == 0:
    orders.inc("")
    faults.count_fault("fork", "test")
    closing.before_the_end(1, print)
    os._exit(0)
thread.join()
orders.inc("new")
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize("lock", ["orders._family._lock", "refusals._lock", "faults._lock", "closing._lock"])
def test_a_child_does_not_wait_for_a_thread_that_it_does_not_have(lock):
    """A fork in the middle of another thread's first use of a value leaves a child that records."""
    script = SCRIPT.format(lock=lock)
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout == "0\n", done.stderr


INTERRUPTED = """
import signal
from obsgen_runtime import closing, faults

def handler(*_):
    faults.count_fault("signal", "test")
    closing.before_the_end(1, print)
    closing.forget(1)
    closing.run_endings()

signal.signal(signal.SIGTERM, handler)
with {lock}:
    signal.raise_signal(signal.SIGTERM)
print("went on")
"""


@pytest.mark.parametrize("lock", ["faults._lock", "closing._lock"])
def test_a_signal_handler_in_the_middle_of_the_runtime(lock):
    """A handler that records or shuts down, while the interrupted code is inside the runtime, does not wait for itself."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(lock=lock)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout == "went on\n", done.stderr
