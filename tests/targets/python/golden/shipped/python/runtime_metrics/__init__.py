# Written by `obsgen build` from the service `runtime`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `runtime`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from obsgen_runtime.collectors import (
    INFINITY,
    CollectorRegistry,
    Counter,
    LabelDescriptor,
    MetricDescriptor,
    make,
)

__all__ = [
    "DESCRIPTORS",
    "LabelRefusal",
    "ObsgenRuntimeLabelRejectedTotal",
    "ObsgenRuntimeValueRejectedTotal",
    "RuntimeMetrics",
    "ValueRefusal",
]

LabelRefusal: TypeAlias = Literal[
    "empty",
    "not_text",
    "over_limit",
    "too_long",
    "too_many_series",
    "unknown_value",
]

ValueRefusal: TypeAlias = Literal[
    "negative",
    "not_a_number",
    "not_finite",
]


class ObsgenRuntimeLabelRejectedTotal(Counter):
    """Label values that were recorded as `other`."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_label_rejected_total",
        type="counter",
        help="Label values that were recorded as `other`.",
        labels=(
            LabelDescriptor(
                name="metric",
                at_most=200,
            ),
            LabelDescriptor(
                name="label",
                at_most=50,
            ),
            LabelDescriptor(
                name="reason",
                values=(
                    "empty",
                    "not_text",
                    "over_limit",
                    "too_long",
                    "too_many_series",
                    "unknown_value",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        metric: str,
        label: str,
        reason: LabelRefusal,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                metric,
                label,
                reason,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                metric,
                label,
                reason,
            )

    def declare(
        self,
        /,
        *,
        metric: str,
        label: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            metric,
            label,
        )


class ObsgenRuntimeValueRejectedTotal(Counter):
    """Numbers that were not recorded."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_value_rejected_total",
        type="counter",
        help="Numbers that were not recorded.",
        labels=(
            LabelDescriptor(
                name="metric",
                at_most=200,
            ),
            LabelDescriptor(
                name="reason",
                values=(
                    "negative",
                    "not_a_number",
                    "not_finite",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        metric: str,
        reason: ValueRefusal,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                metric,
                reason,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                metric,
                reason,
            )

    def declare(
        self,
        /,
        *,
        metric: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            metric,
        )


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    ObsgenRuntimeLabelRejectedTotal.descriptor,
    ObsgenRuntimeValueRejectedTotal.descriptor,
)


class RuntimeMetrics:
    """The collectors of the service `runtime`, one attribute for each metric."""

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
        self.obsgen_runtime_label_rejected_total = make(
            ObsgenRuntimeLabelRejectedTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_value_rejected_total = make(
            ObsgenRuntimeValueRejectedTotal,
            registry,
            strict=strict,
        )
