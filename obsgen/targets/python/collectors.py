"""What a module says about each metric."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.spec.model import Derived, Metric, MetricLabel
from obsgen.targets.python import literals
from obsgen.targets.python.layout import skip
from obsgen.targets.python.methods import Method, methods
from obsgen.targets.python.values import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOf:
    """A number that belongs to the value of a label: literal of the label's name, and the constant."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """
    One label in a descriptor.

    Attributes:
        name: Literal.
        values: Literals, None for an open label.
        at_most: Bound of an open label.
    """

    name: str
    values: tuple[str, ...] | None
    at_most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """
    One class.

    Attributes:
        name: CamelCase.
        base: `Counter`, `Gauge`, `Histogram` or `Info`.
        attribute: Name of the object in the class that holds all of them.
        doc: Docstring, quotes included.
        metric, help: Literals.
        unit: Literal, empty for none.
        labels: As the descriptor lists them.
        buckets: Literals.
        starts_at: Literal or `ValueOf`, None for none.
        derived: Literal of the label's name and where its value comes from.
        methods: What records.
    """

    name: str
    base: str
    attribute: str
    doc: str
    metric: str
    kind: str
    help: str
    unit: str
    labels: tuple[LabelView, ...]
    buckets: tuple[str, ...]
    starts_at: str | ValueOf | None
    derived: tuple[tuple[str, ValueOf], ...]
    methods: tuple[Method, ...]

    @property
    def is_long(self) -> bool:
        """Whether the head of the class does not fit into one narrow line."""
        return bool(skip(f"class {self.name}({self.base}):"))

    @property
    def skip(self) -> str:
        """What stands behind the descriptor where its layout would depend on the line length."""
        single = (
            f"                values=({one.values[0]},)," for one in self.labels if one.values and len(one.values) == 1
        )
        return next((comment for line in single if (comment := skip(line))), "")

    @property
    def uses(self) -> Iterator[str]:
        """Names of the runtime that the class needs."""
        yield self.base
        if self.labels:
            yield "LabelDescriptor"
        if self.derived or isinstance(self.starts_at, ValueOf):
            yield "ValueOf"
        if any(method.guard for method in self.methods):
            yield "INFINITY"


def collector(metric: Metric, name: str, attribute: str, values: Values) -> Collector:
    """Return the class called *name* that records *metric*."""
    return Collector(
        name=name,
        base=metric.kind.capitalize(),
        attribute=attribute,
        doc=literals.docstring(metric.help),
        metric=literals.text(metric.name),
        kind=literals.text(metric.kind),
        help=literals.text(metric.help),
        unit=literals.text(metric.unit) if metric.unit else "",
        labels=tuple(_label(label) for label in metric.labels),
        buckets=tuple(literals.number(bound) for bound in metric.buckets),
        starts_at=_starts_at(metric, values),
        derived=tuple(
            (literals.text(label.name), _value_of(metric, label.derived, values))
            for label in metric.labels
            if label.derived
        ),
        methods=methods(metric, values),
    )


def _label(label: MetricLabel) -> LabelView:
    values = None if label.values is None else tuple(literals.text(value) for value in label.values)
    return LabelView(name=literals.text(label.name), values=values, at_most=label.at_most if values is None else None)


def _starts_at(metric: Metric, values: Values) -> str | ValueOf | None:
    if isinstance(metric.starts_at, Derived):
        return _value_of(metric, metric.starts_at, values)
    return None if metric.starts_at is None else literals.number(metric.starts_at)


def _value_of(metric: Metric, derived: Derived, values: Values) -> ValueOf:
    return ValueOf(label=literals.text(derived.label), data=values.constant_of(metric, derived))
