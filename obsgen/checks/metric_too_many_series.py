"""`metric/too-many-series`: a metric that can have more series than the budget of one."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.cardinality import Size, definition, size
from obsgen.diagnostics import Diagnostic, warning
from obsgen.spec.model import Metric


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report metrics whose labels, multiplied, make more series than the setting `series_per_metric`."""
    limit = subject.settings.budget.series_per_metric
    for service in subject.catalog.services:
        for metric in service.metrics:
            worst = size(metric, service)
            if worst.series > limit:
                yield _finding(metric, worst, limit)


def _finding(metric: Metric, worst: Size, limit: int) -> Diagnostic:
    widest = worst.widest
    return warning(
        "metric/too-many-series",
        f"`{metric.name}` can have {worst.series:,} series, the budget is {limit:,}",
        metric.label_span(widest.name) if widest else metric.name_span,
        worst.sum,
        also=(definition(widest),) if widest else (),
        help="drop a label, bound it more tightly, or put what tells single events apart on traces and logs; "
        "the budget is `series_per_metric` in [tool.obsgen.budget]",
    )


CHECK = Check(code="metric/too-many-series", run=run)
