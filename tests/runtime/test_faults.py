"""Faults of our own: kept from the application, counted, and told once a minute."""

import asyncio

import pytest
from obsgen_runtime import closing, faults
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.tracing import current_observation, observe, set_backend
from prometheus_client import REGISTRY

from tests.runtime.recording import Broken, BrokenEnd


def counted(hook):
    return REGISTRY.get_sample_value("obsgen_runtime_hook_faults_total", {"hook": hook}) or 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit])
def test_only_faults_are_kept_in(error):
    """An `Exception` is counted and gone; a cancellation or the end of the process passes."""
    before = counted("test")
    with shielded("test"):
        raise ValueError
    assert counted("test") == before + 1
    with pytest.raises(error), shielded("test"):
        raise error
    assert counted("test") == before + 1


def test_a_cause_is_told_once_a_minute(caplog, monkeypatch):
    """The log has one line per cause and minute; the counter has all."""
    now = [1000.0]
    monkeypatch.setattr(faults, "monotonic", lambda: now[0])
    before = counted("minute")
    for seconds in (0, 1, 58, 2, 1):
        now[0] += seconds
        count_fault("minute", "one cause")
    count_fault("minute", "another")
    assert counted("minute") == before + 6
    assert [message.rpartition(": ")[2] for message in caplog.messages] == ["one cause", "one cause", "another"]


def test_what_is_remembered_is_bounded():
    """Causes without end do not fill the memory."""
    for number in range(3 * faults.CAUSES_AT_MOST):
        count_fault("many", f"cause {number}")
    assert len(faults._told) <= faults.CAUSES_AT_MOST


@pytest.mark.parametrize("backend", [Broken, BrokenEnd])
def test_a_backend_that_breaks_its_promise(backend):
    """What the block returns and raises is its own, and each fault is counted."""
    before, counts = set_backend(backend()), counted("observe")
    error = ValueError("mine")
    try:
        with observe("x"):
            pass
        with pytest.raises(ValueError) as caught, observe("x"):  # noqa: PT011
            raise error
    finally:
        set_backend(before)
    assert caught.value is error
    assert caught.value.__context__ is None
    assert counted("observe") == counts + 2
    assert current_observation().trace_id == ""


def test_endings_run_once_and_the_latest_first():
    """A fault in one does not keep the others from theirs."""
    done = []

    def fail():
        raise OSError("mine")

    closing.before_the_end(1, lambda: done.append(1))
    closing.before_the_end(2, fail)
    closing.before_the_end(3, lambda: done.append(3))
    closing.before_the_end(4, lambda: done.append(4))
    closing.forget(4)
    closing.run_endings()
    closing.run_endings()
    assert done == [3, 1]
