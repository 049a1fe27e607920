"""One metric: its labels resolved, its unit and values filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from obsgen.diagnostics import Label as Note
from obsgen.diagnostics import Span
from obsgen.spec.linker import Linker
from obsgen.spec.metrics import LabelUse, MetricSpec, StartsAt
from obsgen.spec.model import Derived, Label, Metric, MetricLabel
from obsgen.spec.units import unit_of_name
from obsgen.spec.values import Quantity, Threshold, number, quantity
from obsgen.words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMetric:
    """
    A metric as a file states it.

    Attributes:
        service: The service it belongs to.
        name: Full name.
        owner: Who answers for it, the file's owner and the service's considered.
        spec: What is said about it.
        name_span: Where its name stands.
    """

    service: str
    name: str
    owner: str
    spec: MetricSpec
    name_span: Span


def metric(written: WrittenMetric, labels: Mapping[str, Label], linker: Linker) -> Metric:
    """
    Return the metric that is *written*, without labels that lead nowhere; those are reported.

    Args:
        written: The metric.
        labels: Labels that its service knows, by name.
        linker: Where problems go.
    """
    spec = written.spec
    unit = spec.unit or unit_of_name(written.name)
    named = tuple(label for use in _uses(spec) if (label := _label(use, labels, linker)))
    data = _Data(named, labels, linker)
    low, high = _range(spec, unit, linker)
    return Metric(
        service=written.service,
        name=written.name,
        kind=spec.kind,
        help=spec.help,
        unit=unit,
        labels=tuple(data.derive(label) for label in named),
        buckets=_buckets(written, linker),
        low=low,
        high=high,
        expect=_expect(spec, unit, linker),
        renamed_from=spec.renamed_from or "",
        starts_at=_starts_at(spec, data),
        owner=written.owner,
        stability=spec.stability,
        notes=spec.notes or "",
        origin=spec.origin,
        name_span=written.name_span,
    )


@dataclass(frozen=True, slots=True)
class _Use:
    """A label as a metric names it; *more* is None where only the name is written."""

    name: str
    more: LabelUse | None
    span: Span


def _uses(spec: MetricSpec) -> Iterator[_Use]:
    if isinstance(spec.labels, Mapping):
        for name, more in spec.labels.items():
            yield _Use(name, more, spec.origin.key("labels", name))
    else:
        for position, name in enumerate(spec.labels):
            yield _Use(name, None, spec.origin.at("labels", position))


def _label(use: _Use, labels: Mapping[str, Label], linker: Linker) -> MetricLabel | None:
    """Return the label of the metric, one with values from data still without them; None if it leads nowhere."""
    more = use.more
    if more is not None and more.value_of:
        reference = _reference(more.value_of)
        return MetricLabel(
            name=use.name,
            kind="",
            help=f"`{reference.datum}` of the {reference.label}.",
            values=(),
            derived=reference,
            origin=more.origin,
            definition=more.origin,
        )
    kind = more.values_of if more and more.values_of else use.name
    definition = labels.get(kind)
    if definition is None:
        span = more.origin.at("values_of") if more and more.values_of else use.span
        linker.unknown("catalog/unknown-label", "label", kind, span, labels, help="define it under `labels:`")
        return None
    return MetricLabel(
        name=use.name,
        kind=kind,
        help=definition.help,
        values=_values(definition, more, linker),
        at_most=definition.at_most,
        example=definition.example,
        origin=more.origin if more else definition.origin,
        definition=definition.origin,
    )


def _values(definition: Label, more: LabelUse | None, linker: Linker) -> tuple[str, ...] | None:
    if more is None or not more.or_:
        return definition.values
    if definition.values is None:
        linker.report(
            "metric/or-on-open-label",
            f"`or` adds values to a closed label, `{definition.name}` is open",
            more.origin.key("or"),
            also=(Note(definition.origin.at("at_most"), "this makes it open"),),
            help="remove it: an open label takes any value",
        )
        return None
    return tuple(dict.fromkeys((*definition.values, *more.or_)))


def _reference(written: str) -> Derived:
    label, _, datum = written.rpartition(".")
    return Derived(label=label, datum=datum)


@dataclass(frozen=True, slots=True)
class _Data:
    """The numbers that belong to values of the labels of one metric."""

    named: tuple[MetricLabel, ...]
    labels: Mapping[str, Label]
    linker: Linker

    def derive(self, label: MetricLabel) -> MetricLabel:
        """Return *label*, with its values if they are data of another label."""
        if label.derived is None:
            return label
        data = self.look_up(label.derived, label.origin.at("value_of"))
        values = tuple(dict.fromkeys(number(value) for value in data.values()))
        return replace(label, values=values, example=values[0] if values else "")

    def look_up(self, reference: Derived, span: Span) -> Mapping[str, float]:
        """Return label value -> number for the datum that is referred to at *span*, reporting what is missing."""
        holder = next((label for label in self.named if label.name == reference.label), None)
        definition = self.labels.get(holder.kind) if holder else None
        if holder is None or definition is None or definition.values is None:
            closed = [label.name for label in self.named if label.values and not label.derived]
            self.linker.unknown(
                "metric/unknown-datum",
                "closed label of this metric",
                reference.label,
                span,
                closed,
                help="only a label that lists its values can have numbers",
            )
            return {}
        known = {datum for data in definition.data.values() for datum in data}
        if reference.datum not in known:
            what = f"datum of the label `{definition.name}`"
            advice = f"write `{{{reference.datum}: NUMBER}}` behind each of its values"
            self.linker.unknown("metric/unknown-datum", what, reference.datum, span, known, help=advice)
            return {}
        values = holder.values or ()
        missing = [value for value in values if reference.datum not in definition.data.get(value, {})]
        if missing:
            self.linker.report(
                "metric/missing-datum",
                f"the label `{holder.name}` can be {listed(missing)}, for which there is no `{reference.datum}`",
                span,
                also=(Note(definition.origin.at("values"), "the values stand here"),),
                help=f"write `{{{reference.datum}: NUMBER}}` behind the value",
            )
        return {value: definition.data[value][reference.datum] for value in values if value not in missing}


def _starts_at(spec: MetricSpec, data: _Data) -> float | Derived | None:
    if not isinstance(spec.starts_at, StartsAt):
        return spec.starts_at
    reference = _reference(spec.starts_at.value_of)
    data.look_up(reference, spec.starts_at.origin.at("value_of"))
    return reference


def _buckets(written: WrittenMetric, linker: Linker) -> tuple[float, ...]:
    spec = written.spec
    if spec.kind != "histogram":
        return ()
    if not spec.buckets:
        linker.report(
            "metric/missing-buckets",
            f"the histogram `{written.name}` says no buckets",
            spec.origin.key("histogram"),
            help="write `buckets: [..]` with upper bounds in its unit that reach past every threshold",
        )
        return ()
    for position, (lower, upper) in enumerate(zip(spec.buckets, spec.buckets[1:], strict=False), start=1):
        if upper <= lower:
            linker.report(
                "metric/buckets-not-rising",
                f"{number(upper)} does not rise above {number(lower)}",
                spec.origin.at("buckets", position),
                help="sort the bounds, each once",
            )
            break
    return spec.buckets


def _range(spec: MetricSpec, unit: str, linker: Linker) -> tuple[float | None, float | None]:
    if spec.range is None:
        return (0.0, 1.0) if unit == "ratio" and spec.kind == "gauge" else (None, None)
    if len(spec.range) != 2 or spec.range[0] >= spec.range[1]:
        linker.report(
            "metric/bad-range",
            "a range is two numbers, the lower one first",
            spec.origin.at("range"),
            help="write `range: [LOWEST, HIGHEST]`",
        )
        return None, None
    return spec.range[0], spec.range[1]


def _expect(spec: MetricSpec, unit: str, linker: Linker) -> tuple[float, float] | None:
    """Return the lowest and the highest value that usually occur, in the metric's unit; report what cannot be meant."""
    if spec.expect is None:
        return None
    for position, bound in enumerate(spec.expect):
        if isinstance(bound, Quantity) and bound.unit != unit:
            linker.report(
                "metric/bad-range",
                f"`{bound.text}` is in {bound.unit}, the metric is in {unit or 'no unit'}",
                spec.origin.at("expect", position),
                help="write a number in the metric's unit",
            )
            return None
    bounds = [_plain(bound) for bound in spec.expect]
    if len(bounds) != 2 or bounds[0] >= bounds[1]:
        linker.report(
            "metric/bad-range",
            "what is expected is two values, the lower one first",
            spec.origin.at("expect"),
            help="write `expect: [LOWEST, HIGHEST]`",
        )
        return None
    return bounds[0], bounds[1]


def _plain(bound: Threshold) -> float:
    return float(quantity(bound).value)
