# Written by `obsgen build` from the service `langfuse`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `langfuse`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from obsgen_runtime.collectors import (
    INFINITY,
    CollectorRegistry,
    Counter,
    Gauge,
    LabelDescriptor,
    MetricDescriptor,
    make,
)

__all__ = [
    "Api",
    "DESCRIPTORS",
    "LangfuseAgentCostUsd",
    "LangfuseAgentQualityScore",
    "LangfuseAgentTasks",
    "LangfuseCostUsd",
    "LangfuseExporterClockSkewSeconds",
    "LangfuseExporterErrorsTotal",
    "LangfuseExporterLastSuccessTimestampSeconds",
    "LangfuseExporterPollsTotal",
    "LangfuseExporterRequestsTotal",
    "LangfuseExporterTruncatedTotal",
    "LangfuseExporterUp",
    "LangfuseExporterValuesIgnoredTotal",
    "LangfuseMetrics",
    "LangfuseModelCalls",
    "LangfuseModelCostUsd",
    "LangfuseModelFirstTokenP95Seconds",
    "LangfuseModelLatencyP95Seconds",
    "LangfuseModelTokens",
    "LangfuseProjectedMonthCostUsd",
    "LangfuseQualityScore",
    "LangfuseScores",
    "LangfuseTasks",
    "LangfuseTraceCostUsd",
    "LangfuseTraceLatencyP95Seconds",
    "LangfuseTraceRuns",
    "LangfuseWindowAgeSeconds",
    "LangfuseWindowEndTimestampSeconds",
    "LangfuseWindowStartTimestampSeconds",
    "Plan",
    "Problem",
    "Query",
    "Reason",
    "TokenType",
]

Api: TypeAlias = Literal[
    "v1",
    "v2",
]

Plan: TypeAlias = Literal[
    "metered",
    "flat",
]

Problem: TypeAlias = Literal[
    "missing",
    "not_a_number",
]

Query: TypeAlias = Literal[
    "totals",
    "traces",
    "models",
    "quality",
    "agents",
    "agent_quality",
]

Reason: TypeAlias = Literal[
    "connection",
    "timeout",
    "unauthorized",
    "rate_limited",
    "rejected",
    "server_error",
    "closed",
    "encoding",
    "not_found",
    "bad_answer",
    "not_configured",
    "fault",
]

TokenType: TypeAlias = Literal[
    "input",
    "output",
]


class LangfuseAgentCostUsd(Gauge):
    """Cost of the traces of an agent within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_agent_cost_usd",
        type="gauge",
        help="Cost of the traces of an agent within the window.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="agent",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        agent: str,
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
        agent: str,
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
        agent: str,
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


class LangfuseAgentQualityScore(Gauge):
    """Mean score of the traces of an agent; absent where there is none."""

    descriptor = MetricDescriptor(
        name="langfuse_agent_quality_score",
        type="gauge",
        help="Mean score of the traces of an agent; absent where there is none.",
        labels=(
            LabelDescriptor(
                name="agent",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        agent: str,
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
        agent: str,
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
        agent: str,
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


class LangfuseAgentTasks(Gauge):
    """Traces of an agent within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_agent_tasks",
        type="gauge",
        help="Traces of an agent within the window.",
        labels=(
            LabelDescriptor(
                name="agent",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        agent: str,
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
        agent: str,
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
        agent: str,
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


class LangfuseCostUsd(Gauge):
    """Cost of everything within the window whose price Langfuse knows."""

    descriptor = MetricDescriptor(
        name="langfuse_cost_usd",
        type="gauge",
        help="Cost of everything within the window whose price Langfuse knows.",
        unit="usd",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseExporterClockSkewSeconds(Gauge):
    """How far the clock of the Langfuse server is ahead of ours."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_clock_skew_seconds",
        type="gauge",
        help="How far the clock of the Langfuse server is ahead of ours.",
        unit="seconds",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseExporterErrorsTotal(Counter):
    """Polls that did not get everything."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_errors_total",
        type="counter",
        help="Polls that did not get everything.",
        labels=(
            LabelDescriptor(
                name="reason",
                values=(
                    "connection",
                    "timeout",
                    "unauthorized",
                    "rate_limited",
                    "rejected",
                    "server_error",
                    "closed",
                    "encoding",
                    "not_found",
                    "bad_answer",
                    "not_configured",
                    "fault",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        reason: Reason,
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


class LangfuseExporterLastSuccessTimestampSeconds(Gauge):
    """When the last poll that got everything ended."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_last_success_timestamp_seconds",
        type="gauge",
        help="When the last poll that got everything ended.",
        unit="seconds",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseExporterPollsTotal(Counter):
    """Polls that ended, whatever they got."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_polls_total",
        type="counter",
        help="Polls that ended, whatever they got.",
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[()](amount)
        except Exception:
            self._inc_slowly(amount)

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class LangfuseExporterRequestsTotal(Counter):
    """Requests to the metrics interface."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_requests_total",
        type="counter",
        help="Requests to the metrics interface.",
        labels=(
            LabelDescriptor(
                name="api",
                values=(
                    "v1",
                    "v2",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        api: Api,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(api,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                api,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class LangfuseExporterTruncatedTotal(Counter):
    """Answers with as many rows as the interface gives at most, some of which may be missing."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_truncated_total",
        type="counter",
        help="Answers with as many rows as the interface gives at most, some of which may be missing.",
        labels=(
            LabelDescriptor(
                name="query",
                values=(
                    "totals",
                    "traces",
                    "models",
                    "quality",
                    "agents",
                    "agent_quality",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        query: Query,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(query,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                query,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class LangfuseExporterUp(Gauge):
    """Whether the last poll got everything it asked for."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_up",
        type="gauge",
        help="Whether the last poll got everything it asked for.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseExporterValuesIgnoredTotal(Counter):
    """Numbers in answers that could not be used."""

    descriptor = MetricDescriptor(
        name="langfuse_exporter_values_ignored_total",
        type="counter",
        help="Numbers in answers that could not be used.",
        labels=(
            LabelDescriptor(
                name="problem",
                values=(
                    "missing",
                    "not_a_number",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        problem: Problem,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(problem,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                problem,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class LangfuseModelCalls(Gauge):
    """Calls of a model within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_model_calls",
        type="gauge",
        help="Calls of a model within the window.",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        model: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(model,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                model,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                model,
            )


class LangfuseModelCostUsd(Gauge):
    """Cost of the calls of a model within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_model_cost_usd",
        type="gauge",
        help="Cost of the calls of a model within the window.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        model: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(model,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                model,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                model,
            )


class LangfuseModelFirstTokenP95Seconds(Gauge):
    """Wait for the first token that 95 percent of the streamed calls of a model stayed below."""

    descriptor = MetricDescriptor(
        name="langfuse_model_first_token_p95_seconds",
        type="gauge",
        help="Wait for the first token that 95 percent of the streamed calls of a model stayed below.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        model: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(model,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                model,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                model,
            )


class LangfuseModelLatencyP95Seconds(Gauge):
    """Duration that 95 percent of the calls of a model stayed below."""

    descriptor = MetricDescriptor(
        name="langfuse_model_latency_p95_seconds",
        type="gauge",
        help="Duration that 95 percent of the calls of a model stayed below.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        model: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(model,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                model,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                model,
            )


class LangfuseModelTokens(Gauge):
    """Tokens of a model within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_model_tokens",
        type="gauge",
        help="Tokens of a model within the window.",
        unit="tokens",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="token_type",
                values=(
                    "input",
                    "output",
                ),
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        model: str,
        token_type: TokenType,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[
                model,
                token_type,
            ].set(value)
        except Exception:
            self._set_slowly(
                value,
                model,
                token_type,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
        token_type: TokenType,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[
                model,
                token_type,
            ].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
                token_type,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
        token_type: TokenType,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[
                model,
                token_type,
            ].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                model,
                token_type,
            )


class LangfuseProjectedMonthCostUsd(Gauge):
    """Cost of 30 days at the pace of the window, and price of 30 days of the flat plans."""

    descriptor = MetricDescriptor(
        name="langfuse_projected_month_cost_usd",
        type="gauge",
        help="Cost of 30 days at the pace of the window, and price of 30 days of the flat plans.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="plan",
                values=(
                    "metered",
                    "flat",
                ),
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        plan: Plan,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(plan,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                plan,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        plan: Plan,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(plan,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                plan,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        plan: Plan,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(plan,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                plan,
            )


class LangfuseQualityScore(Gauge):
    """Mean of these scores; absent where there are none."""

    descriptor = MetricDescriptor(
        name="langfuse_quality_score",
        type="gauge",
        help="Mean of these scores; absent where there are none.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseScores(Gauge):
    """Scores of quality that were given within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_scores",
        type="gauge",
        help="Scores of quality that were given within the window.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseTasks(Gauge):
    """Traces that began within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_tasks",
        type="gauge",
        help="Traces that began within the window.",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseTraceCostUsd(Gauge):
    """Cost of the traces of a name within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_trace_cost_usd",
        type="gauge",
        help="Cost of the traces of a name within the window.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="trace_name",
                at_most=50,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(trace_name,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                trace_name,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(trace_name,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                trace_name,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(trace_name,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                trace_name,
            )


class LangfuseTraceLatencyP95Seconds(Gauge):
    """Duration that 95 percent of the traces of a name stayed below."""

    descriptor = MetricDescriptor(
        name="langfuse_trace_latency_p95_seconds",
        type="gauge",
        help="Duration that 95 percent of the traces of a name stayed below.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="trace_name",
                at_most=50,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(trace_name,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                trace_name,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(trace_name,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                trace_name,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(trace_name,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                trace_name,
            )


class LangfuseTraceRuns(Gauge):
    """Traces of a name within the window."""

    descriptor = MetricDescriptor(
        name="langfuse_trace_runs",
        type="gauge",
        help="Traces of a name within the window.",
        labels=(
            LabelDescriptor(
                name="trace_name",
                at_most=50,
            ),
        ),
    )

    def set(
        self,
        value: float,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(trace_name,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                trace_name,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(trace_name,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                trace_name,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        trace_name: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(trace_name,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                trace_name,
            )


class LangfuseWindowAgeSeconds(Gauge):
    """Time since the window ended, by the clock of the Langfuse server."""

    descriptor = MetricDescriptor(
        name="langfuse_window_age_seconds",
        type="gauge",
        help="Time since the window ended, by the clock of the Langfuse server.",
        unit="seconds",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseWindowEndTimestampSeconds(Gauge):
    """End of the window that the figures are of, in Unix time of the Langfuse server."""

    descriptor = MetricDescriptor(
        name="langfuse_window_end_timestamp_seconds",
        type="gauge",
        help="End of the window that the figures are of, in Unix time of the Langfuse server.",
        unit="seconds",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


class LangfuseWindowStartTimestampSeconds(Gauge):
    """Beginning of the window that the figures are of, in Unix time of the Langfuse server."""

    descriptor = MetricDescriptor(
        name="langfuse_window_start_timestamp_seconds",
        type="gauge",
        help="Beginning of the window that the figures are of, in Unix time of the Langfuse server.",
        unit="seconds",
    )

    def set(
        self,
        value: float,
        /,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[()].set(value)
        except Exception:
            self._set_slowly(value)

    def inc(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].inc(amount)
        except Exception:
            self._inc_slowly(amount)

    def dec(
        self,
        amount: float = 1.0,
        /,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[()].dec(amount)
        except Exception:
            self._dec_slowly(amount)


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    LangfuseAgentCostUsd.descriptor,
    LangfuseAgentQualityScore.descriptor,
    LangfuseAgentTasks.descriptor,
    LangfuseCostUsd.descriptor,
    LangfuseExporterClockSkewSeconds.descriptor,
    LangfuseExporterErrorsTotal.descriptor,
    LangfuseExporterLastSuccessTimestampSeconds.descriptor,
    LangfuseExporterPollsTotal.descriptor,
    LangfuseExporterRequestsTotal.descriptor,
    LangfuseExporterTruncatedTotal.descriptor,
    LangfuseExporterUp.descriptor,
    LangfuseExporterValuesIgnoredTotal.descriptor,
    LangfuseModelCalls.descriptor,
    LangfuseModelCostUsd.descriptor,
    LangfuseModelFirstTokenP95Seconds.descriptor,
    LangfuseModelLatencyP95Seconds.descriptor,
    LangfuseModelTokens.descriptor,
    LangfuseProjectedMonthCostUsd.descriptor,
    LangfuseQualityScore.descriptor,
    LangfuseScores.descriptor,
    LangfuseTasks.descriptor,
    LangfuseTraceCostUsd.descriptor,
    LangfuseTraceLatencyP95Seconds.descriptor,
    LangfuseTraceRuns.descriptor,
    LangfuseWindowAgeSeconds.descriptor,
    LangfuseWindowEndTimestampSeconds.descriptor,
    LangfuseWindowStartTimestampSeconds.descriptor,
)


class LangfuseMetrics:
    """The collectors of the service `langfuse`, one attribute for each metric."""

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
        self.langfuse_agent_cost_usd = make(
            LangfuseAgentCostUsd,
            registry,
            strict=strict,
        )
        self.langfuse_agent_quality_score = make(
            LangfuseAgentQualityScore,
            registry,
            strict=strict,
        )
        self.langfuse_agent_tasks = make(
            LangfuseAgentTasks,
            registry,
            strict=strict,
        )
        self.langfuse_cost_usd = make(
            LangfuseCostUsd,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_clock_skew_seconds = make(
            LangfuseExporterClockSkewSeconds,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_errors_total = make(
            LangfuseExporterErrorsTotal,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_last_success_timestamp_seconds = make(
            LangfuseExporterLastSuccessTimestampSeconds,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_polls_total = make(
            LangfuseExporterPollsTotal,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_requests_total = make(
            LangfuseExporterRequestsTotal,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_truncated_total = make(
            LangfuseExporterTruncatedTotal,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_up = make(
            LangfuseExporterUp,
            registry,
            strict=strict,
        )
        self.langfuse_exporter_values_ignored_total = make(
            LangfuseExporterValuesIgnoredTotal,
            registry,
            strict=strict,
        )
        self.langfuse_model_calls = make(
            LangfuseModelCalls,
            registry,
            strict=strict,
        )
        self.langfuse_model_cost_usd = make(
            LangfuseModelCostUsd,
            registry,
            strict=strict,
        )
        self.langfuse_model_first_token_p95_seconds = make(
            LangfuseModelFirstTokenP95Seconds,
            registry,
            strict=strict,
        )
        self.langfuse_model_latency_p95_seconds = make(
            LangfuseModelLatencyP95Seconds,
            registry,
            strict=strict,
        )
        self.langfuse_model_tokens = make(
            LangfuseModelTokens,
            registry,
            strict=strict,
        )
        self.langfuse_projected_month_cost_usd = make(
            LangfuseProjectedMonthCostUsd,
            registry,
            strict=strict,
        )
        self.langfuse_quality_score = make(
            LangfuseQualityScore,
            registry,
            strict=strict,
        )
        self.langfuse_scores = make(
            LangfuseScores,
            registry,
            strict=strict,
        )
        self.langfuse_tasks = make(
            LangfuseTasks,
            registry,
            strict=strict,
        )
        self.langfuse_trace_cost_usd = make(
            LangfuseTraceCostUsd,
            registry,
            strict=strict,
        )
        self.langfuse_trace_latency_p95_seconds = make(
            LangfuseTraceLatencyP95Seconds,
            registry,
            strict=strict,
        )
        self.langfuse_trace_runs = make(
            LangfuseTraceRuns,
            registry,
            strict=strict,
        )
        self.langfuse_window_age_seconds = make(
            LangfuseWindowAgeSeconds,
            registry,
            strict=strict,
        )
        self.langfuse_window_end_timestamp_seconds = make(
            LangfuseWindowEndTimestampSeconds,
            registry,
            strict=strict,
        )
        self.langfuse_window_start_timestamp_seconds = make(
            LangfuseWindowStartTimestampSeconds,
            registry,
            strict=strict,
        )
