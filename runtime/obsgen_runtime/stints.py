"""Times in a persona, one inside the other, kept apart for every task and thread."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Stint:
    """
    A time in one persona. Its clock stands still while stints inside it go on, however many there are at once.

    Attributes:
        persona: Who is at work.
        chatmode: In which kind of conversation.
        since: When its clock started or went on, in seconds of a clock that never goes back.
        outer: The stint that this one interrupts.
        inside: How many stints interrupt it now.
        owner: The collector that records it.
    """

    persona: str
    chatmode: str
    since: float
    outer: Stint | None = None
    inside: int = 0
    owner: object = None

    def interrupt(self, now: float) -> float | None:
        """Stop the clock for one more stint inside; returns the seconds that it ran, or None if it stood still."""
        ran = self.ran(now)
        self.inside += 1
        return ran

    def go_on(self, now: float) -> None:
        """End a stint inside; the clock goes on with the last of them."""
        self.inside -= 1
        self.since = now

    def ran(self, now: float) -> float | None:
        """Return the seconds since its clock started, or None if it stands still; a clock that jumped back gives 0."""
        return None if self.inside else max(0.0, now - self.since)


current_stint: ContextVar[Stint | None] = ContextVar("obsgen_runtime_stint", default=None)
