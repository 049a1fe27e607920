"""
Phases of a session: which may follow which, and how long each took by a clock that never goes back.

    Pending -> Creating -> Running -> Completed | Failed | Stopped
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Literal

Phase = Literal["Pending", "Creating", "Running", "Completed", "Failed", "Stopped"]

TERMINAL: frozenset[str] = frozenset({"Completed", "Failed", "Stopped"})
"""Phases that nothing follows."""

FOLLOWING: Mapping[Phase, frozenset[Phase]] = {
    # Where no Job has to be made, nothing is ever Creating.
    "Pending": frozenset({"Creating", "Running", "Failed", "Stopped"}),
    "Creating": frozenset({"Running", "Failed", "Stopped"}),
    "Running": frozenset({"Completed", "Failed", "Stopped"}),
    "Completed": frozenset(),
    "Failed": frozenset(),
    "Stopped": frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    A phase that was left for another.

    Attributes:
        left: The phase that ended.
        entered: The one that began.
        seconds: How long the one that ended went on.
        total_seconds: How long ago the first one began.
    """

    left: Phase
    entered: Phase
    seconds: float
    total_seconds: float


class Phases:
    """The phase of one session, `Pending` at first. Threads may share it."""

    __slots__ = ("_began", "_clock", "_lock", "_since", "phase")

    def __init__(self, clock: Callable[[], float]) -> None:
        """
        Begin with `Pending`.

        Args:
            clock: Seconds, which never go back.
        """
        self.phase: Phase = "Pending"
        self._clock = clock
        self._lock = Lock()
        self._began = self._since = clock()

    @property
    def is_over(self) -> bool:
        """Whether nothing can follow."""
        return self.phase in TERMINAL

    def change(self, to: Phase) -> Change | None:
        """Enter *to*; returns what that ended, or None if *to* may not follow here, and nothing changed."""
        with self._lock:
            if to not in FOLLOWING[self.phase]:
                return None
            now = self._clock()
            change = Change(
                left=self.phase,
                entered=to,
                seconds=max(0.0, now - self._since),
                total_seconds=max(0.0, now - self._began),
            )
            self.phase, self._since = to, now
            return change
