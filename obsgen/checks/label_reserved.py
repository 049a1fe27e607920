"""`label/reserved`: a label that Prometheus or the scrape needs for itself."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.spec.model import Service

_RESERVED = {
    "job": "the scrape sets it; an application label of that name becomes `exported_job`",
    "instance": "the scrape sets it; an application label of that name becomes `exported_instance`",
    "le": "histograms use it for their buckets",
    "quantile": "summaries use it for their quantiles",
    "alertname": "alerts use it for their name",
    "alertstate": "alerts use it for their state",
}

#: How many further uses of a label are shown.
_SHOWN = 2


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of metrics that collide with those of Prometheus or of the service's scrape, each once a service."""
    for service in subject.catalog.services:
        uses: dict[str, list[Span]] = {}
        for metric in service.metrics:
            for label in metric.labels:
                uses.setdefault(label.name, []).append(metric.label_span(label.name))
        for name, places in uses.items():
            if reason := _reason(name, service):
                yield _finding(name, sorted(places), reason, service)


def _reason(name: str, service: Service) -> str:
    if name.startswith("__"):
        return "names that begin with `__` belong to Prometheus"
    if name in service.target_labels and name not in _RESERVED:
        return "the scrape of this service adds a label of that name"
    return _RESERVED.get(name, "")


def _finding(name: str, places: list[Span], reason: str, service: Service) -> Diagnostic:
    first, *others = places
    also = [Label(place, "here, too") for place in others[:_SHOWN]]
    if name in service.target_labels and name not in _RESERVED and service.scrape is not None:
        also.append(Label(service.scrape.origin.at("job"), "this scrape adds it"))
    return error(
        "label/reserved", f"`{name}` is reserved: {reason}", first, also=also, help="give the label another name"
    )


CHECK = Check(code="label/reserved", run=run)
