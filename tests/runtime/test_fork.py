"""Forks: a child records whatever the parent's threads were in the middle of."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, threading, time
from prometheus_client import CollectorRegistry
from obsgen_runtime import collectors, refusals
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
    os._exit(0)
thread.join()
orders.inc("new")
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize("lock", ["orders._family._lock", "refusals._lock"])
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
