"""
The query vocabulary: one dataclass per shape, its first field the key that names it.

`promql.compile` is the one place that turns a shape into PromQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from obsgen.spec.fields import Keys, Needs, NotEmpty, OneOf, Origin, Range, Rule, Text, Written, key, origin
from obsgen.spec.objects import ObjectKind
from obsgen.spec.tagged import TaggedKind
from obsgen.spec.values import (
    LABEL_NAME,
    AlertName,
    Count,
    DurationText,
    LabelValue,
    LabelValues,
    MetricName,
    Names,
    Prose,
    SeriesName,
    Threshold,
)

PATTERN = Text(
    r"[^\x00-\x1f\x7f]{1,200}", "a regular expression", "1 to 200 characters, no line breaks or control characters"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Except(Written):
    """Every value but these."""

    not_: LabelValue | LabelValues = key("The value or values to leave out.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(Written):
    """Every value that a regular expression describes."""

    matches: Annotated[str, PATTERN] = key("Regular expression (RE2) for the whole value.")
    origin: Origin = origin()


Picked: TypeAlias = Annotated[
    Except | Matches,
    TaggedKind(
        "Picked",
        (ObjectKind(Except), ObjectKind(Matches)),
        meaning="LabelValues of a label, told by what they are not or look like.",
        words="`{not: VALUE}` or `{matches: PATTERN}`",
    ),
]
Filter: TypeAlias = Annotated[Mapping[str, LabelValue | LabelValues | Picked], Keys(LABEL_NAME), NotEmpty()]

_BY = "Labels to keep, one result for each combination; left out, everything is put together."
_WHERE = "Narrows the whole query to series whose labels have these values."
_OVER = (
    "Window; required in alerts and recorded series, in panels the rate interval or the dashboard's range if left out."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Written):
    """How often something happens, per second."""

    rate: MetricName = key("A counter or a histogram (its observations).")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase(Written):
    """How many in the window."""

    increase: MetricName = key("A counter or a histogram (its observations).")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Written):
    """What a gauge reads now."""

    value: SeriesName = key("A gauge, an info metric or a recorded series.")
    as_: Literal["sum", "max", "min", "mean", "each"] | None = key(
        "How to put several series together; in a condition `below` takes the smallest, `above` the largest; in a panel each.",
        default=None,
    )
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio(Written):
    """The share that a part has of its own total, from 0 to 1."""

    ratio: MetricName = key("A counter or a histogram (its observations): the total.")
    part: Filter = key("Which of them count as the part.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class PerParts(Written):
    """One thing per another."""

    of: Query = key("What is divided.")
    each: Query = key("What it is divided by; with the same `by`.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Per(Written):
    """One thing per another, such as cost per task."""

    per: PerParts = key("The two queries.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Written):
    """The part that each value of some labels has of the whole, from 0 to 1."""

    share: MetricName = key("A counter or a histogram (its observations).")
    by: Names = key("The labels whose combinations share the whole.")
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile(Written):
    """The value that a share of the observations stays below."""

    quantile: Annotated[float, Range(0, 1)] = key("The share, such as 0.95.")
    of: MetricName = key("A histogram.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean(Written):
    """The average observation: the sum of all divided by their number."""

    mean: MetricName = key("A histogram.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Written):
    """The share of observations that is not above a bucket's bound, from 0 to 1."""

    within: Threshold = key("One of the histogram's bounds.")
    of: MetricName = key("A histogram.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Written):
    """How many observations fall into each bucket; for heatmaps."""

    distribution: MetricName = key("A histogram.")
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Top(Written):
    """The largest results of another query, as of now."""

    top: Annotated[int, Range(1, 100)] = key("How many.")
    of: Query = key("Of what.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Written):
    """Where a gauge will be if it goes on like this."""

    forecast: MetricName = key("A gauge.")
    in_: DurationText = key("How far ahead.")
    from_: DurationText = key("Window that the slope is taken from.")
    as_: Literal["sum", "max", "min", "mean", "each"] | None = key("How to put several series together.", default=None)
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Written):
    """What the period will come to at this pace."""

    project: MetricName = key("A counter, such as cost.")
    to: Literal["day", "week", "month", "year"] = key("The period, with 30 days to a month and 365 to a year.")
    over: DurationText = key("Window that the pace is taken from.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(Written):
    """True while nothing reports a metric."""

    absent: MetricName = key("Any metric.")
    where: Filter | None = key(_WHERE, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Down(Written):
    """True while a target of the service's scrape job does not answer."""

    down: Literal[True] = key("`true`")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Age(Written):
    """Seconds since the time that a timestamp gauge holds."""

    age: MetricName = key("A gauge that holds a Unix time in seconds.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Written):
    """How often a gauge moved in the window."""

    changes: MetricName = key("A gauge.")
    by: Names | None = key(_BY, default=None)
    where: Filter | None = key(_WHERE, default=None)
    over: DurationText | None = key(_OVER, default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting(Written):
    """The instances of an alert that are pending or firing; for tables."""

    alerting: AlertName = key("An alert of this catalog.")
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw(Written):
    """Anything else, in PromQL; checked against the catalog like the shapes."""

    promql: Prose = key("The expression. Dashboard variables and `$__rate_interval` may stand in panels.")
    origin: Origin = origin()


Shape: TypeAlias = (
    Rate | Increase | Value | Ratio | Per | Share | Quantile | Mean | Within | Distribution | Top | Forecast | Project
    | Absent | Down | Age | Changes | Alerting | Raw
)  # fmt: skip
_SHAPES: tuple[type[Written], ...] = (
    Rate, Increase, Value, Ratio, Per, Share, Quantile, Mean, Within, Distribution, Top, Forecast, Project,
    Absent, Down, Age, Changes, Alerting, Raw,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Written):
    """When a query's result makes the condition true."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        OneOf(("above", "below", "at_least", "at_most", "equals")),
        Needs("min_events", ("ratio", "quantile", "mean", "within")),
    )

    above: Threshold | None = key("True where the result is larger.", default=None, example="20%")
    below: Threshold | None = key("True where the result is smaller.", default=None)
    at_least: Threshold | None = key("True where the result is as large or larger.", default=None)
    at_most: Threshold | None = key("True where the result is as small or smaller.", default=None)
    equals: Threshold | None = key("True where the result is exactly this.", default=None)
    min_events: Count | None = key(
        "True only if there were this many events in the window; keeps quiet where little happens.", default=None
    )
    origin: Origin = origin()

    @property
    def word(self) -> str:
        """The key of the comparison that is set."""
        return next(word for word in OPERATORS if getattr(self, word) is not None)


OPERATORS: Mapping[str, str] = {"above": ">", "below": "<", "at_least": ">=", "at_most": "<=", "equals": "=="}


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Written):
    """True where every condition is true for the same labels."""

    all_: Annotated[tuple[Condition, ...], NotEmpty()] = key("The conditions.")
    unless: Condition | None = key("... and this one is not.", default=None)
    origin: Origin = origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Written):
    """True where at least one condition is true."""

    any_: Annotated[tuple[Condition, ...], NotEmpty()] = key("The conditions.")
    origin: Origin = origin()


Query: TypeAlias = Annotated[
    Shape,
    TaggedKind(
        "Query",
        tuple(ObjectKind(shape) for shape in _SHAPES),
        meaning="A question to Prometheus; the first key says which.",
        words="a query such as `{rate: METRIC}`",
        text_advice='PromQL is written `{promql: "..."}`',
        relatives=(ObjectKind(Test), ObjectKind(AllOf), ObjectKind(AnyOf)),
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class When(Written):
    """
    A query and the test that makes a condition of it.

    Attributes:
        query: The query.
        test: None for the shapes that are conditions by themselves.
    """

    query: Shape
    test: Test | None
    origin: Origin = origin()


def _condition(member: Written, test: Test | None, where: Origin) -> When | AllOf | AnyOf:
    if isinstance(member, AllOf | AnyOf):
        return member
    return When(query=member, test=test, origin=where)  # type: ignore[arg-type]


#: Shapes with many results for one combination of labels, or none of their own.
_NO_CONDITIONS: tuple[type[Written], ...] = (Distribution, Top, Alerting)

Condition: TypeAlias = Annotated[
    When | AllOf | AnyOf,
    TaggedKind(
        "Condition",
        tuple(ObjectKind(shape) for shape in (*_SHAPES, AllOf, AnyOf) if shape not in _NO_CONDITIONS),
        extra=ObjectKind(Test),
        alone=frozenset({"absent", "down", "promql", "all", "any"}),
        build=_condition,
        meaning="A query with a comparison, true or false for each combination of labels.",
        words="a condition such as `{value: METRIC, below: 5}`",
        text_advice='PromQL is written `{promql: "..."}`',
        relatives=tuple(ObjectKind(shape) for shape in _NO_CONDITIONS),
    ),
]
