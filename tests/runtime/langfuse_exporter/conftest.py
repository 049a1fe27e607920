"""A fake server, an exporter that asks it, and clocks that a test sets."""

from __future__ import annotations

import importlib.util
import logging
import sys
import time
from pathlib import Path

import pytest
from obsgen_runtime.langfuse import Access
from obsgen_runtime.langfuse_exporter import LangfuseExporter
from prometheus_client import CollectorRegistry, generate_latest


def _load():
    spec = importlib.util.spec_from_file_location("langfuse_fake", Path(__file__).with_name("fake.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["langfuse_fake"] = module
    spec.loader.exec_module(module)
    return module


fake = _load()


class Clock:
    """A clock that stands, and is moved by the test."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Watched:
    """An exporter with clocks of its own, and what a scrape of it shows."""

    def __init__(self, server, **options) -> None:
        self.registry = CollectorRegistry()
        # The server's Date header comes from the real clock, so this one starts there, too.
        self.clock = Clock(time.time())
        self.monotonic = Clock(1000.0)
        options = {"clock": self.clock, "monotonic": self.monotonic, "timeout_seconds": 5.0, **options}
        access = Access(base_url=server.url, public_key="pk-lf-test", secret_key="sk-lf-test")
        self.exporter = LangfuseExporter(access, registry=self.registry, **options)

    @property
    def text(self) -> str:
        return generate_latest(self.registry).decode()

    def value(self, name, **labels):
        return self.registry.get_sample_value(name, labels)

    def labels(self, name):
        return [sample.labels for family in self.registry.collect() for sample in family.samples if sample.name == name]

    def move(self, seconds):
        self.clock.now += seconds
        self.monotonic.now += seconds


@pytest.fixture
def server():
    with fake.Fake() as server:
        yield server


@pytest.fixture
def watch(server):
    """Make an exporter that asks the server."""
    made = []

    def make(**options):
        made.append(Watched(server, **options))
        return made[-1]

    yield make
    for each in made:
        each.exporter.close()


@pytest.fixture
def observation():
    """Return the class of the fake's observations, and a time in the middle of the window."""
    return fake.Observation


@pytest.fixture
def score():
    return fake.Score


@pytest.fixture
def inside():
    """Return a moment within the last settled hour."""
    return time.time() - 40 * 60


@pytest.fixture(autouse=True)
def quiet(caplog, monkeypatch):
    import os

    for name in tuple(os.environ):
        if name.startswith("LANGFUSE_"):
            monkeypatch.delenv(name)
    caplog.set_level(logging.WARNING, "obsgen_runtime")
