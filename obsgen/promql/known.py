"""What a series name stands for: a metric of the catalog, a recorded series, or one that Prometheus makes itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.promql.buckets import spellings
from obsgen.source.nodes import Mapping as MappingNode
from obsgen.source.nodes import Scalar
from obsgen.source.nodes import Sequence as SequenceNode
from obsgen.spec.fields import Origin
from obsgen.spec.model import OTHER, Catalog, Metric, MetricLabel
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
        path: Keys below *origin*.
        says: What stands there, for messages.
    """

    values: tuple[str, ...] | None
    spellings: tuple[str, ...] = ()
    origin: Origin | None = None
    path: tuple[str, ...] = ("values",)
    says: str = "the values are listed here"


_OPEN = Values(values=None)
_PARTS = ("_bucket", "_count", "_sum")
# Longer ones first, where one ends like another.
_UNITS = (
    "_milliseconds", "_microseconds", "_nanoseconds", "_seconds", "_minutes", "_hours", "_days", "_kibibytes", "_mebibytes",
    "_gibibytes", "_kilobytes", "_megabytes", "_gigabytes", "_bytes", "_ratio", "_percent", "_celsius", "_ms", "_us", "_ns", "_s",
)  # fmt: skip


def labels_of(series: str, catalog: Catalog) -> Mapping[str, Values] | None:
    """Return the labels that *series* can have; None where that is unknown or open."""
    if series in SYNTHETIC:
        return _target_labels(catalog, "")
    metric = catalog.series.get(series)
    if metric is None:
        return None
    # A label that leads nowhere is reported where it is written; every use of it would be one more finding.
    found = {
        **dict.fromkeys(written_labels(metric), _OPEN),
        **{label.name: _metric_values(label) for label in metric.labels},
    }
    if series.endswith("_bucket") and metric.kind == "histogram":
        spelled = [spellings(bound) for bound in metric.buckets]
        found["le"] = Values(
            values=(*(first for first, *_ in spelled), "+Inf"),
            spellings=tuple(other for _, *others in spelled for other in others),
            origin=metric.origin,
            path=("buckets",),
            says="the buckets are listed here",
        )
    return {**_target_labels(catalog, metric.service), **found}


def written_labels(metric: Metric) -> Iterable[str]:
    """Return the labels that *metric* names, those included that lead nowhere."""
    node = metric.origin.find("labels")
    if isinstance(node, SequenceNode):
        return [item.text for item in node.items if isinstance(item, Scalar)]
    return node.entries if isinstance(node, MappingNode) else ()


def _metric_values(label: MetricLabel) -> Values:
    return _OPEN if label.values is None else Values(values=(*label.values, OTHER), origin=label.definition)


def _target_labels(catalog: Catalog, service: str) -> dict[str, Values]:
    """Return the labels that a scrape adds to the series of *service*, or to those of all services where it is empty."""
    own = catalog.by_name.get(service)
    scraped = [one for one in catalog.services if one.scrape is not None]
    if own is not None and own.scrape is not None:
        scraped = [own]
    values: dict[str, tuple[str, ...] | None] = {"job": None, "instance": None}
    for one in scraped:
        for label, new in one.target_labels.items():
            values[label] = None if new is None else tuple(dict.fromkeys((*(values.get(label) or ()), *new)))
    if own is not None and own.scrape is None:
        # Others scrape it, or somebody whom the catalog does not know.
        return dict.fromkeys(values, _OPEN)
    place = scraped[0].scrape.origin if len(scraped) == 1 and scraped[0].scrape else None
    found = {label: Values(values=known) for label, known in values.items()}
    return {**found, "job": Values(values=values["job"], origin=place, path=("job",), says="the job is named here")}


def _guess(name: str, known: Iterable[str]) -> str | None:
    """Return the metric that *name* misspells; names that only share their first and last words are no misspellings."""
    guess = nearest(name, known)
    if guess is None:
        return None
    words, others = re.split("[_:]", name), re.split("[_:]", guess)
    own = "_".join(word for word in words if word not in others)
    others = [word for word in others if word not in words]
    return guess if not own or not others or nearest(own, ["_".join(others)]) else None


def _stem(name: str) -> tuple[str, str]:
    """Return *name* without what is added to an instrument's name on the way to Prometheus, and the part of a histogram."""
    stem = name.replace(".", "_")
    part = next((part for part in _PARTS if stem.endswith(part)), "")
    stem = stem.removesuffix(part).removesuffix("_total")
    unit = next((unit for unit in _UNITS if stem.endswith(unit)), "")
    return stem.removesuffix(unit), part


def _translated(name: str, catalog: Catalog) -> str | None:
    """Return the one series that *name* becomes where units, `_total` and parts of histograms are part of the name."""
    stem, part = _stem(name)
    found = [metric for metric in catalog.metrics.values() if stem and _stem(metric.name)[0] == stem]
    if len(found) != 1:
        return None
    return found[0].name + (part if found[0].kind == "histogram" else "")


def _unfinished(name: str, catalog: Catalog) -> Metric | None:
    """Return the metric that would be called *name* if it had the ending of its kind."""
    for kind, ending in (("counter", "_total"), ("info", "_info")):
        metric = catalog.metrics.get(name.removesuffix(ending)) if name.endswith(ending) else None
        if metric is not None and metric.kind == kind:
            return metric
    return None


def unknown_metric(name: str, span: Span, catalog: Catalog) -> Diagnostic:
    """Return the finding that nobody defines the metric *name*, or that it is called something else now."""
    if (renamed := catalog.renamed.get(name)) is not None:
        today, metric = renamed
        return error(
            "metric/renamed-still-used",
            f"`{name}` is called `{today}` now",
            span,
            f"write `{today}`",
            also=(Label(metric.origin.at("renamed_from"), "it was renamed here"),),
        )
    if (unfinished := _unfinished(name, catalog)) is not None:
        return error(
            "query/unknown-metric",
            f"no metric is called `{name}`",
            span,
            also=(Label(unfinished.name_span, f"the {unfinished.kind} is called `{unfinished.name}` here"),),
            help=f"rename the {unfinished.kind}, or write `{unfinished.name}`",
        )
    known = (*catalog.metrics, *catalog.records)
    translated = _translated(name, catalog)
    guess = translated or _guess(name, (*catalog.series, *known))
    if translated:
        advice = "units and `_total` are part of a name in Prometheus, also where OpenTelemetry leaves them out"
    elif guess:
        advice = ""
    else:
        advice = f"the catalog has {listed(known, 6)}" if known else "the catalog has no metric yet"
    return error(
        "query/unknown-metric",
        f"no metric is called `{name}`",
        span,
        f"did you mean `{guess}`?" if guess else "",
        help=advice,
    )
