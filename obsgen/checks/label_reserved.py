"""`label/reserved`: a label that Prometheus or the scrape needs for itself."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.source.nodes import Scalar, Sequence
from obsgen.spec.model import Metric, Service

_RESERVED = {
    "job": "the scrape sets it; an application label of that name becomes `exported_job`",
    "instance": "the scrape sets it; an application label of that name becomes `exported_instance`",
    "le": "histograms use it for their buckets",
    "quantile": "summaries use it for their quantiles",
    "alertname": "alerts use it for their name",
    "alertstate": "alerts use it for their state",
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of metrics that collide with those of Prometheus or of the service's scrape."""
    for service in subject.catalog.services:
        for metric in service.metrics:
            for label in metric.labels:
                if reason := _reason(label.name, service):
                    yield _finding(metric, label.name, reason, service)


def _reason(name: str, service: Service) -> str:
    if name.startswith("__"):
        return "names that begin with `__` belong to Prometheus"
    if name in service.target_labels and name not in _RESERVED:
        return "the scrape of this service adds a label of that name"
    return _RESERVED.get(name, "")


def _place(metric: Metric, name: str) -> Span:
    listed = metric.origin.find("labels")
    if isinstance(listed, Sequence):
        return next((item.span for item in listed.items if isinstance(item, Scalar) and item.text == name), listed.span)
    return metric.origin.key("labels", name)


def _finding(metric: Metric, name: str, reason: str, service: Service) -> Diagnostic:
    also: tuple[Label, ...] = ()
    if name in service.target_labels and name not in _RESERVED and service.scrape is not None:
        also = (Label(service.scrape.origin.key("job"), "this scrape adds it"),)
    return error(
        "label/reserved",
        f"`{name}` is reserved: {reason}",
        _place(metric, name),
        also=also,
        help="give the label another name",
    )


CHECK = Check(code="label/reserved", run=run)
