"""A circuit breaker: some failures in a row open it, after a while one attempt tests whether it may close again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Literal, Protocol

from obsgen_runtime.faults import shielded

State = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerChange:
    """The breaker of *agent* went into *state*, with so many failures in a row behind it."""

    agent: str
    state: State
    failure_count: int


ChangeListener = Callable[[BreakerChange], None]


class WatchedBreaker(Protocol):
    """What can be watched: this module's breaker, or an application's own behind three names."""

    @property
    def agent(self) -> str:
        """Whom it guards."""

    @property
    def state(self) -> State:
        """State it is in now."""

    def on_change(self, listener: ChangeListener) -> None:
        """Call *listener* with each change of state from now on."""


class CircuitBreaker:
    """
    Guards the calls of one agent; may be used by several threads at once.

    It changes only when it is used: an open one goes to `half_open` when it is asked after its time, and lets one
    attempt through. Success closes it, failure opens it again. An attempt that never reports, because it was
    cancelled, is forgotten after the same time.
    """

    def __init__(
        self,
        agent: str,
        *,
        failures: int = 5,
        open_seconds: float = 60.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """
        Start closed.

        Args:
            agent: Whom it guards.
            failures: So many in a row open it.
            open_seconds: How long it stays open.
            clock: Seconds that never go back.

        Raises:
            ValueError: If *failures* is below 1, or *open_seconds* below 0.
        """
        if failures < 1 or not open_seconds >= 0:
            raise ValueError(
                f"a breaker opens after 1 failure or more, for 0 s or more; not {failures}, {open_seconds}"
            )
        self._agent = agent
        self._limit = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._state: State = "closed"
        self._failures = 0
        self._since = 0.0
        self._listeners: list[ChangeListener] = []
        self._lock = Lock()

    @property
    def agent(self) -> str:
        """Whom it guards."""
        return self._agent

    @property
    def state(self) -> State:
        """State it is in; `open` until somebody asks `allows` after its time."""
        return self._state

    @property
    def failure_count(self) -> int:
        """Failures in a row, up to now."""
        return self._failures

    def on_change(self, listener: ChangeListener) -> None:
        """Call *listener* with each change of state from now on; what it raises does not come out here."""
        self._listeners.append(listener)

    def allows(self) -> bool:
        """Say whether an attempt may be made now; of a `half_open` breaker one at a time."""
        with self._lock:
            if self._state == "closed":
                return True
            now = self._clock()
            if now - self._since < self._open_seconds:
                return False
            self._since = now  # of the attempt that tests it
            change = self._go("half_open")
        self._tell(change)
        return True

    def succeeded(self) -> None:
        """Report an attempt that went well: there are no failures in a row any more, and the breaker is closed."""
        with self._lock:
            self._failures = 0
            change = self._go("closed")
        self._tell(change)

    def failed(self) -> None:
        """Report an attempt that failed."""
        with self._lock:
            self._failures += 1
            change = None
            if self._state == "half_open" or (self._state == "closed" and self._failures >= self._limit):
                self._since = self._clock()
                change = self._go("open")
        self._tell(change)

    def _go(self, state: State) -> BreakerChange | None:
        if state == self._state:
            return None
        self._state = state
        return BreakerChange(agent=self._agent, state=state, failure_count=self._failures)

    def _tell(self, change: BreakerChange | None) -> None:
        if change is not None:
            for listener in tuple(self._listeners):
                with shielded("circuit_breaker"):
                    listener(change)
