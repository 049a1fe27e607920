# Written by `obsgen build` from the rules for awkward names; change the catalog, not this file.
# ruff: noqa
"""Collectors of the service `awkward`."""

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
    "AwkwardBuildInfo",
    "AwkwardEventsTotal",
    "AwkwardLatencySeconds",
    "AwkwardLevelRatio",
    "AwkwardMetrics",
    "AwkwardNameThatGoesOnAndOnAndOnUntilNobodyReadsTheEndOfItAnyMoreSeconds",
    "AwkwardPairsTotal",
    "AwkwardQueueItems",
    "AwkwardTemperatureCelsius",
    "AwkwardWordsTotal",
    "DESCRIPTORS",
    "Lane",
    "Place",
    "SIDE_WEIGHT",
    "Side",
]

Place: TypeAlias = Literal["inside"]

Side: TypeAlias = Literal[
    "left",
    "right",
]

Lane: TypeAlias = Literal[
    "1",
    "true",
]

SIDE_WEIGHT: Final[Mapping[Side, float]] = MappingProxyType(
    {
        "left": 1.5,
        "right": 2,
    },
)


class AwkwardEventsTotal(Counter):
    """A counter without labels."""

    descriptor = MetricDescriptor(
        name="awkward_events_total",
        type="counter",
        help="A counter without labels.",
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


class AwkwardLevelRatio(Gauge):
    """A gauge without labels."""

    descriptor = MetricDescriptor(
        name="awkward_level_ratio",
        type="gauge",
        help="A gauge without labels.",
        unit="ratio",
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


class AwkwardTemperatureCelsius(Histogram):
    """A histogram below zero."""

    descriptor = MetricDescriptor(
        name="awkward_temperature_celsius",
        type="histogram",
        help="A histogram below zero.",
        unit="celsius",
        labels=(
            LabelDescriptor(
                name="place",
                values=("inside",),
            ),
        ),
        buckets=(
            -10,
            0,
            10.5,
        ),
    )

    def observe(
        self,
        value: float,
        /,
        *,
        place: Place,
    ) -> None:
        """Record one observation, in celsius."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[(place,)](value)
        except Exception:
            self._observe_slowly(
                value,
                place,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class AwkwardLatencySeconds(Histogram):
    """A histogram without labels."""

    descriptor = MetricDescriptor(
        name="awkward_latency_seconds",
        type="histogram",
        help="A histogram without labels.",
        unit="seconds",
        buckets=(0.5,),
    )

    def observe(
        self,
        value: float,
        /,
    ) -> None:
        """Record one observation, in seconds."""
        try:
            if not 0 <= value < INFINITY:
                raise ValueError(value)
            self._children[()](value)
        except Exception:
            self._observe_slowly(value)

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class AwkwardWordsTotal(Counter):
    """Labels named like words of the language."""

    descriptor = MetricDescriptor(
        name="awkward_words_total",
        type="counter",
        help="Labels named like words of the language.",
        labels=(
            LabelDescriptor(
                name="class",
                at_most=4,
            ),
            LabelDescriptor(
                name="self",
                at_most=4,
            ),
            LabelDescriptor(
                name="amount",
                at_most=4,
            ),
            LabelDescriptor(
                name="value",
                at_most=4,
            ),
            LabelDescriptor(
                name="key",
                at_most=4,
            ),
            LabelDescriptor(
                name="open_values",
                at_most=4,
            ),
            LabelDescriptor(
                name="ValueError",
                at_most=4,
            ),
        ),
    )

    def inc(
        self_,
        amount_: float = 1.0,
        /,
        *,
        class_: str,
        self: str,
        amount: str,
        value: str,
        key: str,
        open_values: str,
        ValueError_: str,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount_ < INFINITY:
                raise ValueError(amount_)
            self_._children[
                class_,
                self,
                amount,
                value,
                key,
                open_values,
                ValueError_,
            ](amount_)
        except Exception:
            self_._inc_slowly(
                amount_,
                class_,
                self,
                amount,
                value,
                key,
                open_values,
                ValueError_,
            )

    def declare(
        self_,
        /,
        *,
        class_: str,
        self: str,
        amount: str,
        value: str,
        key: str,
        open_values: str,
        ValueError_: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self_._declare(
            class_,
            self,
            amount,
            value,
            key,
            open_values,
            ValueError_,
        )


class AwkwardPairsTotal(Counter):
    """Only closed labels."""

    descriptor = MetricDescriptor(
        name="awkward_pairs_total",
        type="counter",
        help="Only closed labels.",
        labels=(
            LabelDescriptor(
                name="side",
                values=(
                    "left",
                    "right",
                ),
            ),
            LabelDescriptor(
                name="lane",
                values=(
                    "1",
                    "true",
                ),
            ),
        ),
    )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        side: Side,
        lane: Lane,
    ) -> None:
        """Add `amount`, which is not negative."""
        try:
            if not amount < INFINITY:
                raise ValueError(amount)
            self._children[
                side,
                lane,
            ](amount)
        except Exception:
            self._inc_slowly(
                amount,
                side,
                lane,
            )

    def declare(self) -> None:
        """Create all series, which has already happened at start."""
        self._declare()


class AwkwardQueueItems(Gauge):
    """A gauge that starts at a number."""

    descriptor = MetricDescriptor(
        name="awkward_queue_items",
        type="gauge",
        help="A gauge that starts at a number.",
        unit="items",
        labels=(
            LabelDescriptor(
                name="side",
                values=(
                    "left",
                    "right",
                ),
            ),
            LabelDescriptor(
                name="queue",
                at_most=3,
            ),
        ),
    )
    starts_at = 5

    def set(
        self,
        value: float,
        /,
        *,
        side: Side,
        queue: str,
    ) -> None:
        """Set the value."""
        try:
            if not -INFINITY < value < INFINITY:
                raise ValueError(value)
            self._children[
                side,
                queue,
            ].set(value)
        except Exception:
            self._set_slowly(
                value,
                side,
                queue,
            )

    def inc(
        self,
        amount: float = 1.0,
        /,
        *,
        side: Side,
        queue: str,
    ) -> None:
        """Add `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[
                side,
                queue,
            ].inc(amount)
        except Exception:
            self._inc_slowly(
                amount,
                side,
                queue,
            )

    def dec(
        self,
        amount: float = 1.0,
        /,
        *,
        side: Side,
        queue: str,
    ) -> None:
        """Subtract `amount`."""
        try:
            if not -INFINITY < amount < INFINITY:
                raise ValueError(amount)
            self._children[
                side,
                queue,
            ].dec(amount)
        except Exception:
            self._dec_slowly(
                amount,
                side,
                queue,
            )

    def declare(
        self,
        /,
        *,
        queue: str,
    ) -> None:
        """Create the series of these open labels, ahead of the first event."""
        self._declare(
            queue,
        )


class AwkwardBuildInfo(Info):
    """An info metric that is written."""

    descriptor = MetricDescriptor(
        name="awkward_build_info",
        type="info",
        help="An info metric that is written.",
        labels=(
            LabelDescriptor(
                name="version",
                at_most=3,
            ),
            LabelDescriptor(
                name="side",
                values=(
                    "left",
                    "right",
                ),
            ),
            LabelDescriptor(
                name="weight",
                values=(
                    "1.5",
                    "2",
                ),
            ),
        ),
    )
    derived = {
        "weight": ValueOf(
            label="side",
            data=SIDE_WEIGHT,
        ),
    }

    def set(
        self,
        /,
        *,
        version: str,
        side: Side,
    ) -> None:
        """Write the series of these labels."""
        try:
            self._children[
                version,
                side,
            ](1)
        except Exception:
            self._set_slowly(
                version,
                side,
            )


class AwkwardNameThatGoesOnAndOnAndOnUntilNobodyReadsTheEndOfItAnyMoreSeconds(Gauge):
    """A name beyond every line length, with a help that goes on as well, and on, and then some more, until it ends."""

    descriptor = MetricDescriptor(
        name="awkward_name_that_goes_on_and_on_and_on_until_nobody_reads_the_end_of_it_any_more_seconds",
        type="gauge",
        help="A name beyond every line length, with a help that goes on as well, and on, and then some more, until it ends.",
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
    AwkwardEventsTotal.descriptor,
    AwkwardLevelRatio.descriptor,
    AwkwardTemperatureCelsius.descriptor,
    AwkwardLatencySeconds.descriptor,
    AwkwardWordsTotal.descriptor,
    AwkwardPairsTotal.descriptor,
    AwkwardQueueItems.descriptor,
    AwkwardBuildInfo.descriptor,
    AwkwardNameThatGoesOnAndOnAndOnUntilNobodyReadsTheEndOfItAnyMoreSeconds.descriptor,
)


class AwkwardMetrics:
    """The collectors of the service `awkward`, one attribute for each metric."""

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
        self.awkward_events_total = make(
            AwkwardEventsTotal,
            registry,
            strict=strict,
        )
        self.awkward_level_ratio = make(
            AwkwardLevelRatio,
            registry,
            strict=strict,
        )
        self.awkward_temperature_celsius = make(
            AwkwardTemperatureCelsius,
            registry,
            strict=strict,
        )
        self.awkward_latency_seconds = make(
            AwkwardLatencySeconds,
            registry,
            strict=strict,
        )
        self.awkward_words_total = make(
            AwkwardWordsTotal,
            registry,
            strict=strict,
        )
        self.awkward_pairs_total = make(
            AwkwardPairsTotal,
            registry,
            strict=strict,
        )
        self.awkward_queue_items = make(
            AwkwardQueueItems,
            registry,
            strict=strict,
        )
        self.awkward_build_info = make(
            AwkwardBuildInfo,
            registry,
            strict=strict,
        )
        self.awkward_name_that_goes_on_and_on_and_on_until_nobody_reads_the_end_of_it_any_more_seconds = make(
            AwkwardNameThatGoesOnAndOnAndOnUntilNobodyReadsTheEndOfItAnyMoreSeconds,
            registry,
            strict=strict,
        )
