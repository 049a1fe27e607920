"""The series of a metric of the catalog, those that Prometheus makes itself, and those that a rule records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from obsgen.promql.known import written_labels
from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning import label_sets
from obsgen.promql.meaning.amounts import FLAG, INF, ONE, RISING, Amount
from obsgen.promql.meaning.label_sets import NAME, Labels
from obsgen.promql.meaning.model import Kind, Meaning, SeriesFacts
from obsgen.promql.meaning.unit_words import Unit
from obsgen.spec.model import OTHER, Metric, MetricLabel, Service
from obsgen.spec.values import number

#: Series that Prometheus adds for every target: kind, unit and values.
SYNTHETIC: Mapping[str, tuple[Kind, str, Amount]] = {
    "up": ("boolean", "", FLAG),
    "scrape_duration_seconds": ("gauge", "seconds", RISING),
    "scrape_samples_scraped": ("gauge", "", RISING),
    "scrape_samples_post_metric_relabeling": ("gauge", "", RISING),
    "scrape_series_added": ("gauge", "", RISING),
    "scrape_timeout_seconds": ("gauge", "seconds", RISING),
    "scrape_sample_limit": ("gauge", "", RISING),
    "scrape_body_size_bytes": ("gauge", "bytes", Amount(-1.0)),
}
#: Series that Prometheus makes from alerting rules.
ALERT_SERIES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
_ALERT_STATES = frozenset({"pending", "firing"})
_TIMESTAMP = re.compile(r".*_timestamp(_seconds)?|process_start_time_seconds", re.DOTALL)


def named(labels: Labels, name: str) -> Labels:
    """Return *labels* with the series name."""
    return label_sets.replaced(labels, NAME, frozenset({name}), certain=True)


def alert_series(name: str) -> SeriesFacts:
    """Return the facts of `ALERTS` or `ALERTS_FOR_STATE`; which labels the alerts have is left open."""
    labels = Labels(None, frozenset({"alertname"}))
    if name == "ALERTS":
        labels = label_sets.replaced(labels, "alertstate", _ALERT_STATES, certain=True)
        return SeriesFacts(name=name, kind="alert", unit="", labels=named(labels, name), amount=ONE)
    return SeriesFacts(name=name, kind="timestamp", unit="seconds", labels=named(labels, name), amount=RISING)


def value_of(series: str, metric: Metric) -> tuple[Kind, Unit, Amount]:
    """Return kind, unit and values of one *series* of *metric*."""
    if metric.kind == "info":
        return "info", "", ONE
    if metric.kind == "counter":
        return "counter", metric.unit, RISING
    if metric.kind == "gauge":
        if _TIMESTAMP.fullmatch(series) and metric.unit in ("", "seconds"):
            return "timestamp", "seconds", _declared(metric, 0.0, INF)
        return "gauge", metric.unit, _declared(metric, *((0.0, 1.0) if metric.unit == "ratio" else (-INF, INF)))
    if series == metric.name:
        return "histogram", metric.unit, am.ANY
    if series.endswith("_sum"):
        return "sum", metric.unit, RISING if (metric.low or -1.0) >= 0 or metric.low == 0 else am.FINITE
    return ("bucket" if series.endswith("_bucket") else "count"), "", RISING


def _declared(metric: Metric, low: float, high: float) -> Amount:
    """Return the range that *metric* declares, `low` and `high` where it declares none."""
    if metric.low is not None or metric.high is not None:
        low, high = -INF if metric.low is None else metric.low, INF if metric.high is None else metric.high
    return Amount(low, high, nonzero=low > 0 or high < 0)


def metric_labels(metric: Metric) -> Labels:
    """Return the labels that the program gives to *metric*; the runtime leaves none of them empty."""
    names = frozenset(label.name for label in metric.labels)
    closed = {label.name: _values(label) for label in metric.labels if label.values is not None}
    # A label that leads nowhere is reported where it is written; which one is meant, its uses may know.
    return Labels(names if names.issuperset(written_labels(metric)) else None, names, closed)


def _values(label: MetricLabel) -> frozenset[str]:
    return frozenset((*(label.values or ()), OTHER))


def bound_spellings(bounds: tuple[float, ...]) -> frozenset[str]:
    """Return every text that the label `le` can have for *bounds*: clients and servers write them in several ways."""
    return frozenset({"+Inf"}).union(*map(_spellings, bounds))


def _spellings(bound: float) -> set[str]:
    plain = number(bound)
    shortest = repr(bound)
    found = {plain, shortest, shortest.removesuffix(".0")}
    if "." not in plain:
        found.add(f"{plain}.0")
    if abs(bound) >= 1e6:
        # The Python client writes an exponent from a million on, Go's from 1e+21 on.
        digits, exponent = f"{bound:.16e}".split("e")
        kept = digits.rstrip("0").rstrip(".")
        found |= {f"{kept}e+{int(exponent):02d}", f"{digits.rstrip('0')}0e+{int(exponent):02d}"}
    return found


def scraped_labels(service: Service) -> Labels:
    """Return the labels that the scrape of *service* adds."""
    found = service.target_labels
    certain = set(found)
    if not all(workspace.service_name for workspace in service.workspaces):
        certain.discard("service_name")
    closed = {name: frozenset(values) for name, values in found.items() if values is not None}
    return Labels(frozenset(found), frozenset(certain), closed)


def scraped(target: Labels, own: Labels) -> Labels:
    """Return the labels of a series with its *own* labels that a scrape gave those of its *target*."""
    possible = None if target.possible is None or own.possible is None else target.possible | own.possible
    clashes = frozenset(name for name in own.certain if target.may_have(name))
    values = {**target.values, **own.values}
    for name in clashes:
        # Which of the two keeps the name is a setting of the scrape; the other becomes `exported_..`.
        values.pop(name, None)
    labels = Labels(possible, target.certain | own.certain, values)
    for name in clashes:
        labels = label_sets.replaced(labels, f"exported_{name}", None, certain=False)
    return labels


def recorded(name: str, meaning: Meaning, added: Mapping[str, str]) -> SeriesFacts:
    """Return what a series is that is recorded from a query with this *meaning*, with the labels that the rule adds."""
    labels = meaning.labels
    for label, value in added.items():
        labels = label_sets.replaced(labels, label, frozenset({value} - {""}), certain=bool(value))
    series = meaning.series
    return SeriesFacts(
        name=name,
        kind=None if meaning.kind == "number" else meaning.kind,
        unit=meaning.unit,
        labels=named(labels, name),
        amount=meaning.amount,
        bounds=series.bounds if series else (),
        bounds_unit=series.bounds_unit if series else None,
        metric=series.metric if series else None,
        aggregated=meaning.aggregated,
        rated=meaning.rated,
        empty=meaning.empty,
    )


def either(a: SeriesFacts, b: SeriesFacts) -> SeriesFacts:
    """Return the facts of a series that two rules record."""
    if a.empty or b.empty:
        return b if a.empty else a
    return replace(
        a,
        kind=a.kind if a.kind == b.kind else None,
        unit=a.unit if a.unit == b.unit else None,
        labels=label_sets.joined(a.labels, b.labels),
        amount=am.joined(a.amount, b.amount),
        bounds=a.bounds if a.bounds == b.bounds else (),
        bounds_unit=a.bounds_unit if a.bounds_unit == b.bounds_unit else None,
        metric=a.metric if a.metric is b.metric else None,
        aggregated=a.aggregated or b.aggregated,
        rated=a.rated or b.rated,
    )
