"""
The current observation, and the one way to open another: `observe` starts it, makes it current, and ends it.

The watched code's result and exception come out as they are, whatever happens here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from obsgen_runtime.context import current
from obsgen_runtime.observations import NOTHING, UNTRACED, Backend, Facts, Kind, NoBackend, Observation, RemoteParent

_observation: ContextVar[Observation | RemoteParent | None] = ContextVar("obsgen_runtime_observation", default=None)


class _Default:
    """The backend of the process; `initialize_observability` and `LangfuseIntegration` set it."""

    __slots__ = ("backend",)

    def __init__(self) -> None:
        self.backend: Backend = NoBackend()


_default = _Default()


def backend() -> Backend:
    """Return where observations of this process go."""
    return _default.backend


def set_backend(new: Backend) -> Backend:
    """Send observations to *new* from now on; returns the one before, which the caller flushes or shuts down."""
    before, _default.backend = _default.backend, new
    return before


def current_observation() -> Observation:
    """Return the observation that the running code belongs to; one that nobody keeps if there is none here."""
    found = _observation.get()
    return UNTRACED if found is None or isinstance(found, RemoteParent) else found


def current_parent() -> Observation | RemoteParent | None:
    """Return what a new observation goes below: that of the running code, or of the caller in another process."""
    return _observation.get()


@contextmanager
def as_current(observation: Observation | RemoteParent | None) -> Iterator[None]:
    """Make *observation* the parent of what is started inside a `with` block; it is not ended here."""
    before = _observation.get()
    _observation.set(observation)
    try:
        yield
    finally:
        # Not by token, which raises where a generator is closed in another task.
        _observation.set(before)


@contextmanager
def observe(
    name: str, kind: Kind = "span", facts: Facts = NOTHING, *, to: Backend | None = None
) -> Iterator[Observation]:
    """
    Record what happens inside a `with` block as the child of the current observation.

    The context's fields of now are written on it. An exception or a cancellation is recorded and comes out unchanged.

    Args:
        name: What is done, a fixed name: details belong into *facts*.
        kind: What sort of work, in Langfuse's words.
        facts: What is known beforehand.
        to: Where it goes; the process's backend if None.
    """
    target = _default.backend if to is None else to
    observation = target.start(name, kind, current(), parent=_observation.get(), facts=facts)
    before = _observation.get()
    _observation.set(observation)
    try:
        yield observation
    except BaseException as error:
        _observation.set(before)
        observation.end(error)
        raise
    _observation.set(before)
    observation.end()
