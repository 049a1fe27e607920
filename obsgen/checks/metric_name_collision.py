"""`metric/name-collision`: two metrics whose series have one name, as they are written or once OpenTelemetry has added units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, error, warning
from obsgen.spec.model import Metric
from obsgen.spec.units import BASE_UNITS


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report metrics whose series carry the same name."""
    first: dict[str, Metric] = {}
    for service in subject.catalog.services:
        for metric in service.metrics:
            for series in (*metric.series, metric.name):
                other = first.setdefault(series, metric)
                if other.name != metric.name:
                    yield error(
                        "metric/name-collision",
                        f"`{metric.name}` and `{other.name}` both have the series `{series}`",
                        metric.name_span,
                        also=(Label(other.name_span, "the other one"),),
                        help="rename one of them",
                    )
    yield from _translated(subject)


def _translated(subject: Subject) -> Iterator[Diagnostic]:
    """Report metrics that only a unit or `_total` tells apart, which exporters of OpenTelemetry add where it is missing."""
    for service in subject.catalog.services:
        first: dict[str, Metric] = {}
        for metric in service.metrics:
            other = first.setdefault(_exported(metric), metric)
            if other is not metric:
                yield warning(
                    "metric/name-collision",
                    f"`{metric.name}` and `{other.name}` both become `{_exported(metric)}` where OpenTelemetry exports them",
                    metric.name_span,
                    also=(Label(other.name_span, "the other one"),),
                    help="rename one of them; exporters add the unit and `_total` where a name lacks them",
                )


def _exported(metric: Metric) -> str:
    """Return the name that an exporter of OpenTelemetry gives to an instrument called like *metric*."""
    name = re.sub("__+", "_", metric.name.removesuffix("_total"))
    if metric.unit in BASE_UNITS and metric.unit != "usd" and not name.endswith(f"_{metric.unit}"):
        name += f"_{metric.unit}"
    return f"{name}_total" if metric.kind == "counter" else name


CHECK = Check(code="metric/name-collision", run=run)
