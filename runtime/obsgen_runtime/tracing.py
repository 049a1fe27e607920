"""
The current observation, and the one way to open another: `observe` starts it, makes it current, and ends it.

It is a `with` block, or a decorator of a function whose every call is one.

The watched code's result and exception come out as they are, whatever happens here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from obsgen_runtime.context import current
from obsgen_runtime.faults import count_fault
from obsgen_runtime.observations import NOTHING, UNTRACED, Backend, Facts, Kind, NoBackend, Observation, RemoteParent

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_observation: ContextVar[Observation | RemoteParent | None] = ContextVar("obsgen_runtime_observation", default=None)

CURRENT = _observation
"""For code that runs with every number recorded; everybody else asks `current_parent`."""


class _Default:
    """The backend of the process; `initialize_observability` and `LangfuseIntegration` set it."""

    __slots__ = ("backend",)

    def __init__(self) -> None:
        self.backend: Backend = NoBackend()


_default = _Default()


class _Exemplars:
    """Whether metrics remember traces, and who is told when that changes."""

    __slots__ = ("arrange", "wanted")

    def __init__(self) -> None:
        self.wanted = False
        self.arrange: Callable[[bool], None] | None = None


exemplars = _Exemplars()


def backend() -> Backend:
    """Return where observations of this process go."""
    return _default.backend


def set_backend(new: Backend) -> Backend:
    """Send observations to *new* from now on; returns the one before, which the caller flushes or shuts down."""
    before, _default.backend = _default.backend, new
    if exemplars.wanted != new.is_live:
        exemplars.wanted = new.is_live
        if exemplars.arrange is not None:  # somebody has metrics
            exemplars.arrange(new.is_live)
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


class Observing:
    """What `observe` returns. A class: it costs less than a generator, and runs on every call of a model."""

    __slots__ = ("_before", "_facts", "_kind", "_name", "_observation", "_to")

    def __init__(self, name: str, kind: Kind, facts: Facts, to: Backend | None) -> None:
        self._name = name
        self._kind = kind
        self._facts = facts
        self._to = to
        self._before: Observation | RemoteParent | None = None
        self._observation: Observation = UNTRACED

    def __enter__(self) -> Observation:
        target = _default.backend if self._to is None else self._to
        before = self._before = _observation.get()
        try:
            started = target.start(self._name, self._kind, current(), parent=before, facts=self._facts)
        except Exception as fault:  # noqa: BLE001  (backends promise not to; the application pays if one breaks it)
            count_fault("observe", type(fault).__name__)
            started = UNTRACED
        self._observation = started
        if started is not UNTRACED:  # where nothing is kept, the caller of another process stays visible behind us
            _observation.set(started)
        return started

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _observation.set(self._before)
        try:
            self._observation.end(error)
        except Exception as fault:  # noqa: BLE001
            count_fault("observe", type(fault).__name__)

    def __call__(self, function: Callable[Arguments, Result], /) -> Callable[Arguments, Result]:
        """
        Return *function*, each call of which is such a block of its own, however many run at once.

        Raises:
            TypeError: If it is a generator, which would be over before it is read.
        """
        watched: Callable[Arguments, Result] = _decorated(function, self._again)
        return watched

    def _again(self) -> Observing:
        return Observing(self._name, self._kind, self._facts, self._to)


def _decorated(function: Any, block: Callable[[], Observing]) -> Any:
    if isinstance(function, staticmethod | classmethod):
        return type(function)(_decorated(function.__func__, block))
    called = getattr(type(function), "__call__", None)  # noqa: B004  (of a callable object)
    for sort in (inspect.isgeneratorfunction, inspect.isasyncgenfunction):
        if sort(function) or sort(called):
            raise TypeError("observe does not decorate generators; use it as a `with` block inside, or `observe_llm`")
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called):

        @wraps(function)
        async def later(*args: Any, **kwargs: Any) -> Any:
            with block():
                return await function(*args, **kwargs)

        return later

    @wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        with block():
            return function(*args, **kwargs)

    return now


def observe(name: str, kind: Kind = "span", facts: Facts = NOTHING, *, to: Backend | None = None) -> Observing:
    """
    Record what happens inside a `with` block as the child of the current observation.

    As a decorator it records each call of a plain or async function; arguments and results are not recorded.
    The context's fields of the moment it starts are written on it. An exception or a cancellation is recorded and
    comes out unchanged.

    Args:
        name: What is done, a fixed name: details belong into *facts*.
        kind: What sort of work, in Langfuse's words.
        facts: What is known beforehand.
        to: Where it goes; the process's backend if None.
    """
    return Observing(name, kind, facts, to)
