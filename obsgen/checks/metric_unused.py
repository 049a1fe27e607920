"""`metric/unused`: a metric that nothing in the catalog reads."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.coverage import coverage
from obsgen.diagnostics import Diagnostic, info


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report metrics that no alert, panel or recorded series reads."""
    used = coverage(subject).read
    for metric in subject.catalog.metrics.values():
        if metric.name not in used:
            yield info(
                "metric/unused",
                f"nothing reads `{metric.name}`: no alert, no panel, no recorded series",
                metric.name_span,
                help="show it or alert on it, remove it, or say why it stays: `allow: {metric/unused: reason}`",
            )


CHECK = Check(code="metric/unused", run=run)
