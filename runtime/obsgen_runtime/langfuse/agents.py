"""Agents at work: executions, tool calls, and why which agent was chosen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from obsgen_runtime import tracing
from obsgen_runtime.context import current
from obsgen_runtime.faults import shielded
from obsgen_runtime.langfuse.core import Core
from obsgen_runtime.langfuse.events import AgentSelected, AgentSwitched, BreakerChanged, ToolEnded
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.observations import Facts, Level


class Execution:
    """
    What `trace_agent_execution` returns: `with` or `async with` starts the execution and gives its handle.

    The body's result, error and cancellation are its own. One object may be entered several times, one after another.
    """

    __slots__ = ("_handle", "_start")

    def __init__(self, start: Callable[[], Handle]) -> None:
        self._start = start
        self._handle: Handle | None = None

    def __enter__(self) -> Handle:
        self._handle = self._start()
        return self._handle.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.__exit__(kind, error, traceback)

    async def __aenter__(self) -> Handle:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)


class ToolCall:
    """A tool call inside a `with` or `async with` block; it fails by an exception, or by what `verdict` says."""

    __slots__ = ("_began", "_done", "_execution", "_handle", "_reason_code", "_tool")

    def __init__(self, tool: str, execution: Execution, done: Callable[[ToolEnded], None]) -> None:
        self._tool = tool
        self._execution = execution
        self._done = done
        self._handle: Handle | None = None
        self._began = 0.0
        self._reason_code = ""

    def verdict(
        self, *, is_error: bool, result: object | None = None, reason_code: str = "error", message: str | None = None
    ) -> None:
        """
        Say how it went, for tools that return their errors as ordinary results.

        Args:
            is_error: Whether it failed.
            result: What it returned; content.
            reason_code: Why it failed, a fixed word that may label a metric.
            message: Why, in a line, without content.
        """
        self._reason_code = reason_code if is_error else ""
        if self._handle is not None:
            level: Level | None = "ERROR" if is_error else None
            words = (message or f"the tool reported an error: {reason_code}") if is_error else None
            metadata = {"reason_code": reason_code} if is_error else None
            self._handle.update(output=result, level=level, message=words, metadata=metadata)

    def __enter__(self) -> Self:
        self._reason_code = ""
        self._began = time.perf_counter()
        self._handle = self._execution.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._execution.__exit__(kind, error, traceback)
        self._handle = None
        reason = self._reason_code if error is None else type(error).__name__
        seconds = time.perf_counter() - self._began
        self._done(ToolEnded(tool=self._tool, is_error=bool(reason), reason_code=reason, seconds=seconds))

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)


class AgentHooks(Core):
    """Hooks for programs that hand tasks to agents."""

    def trace_agent_execution(
        self,
        task_id: str,
        agent: str,
        prompt: object | None = None,
        metadata: Mapping[str, object] | None = None,
        *,
        session: str | None = None,
        tags: Sequence[str] | None = None,
        experiment: str | None = None,
        variant: str | None = None,
    ) -> Execution:
        """
        Record that *agent* works on a task, inside a `with` or `async with` block; inside another one, as its part.

        Args:
            task_id: Goes into the metadata, so the same id twice is fine: each execution has ids of its own.
            agent: Who works.
            prompt: The task; content.
            metadata: Of any type, such as `task_type`.
            session: Conversation or run that several executions share.
            tags: Words to filter by.
            experiment: What is tried, such as `latent_reasoning_v2`; metadata, never a label.
            variant: Which way it is tried.
        """

        def start() -> Handle:
            now = context = current()
            told = {"task_id": task_id, "agent": agent, "experiment": experiment, "variant": variant}
            known: dict[str, object] = {key: value for key, value in told.items() if value is not None}
            with shielded("langfuse"):
                context = replace(now, agent=agent, session=session or now.session)
                context = context if tags is None else replace(context, tags=tuple(tags))
                known.update(metadata or {})
            facts = Facts(
                input=prompt,
                metadata=known,
                attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": str(agent)},
            )
            return self._start(f"agent.{agent}", context, facts, kind="agent")

        return Execution(start)

    def tool(
        self, name: str, arguments: object | None = None, metadata: Mapping[str, object] | None = None
    ) -> ToolCall:
        """Record a tool call inside a `with` or `async with` block; *arguments* are content."""

        def start() -> Handle:
            facts = Facts(
                input=arguments,
                metadata=metadata,
                attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name},
            )
            return self._start(name, current(), facts, kind="tool")

        return ToolCall(name, Execution(start), self._emit)

    def track_agent_selection(
        self,
        task_id: str,
        selected_agent: str,
        reason: str = "",
        all_rewards: Mapping[str, float] | None = None,
        *,
        reason_code: str = "other",
    ) -> None:
        """Note which agent was chosen; *reason* is free text for the trace, *reason_code* a fixed word for metrics."""
        rewards: dict[str, float] = {}
        with shielded("langfuse"):
            rewards.update(all_rewards or {})
        self._note(
            "agent_selection",
            {"task_id": task_id, "agent": selected_agent, "reason": reason, "reason_code": reason_code}
            | {"rewards": rewards},
        )
        self._emit(
            AgentSelected(
                task_id=task_id, agent=selected_agent, reason_code=reason_code, reason=reason, rewards=rewards
            )
        )

    def track_agent_switch(
        self,
        task_id: str,
        from_agent: str,
        to_agent: str,
        reason: str = "",
        *,
        reason_code: str = "other",
        quality_before: float | None = None,
        quality_after: float | None = None,
    ) -> None:
        """Note that a task went to another agent."""
        gain = None
        with shielded("langfuse"):
            if quality_before is not None and quality_after is not None:
                gain = quality_after - quality_before
        told = {
            "task_id": task_id,
            "agent_switched": True,
            "from_agent": from_agent,
            "to_agent": to_agent,
            "reason": reason,
            "reason_code": reason_code,
            "quality_gain": gain,
        }
        self._note("agent_switch", told)
        self._emit(
            AgentSwitched(
                task_id=task_id,
                from_agent=from_agent,
                to_agent=to_agent,
                reason_code=reason_code,
                reason=reason,
                quality_gain=gain,
            )
        )

    def track_circuit_breaker_event(self, agent: str, state: str, failure_count: int = 0) -> None:
        """Note that the circuit breaker of *agent* went into *state*: `open`, `half_open` or `closed`."""
        level: Level = "WARNING" if state == "open" else "DEFAULT"
        self._note("circuit_breaker", {"agent": agent, "state": state, "failure_count": failure_count}, level)
        self._emit(BreakerChanged(agent=agent, state=state, failure_count=failure_count))

    def _note(self, name: str, metadata: Mapping[str, object], level: Level | None = None) -> None:
        with shielded("langfuse"):
            facts = Facts(metadata=metadata, level=level)
            self.backend.start(name, "event", current(), parent=tracing.current_parent(), facts=facts).end()
