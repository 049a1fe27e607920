"""A recording server, an integration that sends to it, and a process without Langfuse's variables."""

from __future__ import annotations

import os

import pytest
from obsgen_runtime import faults, tracing
from obsgen_runtime.langfuse import LangfuseIntegration, set_langfuse_integration
from obsgen_runtime.langfuse import backends as shared
from obsgen_runtime.masking import OPEN
from obsgen_runtime.observations import NoBackend
from obsgen_runtime.testing import RecordingServer

KEYS = ("pk-lf-test", "sk-lf-0123456789abcdef")


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Each test begins without keys, backend, integration and logged faults."""
    for name in tuple(os.environ):
        if name.startswith(("LANGFUSE_", "OTEL_")):
            monkeypatch.delenv(name)
    before, integration = tracing.set_backend(NoBackend()), set_langfuse_integration(None)
    shared._by_access.clear()
    shared._told.clear()
    faults._told.clear()
    yield
    for backend in (*shared._by_access.values(), tracing.set_backend(before)):
        backend.shutdown(0.5)
    set_langfuse_integration(integration)
    shared._by_access.clear()


@pytest.fixture
def server():
    with RecordingServer() as server:
        yield server


@pytest.fixture
def langfuse(server):
    """An integration whose content is open."""
    made = LangfuseIntegration(*KEYS, server.url, content=OPEN)
    yield made
    made.shutdown(1.0)


@pytest.fixture
def fault_count():
    """Return how often a hook has failed inside since the test began."""
    from prometheus_client import REGISTRY

    def count(hook):
        return REGISTRY.get_sample_value("obsgen_runtime_hook_faults_total", {"hook": hook}) or 0.0

    begun = {hook: count(hook) for hook in ("langfuse", "langfuse_listener", "langfuse_sdk", "prompts", "experiments")}
    return lambda hook: count(hook) - begun[hook]
