# Written by `obsgen build` from the service `primitives`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `primitives`."""

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
    "PrimitiveExecutionDurationSeconds",
    "PrimitiveExecutionsTotal",
    "PrimitiveRetriesTotal",
    "PrimitiveRoutesTotal",
    "PrimitiveType",
    "PrimitivesMetrics",
    "Status",
]

PrimitiveType: TypeAlias = Literal[
    "step",
    "sequence",
    "parallel",
    "router",
    "retry",
    "conditional",
    "fallback",
    "timeout",
    "wrapped",
]

Status: TypeAlias = Literal[
    "success",
    "error",
    "cancelled",
]


class PrimitiveExecutionDurationSeconds(Histogram):
    """Time that one execution of a primitive took, its children included."""

    descriptor = MetricDescriptor(
        name="primitive_execution_duration_seconds",
        type="histogram",
        help="Time that one execution of a primitive took, its children included.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="primitive_name",
                at_most=50,
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
            ),
        ),
        buckets=(
            0.001,
            0.01,
            0.1,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
            60,
            300,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        primitive_name: str,
        persona: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[
                primitive_name,
                persona,
            ](value)
        except Exception:
            self._observe_slowly(
                value,
                primitive_name,
                persona,
            )

    def declare(
        self,
        /,
        *,
        primitive_name: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            primitive_name,
            persona,
        )


class PrimitiveExecutionsTotal(Counter):
    """Executions of primitives that ended."""

    descriptor = MetricDescriptor(
        name="primitive_executions_total",
        type="counter",
        help="Executions of primitives that ended.",
        labels=(
            LabelDescriptor(
                name="primitive_name",
                at_most=50,
            ),
            LabelDescriptor(
                name="primitive_type",
                values=(
                    "step",
                    "sequence",
                    "parallel",
                    "router",
                    "retry",
                    "conditional",
                    "fallback",
                    "timeout",
                    "wrapped",
                ),
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
            ),
            LabelDescriptor(
                name="status",
                values=(
                    "success",
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
        primitive_name: str,
        primitive_type: PrimitiveType,
        persona: str,
        status: Status,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                primitive_name,
                primitive_type,
                persona,
                status,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                primitive_name,
                primitive_type,
                persona,
                status,
            )

    def declare(
        self,
        /,
        *,
        primitive_name: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            primitive_name,
            persona,
        )


class PrimitiveRetriesTotal(Counter):
    """Executions that were tried again."""

    descriptor = MetricDescriptor(
        name="primitive_retries_total",
        type="counter",
        help="Executions that were tried again.",
        labels=(
            LabelDescriptor(
                name="primitive_name",
                at_most=50,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        primitive_name: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(primitive_name,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                primitive_name,
            )

    def declare(
        self,
        /,
        *,
        primitive_name: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            primitive_name,
        )


class PrimitiveRoutesTotal(Counter):
    """Choices of routers."""

    descriptor = MetricDescriptor(
        name="primitive_routes_total",
        type="counter",
        help="Choices of routers.",
        labels=(
            LabelDescriptor(
                name="primitive_name",
                at_most=50,
            ),
            LabelDescriptor(
                name="route",
                at_most=30,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        primitive_name: str,
        route: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                primitive_name,
                route,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                primitive_name,
                route,
            )

    def declare(
        self,
        /,
        *,
        primitive_name: str,
        route: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            primitive_name,
            route,
        )


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    PrimitiveExecutionDurationSeconds.descriptor,
    PrimitiveExecutionsTotal.descriptor,
    PrimitiveRetriesTotal.descriptor,
    PrimitiveRoutesTotal.descriptor,
)


class PrimitivesMetrics:
    """The collectors of the service `primitives`, one attribute for each metric."""

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
        self.primitive_execution_duration_seconds = make(
            PrimitiveExecutionDurationSeconds,
            registry,
            strict=strict,
        )
        self.primitive_executions_total = make(
            PrimitiveExecutionsTotal,
            registry,
            strict=strict,
        )
        self.primitive_retries_total = make(
            PrimitiveRetriesTotal,
            registry,
            strict=strict,
        )
        self.primitive_routes_total = make(
            PrimitiveRoutesTotal,
            registry,
            strict=strict,
        )
