"""`metric/camel-case`: a metric whose words are told apart by capitals."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import is_camel, snake
from obsgen.diagnostics import Diagnostic, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names of metrics in camelCase."""
    for metric in subject.catalog.metrics.values():
        if is_camel(metric.name):
            yield warning(
                "metric/camel-case",
                f"`{metric.name}` is written in camelCase",
                metric.name_span,
                help=f"call it `{snake(metric.name)}`, like every other metric",
            )


CHECK = Check(code="metric/camel-case", run=run)
