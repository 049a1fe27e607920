"""A backend that keeps what it is given, for tests of those who record; and faulty ones."""

# ruff: noqa: ARG002  (they take what a backend takes)

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from obsgen_runtime.context import Context
from obsgen_runtime.observations import NOTHING, Facts


@dataclass(slots=True)
class Kept:
    """One observation, as it was recorded."""

    name: str
    kind: str
    context: Context
    parent: Any
    trace_id: str
    span_id: str
    is_sampled: bool = True
    facts: list[Facts] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    ended: int = 0
    error: BaseException | None = None

    def update(self, facts):
        self.facts.append(facts)

    def event(self, name, metadata=None):
        self.events.append((name, dict(metadata or {})))

    def end(self, error=None, at_ns=None):
        self.ended += 1
        self.error = error


class Recording:
    """Keeps every observation in the order of their starts."""

    name = "recording"
    is_live = True

    def __init__(self, *, sampled=True):
        self.kept: list[Kept] = []
        self.scores: list[Any] = []
        self.flushed: list[float] = []
        self._sampled = sampled
        self._lock = Lock()

    def start(self, name, kind, context, *, parent=None, facts=NOTHING, at_ns=None):
        trace = parent.trace_id if parent is not None and parent.trace_id else secrets.token_hex(16)
        one = Kept(name, kind, context, parent, trace, secrets.token_hex(8), self._sampled, [facts])
        with self._lock:
            self.kept.append(one)
        return one

    def named(self, name):
        """Return the one observation of that name."""
        (found,) = [one for one in self.kept if one.name == name]
        return found

    def score(self, score):
        self.scores.append(score)

    def flush(self, deadline_seconds=2.0):
        self.flushed.append(deadline_seconds)
        return True

    def shutdown(self, deadline_seconds=2.0):
        self.is_live = False
        return self.flush(deadline_seconds)


class Broken(Recording):
    """Breaks its promise: everything raises."""

    def start(self, *arguments, **details):
        raise OSError("disk on fire")


class BrokenEnd(Recording):
    """Starts, and raises in everything else."""

    def start(self, *arguments, **details):
        one = super().start(*arguments, **details)

        class Raising:
            trace_id, span_id, is_sampled = one.trace_id, one.span_id, True

            def update(self, facts):
                raise OSError("update")

            def event(self, name, metadata=None):
                raise OSError("event")

            def end(self, error=None, at_ns=None):
                raise OSError("end")

        return Raising()
