"""`import obsgen_runtime` costs nothing, and says clearly what it does not have."""

import subprocess
import sys

import obsgen_runtime
import pytest


def run(code, environment):
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def test_loads_no_backend(child_environment):
    """Importing the package loads none of the libraries it can work with."""
    code = "import sys, obsgen_runtime; print([m for m in ('prometheus_client', 'opentelemetry', 'langfuse') if m in sys.modules])"
    assert run(code, child_environment) == "[]"


def test_is_cheap(child_environment):
    """Importing the package costs at most half of importing the Prometheus client."""
    code = """
import sys
from time import perf_counter
started = perf_counter(); import {0}; print(perf_counter() - started)
"""
    ours, client = (
        min(float(run(code.format(name), child_environment)) for _ in range(3))
        for name in ("obsgen_runtime", "prometheus_client")
    )
    assert ours <= 0.5 * client


def test_reads_no_environment(child_environment):
    """Neither the package nor a generated module looks at the environment when it is imported."""
    code = """
import prometheus_client, os, collections.abc, types, logging, difflib, numbers, weakref
asked = []
class Watched(dict):
    def __getitem__(self, key): asked.append(key); return super().__getitem__(key)
    def get(self, key, default=None): asked.append(key); return super().get(key, default)
    def __contains__(self, key): asked.append(key); return super().__contains__(key)
os.environ = Watched(os.environ)
import obsgen_runtime, hypertool_metrics
print(asked)
"""
    assert run(code, child_environment) == "[]"


def test_offers_every_public_name():
    """Every name of `__all__` can be had, and `dir` lists it."""
    for name in obsgen_runtime.__all__:
        assert getattr(obsgen_runtime, name) is not None
        assert name in dir(obsgen_runtime)


def test_unknown_name_is_an_attribute_error():
    """A name that does not exist is reported as Python does."""
    with pytest.raises(AttributeError, match="module 'obsgen_runtime' has no attribute 'initialise'"):
        _ = obsgen_runtime.initialise
