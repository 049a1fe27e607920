"""A recording server for the examples of the kits."""

from __future__ import annotations

import pytest
from obsgen_runtime.testing import RecordingServer


@pytest.fixture(scope="module")
def recorder():
    """Return a server that takes what the examples of one module send to Langfuse."""
    with RecordingServer() as server:
        yield server
