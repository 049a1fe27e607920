# Written by `obsgen build` from the service `hypertool`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `hypertool`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from obsgen_runtime.collectors import (
    INFINITY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    LabelDescriptor,
    MetricDescriptor,
    ValueOf,
    make,
)

__all__ = [
    "DESCRIPTORS",
    "FromPersona",
    "HypertoolMetrics",
    "HypertoolPersonaDurationSeconds",
    "HypertoolPersonaInfo",
    "HypertoolPersonaSwitchesTotal",
    "HypertoolPersonaTokenBudgetRemaining",
    "HypertoolPersonaTokensUsedTotal",
    "HypertoolWorkflowQualityGateTotal",
    "HypertoolWorkflowStageDurationSeconds",
    "PERSONA_TOKEN_BUDGET",
    "Persona",
    "Result",
]

Persona: TypeAlias = Literal[
    "backend-engineer",
    "frontend-engineer",
    "devops-engineer",
    "testing-specialist",
    "observability-expert",
    "data-scientist",
]

FromPersona: TypeAlias = Literal[
    "backend-engineer",
    "frontend-engineer",
    "devops-engineer",
    "testing-specialist",
    "observability-expert",
    "data-scientist",
    "none",
]

Result: TypeAlias = Literal[
    "passed",
    "failed",
]

PERSONA_TOKEN_BUDGET: Final[Mapping[Persona, float]] = MappingProxyType(
    {
        "backend-engineer": 2000,
        "frontend-engineer": 1800,
        "devops-engineer": 1800,
        "testing-specialist": 1500,
        "observability-expert": 2000,
        "data-scientist": 1700,
    },
)


class HypertoolPersonaDurationSeconds(Histogram):
    """Time spent in a persona before leaving it."""

    descriptor = MetricDescriptor(
        name="hypertool_persona_duration_seconds",
        type="histogram",
        help="Time spent in a persona before leaving it.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
                ),
            ),
            LabelDescriptor(
                name="chatmode",
                at_most=40,
            ),
        ),
        buckets=(
            10,
            30,
            60,
            120,
            300,
            600,
            1800,
            3600,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        persona: Persona,
        chatmode: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[
                persona,
                chatmode,
            ](value)
        except Exception:
            self._observe_slowly(
                value,
                persona,
                chatmode,
            )

    def declare(
        self,
        /,
        *,
        chatmode: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            chatmode,
        )


class HypertoolPersonaInfo(Info):
    """Personas and the token budget each starts with."""

    descriptor = MetricDescriptor(
        name="hypertool_persona_info",
        type="info",
        help="Personas and the token budget each starts with.",
        labels=(
            LabelDescriptor(
                name="persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
                ),
            ),
            LabelDescriptor(
                name="token_budget",
                values=(
                    "2000",
                    "1800",
                    "1500",
                    "1700",
                ),
            ),
        ),
    )
    derived = {
        "token_budget": ValueOf(
            label="persona",
            data=PERSONA_TOKEN_BUDGET,
        ),
    }


class HypertoolPersonaSwitchesTotal(Counter):
    """Persona switches; the first of a session comes from `none`."""

    descriptor = MetricDescriptor(
        name="hypertool_persona_switches_total",
        type="counter",
        help="Persona switches; the first of a session comes from `none`.",
        labels=(
            LabelDescriptor(
                name="from_persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
                    "none",
                ),
            ),
            LabelDescriptor(
                name="to_persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
                ),
            ),
            LabelDescriptor(
                name="chatmode",
                at_most=40,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        from_persona: FromPersona,
        to_persona: Persona,
        chatmode: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                from_persona,
                to_persona,
                chatmode,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                from_persona,
                to_persona,
                chatmode,
            )

    def declare(
        self,
        /,
        *,
        chatmode: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            chatmode,
        )


class HypertoolPersonaTokenBudgetRemaining(Gauge):
    """Tokens left of the persona's budget; negative when overspent."""

    descriptor = MetricDescriptor(
        name="hypertool_persona_token_budget_remaining",
        type="gauge",
        help="Tokens left of the persona's budget; negative when overspent.",
        unit="tokens",
        labels=(
            LabelDescriptor(
                name="persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
                ),
            ),
        ),
    )
    starts_at = ValueOf(
        label="persona",
        data=PERSONA_TOKEN_BUDGET,
    )

    def set(
        self,
        value: float,
        /,
        *,
        persona: Persona,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(persona,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                persona,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        persona: Persona,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(persona,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                persona,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        persona: Persona,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(persona,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                persona,
            )


class HypertoolPersonaTokensUsedTotal(Counter):
    """Tokens used by language models, input and output together."""

    descriptor = MetricDescriptor(
        name="hypertool_persona_tokens_used_total",
        type="counter",
        help="Tokens used by language models, input and output together.",
        unit="tokens",
        labels=(
            LabelDescriptor(
                name="persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
                ),
            ),
            LabelDescriptor(
                name="chatmode",
                at_most=40,
            ),
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        persona: Persona,
        chatmode: str,
        model: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                persona,
                chatmode,
                model,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                persona,
                chatmode,
                model,
            )

    def declare(
        self,
        /,
        *,
        chatmode: str,
        model: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            chatmode,
            model,
        )


class HypertoolWorkflowQualityGateTotal(Counter):
    """Quality gate verdicts."""

    descriptor = MetricDescriptor(
        name="hypertool_workflow_quality_gate_total",
        type="counter",
        help="Quality gate verdicts.",
        labels=(
            LabelDescriptor(
                name="workflow",
                at_most=10,
            ),
            LabelDescriptor(
                name="stage",
                at_most=30,
            ),
            LabelDescriptor(
                name="result",
                values=(
                    "passed",
                    "failed",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        workflow: str,
        stage: str,
        result: Result,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                workflow,
                stage,
                result,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                workflow,
                stage,
                result,
            )

    def declare(
        self,
        /,
        *,
        workflow: str,
        stage: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            workflow,
            stage,
        )


class HypertoolWorkflowStageDurationSeconds(Histogram):
    """Time that one stage of a workflow took."""

    descriptor = MetricDescriptor(
        name="hypertool_workflow_stage_duration_seconds",
        type="histogram",
        help="Time that one stage of a workflow took.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="workflow",
                at_most=10,
            ),
            LabelDescriptor(
                name="stage",
                at_most=30,
            ),
            LabelDescriptor(
                name="persona",
                values=(
                    "backend-engineer",
                    "frontend-engineer",
                    "devops-engineer",
                    "testing-specialist",
                    "observability-expert",
                    "data-scientist",
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
            1200,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        workflow: str,
        stage: str,
        persona: Persona,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[
                workflow,
                stage,
                persona,
            ](value)
        except Exception:
            self._observe_slowly(
                value,
                workflow,
                stage,
                persona,
            )

    def declare(
        self,
        /,
        *,
        workflow: str,
        stage: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            workflow,
            stage,
        )


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    HypertoolPersonaDurationSeconds.descriptor,
    HypertoolPersonaInfo.descriptor,
    HypertoolPersonaSwitchesTotal.descriptor,
    HypertoolPersonaTokenBudgetRemaining.descriptor,
    HypertoolPersonaTokensUsedTotal.descriptor,
    HypertoolWorkflowQualityGateTotal.descriptor,
    HypertoolWorkflowStageDurationSeconds.descriptor,
)


class HypertoolMetrics:
    """The collectors of the service `hypertool`, one attribute for each metric."""

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
        self.hypertool_persona_duration_seconds = make(
            HypertoolPersonaDurationSeconds,
            registry,
            strict=strict,
        )
        self.hypertool_persona_info = make(
            HypertoolPersonaInfo,
            registry,
            strict=strict,
        )
        self.hypertool_persona_switches_total = make(
            HypertoolPersonaSwitchesTotal,
            registry,
            strict=strict,
        )
        self.hypertool_persona_token_budget_remaining = make(
            HypertoolPersonaTokenBudgetRemaining,
            registry,
            strict=strict,
        )
        self.hypertool_persona_tokens_used_total = make(
            HypertoolPersonaTokensUsedTotal,
            registry,
            strict=strict,
        )
        self.hypertool_workflow_quality_gate_total = make(
            HypertoolWorkflowQualityGateTotal,
            registry,
            strict=strict,
        )
        self.hypertool_workflow_stage_duration_seconds = make(
            HypertoolWorkflowStageDurationSeconds,
            registry,
            strict=strict,
        )
