"""What a series name stands for: a metric of the catalog, a recorded series, or one that Prometheus makes itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.promql.buckets import spellings
from obsgen.spec.fields import Origin
from obsgen.spec.model import OTHER, Catalog, Metric
from obsgen.words import listed, nearest

#: Series that Prometheus adds for every target.
SYNTHETIC = frozenset(
    {
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    }
)
#: Series that Prometheus makes from alerting rules.
ALERT_SERIES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


@dataclass(frozen=True, kw_only=True)
class Values:
    """
    What a label of a series can be.

    Attributes:
        values: All of them, or None where they are open.
        spellings: Further texts that mean one of them.
        origin: Where they are listed, if in the catalog.
        path: Keys below *origin*, nearest first.
    """

    values: tuple[str, ...] | None
    spellings: tuple[str, ...] = ()
    origin: Origin | None = None
    path: tuple[str, ...] = ("values",)


def labels_of(series: str, catalog: Catalog) -> Mapping[str, Values] | None:
    """Return the labels that *series* can have; None where that is unknown or open."""
    if series in SYNTHETIC:
        return _target_labels(catalog, "")
    metric = catalog.series.get(series)
    if metric is None:
        return None
    found = {label.name: _metric_values(metric, label.name) for label in metric.labels}
    if series.endswith("_bucket") and metric.kind == "histogram":
        spelled = [spellings(bound) for bound in metric.buckets]
        found["le"] = Values(
            values=(*(first for first, *_ in spelled), "+Inf"),
            spellings=tuple(other for _, *others in spelled for other in others),
            origin=metric.origin,
            path=("buckets",),
        )
    return {**_target_labels(catalog, metric.service), **found}


def _metric_values(metric: Metric, name: str) -> Values:
    label = metric.label(name)
    if label is None or label.values is None:
        return Values(values=None)
    return Values(values=(*label.values, OTHER), origin=label.definition)


def _target_labels(catalog: Catalog, service: str) -> dict[str, Values]:
    """Return the labels that a scrape adds; those of every job where the service has none of its own."""
    own = catalog.by_name.get(service)
    services = (own,) if own is not None and own.scrape is not None else catalog.services
    found: dict[str, Values] = {"job": Values(values=None), "instance": Values(values=None)}
    for one in services:
        for label, values in one.target_labels.items():
            origin = one.scrape.origin if one.scrape else None
            before = found.get(label, Values(values=None)).values or ()
            merged = None if values is None else tuple(dict.fromkeys((*before, *values)))
            found[label] = Values(values=merged, origin=origin, path=("job",))
    return found


def unknown_metric(name: str, span: Span, catalog: Catalog) -> Diagnostic:
    """Return the finding that nobody defines the metric *name*."""
    known = (*catalog.metrics, *catalog.records)
    guess = nearest(name, known)
    return error(
        "query/unknown-metric",
        f"no metric is called `{name}`",
        span,
        f"did you mean `{guess}`?" if guess else "",
        help="" if guess else f"the catalog has {listed(known, 6)}" if known else "the catalog has no metric yet",
    )
