"""What `start_trace` and its like give out: a handle whose ids stay readable, and that ends once, come what may."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import fields
from threading import RLock
from types import TracebackType
from typing import Self

from obsgen_runtime import closing, tracing
from obsgen_runtime.context import Context, use
from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.langfuse.access import Access
from obsgen_runtime.langfuse.scores import ScoreValue, score_of
from obsgen_runtime.langfuse.spending import Spending, Tokens, priced, spending
from obsgen_runtime.observations import UNTRACED, Backend, Facts, Kind, Level, Observation

OPEN_AT_MOST = 5_000
"""Handles that may be open at once; beyond, the oldest is taken for forgotten and ended."""

_LEVEL_OF_STATUS: Mapping[str, Level] = {
    "error": "ERROR",
    "failed": "ERROR",
    "failure": "ERROR",
    "timeout": "ERROR",
    "cancelled": "WARNING",
}


class Handle:
    """
    A trace, a span or an execution that goes on until it is ended; as a context manager it is the current one inside.

    None of its methods raises, waits or sends anything on the caller's time.

    Attributes:
        name: What is done.
        context: Who does it; on every observation below, too.
        observation: What the backend keeps of it.
    """

    __slots__ = ("__weakref__", "_access", "_backend", "_is_ended", "_scope", "_spent", "_started_ns", "context",
                 "name", "observation")  # fmt: skip

    def __init__(
        self,
        name: str,
        kind: Kind,
        context: Context,
        *,
        backend: Backend,
        access: Access | None,
        below: Handle | None = None,
        facts: Facts,
        at_ns: int | None = None,
    ) -> None:
        """Start it below *below*, or else below the current observation, or else as the root of a trace."""
        self.name = name
        self.context = context
        self._backend = backend
        self._access = access
        self._is_ended = False
        self._scope: ExitStack | None = None
        self._spent = Spending()
        self._started_ns = time.time_ns() if at_ns is None else at_ns
        parent = tracing.current_parent() if below is None else below.observation
        self.observation: Observation = UNTRACED
        with shielded("langfuse"):
            self.observation = backend.start(name, kind, context, parent=parent, facts=facts, at_ns=at_ns)
            _open.add(self)

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits, after the end, too; empty where nothing is traced."""
        return self.observation.trace_id

    @property
    def span_id(self) -> str:
        """16 hexadecimal digits, after the end, too; empty where nothing is traced."""
        return self.observation.span_id

    @property
    def url(self) -> str:
        """Page of the trace in Langfuse; empty where nothing is sent there."""
        return self._access.trace_url(self.trace_id) if self._access is not None and self.trace_id else ""

    @property
    def is_ended(self) -> bool:
        """Whether it was ended."""
        return self._is_ended

    def update(
        self,
        *,
        output: object | None = None,
        input: object | None = None,
        tokens: Tokens | None = None,
        cost: float | None = None,
        metadata: Mapping[str, object] | None = None,
        model: str | None = None,
        level: Level | None = None,
        message: str | None = None,
    ) -> None:
        """
        Add what is known by now; later facts replace earlier ones, metadata is merged.

        Args:
            output: Result; content, masked unless a setting opens it.
            input: Task; content, too.
            tokens: A total, a provider's dictionary, or a `Usage`. They and the cost become a generation below this
                one when it ends, because Langfuse sums up those of generations only.
            cost: US dollars.
            metadata: Keys and values that are no content.
            model: Model that was asked.
            level: How bad it is.
            message: Why, in a line, without content.
        """
        with shielded("langfuse"):
            if self._is_ended:
                count_fault("langfuse", "an update after the end")
                return
            self._spent = self._spent.later(spending(tokens, cost, model))
            self.observation.update(Facts(input=input, output=output, metadata=metadata, level=level, message=message))

    def event(self, name: str, metadata: Mapping[str, object] | None = None) -> None:
        """Note that something happened now, within this."""
        with shielded("langfuse"):
            facts = Facts(metadata=metadata)
            self._backend.start(name, "event", self.context, parent=self.observation, facts=facts).end()

    def score(self, name: str, value: ScoreValue, *, comment: str | None = None, score_id: str | None = None) -> None:
        """Judge this observation; before or after its end. *comment* is content."""
        with shielded("langfuse"):
            self._judge(name, value, self.span_id, comment, score_id)

    def score_trace(
        self, name: str, value: ScoreValue, *, comment: str | None = None, score_id: str | None = None
    ) -> None:
        """Judge the whole trace; before or after its end. *comment* is content."""
        with shielded("langfuse"):
            self._judge(name, value, None, comment, score_id)

    def end(
        self,
        *,
        status: str | None = None,
        output: object | None = None,
        error: BaseException | None = None,
        at_ns: int | None = None,
    ) -> None:
        """
        End it. A second time changes nothing, and is counted as a fault of the hook `langfuse`.

        Args:
            status: Such as `success`, `error`, `cancelled`; the latter ones set the level.
            output: Result; content.
            error: What ended it early.
            at_ns: When, nanoseconds since the epoch; now if None.
        """
        with shielded("langfuse"):
            if not _open.close(self):
                count_fault("langfuse", "ended twice")
                return
            self._record_spending()
            metadata = None if status is None else {"status": status}
            level = _LEVEL_OF_STATUS.get(str(status).lower())
            message = f"ended with status {status}" if level and error is None else None
            if metadata or output is not None or level:
                self.observation.update(Facts(output=output, metadata=metadata, level=level, message=message))
            self.observation.end(error, at_ns)

    def abandon(self) -> None:
        """End it because nobody else did."""
        with shielded("langfuse"):
            if _open.close(self):
                count_fault("langfuse", "never ended")
                self._record_spending()
                self.observation.update(Facts(level="WARNING", message="it was never ended by the application"))
                self.observation.end()

    def _record_spending(self) -> None:
        if self._spent:
            facts = priced(self._spent).facts()
            self._backend.start(
                "usage", "generation", self.context, parent=self.observation, facts=facts, at_ns=self._started_ns
            ).end()

    def _judge(
        self, name: str, value: ScoreValue, span_id: str | None, comment: str | None, score_id: str | None
    ) -> None:
        if self.trace_id:
            project = self.context.project
            self._backend.score(
                score_of(name, value, self.trace_id, span_id, comment=comment, score_id=score_id, project=project)
            )

    def __enter__(self) -> Self:
        scope = ExitStack()
        with shielded("langfuse"):
            scope.enter_context(use(**{field.name: getattr(self.context, field.name) for field in fields(Context)}))
            scope.enter_context(tracing.as_current(self.observation))
        self._scope = scope
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        scope, self._scope = self._scope, None
        if scope is not None:
            scope.close()
        if not self._is_ended:  # by hand inside the block, where the application knew more
            self.end(error=error)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)


class _OpenHandles:
    """Handles that wait for their end; those that wait for ever are ended when the process does."""

    def __init__(self) -> None:
        self._handles: dict[int, Handle] = {}
        self._lock = hold_over_forks(RLock())

    def add(self, handle: Handle) -> None:
        """Remember it until it is closed."""
        with self._lock:
            self._handles[id(handle)] = handle
            oldest = next(iter(self._handles.values())) if len(self._handles) > OPEN_AT_MOST else None
        closing.before_the_end(id(self), self.abandon_all)
        if oldest is not None:
            oldest.abandon()

    def close(self, handle: Handle) -> bool:
        """Forget it; returns whether it was still open."""
        with self._lock:
            was_open = not handle._is_ended  # noqa: SLF001  (the lock is here, and guards it)
            handle._is_ended = True  # noqa: SLF001
            self._handles.pop(id(handle), None)
        return was_open

    def abandon_all(self) -> None:
        """End those that are still open."""
        with self._lock:
            left = tuple(self._handles.values())
        for handle in left:
            handle.abandon()

    def forget_all(self) -> None:
        """Leave them to the process that this one was forked from."""
        self._handles.clear()


_open = _OpenHandles()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open.forget_all)
