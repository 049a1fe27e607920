"""How much waits, by number and by memory, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SPAN_BYTES = 2048
SCORE_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    How much waits, and for how long.

    Attributes:
        queue_size: Spans and scores that wait at most.
        queue_bytes: Memory that they hold at most, by estimate, those on their way included.
        batch_size: Spans of one request at most.
        batch_bytes: Memory, by the same estimate, from which on a batch is full: encoding needs as much again.
        schedule_seconds: How long the first of a batch waits for others.
        timeout_seconds: How long one attempt may take.
    """

    queue_size: int = 2048
    queue_bytes: int = 64 * 1024 * 1024
    batch_size: int = 512
    batch_bytes: int = 8 * 1024 * 1024
    schedule_seconds: float = 1.0
    timeout_seconds: float = 5.0


class Room:
    """What is left of the limits; the last eighth is kept for roots. Not locked: its lane is."""

    __slots__ = ("_bytes", "_bytes_for_children", "_size", "_size_for_children", "taken_bytes")

    def __init__(self, limits: Limits) -> None:
        self._size, self._size_for_children = limits.queue_size, limits.queue_size - limits.queue_size // 8
        self._bytes, self._bytes_for_children = limits.queue_bytes, limits.queue_bytes - limits.queue_bytes // 8
        self.taken_bytes = 0

    def lacks(self, waiting: int, held_bytes: int, *, is_root: bool) -> Literal["queue_full", "queue_bytes"] | None:
        """Return what is exhausted for one more of *held_bytes* where *waiting* wait; None if there is room."""
        if waiting >= (self._size if is_root else self._size_for_children):
            return "queue_full"
        if self.taken_bytes + held_bytes > (self._bytes if is_root else self._bytes_for_children):
            return "queue_bytes"
        return None
