"""`metric/type-in-name`: a name that says which kind of metric it is."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import part, words
from obsgen.diagnostics import Diagnostic, warning

_TYPES = frozenset({"counter", "gauge", "histogram", "summary"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names with a word that is a type of metrics, behind the first one."""
    for metric in subject.catalog.metrics.values():
        for word in words(metric.name):
            if word.text in _TYPES and word.start > 0:
                better = "_".join(one for one in metric.name.split("_") if one.lower() not in _TYPES)
                yield warning(
                    "metric/type-in-name",
                    f"`{word.text}` says the type of the metric, not what it measures",
                    part(metric.name_span, metric.name, word.start, word.end),
                    help=f"call it `{better}`; everything that reads it knows its type",
                )
                break


CHECK = Check(code="metric/type-in-name", run=run)
