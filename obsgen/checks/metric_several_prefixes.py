"""`metric/several-prefixes`: one metric of a service that begins with another word than all the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import part
from obsgen.diagnostics import Diagnostic, Label, info

#: From so many metrics with one prefix on it looks like a custom.
_MANY = 3
#: Prefixes that libraries agreed on, whatever the program is called.
_EVERYBODYS = frozenset({"db", "go", "grpc", "http", "jvm", "nodejs", "process", "python", "rpc", "system"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report the one metric of a service whose prefix is not that of all the others."""
    for service in subject.catalog.services:
        counts = Counter(metric.name.partition("_")[0] for metric in service.metrics)
        if len(counts) != 2 or min(counts.values()) > 1 or max(counts.values()) < _MANY:
            continue
        (usual, _), (other, _) = counts.most_common()
        odd = next(metric for metric in service.metrics if metric.name.partition("_")[0] == other)
        if other not in _EVERYBODYS:
            first = next(metric for metric in service.metrics if metric is not odd)
            yield info(
                "metric/several-prefixes",
                f"this metric begins with `{other}`, the {counts[usual]} others of `{service.name}` with `{usual}`",
                part(odd.name_span, odd.name, 0, len(other)),
                also=(Label(part(first.name_span, first.name, 0, len(usual)), "for instance"),),
                help=f"give it the prefix `{usual}`, so that all of them are found together",
            )


CHECK = Check(code="metric/several-prefixes", run=run)
