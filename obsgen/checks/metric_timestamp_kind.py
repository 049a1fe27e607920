"""`metric/timestamp-kind`: a timestamp that is no gauge."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report counters and histograms called `.._timestamp_seconds`."""
    for metric in subject.catalog.metrics.values():
        if metric.kind in ("counter", "histogram") and metric.name.removesuffix("_total").endswith(
            "_timestamp_seconds"
        ):
            name = metric.name.removesuffix("_total")
            yield warning(
                "metric/timestamp-kind",
                f"a point in time is a gauge, this is a {metric.kind}",
                metric.origin.key(metric.kind),
                help=f"make it a gauge called `{name}`, or call what it measures a duration",
            )


CHECK = Check(code="metric/timestamp-kind", run=run)
