"""Tool calls and sub-agents within a turn: observations that end with a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from obsgen_runtime.context import Context, current, use
from obsgen_runtime.faults import shielded
from obsgen_runtime.observations import Backend, Facts, Observation
from obsgen_runtime.tracing import as_current, current_observation

Outcome = Literal["ok", "error", "cancelled"]


@dataclass(slots=True, eq=False)
class ToolCall:
    """
    One call of a tool, or of a sub-agent, until its verdict.

    Attributes:
        name: Which tool, as the metric counts it.
        context: Of everything below it.
        observation: What the backend keeps of it.
        outcome: Verdict; None before there is one.
    """

    name: str
    context: Context
    observation: Observation
    outcome: Outcome | None = None

    def result(self, value: object = None, *, is_error: bool = False, reason: str | None = None) -> None:
        """
        Give the verdict; the last one counts.

        Args:
            value: What the tool answered; content.
            is_error: Whether that is an error, as the agent is told.
            reason: Why, as a short code without content.
        """
        with shielded("sessions"):
            self.outcome = "error" if is_error else "ok"
            facts = Facts(output=value)
            if is_error:
                facts = Facts(output=value, level="ERROR", message=reason or f"{self.name}: the tool answered an error")
            self.observation.update(facts)


class ToolCalls:
    """The tool calls of one turn; those that are open are known by the agent's ids for them."""

    __slots__ = ("_backend", "_context", "_counter", "_open", "_root")

    def __init__(self, backend: Backend, context: Context, root: Observation, counter: Any) -> None:
        """
        Begin with none.

        Args:
            backend: Where they go.
            context: Of the turn.
            root: The turn, below which they go.
            counter: Counts them by `tool` and `outcome`.
        """
        self._backend = backend
        self._context = context
        self._root = root
        self._counter = counter
        self._open: dict[str, ToolCall] = {}

    def start(
        self, call_id: str, name: str, arguments: object, *, below: str | None = None, agent: str | None = None
    ) -> ToolCall:
        """Start a call, below that of the sub-agent *below* if that is open; with *agent* it starts a sub-agent itself."""
        above = self._open.get(below) if below is not None else None
        parent, context = (above.observation, above.context) if above else (self._root, self._context)
        call = self._started(name, arguments, parent, context, agent)
        self._open[call_id] = call
        return call

    def answer(self, call_id: str, value: object, *, is_error: bool) -> None:
        """End the call of that id with its verdict; of an id that is not open nothing is known."""
        call = self._open.pop(call_id, None)
        if call is not None:
            call.result(value, is_error=is_error)
            self._end(call, None)

    def end_all(self, outcome: Outcome) -> None:
        """End what is open: those calls got no answer, because the turn ended as *outcome* says."""
        while self._open:
            _, call = self._open.popitem()
            call.outcome = "cancelled" if outcome == "cancelled" else "error"
            level: Literal["WARNING", "ERROR"] = "WARNING" if outcome == "cancelled" else "ERROR"
            call.observation.update(Facts(level=level, message=f"{call.name}: no answer before the turn ended"))
            self._end(call, None)

    @contextmanager
    def block(self, name: str, arguments: object, agent: str | None) -> Iterator[ToolCall]:
        """Record a `with` block as a call, below the current one; an exception is its verdict, and comes out unchanged."""
        call = self._current(name, arguments, agent)
        try:
            with use(agent=call.context.agent), as_current(call.observation):
                yield call
        except BaseException as error:
            call.outcome = "error" if isinstance(error, Exception) else "cancelled"
            self._end(call, error)
            raise
        call.outcome = call.outcome or "ok"
        self._end(call, None)

    def _current(self, name: str, arguments: object, agent: str | None) -> ToolCall:
        now = current_observation()
        return self._started(name, arguments, now if now.trace_id else self._root, current(), agent)

    def _started(
        self, name: str, arguments: object, parent: Observation, context: Context, agent: str | None
    ) -> ToolCall:
        if agent is None:
            facts = Facts(input=arguments)
            return ToolCall(name, context, self._backend.start(name, "tool", context, parent=parent, facts=facts))
        own = replace(context, agent=agent)
        facts = Facts(input=arguments, metadata={"tool": name})
        return ToolCall(name, own, self._backend.start(agent, "agent", own, parent=parent, facts=facts))

    def _end(self, call: ToolCall, error: BaseException | None) -> None:
        with shielded("sessions"):
            self._counter.inc(tool=call.name, outcome=call.outcome or "ok")
            call.observation.end(error)
