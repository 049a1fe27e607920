# Written by `obsgen build` from the service `orchestrator`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `orchestrator`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from obsgen_runtime.collectors import (
    INFINITY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    LabelDescriptor,
    MetricDescriptor,
    make,
)

__all__ = [
    "Agent",
    "BreakerState",
    "CacheResult",
    "DESCRIPTORS",
    "OrchestratorAgentSelectionsTotal",
    "OrchestratorAgentSwitchesTotal",
    "OrchestratorCacheLookupsTotal",
    "OrchestratorCircuitBreakerOpen",
    "OrchestratorCircuitBreakerTransitionsTotal",
    "OrchestratorMetrics",
    "OrchestratorQualityScoreRatio",
    "OrchestratorTaskCostUsdTotal",
    "OrchestratorTaskDurationSeconds",
    "OrchestratorTaskIterationsTotal",
    "OrchestratorTaskTokensTotal",
    "OrchestratorTasksTotal",
    "Outcome",
    "SelectionReason",
    "SwitchReason",
    "TaskType",
    "TokenType",
]

Agent: TypeAlias = Literal[
    "claude",
    "gemini",
    "copilot",
]

BreakerState: TypeAlias = Literal[
    "closed",
    "open",
    "half_open",
]

CacheResult: TypeAlias = Literal[
    "hit",
    "miss",
]

Outcome: TypeAlias = Literal[
    "success",
    "failure",
    "cancelled",
]

SelectionReason: TypeAlias = Literal[
    "reward",
    "task_type",
    "exploration",
    "fallback",
    "only_available",
    "manual",
]

SwitchReason: TypeAlias = Literal[
    "quality",
    "failure",
    "timeout",
    "circuit_open",
    "budget",
]

TaskType: TypeAlias = Literal[
    "feature",
    "bugfix",
    "refactoring",
    "review",
    "security",
    "testing",
    "documentation",
    "analysis",
]

TokenType: TypeAlias = Literal[
    "input",
    "output",
    "unsplit",
]


class OrchestratorAgentSelectionsTotal(Counter):
    """Selections of an agent for a task."""

    descriptor = MetricDescriptor(
        name="orchestrator_agent_selections_total",
        type="counter",
        help="Selections of an agent for a task.",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="reason_code",
                values=(
                    "reward",
                    "task_type",
                    "exploration",
                    "fallback",
                    "only_available",
                    "manual",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
        reason_code: SelectionReason,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                agent,
                reason_code,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
                reason_code,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorAgentSwitchesTotal(Counter):
    """Tasks that were handed to another agent."""

    descriptor = MetricDescriptor(
        name="orchestrator_agent_switches_total",
        type="counter",
        help="Tasks that were handed to another agent.",
        labels=(
            LabelDescriptor(
                name="from_agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="to_agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="reason_code",
                values=(
                    "quality",
                    "failure",
                    "timeout",
                    "circuit_open",
                    "budget",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        from_agent: Agent,
        to_agent: Agent,
        reason_code: SwitchReason,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                from_agent,
                to_agent,
                reason_code,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                from_agent,
                to_agent,
                reason_code,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorCacheLookupsTotal(Counter):
    """Look-ups in the answer cache."""

    descriptor = MetricDescriptor(
        name="orchestrator_cache_lookups_total",
        type="counter",
        help="Look-ups in the answer cache.",
        labels=(
            LabelDescriptor(
                name="result",
                values=(
                    "hit",
                    "miss",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        result: CacheResult,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(result,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                result,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorCircuitBreakerOpen(Gauge):
    """Whether an agent's circuit breaker is open; absent for an agent whose breaker nobody watches."""

    descriptor = MetricDescriptor(
        name="orchestrator_circuit_breaker_open",
        type="gauge",
        help="Whether an agent's circuit breaker is open; absent for an agent whose breaker nobody watches.",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        agent: Agent,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(agent,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                agent,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(agent,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(agent,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                agent,
            )


class OrchestratorCircuitBreakerTransitionsTotal(Counter):
    """Changes of a circuit breaker's state."""

    descriptor = MetricDescriptor(
        name="orchestrator_circuit_breaker_transitions_total",
        type="counter",
        help="Changes of a circuit breaker's state.",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="to_state",
                values=(
                    "closed",
                    "open",
                    "half_open",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
        to_state: BreakerState,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                agent,
                to_state,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
                to_state,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorQualityScoreRatio(Histogram):
    """Quality of an answer as it was judged."""

    descriptor = MetricDescriptor(
        name="orchestrator_quality_score_ratio",
        type="histogram",
        help="Quality of an answer as it was judged.",
        unit="ratio",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
        ),
        buckets=(
            0.1,
            0.2,
            0.3,
            0.4,
            0.5,
            0.6,
            0.7,
            0.8,
            0.85,
            0.9,
            0.95,
            1,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        agent: Agent,
    ) -> None:
        """Record one observation, in ratio."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[(agent,)](value)
        except Exception:
            self._observe_slowly(
                value,
                agent,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorTaskCostUsdTotal(Counter):
    """Cost of tasks whose price is known."""

    descriptor = MetricDescriptor(
        name="orchestrator_task_cost_usd_total",
        type="counter",
        help="Cost of tasks whose price is known.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
            LabelDescriptor(
                name="task_type",
                values=(
                    "feature",
                    "bugfix",
                    "refactoring",
                    "review",
                    "security",
                    "testing",
                    "documentation",
                    "analysis",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
        project: str,
        task_type: TaskType,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                agent,
                project,
                task_type,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
                project,
                task_type,
            )

    def declare(
        self,
        /,
        *,
        project: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            project,
        )


class OrchestratorTaskDurationSeconds(Histogram):
    """Time from handing a task to an agent to its answer."""

    descriptor = MetricDescriptor(
        name="orchestrator_task_duration_seconds",
        type="histogram",
        help="Time from handing a task to an agent to its answer.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
        ),
        buckets=(
            1,
            2.5,
            5,
            7.5,
            10,
            15,
            20,
            30,
            60,
            120,
            300,
            600,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        agent: Agent,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[(agent,)](value)
        except Exception:
            self._observe_slowly(
                value,
                agent,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorTaskIterationsTotal(Counter):
    """Rounds that tasks took."""

    descriptor = MetricDescriptor(
        name="orchestrator_task_iterations_total",
        type="counter",
        help="Rounds that tasks took.",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(agent,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class OrchestratorTaskTokensTotal(Counter):
    """Tokens of tasks whose agent told them."""

    descriptor = MetricDescriptor(
        name="orchestrator_task_tokens_total",
        type="counter",
        help="Tokens of tasks whose agent told them.",
        unit="tokens",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
            LabelDescriptor(
                name="token_type",
                values=(
                    "input",
                    "output",
                    "unsplit",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
        project: str,
        token_type: TokenType,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                agent,
                project,
                token_type,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
                project,
                token_type,
            )

    def declare(
        self,
        /,
        *,
        project: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            project,
        )


class OrchestratorTasksTotal(Counter):
    """Tasks that ended."""

    descriptor = MetricDescriptor(
        name="orchestrator_tasks_total",
        type="counter",
        help="Tasks that ended.",
        labels=(
            LabelDescriptor(
                name="agent",
                values=(
                    "claude",
                    "gemini",
                    "copilot",
                ),
            ),
            LabelDescriptor(
                name="task_type",
                values=(
                    "feature",
                    "bugfix",
                    "refactoring",
                    "review",
                    "security",
                    "testing",
                    "documentation",
                    "analysis",
                ),
            ),
            LabelDescriptor(
                name="outcome",
                values=(
                    "success",
                    "failure",
                    "cancelled",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        agent: Agent,
        task_type: TaskType,
        outcome: Outcome,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                agent,
                task_type,
                outcome,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                agent,
                task_type,
                outcome,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    OrchestratorAgentSelectionsTotal.descriptor,
    OrchestratorAgentSwitchesTotal.descriptor,
    OrchestratorCacheLookupsTotal.descriptor,
    OrchestratorCircuitBreakerOpen.descriptor,
    OrchestratorCircuitBreakerTransitionsTotal.descriptor,
    OrchestratorQualityScoreRatio.descriptor,
    OrchestratorTaskCostUsdTotal.descriptor,
    OrchestratorTaskDurationSeconds.descriptor,
    OrchestratorTaskIterationsTotal.descriptor,
    OrchestratorTaskTokensTotal.descriptor,
    OrchestratorTasksTotal.descriptor,
)


class OrchestratorMetrics:
    """The collectors of the service `orchestrator`, one attribute for each metric."""

    def __init__(
        self,
        registry: CollectorRegistry | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """
        Find or create the metrics in `registry`, the client's default one if None.

        With `strict`, which is for tests, a refused value raises ValueError or
        TypeError; otherwise it is recorded as `other` and counted.
        """
        self.orchestrator_agent_selections_total = make(
            OrchestratorAgentSelectionsTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_agent_switches_total = make(
            OrchestratorAgentSwitchesTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_cache_lookups_total = make(
            OrchestratorCacheLookupsTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_circuit_breaker_open = make(
            OrchestratorCircuitBreakerOpen,
            registry,
            strict=strict,
        )
        self.orchestrator_circuit_breaker_transitions_total = make(
            OrchestratorCircuitBreakerTransitionsTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_quality_score_ratio = make(
            OrchestratorQualityScoreRatio,
            registry,
            strict=strict,
        )
        self.orchestrator_task_cost_usd_total = make(
            OrchestratorTaskCostUsdTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_task_duration_seconds = make(
            OrchestratorTaskDurationSeconds,
            registry,
            strict=strict,
        )
        self.orchestrator_task_iterations_total = make(
            OrchestratorTaskIterationsTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_task_tokens_total = make(
            OrchestratorTaskTokensTotal,
            registry,
            strict=strict,
        )
        self.orchestrator_tasks_total = make(
            OrchestratorTasksTotal,
            registry,
            strict=strict,
        )
