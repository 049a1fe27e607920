"""Everything that is traced goes over the wire to a recording server; what is counted, into a registry of the test."""

from __future__ import annotations

import pytest
from obsgen_runtime import otlp
from obsgen_runtime.primitives import use_metrics
from obsgen_runtime.testing import RecordingServer
from obsgen_runtime.tracing import set_backend
from prometheus_client import CollectorRegistry


class Wire:
    """A process's tracing and metrics, and what came out of them."""

    def __init__(self, server, backend, registry):
        self.server = server
        self.backend = backend
        self.registry = registry

    def spans(self):
        """Return everything that was sent so far."""
        assert self.backend.flush(10.0)
        return self.server.spans

    def series(self, name):
        """Return the values of one metric by their label values, in the order of the catalog; zeros left out."""
        order = ("primitive_name", "primitive_type", "persona", "status", "route")
        samples = [one for family in self.registry.collect() for one in family.samples if one.name == name]
        return {
            tuple(one.labels[label] for label in order if label in one.labels): one.value
            for one in samples
            if one.value
        }


@pytest.fixture(scope="session")
def the_server():
    with RecordingServer() as server:
        yield server


@pytest.fixture(autouse=True)
def quiet():
    """Keep what tests execute out of the default registry."""
    before = use_metrics(CollectorRegistry())
    yield
    use_metrics(before)


@pytest.fixture
def wire(the_server, quiet):
    the_server.clear()
    registry = CollectorRegistry()
    destination = otlp.Destination.langfuse(the_server.url, "pk-lf-0123456789abcdef", "sk-lf-0123456789abcdef")
    backend = otlp.backend(destination, service_name="bakery", registry=CollectorRegistry())
    before, metrics_before = set_backend(backend), use_metrics(registry)
    yield Wire(the_server, backend, registry)
    set_backend(before)
    use_metrics(metrics_before)
    assert backend.shutdown(5.0)
