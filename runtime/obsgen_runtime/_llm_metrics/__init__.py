# Written by `obsgen build` from the service `llm`; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `llm`."""

from __future__ import annotations

from datetime import date
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
from obsgen_runtime.prices import ModelPrice, PriceTable

__all__ = [
    "DESCRIPTORS",
    "ErrorKind",
    "LlmChunkGapSeconds",
    "LlmCostUsdTotal",
    "LlmErrorsTotal",
    "LlmMetrics",
    "LlmRequestDurationSeconds",
    "LlmRequestsTotal",
    "LlmRetriesTotal",
    "LlmTimeToFirstTokenSeconds",
    "LlmTokensTotal",
    "Outcome",
    "PRICES",
    "TokenType",
]

ErrorKind: TypeAlias = Literal[
    "timeout",
    "rate_limit",
    "authentication",
    "invalid_request",
    "content_filter",
    "connection",
    "server",
    "cancelled",
    "unknown",
]

Outcome: TypeAlias = Literal[
    "ok",
    "error",
    "cancelled",
]

TokenType: TypeAlias = Literal[
    "input",
    "cache_read",
    "cache_write",
    "output",
]

PRICES: Final[PriceTable] = PriceTable(
    as_of=date(2026, 11, 1),
    models={
        "claude-3-5-haiku": ModelPrice(
            input=0.8,
            output=4,
            cache_read=0.08,
            cache_write=1,
        ),
        "claude-3-5-sonnet": ModelPrice(
            input=3,
            output=15,
            cache_read=0.3,
            cache_write=3.75,
        ),
        "claude-3-7-sonnet": ModelPrice(
            input=3,
            output=15,
            cache_read=0.3,
            cache_write=3.75,
        ),
        "claude-3-haiku": ModelPrice(
            input=0.25,
            output=1.25,
            cache_read=0.03,
            cache_write=0.3,
        ),
        "claude-haiku-4-5": ModelPrice(
            input=1,
            output=5,
            cache_read=0.1,
            cache_write=1.25,
        ),
        "claude-opus-4": ModelPrice(
            input=15,
            output=75,
            cache_read=1.5,
            cache_write=18.75,
        ),
        "claude-opus-4-1": ModelPrice(
            input=15,
            output=75,
            cache_read=1.5,
            cache_write=18.75,
        ),
        "claude-opus-4-5": ModelPrice(
            input=5,
            output=25,
            cache_read=0.5,
            cache_write=6.25,
        ),
        "claude-sonnet-4": ModelPrice(
            input=3,
            output=15,
            cache_read=0.3,
            cache_write=3.75,
        ),
        "claude-sonnet-4-5": ModelPrice(
            input=3,
            output=15,
            cache_read=0.3,
            cache_write=3.75,
        ),
        "gemini-2.0-flash": ModelPrice(
            input=0.1,
            output=0.4,
            cache_read=0.025,
        ),
        "gemini-2.5-flash": ModelPrice(
            input=0.3,
            output=2.5,
            cache_read=0.075,
        ),
        "gemini-2.5-flash-lite": ModelPrice(
            input=0.1,
            output=0.4,
            cache_read=0.025,
        ),
        "gemini-2.5-pro": ModelPrice(
            input=1.25,
            output=10,
            cache_read=0.3125,
        ),
        "gpt-3.5-turbo": ModelPrice(
            input=0.5,
            output=1.5,
        ),
        "gpt-4": ModelPrice(
            input=30,
            output=60,
        ),
        "gpt-4-turbo": ModelPrice(
            input=10,
            output=30,
        ),
        "gpt-4.1": ModelPrice(
            input=2,
            output=8,
            cache_read=0.5,
        ),
        "gpt-4.1-mini": ModelPrice(
            input=0.4,
            output=1.6,
            cache_read=0.1,
        ),
        "gpt-4.1-nano": ModelPrice(
            input=0.1,
            output=0.4,
            cache_read=0.025,
        ),
        "gpt-4o": ModelPrice(
            input=2.5,
            output=10,
            cache_read=1.25,
        ),
        "gpt-4o-mini": ModelPrice(
            input=0.15,
            output=0.6,
            cache_read=0.075,
        ),
        "gpt-5": ModelPrice(
            input=1.25,
            output=10,
            cache_read=0.125,
        ),
        "gpt-5-mini": ModelPrice(
            input=0.25,
            output=2,
            cache_read=0.025,
        ),
        "gpt-5-nano": ModelPrice(
            input=0.05,
            output=0.4,
            cache_read=0.005,
        ),
        "o3": ModelPrice(
            input=2,
            output=8,
            cache_read=0.5,
        ),
        "o4-mini": ModelPrice(
            input=1.1,
            output=4.4,
            cache_read=0.275,
        ),
    },
)


class LlmChunkGapSeconds(Histogram):
    """Longest wait between two chunks of one streamed answer."""

    descriptor = MetricDescriptor(
        name="llm_chunk_gap_seconds",
        type="histogram",
        help="Longest wait between two chunks of one streamed answer.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
        ),
        buckets=(
            0.01,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        model: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[(model,)](value)
        except Exception:
            self._observe_slowly(
                value,
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


class LlmCostUsdTotal(Counter):
    """Cost of calls whose price is known."""

    descriptor = MetricDescriptor(
        name="llm_cost_usd_total",
        type="counter",
        help="Cost of calls whose price is known.",
        unit="usd",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                model,
                persona,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
                persona,
            )

    def declare(
        self,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
            persona,
        )


class LlmErrorsTotal(Counter):
    """Calls that failed, tries that were repeated included."""

    descriptor = MetricDescriptor(
        name="llm_errors_total",
        type="counter",
        help="Calls that failed, tries that were repeated included.",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="kind",
                values=(
                    "timeout",
                    "rate_limit",
                    "authentication",
                    "invalid_request",
                    "content_filter",
                    "connection",
                    "server",
                    "cancelled",
                    "unknown",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        model: str,
        kind: ErrorKind,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                model,
                kind,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
                kind,
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


class LlmRequestDurationSeconds(Histogram):
    """Time from the call to its last token."""

    descriptor = MetricDescriptor(
        name="llm_request_duration_seconds",
        type="histogram",
        help="Time from the call to its last token.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
            ),
        ),
        buckets=(
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            20,
            40,
            80,
            160,
            320,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[
                model,
                persona,
            ](value)
        except Exception:
            self._observe_slowly(
                value,
                model,
                persona,
            )

    def declare(
        self,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
            persona,
        )


class LlmRequestsTotal(Counter):
    """Calls of language models that ended."""

    descriptor = MetricDescriptor(
        name="llm_requests_total",
        type="counter",
        help="Calls of language models that ended.",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
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
        model: str,
        persona: str,
        outcome: Outcome,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                model,
                persona,
                outcome,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
                persona,
                outcome,
            )

    def declare(
        self,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
            persona,
        )


class LlmRetriesTotal(Counter):
    """Calls that were tried again."""

    descriptor = MetricDescriptor(
        name="llm_retries_total",
        type="counter",
        help="Calls that were tried again.",
        labels=(
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


class LlmTimeToFirstTokenSeconds(Histogram):
    """Time from the call to the first token of a streamed answer."""

    descriptor = MetricDescriptor(
        name="llm_time_to_first_token_seconds",
        type="histogram",
        help="Time from the call to the first token of a streamed answer.",
        unit="seconds",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
            ),
        ),
        buckets=(
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2,
            4,
            8,
            16,
            32,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[
                model,
                persona,
            ](value)
        except Exception:
            self._observe_slowly(
                value,
                model,
                persona,
            )

    def declare(
        self,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
            persona,
        )


class LlmTokensTotal(Counter):
    """Tokens of calls whose answer told them."""

    descriptor = MetricDescriptor(
        name="llm_tokens_total",
        type="counter",
        help="Tokens of calls whose answer told them.",
        unit="tokens",
        labels=(
            LabelDescriptor(
                name="model",
                at_most=20,
            ),
            LabelDescriptor(
                name="persona",
                at_most=20,
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
        model: str,
        persona: str,
        token_type: TokenType,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                model,
                persona,
                token_type,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                model,
                persona,
                token_type,
            )

    def declare(
        self,
        /,
        *,
        model: str,
        persona: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            model,
            persona,
        )


DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = (
    LlmChunkGapSeconds.descriptor,
    LlmCostUsdTotal.descriptor,
    LlmErrorsTotal.descriptor,
    LlmRequestDurationSeconds.descriptor,
    LlmRequestsTotal.descriptor,
    LlmRetriesTotal.descriptor,
    LlmTimeToFirstTokenSeconds.descriptor,
    LlmTokensTotal.descriptor,
)


class LlmMetrics:
    """The collectors of the service `llm`, one attribute for each metric."""

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
        self.llm_chunk_gap_seconds = make(
            LlmChunkGapSeconds,
            registry,
            strict=strict,
        )
        self.llm_cost_usd_total = make(
            LlmCostUsdTotal,
            registry,
            strict=strict,
        )
        self.llm_errors_total = make(
            LlmErrorsTotal,
            registry,
            strict=strict,
        )
        self.llm_request_duration_seconds = make(
            LlmRequestDurationSeconds,
            registry,
            strict=strict,
        )
        self.llm_requests_total = make(
            LlmRequestsTotal,
            registry,
            strict=strict,
        )
        self.llm_retries_total = make(
            LlmRetriesTotal,
            registry,
            strict=strict,
        )
        self.llm_time_to_first_token_seconds = make(
            LlmTimeToFirstTokenSeconds,
            registry,
            strict=strict,
        )
        self.llm_tokens_total = make(
            LlmTokensTotal,
            registry,
            strict=strict,
        )
