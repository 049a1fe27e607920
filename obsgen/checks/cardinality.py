"""How many series a metric can have at worst, and how that number comes about."""

from __future__ import annotations

import math
from dataclasses import dataclass

from obsgen.diagnostics import Label
from obsgen.spec.model import Metric, MetricLabel, Service

#: What a histogram has beside its finite buckets: `+Inf`, the sum and the count.
_PARTS = 3


@dataclass(frozen=True, kw_only=True)
class Size:
    """
    The series of one metric at worst.

    Attributes:
        factors: Pairs of a number and what it counts; their product is the number of series.
        widest: The label with most values; None for a metric without labels.
    """

    factors: tuple[tuple[int, str], ...]
    widest: MetricLabel | None

    @property
    def series(self) -> int:
        """The number of series."""
        return math.prod(number for number, _ in self.factors)

    @property
    def sum(self) -> str:
        """The multiplication: `6 persona x 40 chatmode x 10 buckets+3 = 3,120`."""
        words = [
            f"{number - _PARTS} buckets+{_PARTS}" if what == "buckets" else f"{number:,} {what}"
            for number, what in self.factors
        ]
        return f"{' x '.join(words) or 1} = {self.series:,}"


def values(label: MetricLabel) -> int:
    """Return how many values *label* can have, without `other`; one that follows from another label adds none."""
    if label.derived is not None:
        return 1
    return max(1, label.at_most or 1 if label.values is None else len(label.values))


def size(metric: Metric, service: Service) -> Size:
    """Return the series of *metric*, in all workspaces of its *service* together, if every label takes every value."""
    factors = [(values(label), label.name) for label in metric.labels if label.derived is None]
    if metric.kind == "histogram":
        factors.append((len(metric.buckets) + _PARTS, "buckets"))
    if len(service.workspaces) > 1:
        factors.append((len(service.workspaces), "workspaces"))
    return Size(factors=tuple(factors), widest=max(metric.labels, key=values, default=None))


def definition(label: MetricLabel) -> Label:
    """Return the place that says how many values *label* has."""
    key = "values" if label.values is not None else "at_most"
    return Label(label.definition.key(key), f"`{label.name}` has the most values")
