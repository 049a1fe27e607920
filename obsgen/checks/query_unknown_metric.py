"""`query/unknown-metric`: a query for a series that nothing emits."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.known import ALERT_SERIES, SYNTHETIC, unknown_metric


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report every selector whose name neither the catalog nor Prometheus knows, and former names of metrics."""
    catalog = subject.catalog
    known = {*catalog.series, *catalog.records, *SYNTHETIC, *ALERT_SERIES}
    for read in subject.queries:
        for selector in read.selectors:
            name = selector.name
            if not name.text or name.text in known or read.is_variable(name) or read.mark(name):
                continue
            metric = catalog.metrics.get(name.text)
            if metric is not None:
                yield error(
                    "query/histogram-as-gauge",
                    f"the histogram `{name.text}` has no series of that name",
                    read.place(name),
                    also=(Label(metric.origin.key("histogram"), "it is a histogram"),),
                    help=f"ask for {', '.join(f'`{series}`' for series in metric.series)}, or use the shapes `quantile` and `mean`",
                )
            elif _was_renamed(name.text, subject) or not subject.is_elsewhere(name.text):
                yield unknown_metric(name.text, read.place(name), catalog)


def _was_renamed(name: str, subject: Subject) -> bool:
    """Return whether a metric of the catalog had this *name*, which nobody else defines."""
    return name in subject.catalog.renamed and not subject.world.facts(name).known


CHECK = Check(code="query/unknown-metric", run=run)
