# Written by `obsgen build` from the service `runtime`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `runtime`."""

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
    "DESCRIPTORS",
    "DropReason",
    "ExportError",
    "LabelRefusal",
    "ObsgenRuntimeExportDroppedTotal",
    "ObsgenRuntimeExportErrorsTotal",
    "ObsgenRuntimeExportLastSuccessTimestampSeconds",
    "ObsgenRuntimeExportMadeTotal",
    "ObsgenRuntimeExportQueueDepth",
    "ObsgenRuntimeExportSentTotal",
    "ObsgenRuntimeHookFaultsTotal",
    "ObsgenRuntimeLabelRejectedTotal",
    "ObsgenRuntimeLlmCallsTotal",
    "ObsgenRuntimeOverheadSecondsTotal",
    "ObsgenRuntimePriceUnknownTotal",
    "ObsgenRuntimeSpansWithoutIdentityTotal",
    "ObsgenRuntimeUsageUnknownTotal",
    "ObsgenRuntimeValueRejectedTotal",
    "RuntimeMetrics",
    "Signal",
    "ValueRefusal",
]

DropReason: TypeAlias = Literal[
    "queue_full",
    "queue_bytes",
    "refused",
    "unsent",
    "sampled",
    "filtered",
    "shutdown",
    "fork",
    "too_large",
]

ExportError: TypeAlias = Literal[
    "connection",
    "timeout",
    "unauthorized",
    "rate_limited",
    "rejected",
    "server_error",
    "closed",
    "encoding",
]

LabelRefusal: TypeAlias = Literal[
    "empty",
    "not_text",
    "over_limit",
    "too_long",
    "too_many_series",
    "unknown_value",
]

Signal: TypeAlias = Literal[
    "span",
    "score",
]

ValueRefusal: TypeAlias = Literal[
    "negative",
    "not_a_number",
    "not_finite",
]


class ObsgenRuntimeExportDroppedTotal(Counter):
    """Spans and scores that were not sent."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_export_dropped_total",
        type="counter",
        help="Spans and scores that were not sent.",
        labels=(
            LabelDescriptor(
                name="signal",
                values=(
                    "span",
                    "score",
                ),
            ),
            LabelDescriptor(
                name="reason",
                values=(
                    "queue_full",
                    "queue_bytes",
                    "refused",
                    "unsent",
                    "sampled",
                    "filtered",
                    "shutdown",
                    "fork",
                    "too_large",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        signal: Signal,
        reason: DropReason,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                signal,
                reason,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                signal,
                reason,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class ObsgenRuntimeExportErrorsTotal(Counter):
    """Attempts to send that failed."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_export_errors_total",
        type="counter",
        help="Attempts to send that failed.",
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
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        reason: ExportError,
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


class ObsgenRuntimeExportLastSuccessTimestampSeconds(Gauge):
    """When the server last accepted something."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_export_last_success_timestamp_seconds",
        type="gauge",
        help="When the server last accepted something.",
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


class ObsgenRuntimeExportMadeTotal(Counter):
    """Spans and scores that the application made; each is sent or dropped in the end."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_export_made_total",
        type="counter",
        help="Spans and scores that the application made; each is sent or dropped in the end.",
        labels=(
            LabelDescriptor(
                name="signal",
                values=(
                    "span",
                    "score",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        signal: Signal,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(signal,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                signal,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class ObsgenRuntimeExportQueueDepth(Gauge):
    """Spans and scores that wait to be sent."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_export_queue_depth",
        type="gauge",
        help="Spans and scores that wait to be sent.",
        labels=(
            LabelDescriptor(
                name="signal",
                values=(
                    "span",
                    "score",
                ),
            ),
        ),
    )
    starts_at = 0

    def set(
        self,
        value: float,
        /,
        *,
        signal: Signal,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(signal,)].set(value)
        except Exception:
            self._set_slowly(
                value,
                signal,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        signal: Signal,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(signal,)].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                signal,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        signal: Signal,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[(signal,)].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                signal,
            )


class ObsgenRuntimeExportSentTotal(Counter):
    """Spans and scores that the server accepted."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_export_sent_total",
        type="counter",
        help="Spans and scores that the server accepted.",
        labels=(
            LabelDescriptor(
                name="signal",
                values=(
                    "span",
                    "score",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        signal: Signal,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(signal,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                signal,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class ObsgenRuntimeHookFaultsTotal(Counter):
    """Faults inside the runtime that the application was shielded from."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_hook_faults_total",
        type="counter",
        help="Faults inside the runtime that the application was shielded from.",
        labels=(
            LabelDescriptor(
                name="hook",
                at_most=50,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        hook: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(hook,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                hook,
            )

    def declare(
        self,
        /,
        *,
        hook: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            hook,
        )


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


class ObsgenRuntimeLlmCallsTotal(Counter):
    """Calls of language models that the runtime saw."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_llm_calls_total",
        type="counter",
        help="Calls of language models that the runtime saw.",
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


class ObsgenRuntimeOverheadSecondsTotal(Counter):
    """Time that the runtime took from its callers."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_overhead_seconds_total",
        type="counter",
        help="Time that the runtime took from its callers.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="hook",
                at_most=50,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        hook: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(hook,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                hook,
            )

    def declare(
        self,
        /,
        *,
        hook: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            hook,
        )


class ObsgenRuntimePriceUnknownTotal(Counter):
    """Calls that no price is known for; their cost is missing from every sum."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_price_unknown_total",
        type="counter",
        help="Calls that no price is known for; their cost is missing from every sum.",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=50,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
            )

    def declare(
        self,
        /,
        *,
        model: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
        )


class ObsgenRuntimeSpansWithoutIdentityTotal(Counter):
    """Root spans that were started without persona and session, so that nobody finds them by these."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_spans_without_identity_total",
        type="counter",
        help="Root spans that were started without persona and session, so that nobody finds them by these.",
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


class ObsgenRuntimeUsageUnknownTotal(Counter):
    """Calls whose answer told no tokens."""

    descriptor = MetricDescriptor(
        name="obsgen_runtime_usage_unknown_total",
        type="counter",
        help="Calls whose answer told no tokens.",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=50,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[(model,)](amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
            )

    def declare(
        self,
        /,
        *,
        model: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
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
    ObsgenRuntimeExportDroppedTotal.descriptor,
    ObsgenRuntimeExportErrorsTotal.descriptor,
    ObsgenRuntimeExportLastSuccessTimestampSeconds.descriptor,
    ObsgenRuntimeExportMadeTotal.descriptor,
    ObsgenRuntimeExportQueueDepth.descriptor,
    ObsgenRuntimeExportSentTotal.descriptor,
    ObsgenRuntimeHookFaultsTotal.descriptor,
    ObsgenRuntimeLabelRejectedTotal.descriptor,
    ObsgenRuntimeLlmCallsTotal.descriptor,
    ObsgenRuntimeOverheadSecondsTotal.descriptor,
    ObsgenRuntimePriceUnknownTotal.descriptor,
    ObsgenRuntimeSpansWithoutIdentityTotal.descriptor,
    ObsgenRuntimeUsageUnknownTotal.descriptor,
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
        self.obsgen_runtime_export_dropped_total = make(
            ObsgenRuntimeExportDroppedTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_export_errors_total = make(
            ObsgenRuntimeExportErrorsTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_export_last_success_timestamp_seconds = make(
            ObsgenRuntimeExportLastSuccessTimestampSeconds,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_export_made_total = make(
            ObsgenRuntimeExportMadeTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_export_queue_depth = make(
            ObsgenRuntimeExportQueueDepth,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_export_sent_total = make(
            ObsgenRuntimeExportSentTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_hook_faults_total = make(
            ObsgenRuntimeHookFaultsTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_label_rejected_total = make(
            ObsgenRuntimeLabelRejectedTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_llm_calls_total = make(
            ObsgenRuntimeLlmCallsTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_overhead_seconds_total = make(
            ObsgenRuntimeOverheadSecondsTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_price_unknown_total = make(
            ObsgenRuntimePriceUnknownTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_spans_without_identity_total = make(
            ObsgenRuntimeSpansWithoutIdentityTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_usage_unknown_total = make(
            ObsgenRuntimeUsageUnknownTotal,
            registry,
            strict=strict,
        )
        self.obsgen_runtime_value_rejected_total = make(
            ObsgenRuntimeValueRejectedTotal,
            registry,
            strict=strict,
        )
