"""Generated sample collectors, a registry of its own for each test, and what a scrape of it shows."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import obsgen_runtime
import pytest
from obsgen_runtime.tracing import set_backend
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.runtime.recording import Recording

SAMPLES = Path(__file__).parent / "sample"

Series = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


class Scrape:
    """The series of one exposition, read back with the client's own parser."""

    def __init__(self, text: str) -> None:
        families = tuple(text_string_to_metric_families(text))
        self.families = {family.name: family.type for family in families}
        self.samples = tuple(sample for family in families for sample in family.samples)

    def value(self, name: str, /, **labels: str) -> float | None:
        """Return the value of exactly one series, or None if it is absent."""
        found = [sample.value for sample in self.samples if sample.name == name and sample.labels == labels]
        assert len(found) <= 1
        return found[0] if found else None

    def labels(self, name: str) -> list[dict[str, str]]:
        """Return the label sets of all series of a name."""
        return [sample.labels for sample in self.samples if sample.name == name]


def load(name: str, alias: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(alias, SAMPLES / name / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[alias] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def import_sample() -> Callable[[str, str], ModuleType]:
    """Import a sample package under another name, as a program with two import paths does."""
    return load


@pytest.fixture(scope="session")
def hypertool() -> ModuleType:
    return load("hypertool_metrics", "sample_hypertool_metrics")


@pytest.fixture(scope="session")
def awkward() -> ModuleType:
    return load("awkward_metrics", "sample_awkward_metrics")


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture(scope="session")
def scrape() -> Callable[[CollectorRegistry], Scrape]:
    return lambda registry: Scrape(generate_latest(registry).decode())


@pytest.fixture(scope="session")
def read_exposition() -> Callable[[str], Scrape]:
    return Scrape


@pytest.fixture(scope="session")
def child_environment() -> dict[str, str]:
    """Return an environment in which another interpreter finds the runtime and the samples."""
    runtime = Path(obsgen_runtime.__file__).parents[1]
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(runtime), str(SAMPLES)))}


@pytest.fixture
def recording():
    """Record what the process traces, and stop after the test."""
    backend = Recording()
    before = set_backend(backend)
    yield backend
    set_backend(before)


@pytest.fixture(scope="module", autouse=True)
def room_for_hooks():
    """Let what one module counted take no room from the next: a process counts a limited number of hooks by name."""
    from obsgen_runtime import refusals

    yield
    if REGISTRY in refusals._by_registry:
        for seen in refusals.runtime_metrics(REGISTRY).obsgen_runtime_hook_faults_total._family._seen.values():
            seen.clear()


@pytest.fixture(autouse=True)
def nothing_stays_current():
    """Fail a test that leaves an observation or a context behind: what the next ones do would go below it."""
    from obsgen_runtime import context, tracing

    yield
    left = tracing.current_parent(), context.current()
    tracing._observation.set(None)
    context._current.set(context.Context())
    assert left == (None, context.Context())
