"""`service/too-many-series`: a service whose metrics together can have more series than its budget."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.cardinality import size
from obsgen.diagnostics import Diagnostic, Label, warning

#: How many metrics are shown beside the largest one.
_SHOWN = 2


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report services with more series than the setting `series_per_service`, at the metric that has most of them."""
    limit = subject.settings.budget.series_per_service
    for service in subject.catalog.services:
        sizes = sorted(
            ((size(metric, service), metric) for metric in service.metrics), key=lambda pair: -pair[0].series
        )
        total = sum(one.series for one, _ in sizes)
        if total > limit:
            (first, largest), *others = sizes
            yield warning(
                "service/too-many-series",
                f"the service `{service.name}` can have {total:,} series, the budget is {limit:,}",
                largest.name_span,
                first.sum,
                also=(Label(metric.name_span, one.sum) for one, metric in others[:_SHOWN]),
                help="begin with this metric; the budget is `series_per_service` in [tool.obsgen.budget]",
            )


CHECK = Check(code="service/too-many-series", run=run)
