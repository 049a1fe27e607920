"""One metric: its labels resolved, its unit and values filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from obsgen.diagnostics import Label as Note
from obsgen.diagnostics import Span
from obsgen.spec.metrics import LabelUse, MetricSpec, StartsAt
from obsgen.spec.model import Derived, Label, Metric, MetricLabel
from obsgen.spec.units import unit_of_name
from obsgen.spec.values import number
from obsgen.words import listed


class Reporter(Protocol):
    """Where problems go."""

    def report(self, code: str, message: str, span: Span, text: str = "", *, also: Iterable[Note] = (), help: str = "") -> None:
        """Add an error."""

    def unknown(self, code: str, what: str, name: str, span: Span, known: Iterable[str], *, help: str = "") -> None:
        """Report a name that leads nowhere."""


def metric(
    service: str, name: str, spec: MetricSpec, labels: Mapping[str, Label], owner: str, name_span: Span, linker: Reporter
) -> Metric:
    """Return the metric that *spec* describes, without the labels that lead nowhere; those are reported."""
    resolved = [
        _label(label, use, where, labels, linker) for label, use, where in _uses(spec)
    ]
    found = tuple(label for label in resolved if label is not None)
    _repeated(spec, linker)
    found = tuple(_derived_values(label, found, labels, linker) for label in found)
    low, high = _range(spec, linker)
    return Metric(
        service=service,
        name=name,
        kind=spec.kind,
        help=spec.help,
        unit=spec.unit or unit_of_name(name),
        labels=found,
        buckets=_buckets(name, spec, linker),
        low=low,
        high=high,
        starts_at=_starts_at(spec, found, labels, linker),
        owner=owner,
        stability=spec.stability,
        notes=spec.notes or "",
        origin=spec.origin,
        name_span=name_span,
    )


def _uses(spec: MetricSpec) -> Iterable[tuple[str, LabelUse | None, Span]]:
    if isinstance(spec.labels, Mapping):
        for name, use in spec.labels.items():
            yield name, use, spec.origin.key("labels", name)
    else:
        for position, name in enumerate(spec.labels):
            yield name, None, spec.origin.at("labels", position)


def _repeated(spec: MetricSpec, linker: Reporter) -> None:
    seen: set[str] = set()
    for name, _, span in _uses(spec):
        if name in seen:
            linker.report("metric/repeated-label", f"the label `{name}` is listed twice", span, help="list it once")
        seen.add(name)


def _label(name: str, use: LabelUse | None, where: Span, labels: Mapping[str, Label], linker: Reporter) -> MetricLabel | None:
    if use is not None and use.value_of:
        kind, _, datum = use.value_of.rpartition(".")
        return MetricLabel(
            name=name, kind="", help=f"`{datum}` of the {kind}.", values=(), derived=Derived(label=kind, datum=datum),
            origin=use.origin, definition=use.origin,
        )  # fmt: skip
    kind = use.values_of if use and use.values_of else name
    definition = labels.get(kind)
    if definition is None:
        span = use.origin.at("values_of") if use and use.values_of else where
        linker.unknown(
            "catalog/unknown-label", "label", kind, span, labels,
            help="" if labels else "define it under `labels:`",
        )  # fmt: skip
        return None
    values = definition.values
    if values is not None and use and use.or_:
        values = (*values, *(value for value in use.or_ if value not in values))
    elif values is None and use and use.or_:
        linker.report("metric/or-on-open-label", f"`or` adds values to a closed label, `{kind}` is open", use.origin.key("or"), help="remove it")
    return MetricLabel(
        name=name, kind=kind, help=definition.help, values=values, at_most=definition.at_most, example=definition.example,
        origin=use.origin if use else definition.origin, definition=definition.origin,
    )  # fmt: skip


def _data(reference: Derived, metric_labels: Iterable[MetricLabel], labels: Mapping[str, Label], span: Span, linker: Reporter) -> Mapping[str, float]:
    """Return value -> number for a datum, reporting what is missing."""
    holder = next((label for label in metric_labels if label.name == reference.label), None)
    definition = labels.get(holder.kind) if holder else None
    if holder is None or definition is None or definition.values is None:
        names = [label.name for label in metric_labels if label.values and not label.derived]
        linker.unknown("metric/unknown-datum", "closed label of this metric", reference.label, span, names)
        return {}
    known = {datum for data in definition.data.values() for datum in data}
    if reference.datum not in known:
        linker.unknown("metric/unknown-datum", f"datum of the label `{definition.name}`", reference.datum, span, known)
        return {}
    missing = [value for value in holder.values or () if reference.datum not in definition.data.get(value, {})]
    if missing:
        linker.report(
            "metric/missing-datum",
            f"{listed(missing)} of the label `{definition.name}` has no `{reference.datum}`",
            span,
            also=(Note(definition.origin.at("values"), "the values stand here"),),
            help=f"write `{{{reference.datum}: NUMBER}}` behind the value",
        )
    return {value: definition.data[value][reference.datum] for value in holder.values or () if value not in missing}


def _derived_values(label: MetricLabel, found: tuple[MetricLabel, ...], labels: Mapping[str, Label], linker: Reporter) -> MetricLabel:
    if label.derived is None:
        return label
    data = _data(label.derived, found, labels, label.origin.at("value_of"), linker)
    values = tuple(dict.fromkeys(number(value) for value in data.values()))
    return MetricLabel(
        name=label.name, kind="", help=label.help, values=values, example=values[0] if values else "", derived=label.derived,
        origin=label.origin, definition=label.definition,
    )  # fmt: skip


def _starts_at(spec: MetricSpec, found: tuple[MetricLabel, ...], labels: Mapping[str, Label], linker: Reporter) -> float | Derived | None:
    if not isinstance(spec.starts_at, StartsAt):
        return spec.starts_at
    label, _, datum = spec.starts_at.value_of.rpartition(".")
    reference = Derived(label=label, datum=datum)
    _data(reference, found, labels, spec.starts_at.origin.at("value_of"), linker)
    return reference


def _buckets(name: str, spec: MetricSpec, linker: Reporter) -> tuple[float, ...]:
    if spec.kind != "histogram":
        return ()
    if not spec.buckets:
        linker.report(
            "metric/missing-buckets",
            f"the histogram `{name}` says no buckets",
            spec.origin.key("histogram"),
            help="write `buckets: [..]` with upper bounds in its unit that reach past every threshold",
        )
        return ()
    for position in range(1, len(spec.buckets)):
        if spec.buckets[position] <= spec.buckets[position - 1]:
            linker.report(
                "metric/buckets-not-rising",
                f"{number(spec.buckets[position])} does not rise above {number(spec.buckets[position - 1])}",
                spec.origin.at("buckets", position),
                help="sort the bounds, each once",
            )
            break
    return spec.buckets


def _range(spec: MetricSpec, linker: Reporter) -> tuple[float | None, float | None]:
    if spec.range is None:
        return (0.0, 1.0) if spec.unit == "ratio" and spec.kind == "gauge" else (None, None)
    if len(spec.range) != 2 or spec.range[0] >= spec.range[1]:
        linker.report("metric/bad-range", "a range is `[lowest, highest]`", spec.origin.at("range"))
        return None, None
    return spec.range[0], spec.range[1]


