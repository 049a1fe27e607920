"""`metric/name-collision`: two metrics that put a series of the same name on the metrics page."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.spec.model import Metric


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


CHECK = Check(code="metric/name-collision", run=run)
