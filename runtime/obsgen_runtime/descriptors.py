"""What a generated collector says about itself, as data that tests and tools can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MetricType = Literal["counter", "gauge", "histogram", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDescriptor:
    """
    One label of a metric.

    Attributes:
        name: As on /metrics.
        values: Every value the label may take, in the order of the catalog; None for an open label.
        at_most: How many distinct values an open label may have in one process; None without a bound.
    """

    name: str
    values: tuple[str, ...] | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDescriptor:
    """
    One metric.

    Attributes:
        name: As on /metrics; a histogram's without `_bucket`, `_sum`, `_count`.
        type: An info metric is exposed as a gauge that is always 1.
        help: What is measured, one sentence.
        unit: Plural, such as `seconds`; None for a plain count.
        labels: In the order of the catalog.
        buckets: Upper bounds of a histogram in *unit*, rising, without +Inf; empty for the other types.
    """

    name: str
    type: MetricType
    help: str
    unit: str | None = None
    labels: tuple[LabelDescriptor, ...] = ()
    buckets: tuple[float, ...] = ()
