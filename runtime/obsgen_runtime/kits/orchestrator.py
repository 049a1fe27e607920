"""
The orchestrator of command-line agents: one object whose hooks reach the trace and the metrics together.

    kit = OrchestratorKit(OrchestratorMetrics())
    kit.watch(breaker)
    async with kit.run("task_1", "claude", prompt, task_type="security", project="proj_123") as run:
        run.update(output=answer.text, tokens=answer.usage, cost=answer.cost)

It watches only: which agent works, what is repeated and when a breaker opens is decided by the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime.collectors import Counter, Gauge, Histogram
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.kits.breaker import BreakerChange, CircuitBreaker, State, WatchedBreaker
from obsgen_runtime.kits.runs import AgentRun, RunMetrics
from obsgen_runtime.langfuse import LangfuseIntegration, get_langfuse_integration
from obsgen_runtime.langfuse.events import AgentEvent, AgentSelected, AgentSwitched, BreakerChanged
from obsgen_runtime.refusals import runtime_metrics
from obsgen_runtime.roles import MissingMetricsError, Role, find
from obsgen_runtime.tracing import current_observation

__all__ = ["AgentRun", "BreakerStatus", "CircuitBreaker", "MissingMetricsError", "OrchestratorKit", "WatchedBreaker"]

_AGENTS_AT_MOST = 100
"""Agents that `status` remembers; those of the catalog, and others whose name came with a run."""


def _role(suffix: str, kind: type[Counter | Gauge | Histogram], *labels: str) -> Role:
    return Role(suffix=suffix, kind=kind, labels=frozenset(labels))


_OF_RUNS = (
    _role("tasks_total", Counter, "agent", "task_type", "outcome"),
    _role("task_duration_seconds", Histogram, "agent"),
    _role("task_tokens_total", Counter, "agent", "project", "token_type"),
    _role("task_cost_usd_total", Counter, "agent", "project", "task_type"),
    _role("quality_score_ratio", Histogram, "agent"),
    _role("task_iterations_total", Counter, "agent"),
)
_OF_DECISIONS = (
    _role("agent_selections_total", Counter, "agent", "reason_code"),
    _role("agent_switches_total", Counter, "from_agent", "to_agent", "reason_code"),
    _role("cache_lookups_total", Counter, "result"),
    _role("circuit_breaker_transitions_total", Counter, "agent", "to_state"),
    _role("circuit_breaker_open", Gauge, "agent"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerStatus:
    """
    What is known of an agent's circuit breaker.

    Attributes:
        agent: Whom it guards.
        is_watched: Whether `OrchestratorKit.watch` was called for it; if not, its changes reach nobody.
        state: State it is in now; None if it is not watched.
    """

    agent: str
    is_watched: bool
    state: State | None


class OrchestratorKit:
    """
    The hooks of an orchestrator; none of them raises into the application, waits or sends on the caller's time.

    What the integration's own hooks are told (`track_agent_selection` and its like) is counted, too, so that code which
    has only the integration needs no change.

    Attributes:
        langfuse: Where the traces go.
    """

    def __init__(
        self,
        metrics: object,
        langfuse: LangfuseIntegration | None = None,
        *,
        prefix: str = "orchestrator",
        registry: CollectorRegistry | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        """
        Connect collectors and integration; one kit for each integration, or events are counted twice.

        Args:
            metrics: Generated collectors, such as `OrchestratorMetrics()`.
            langfuse: The integration of the process if None.
            prefix: What the names of the metrics begin with.
            registry: Where the runtime counts what it does not know; the client's default one if None.
            clock: Seconds that never go back.

        Raises:
            MissingMetricsError: If metrics are missing or have other labels; names all of them.
        """
        found = find(metrics, prefix, _OF_RUNS + _OF_DECISIONS)
        own = runtime_metrics(REGISTRY if registry is None else registry)
        self._runs = RunMetrics(own, *found[: len(_OF_RUNS)])
        self._selections, self._switches, self._look_ups, self._transitions, self._open = found[len(_OF_RUNS) :]
        self._clock = clock
        self._breakers: dict[str, WatchedBreaker] = {}
        self._seen: dict[str, None] = dict.fromkeys(_values_of(self._open, "agent"))
        self.langfuse = get_langfuse_integration() if langfuse is None else langfuse
        self.langfuse.on_event(self._count)

    def run(
        self,
        task_id: str,
        agent: str,
        prompt: object | None = None,
        *,
        task_type: str,
        project: str | None = None,
        session: str | None = None,
        metadata: Mapping[str, object] | None = None,
        tags: Sequence[str] | None = None,
    ) -> AgentRun:
        """
        Record that *agent* works on a task, inside a `with` or `async with` block.

        An exception in the block is a failure, a cancellation is one of its own, and both come out as they are.

        Args:
            task_id: For the trace only, never a label.
            agent: Who works.
            prompt: The task; content.
            task_type: What the task asks for, as in the catalog.
            project: Workspace that the task belongs to.
            session: The agent's own session.
            metadata: Further facts for the trace, such as `agent_switches`.
            tags: Words to filter by, besides the agent; those of the context if None.
        """
        told: dict[str, object] = {"task_type": task_type}
        if project is not None:
            told["project_id"] = project
        if len(self._seen) < _AGENTS_AT_MOST:
            self._seen.setdefault(agent)
        execution = partial(
            self.langfuse.trace_agent_execution,
            task_id,
            agent,
            prompt,
            {**told, **(metadata or {})},
            tags=tags,
            session=session,
        )
        return AgentRun(
            execution,
            self._runs,
            agent=agent,
            task_type=task_type,
            project=project or "none",
            clock=self._clock,
            breaker=self._breakers.get(agent),
        )

    def select(
        self,
        task_id: str,
        agent: str,
        *,
        reason_code: str,
        reason: str = "",
        all_rewards: Mapping[str, float] | None = None,
    ) -> None:
        """
        Note which agent was chosen for a task.

        Args:
            task_id: For the trace only.
            agent: The chosen one.
            reason_code: Why, a word of the catalog; labels the metric.
            reason: Why, in words; for the trace only.
            all_rewards: What each candidate promised; for the trace only.
        """
        self.langfuse.track_agent_selection(task_id, agent, reason, all_rewards, reason_code=reason_code)

    def switch(
        self,
        task_id: str,
        from_agent: str,
        to_agent: str,
        *,
        reason_code: str,
        reason: str = "",
        quality_before: float | None = None,
        quality_after: float | None = None,
    ) -> None:
        """Note that a task went to another agent; *reason* and the qualities are for the trace only."""
        self.langfuse.track_agent_switch(
            task_id,
            from_agent,
            to_agent,
            reason,
            reason_code=reason_code,
            quality_before=quality_before,
            quality_after=quality_after,
        )

    def cache_lookup(self, *, hit: bool) -> None:
        """Note a look-up in the answer cache."""
        with shielded("orchestrator"):
            if not isinstance(hit, bool):
                count_fault("orchestrator", f"a look-up of type {type(hit).__name__}, not bool")
                return
            result = "hit" if hit else "miss"
            self._look_ups.inc(result=result)
            current_observation().event("cache_lookup", {"result": result})

    def watch(self, breaker: WatchedBreaker) -> None:
        """
        Record every change of *breaker* from now on, and its state as it is.

        Without this call an agent has no series in `circuit_breaker_open`, and `status` says so.
        """
        with shielded("orchestrator"):
            agent = breaker.agent
            if self._breakers.get(agent) is not breaker:
                self._breakers[agent] = breaker
                self._seen.setdefault(agent)
                breaker.on_change(self._breaker_changed)
            self._open.set(float(breaker.state == "open"), agent=agent)

    def status(self) -> tuple[BreakerStatus, ...]:
        """Return for every agent of the catalog, and every other that worked, whether its breaker is watched."""
        return tuple(
            BreakerStatus(agent=agent, is_watched=breaker is not None, state=None if breaker is None else breaker.state)
            for agent in self._seen
            for breaker in (self._breakers.get(agent),)
        )

    def _breaker_changed(self, change: BreakerChange) -> None:
        self.langfuse.track_circuit_breaker_event(change.agent, change.state, change.failure_count)

    def _count(self, event: AgentEvent) -> None:
        if isinstance(event, AgentSelected):
            self._selections.inc(agent=event.agent, reason_code=event.reason_code)
        elif isinstance(event, AgentSwitched):
            self._switches.inc(from_agent=event.from_agent, to_agent=event.to_agent, reason_code=event.reason_code)
        elif isinstance(event, BreakerChanged):
            self._transitions.inc(agent=event.agent, to_state=event.state)
            self._open.set(float(event.state == "open"), agent=event.agent)


def _values_of(collector: Any, label: str) -> tuple[str, ...]:
    return next((one.values or () for one in collector.descriptor.labels if one.name == label), ())
