"""What an expression means: the facts about a series, and the facts about the result of a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from obsgen.promql.meaning.amounts import ANY, Amount
from obsgen.promql.meaning.label_sets import ANY_LABELS, NO_LABELS, Labels
from obsgen.promql.meaning.unit_words import Unit
from obsgen.promql.tree import Binary
from obsgen.spec.model import Metric, Record

Kind: TypeAlias = Literal[
    "counter", "gauge", "histogram", "bucket", "sum", "count", "info", "alert", "boolean", "timestamp",
    "ratio", "rate", "increase", "delta", "quantile", "number",
]  # fmt: skip
Type: TypeAlias = Literal["vector", "range", "scalar", "string"]

#: Kinds that only rise, so that their value means nothing but its growth does.
RISING_KINDS: frozenset[Kind | None] = frozenset({"counter", "bucket", "sum", "count"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFacts:
    """
    What a series name stands for.

    Attributes:
        name: The name.
        known: False where neither the catalog nor Prometheus defines it; everything else is open then.
        kind: None where it is unknown. `bucket`, `sum` and `count` are the parts of a histogram, `histogram` its bare name,
            which only a native histogram has.
        unit: Of the value; for `bucket` and `count` that is a bare count.
        labels, amount: What its elements can be.
        bounds: Finite upper bounds of the buckets, for every part of a histogram and for what is recorded of them.
        bounds_unit: Their unit.
        scrape_seconds: Time between two samples, where the service says so.
        metric: The metric of the catalog.
        record: The recorded series of the catalog.
        aggregated, rated: Of a recorded series: what its query does.
        empty: Under-approximation: True only if it never has an element, because its query has none.
    """

    name: str
    known: bool = True
    kind: Kind | None = None
    unit: Unit = None
    labels: Labels = ANY_LABELS
    amount: Amount = ANY
    bounds: tuple[float, ...] = ()
    bounds_unit: Unit = None
    scrape_seconds: float | None = None
    metric: Metric | None = None
    record: Record | None = None
    aggregated: bool = False
    rated: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """
    What a part of an expression gives.

    Each fact is an over-approximation (what can occur lies within it; the widest answer claims nothing) or an
    under-approximation (True only if it is certain; False claims nothing). They hold for every state of the monitored
    system in which the series are what the catalog says.

    Attributes:
        type: `vector`, `range`, `scalar` or `string`. Exact.
        kind: What sort of number it is; None where it is unknown. `rate`, `increase` and `delta` are changes over time,
            `ratio` is a share of 1, `quantile` comes from histogram_quantile, `number` is written in the query.
        unit: Word of the catalog, empty for a bare count; None where it is unknown. See `unit_words`.
        labels: Over- and under-approximations, see `Labels`; also to be read as `possible`, `certain` and `values`.
        amount: See `Amount`; also to be read as `low`, `high`, `nonzero`, `may_nan` and `may_inf`.
        constant: The number, if it is written in the query and nothing else. Exact.
        empty: Under-approximation: True only if there is never an element.
        aggregated: Whether values of several series were put together on the way, here or in a recorded series. Exact
            for what is known.
        rated: Whether a change over time was taken on the way. Exact for what is known.
        division: The division that lets NaN or infinity into the result, None where none does.
        series: The one series whose values these are, possibly put together or changed; None for several or none.
        sources: Names of all series that the values come from.
    """

    type: Type = "vector"
    kind: Kind | None = None
    unit: Unit = None
    labels: Labels = NO_LABELS
    amount: Amount = ANY
    constant: float | None = None
    empty: bool = False
    aggregated: bool = False
    rated: bool = False
    division: Binary | None = None
    series: SeriesFacts | None = None
    sources: frozenset[str] = frozenset()

    @property
    def possible(self) -> frozenset[str] | None:
        """Over-approximation: every label that an element can have, `__name__` included; None where it can have any."""
        return self.labels.possible

    @property
    def certain(self) -> frozenset[str]:
        """Under-approximation: labels that every element has."""
        return self.labels.certain

    @property
    def values(self) -> Mapping[str, frozenset[str]]:
        """Over-approximation: values of a label where an element has it; a label without an entry is open."""
        return self.labels.values

    @property
    def low(self) -> float:
        """Over-approximation: no value is below it."""
        return self.amount.low

    @property
    def high(self) -> float:
        """Over-approximation: no value is above it."""
        return self.amount.high

    @property
    def nonzero(self) -> bool:
        """Under-approximation: True only if no value is 0."""
        return self.amount.nonzero

    @property
    def may_nan(self) -> bool:
        """Over-approximation: False only if no value is NaN."""
        return self.amount.nan

    @property
    def may_inf(self) -> bool:
        """Over-approximation: False only if no value is infinite."""
        return self.amount.inf

    def may_have(self, label: str) -> bool:
        """Return whether an element can have *label*; True where that is unknown."""
        return self.labels.may_have(label)
