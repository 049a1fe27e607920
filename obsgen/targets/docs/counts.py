"""How many series a metric can have."""

from __future__ import annotations

from math import prod

from obsgen.spec.model import OTHER, Metric, MetricLabel


def factors(metric: Metric) -> tuple[int, ...]:
    """
    Return the numbers whose product is the largest number of series of *metric* in one process.

    One for each label that is free: its values and `other`, which stands for every refused one. For a histogram
    another one for its buckets, `+Inf`, sum and count.
    """
    found = [_values(label) for label in metric.labels if label.derived is None]
    return (*found, len(metric.buckets) + 3) if metric.kind == "histogram" else tuple(found)


def series_at_most(metric: Metric) -> int:
    """Return the largest number of series of *metric* in one process."""
    return prod(factors(metric))


def _values(label: MetricLabel) -> int:
    return (label.at_most or 0) + 1 if label.values is None else len({*label.values, OTHER})
