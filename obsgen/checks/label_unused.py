"""`label/unused`: a label that is defined and that no metric has."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, info
from obsgen.promql.known import written_labels
from obsgen.spec.model import Service
from obsgen.words import nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report definitions of labels that no metric uses, under their own name or another."""
    services = subject.catalog.services
    lost = {name for service in services for name in _lost(service)}
    used = {id(service.labels[name]) for service in services for name in _used(service) if name in service.labels}
    defined = {id(label): label for service in services for label in service.labels.values()}
    for identity, label in defined.items():
        # A metric that misspells it, or whose label it misspells, is reported for that.
        if identity not in used and not any(nearest(name, (label.name,)) for name in lost):
            yield info(
                "label/unused",
                f"no metric has the label `{label.name}`",
                label.name_span,
                help="remove it, or list it under `labels:` of the metrics it tells apart",
            )


def _lost(service: Service) -> Iterator[str]:
    """Yield the labels that metrics of *service* name and nobody defines."""
    for metric in service.metrics:
        known = {label.name for label in metric.labels}
        yield from (name for name in written_labels(metric) if name not in known)


def _used(service: Service) -> Iterator[str]:
    for metric in service.metrics:
        yield from written_labels(metric)
        yield from (label.kind for label in metric.labels)


CHECK = Check(code="label/unused", run=run)
