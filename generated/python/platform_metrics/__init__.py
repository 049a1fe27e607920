# Written by `obsgen build` from the service `platform`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `platform`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from obsgen_runtime.collectors import (
    INFINITY,
    CollectorRegistry,
    Counter,
    Histogram,
    LabelDescriptor,
    MetricDescriptor,
    make,
)

__all__ = [
    "DESCRIPTORS",
    "FromPhase",
    "JobResult",
    "Outcome",
    "Phase",
    "PlatformJobCreationsTotal",
    "PlatformMetrics",
    "PlatformRetriesTotal",
    "PlatformSessionCostUsdTotal",
    "PlatformSessionDurationSeconds",
    "PlatformSessionPhaseDurationSeconds",
    "PlatformSessionPhaseTransitionsTotal",
    "PlatformSessionTokensTotal",
    "PlatformSessionsCreatedTotal",
    "PlatformSessionsFinishedTotal",
    "PlatformToolCallsTotal",
    "PlatformTurnsTotal",
    "Result",
    "RetryReason",
    "TokenType",
]

JobResult: TypeAlias = Literal[
    "created",
    "refused",
    "timeout",
]

Outcome: TypeAlias = Literal[
    "ok",
    "error",
    "cancelled",
]

Phase: TypeAlias = Literal[
    "Pending",
    "Creating",
    "Running",
    "Completed",
    "Failed",
    "Stopped",
]

FromPhase: TypeAlias = Literal[
    "Pending",
    "Creating",
    "Running",
    "Completed",
    "Failed",
    "Stopped",
    "none",
]

Result: TypeAlias = Literal[
    "completed",
    "failed",
    "stopped",
]

RetryReason: TypeAlias = Literal[
    "rate_limit",
    "server",
    "timeout",
    "connection",
    "conflict",
]

TokenType: TypeAlias = Literal[
    "input",
    "cache_read",
    "cache_write",
    "output",
]


class PlatformJobCreationsTotal(Counter):
    """Requests of the operator for a Job."""

    descriptor = MetricDescriptor(
        name="platform_job_creations_total",
        type="counter",
        help="Requests of the operator for a Job.",
        labels=(
            LabelDescriptor(
                name="result",
                values=(
                    "created",
                    "refused",
                    "timeout",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        result: JobResult,
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


class PlatformRetriesTotal(Counter):
    """Calls that were tried again."""

    descriptor = MetricDescriptor(
        name="platform_retries_total",
        type="counter",
        help="Calls that were tried again.",
        labels=(
            LabelDescriptor(
                name="reason",
                values=(
                    "rate_limit",
                    "server",
                    "timeout",
                    "connection",
                    "conflict",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        reason: RetryReason,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(reason,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                reason,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class PlatformSessionCostUsdTotal(Counter):
    """Cost of sessions whose price is known."""

    descriptor = MetricDescriptor(
        name="platform_session_cost_usd_total",
        type="counter",
        help="Cost of sessions whose price is known.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
            LabelDescriptor(
                name="model",
                at_most=10,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        project: str,
        model: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                project,
                model,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                project,
                model,
            )

    def declare(
        self,
        /,
        *,
        project: str,
        model: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            project,
            model,
        )


class PlatformSessionDurationSeconds(Histogram):
    """Time from a session's creation to its end."""

    descriptor = MetricDescriptor(
        name="platform_session_duration_seconds",
        type="histogram",
        help="Time from a session's creation to its end.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
        ),
        buckets=(
            10,
            30,
            60,
            120,
            300,
            600,
            1200,
            1800,
            3600,
            7200,
            14400,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        project: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[(project,)](value)
        except Exception:
            self._observe_slowly(
                value,
                project,
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


class PlatformSessionPhaseDurationSeconds(Histogram):
    """Time that a session spent in a phase before leaving it."""

    descriptor = MetricDescriptor(
        name="platform_session_phase_duration_seconds",
        type="histogram",
        help="Time that a session spent in a phase before leaving it.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="phase",
                values=(
                    "Pending",
                    "Creating",
                    "Running",
                    "Completed",
                    "Failed",
                    "Stopped",
                ),
            ),
        ),
        buckets=(
            1,
            5,
            10,
            30,
            60,
            120,
            300,
            600,
            1800,
            3600,
            7200,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        phase: Phase,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[(phase,)](value)
        except Exception:
            self._observe_slowly(
                value,
                phase,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class PlatformSessionPhaseTransitionsTotal(Counter):
    """Changes of a session's phase; the first comes from `none`."""

    descriptor = MetricDescriptor(
        name="platform_session_phase_transitions_total",
        type="counter",
        help="Changes of a session's phase; the first comes from `none`.",
        labels=(
            LabelDescriptor(
                name="from_phase",
                values=(
                    "Pending",
                    "Creating",
                    "Running",
                    "Completed",
                    "Failed",
                    "Stopped",
                    "none",
                ),
            ),
            LabelDescriptor(
                name="to_phase",
                values=(
                    "Pending",
                    "Creating",
                    "Running",
                    "Completed",
                    "Failed",
                    "Stopped",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        from_phase: FromPhase,
        to_phase: Phase,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                from_phase,
                to_phase,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                from_phase,
                to_phase,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class PlatformSessionTokensTotal(Counter):
    """Tokens of sessions."""

    descriptor = MetricDescriptor(
        name="platform_session_tokens_total",
        type="counter",
        help="Tokens of sessions.",
        unit="tokens",
        labels=(
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
            LabelDescriptor(
                name="model",
                at_most=10,
            ),
            LabelDescriptor(
                name="token_type",
                values=(
                    "input",
                    "cache_read",
                    "cache_write",
                    "output",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        project: str,
        model: str,
        token_type: TokenType,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                project,
                model,
                token_type,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                project,
                model,
                token_type,
            )

    def declare(
        self,
        /,
        *,
        project: str,
        model: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            project,
            model,
        )


class PlatformSessionsCreatedTotal(Counter):
    """Agentic sessions that were created."""

    descriptor = MetricDescriptor(
        name="platform_sessions_created_total",
        type="counter",
        help="Agentic sessions that were created.",
        labels=(
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        project: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(project,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                project,
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


class PlatformSessionsFinishedTotal(Counter):
    """Agentic sessions that ended."""

    descriptor = MetricDescriptor(
        name="platform_sessions_finished_total",
        type="counter",
        help="Agentic sessions that ended.",
        labels=(
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
            LabelDescriptor(
                name="result",
                values=(
                    "completed",
                    "failed",
                    "stopped",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        project: str,
        result: Result,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                project,
                result,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                project,
                result,
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


class PlatformToolCallsTotal(Counter):
    """Tool calls of the agent."""

    descriptor = MetricDescriptor(
        name="platform_tool_calls_total",
        type="counter",
        help="Tool calls of the agent.",
        labels=(
            LabelDescriptor(
                name="tool",
                at_most=40,
            ),
            LabelDescriptor(
                name="outcome",
                values=(
                    "ok",
                    "error",
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
        tool: str,
        outcome: Outcome,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                tool,
                outcome,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                tool,
                outcome,
            )

    def declare(
        self,
        /,
        *,
        tool: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            tool,
        )


class PlatformTurnsTotal(Counter):
    """Turns of the conversation between user and agent."""

    descriptor = MetricDescriptor(
        name="platform_turns_total",
        type="counter",
        help="Turns of the conversation between user and agent.",
        labels=(
            LabelDescriptor(
                name="project",
                at_most=30,
            ),
            LabelDescriptor(
                name="outcome",
                values=(
                    "ok",
                    "error",
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
        project: str,
        outcome: Outcome,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                project,
                outcome,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                project,
                outcome,
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


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    PlatformJobCreationsTotal.descriptor,
    PlatformRetriesTotal.descriptor,
    PlatformSessionCostUsdTotal.descriptor,
    PlatformSessionDurationSeconds.descriptor,
    PlatformSessionPhaseDurationSeconds.descriptor,
    PlatformSessionPhaseTransitionsTotal.descriptor,
    PlatformSessionTokensTotal.descriptor,
    PlatformSessionsCreatedTotal.descriptor,
    PlatformSessionsFinishedTotal.descriptor,
    PlatformToolCallsTotal.descriptor,
    PlatformTurnsTotal.descriptor,
)


class PlatformMetrics:
    """The collectors of the service `platform`, one attribute for each metric."""

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
        self.platform_job_creations_total = make(
            PlatformJobCreationsTotal,
            registry,
            strict=strict,
        )
        self.platform_retries_total = make(
            PlatformRetriesTotal,
            registry,
            strict=strict,
        )
        self.platform_session_cost_usd_total = make(
            PlatformSessionCostUsdTotal,
            registry,
            strict=strict,
        )
        self.platform_session_duration_seconds = make(
            PlatformSessionDurationSeconds,
            registry,
            strict=strict,
        )
        self.platform_session_phase_duration_seconds = make(
            PlatformSessionPhaseDurationSeconds,
            registry,
            strict=strict,
        )
        self.platform_session_phase_transitions_total = make(
            PlatformSessionPhaseTransitionsTotal,
            registry,
            strict=strict,
        )
        self.platform_session_tokens_total = make(
            PlatformSessionTokensTotal,
            registry,
            strict=strict,
        )
        self.platform_sessions_created_total = make(
            PlatformSessionsCreatedTotal,
            registry,
            strict=strict,
        )
        self.platform_sessions_finished_total = make(
            PlatformSessionsFinishedTotal,
            registry,
            strict=strict,
        )
        self.platform_tool_calls_total = make(
            PlatformToolCallsTotal,
            registry,
            strict=strict,
        )
        self.platform_turns_total = make(
            PlatformTurnsTotal,
            registry,
            strict=strict,
        )
