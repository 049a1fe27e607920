"""A recording server, backends that send to it, and the check that nothing is lost without being counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from obsgen_runtime import otlp
from obsgen_runtime.testing import RecordingServer
from prometheus_client import CollectorRegistry

SECRET_KEY = "sk-lf-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer() as started:
        yield started


def destination(server, public_key="pk-lf-0123456789abcdef", secret_key=SECRET_KEY):
    return otlp.Destination.langfuse(server.url, public_key, secret_key)


@pytest.fixture
def new_backend(server):
    """Make backends that send to the server; they are shut down afterwards, and each span of theirs was settled."""
    made = []

    def make(**settings):
        to = settings.pop("to", destination(server))
        settings.setdefault("registry", CollectorRegistry())
        backend = otlp.backend(to, service_name="bakery", **settings)
        made.append(backend)
        return backend

    yield make
    for backend in made:
        backend.shutdown(0.2)
        for signal in ("span", "score"):
            tally = backend.tally(signal)
            assert tally.made == tally.sent + sum(tally.dropped.values())
            assert tally.waiting == 0
