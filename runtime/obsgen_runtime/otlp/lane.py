"""
The queue of one destination and the daemon thread that empties it. Everything put in is sent or dropped, exactly once.

When the queue is full the newest is dropped, and the last eighth is kept for roots: a span ends after its children, so
dropping the oldest would leave parents without children all over, and refusing every latecomer would leave children
without their parent. This way the traces that were there first stay whole.
"""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Any, NamedTuple, Protocol

from obsgen_runtime.faults import count_fault
from obsgen_runtime.otlp.ledger import DropReason, Ledger, Signal
from obsgen_runtime.otlp.limits import Limits, Room
from obsgen_runtime.otlp.sender import Outcome

ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0
_COOL_DOWN_SECONDS = 5.0


class Item(NamedTuple):
    """One span or score that waits; *payload*, of about *held_bytes*, is what the delivery makes of it."""

    signal: Signal
    payload: Any
    is_root: bool = False
    held_bytes: int = 0


class Flight:
    """A batch on its way; whoever settles a part of it first, counts it."""

    __slots__ = ("abandoned", "items", "left")

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.left: Counter[Signal] = Counter(item.signal for item in items)
        self.abandoned = False


class Delivery(Protocol):
    """What a lane's thread does with a batch."""

    def deliver(self, lane: Lane, flight: Flight) -> None:
        """Send the items, by `lane.attempt`, and settle them, by `lane.settle`; what is left unsettled is dropped."""

    def interrupt(self) -> None:
        """Break off what `deliver` waits for; called by other threads."""

    def close(self) -> None:
        """Let go of connections; the thread ends."""

    def forget(self) -> None:
        """Leave connections to the parent, of which this process is a fork."""


class Lane:
    """
    One queue, one thread.

    Args:
        name: Of the thread.
        delivery: Sends the items of a flight and settles them, in the thread.
    """

    def __init__(self, name: str, ledger: Ledger, limits: Limits, delivery: Delivery) -> None:
        self._name = name
        self._ledger = ledger
        self._limits = limits
        self._delivery = delivery
        self._reset()

    def _reset(self) -> None:
        self._changed = Condition()
        self._items: deque[Item] = deque()
        self._room = Room(self._limits)
        self._waiting_bytes = 0
        self._flight: Flight | None = None
        self._thread: Thread | None = None
        self._due = 0.0
        self._hurry_until = 0.0
        self._closing = self._closed = False
        self._put = self._done = 0
        self._failures = 0
        self._resume_at = 0.0

    # On the caller's time.

    def put(self, item: Item) -> None:
        """Queue an item that was made, or count why not."""
        with self._changed:
            waiting = len(self._items)
            reason: DropReason | None = "shutdown"
            if not self._closing:
                reason = self._room.lacks(waiting, item.held_bytes, is_root=item.is_root)
                if reason is None and self._thread is None and not self._start():
                    reason = "shutdown"
            if reason is None:
                self._append(item, waiting)
                return
        self._ledger.dropped(item.signal, reason)
        if reason != "shutdown":
            self._ledger.tell(reason, "the export queue is full; %d spans and scores were lost", self._ledger.lost)

    def _append(self, item: Item, waiting: int) -> None:
        self._items.append(item)
        self._put += 1
        self._room.taken_bytes += item.held_bytes
        self._waiting_bytes += item.held_bytes
        self._ledger.queued(item.signal)
        if waiting == 0:
            self._due = time.monotonic() + self._limits.schedule_seconds
        if waiting == 0 or waiting + 1 == self._limits.batch_size or self._waiting_bytes >= self._limits.batch_bytes:
            self._changed.notify_all()

    def _start(self) -> bool:
        thread = Thread(target=self._run, name=self._name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is going down
            return False
        self._thread = thread
        return True

    @property
    def depth(self) -> Counter[Signal]:
        """What waits in the queue, what is on its way not counted."""
        with self._changed:
            return Counter(item.signal for item in self._items)

    def hurry(self, deadline: float) -> None:
        """Send what waits now, whatever the schedule says, until *deadline* (`time.monotonic`)."""
        with self._changed:
            self._hurry_until = max(self._hurry_until, deadline)
            if self._items and self._thread is None:
                self._start()
            self._changed.notify_all()

    def flush(self, deadline: float) -> bool:
        """Return whether everything that waited at the call was settled before *deadline*."""
        self.hurry(deadline)
        with self._changed:
            goal = self._put
            is_done = self._changed.wait_for(lambda: self._done >= goal, max(0.0, deadline - time.monotonic()))
            if self._hurry_until <= deadline:
                self._hurry_until = 0.0
            return is_done

    def close(self, deadline: float) -> int:
        """Flush, stop, and count what is left as dropped; returns how many that were."""
        with self._changed:
            self._closing = True
        self.flush(deadline)
        with self._changed:
            self._closed = True
            lost = Counter(item.signal for item in self._items)
            for signal, count in lost.items():
                self._ledger.unqueued(signal, count)
            self._items.clear()
            self._waiting_bytes = 0
            if self._flight is not None and not self._flight.abandoned:
                self._flight.abandoned = True
                lost += self._flight.left
            for signal, count in lost.items():
                self._ledger.dropped(signal, "shutdown", count)
            self._done = self._put
            self._changed.notify_all()
        self._delivery.interrupt()
        return lost.total()

    def start_as_child(self) -> Counter[Signal]:
        """Begin anew in a forked child; returns what was queued in the parent."""
        queued = Counter(item.signal for item in self._items)
        self._delivery.forget()
        self._reset()
        return queued

    # In the thread.

    def _run(self) -> None:
        while True:
            flight = self._next()
            if flight is None:
                self._delivery.close()
                return
            try:
                self._delivery.deliver(self, flight)
            except Exception as error:  # noqa: BLE001  (the thread must live, and what it did not send is counted)
                count_fault("export", type(error).__name__)
            with self._changed:
                for signal, count in tuple(flight.left.items()):
                    self.settle(flight, signal, count, "unsent")
                self._flight = None
                self._room.taken_bytes -= sum(item.held_bytes for item in flight.items)
            del flight  # it is not kept alive until there is another

    def _next(self) -> Flight | None:
        with self._changed:
            while not self._is_ready():
                if self._closed:
                    return None
                self._changed.wait(self._patience())
            if self._closed:
                return None
            flight = self._flight = Flight(self._take())
            for signal, count in flight.left.items():
                self._ledger.unqueued(signal, count)
            self._due = time.monotonic() + self._limits.schedule_seconds
            return flight

    def _take(self) -> list[Item]:
        items: list[Item] = []
        held = 0
        while self._items and len(items) < self._limits.batch_size and (not items or held < self._limits.batch_bytes):
            items.append(self._items.popleft())
            held += items[-1].held_bytes
        self._waiting_bytes -= held
        return items

    @property
    def _is_batch_full(self) -> bool:
        return len(self._items) >= self._limits.batch_size or self._waiting_bytes >= self._limits.batch_bytes

    def _is_ready(self) -> bool:
        if not self._items:
            return False
        now = time.monotonic()
        if now < self._hurry_until:
            return True
        is_due = now >= self._due or self._is_batch_full
        return is_due and now >= self._resume_at

    def _patience(self) -> float | None:
        if not self._items:
            return None
        begin = 0.0 if self._is_batch_full else self._due
        return max(0.001, max(begin, self._resume_at) - time.monotonic())

    def attempt(self, send: Callable[[], Outcome]) -> Outcome:
        """Call *send* until it is accepted or refused, a few times with pauses; its failures are counted and logged."""
        attempts = 1 if self._failures else ATTEMPTS
        for number in range(attempts):
            outcome = send()
            if outcome.error is not None:
                self._ledger.error(outcome.error)
            if outcome.verdict != "again" or number == attempts - 1 or not self._pause(number, outcome):
                break
        self._learn(outcome)
        return outcome

    def settle(self, flight: Flight, signal: Signal, count: int, reason: DropReason | None = None) -> None:
        """Count a part of a flight as sent, or as dropped for *reason*, unless the flight was given up."""
        with self._changed:
            count = min(count, flight.left[signal])
            if flight.abandoned or count <= 0:
                return
            flight.left[signal] -= count
            if reason is None:
                self._ledger.sent(signal, count)
            else:
                self._ledger.dropped(signal, reason, count)
            self._done += count
            self._changed.notify_all()

    def _pause(self, number: int, outcome: Outcome) -> bool:
        seconds = _FIRST_PAUSE_SECONDS * 2**number * random.uniform(0.8, 1.2)  # noqa: S311  (no secret)
        if outcome.retry_after is not None:
            seconds = max(seconds, outcome.retry_after)
        with self._changed:
            return not self._changed.wait_for(lambda: self._closed, min(seconds, _LONGEST_PAUSE_SECONDS))

    def _learn(self, outcome: Outcome) -> None:
        if outcome.verdict == "accepted":
            self._failures, self._resume_at = 0, 0.0
        elif outcome.verdict == "again" or outcome.error == "unauthorized":
            self._failures += 1
            cool_down = min(_COOL_DOWN_SECONDS * 2 ** min(self._failures - 1, 10), _LONGEST_PAUSE_SECONDS)
            self._resume_at = time.monotonic() + max(cool_down, outcome.retry_after or 0.0)
