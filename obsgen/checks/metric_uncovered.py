"""`metric/uncovered`: a metric that is recorded, but that nobody ever sees."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.coverage import coverage
from obsgen.diagnostics import Diagnostic, Label, info

#: How many recorded series are shown.
_SHOWN = 2


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report metrics that only recorded series read, none of which reaches an alert or a panel."""
    covered = coverage(subject)
    for metric in subject.catalog.metrics.values():
        if metric.name in covered.read and metric.name not in covered.seen:
            records = covered.readers[metric.name]
            yield info(
                "metric/uncovered",
                f"no alert and no panel shows `{metric.name}`, it is only recorded",
                metric.name_span,
                also=(Label(record.name_span, "recorded here") for record in records[:_SHOWN]),
                help="show the recorded series or alert on it, or say why not: `allow: {metric/uncovered: reason}`",
            )


CHECK = Check(code="metric/uncovered", run=run)
