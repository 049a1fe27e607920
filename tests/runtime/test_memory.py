"""Memory does not grow with events; `scripts/bench_runtime.py --only memory` does the same a million times."""

import os
import subprocess
import sys

import pytest

from tests import tools

MOST_BYTES_HELD = 128 * 1024
"""What queues and memories of a fixed size turn over; the smallest leak is 40 bytes for each event."""


@pytest.mark.parametrize(("name", "count"), [("metrics", 20_000), ("calls", 4_000), ("hostile", 4_000)])
def test_memory_is_flat(name, count, child_environment):
    """After as many events as before, next to nothing of what they allocated is left; be their values new every time."""
    path = child_environment["PYTHONPATH"].split(os.pathsep)
    done = subprocess.run(
        [sys.executable, "-m", "bench_parts.memory", "held", name, str(count), *path],
        cwd=tools.CHECKOUT / "scripts",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MOST_BYTES_HELD
