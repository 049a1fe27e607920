"""`metric/not-a-share`: a `_ratio` that says it goes beyond 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, warning
from obsgen.spec.model import Metric
from obsgen.spec.values import number


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report ratios whose `range:` or buckets leave 0 to 1."""
    for metric in subject.catalog.metrics.values():
        if metric.unit != "ratio":
            continue
        for key, bounds in (("range", (metric.low, metric.high)), ("buckets", metric.buckets)):
            beyond = [at for at, bound in enumerate(bounds) if bound is not None and not 0 <= bound <= 1]
            if beyond and metric.origin.find(key) is not None:
                yield _finding(metric, key, beyond[-1], bounds[beyond[-1]] or 0.0)
                break


def _finding(metric: Metric, key: str, at: int, bound: float) -> Diagnostic:
    return warning(
        "metric/not-a-share",
        f"a ratio goes from 0 to 1, this one to {number(bound)}",
        metric.origin.at(key, at),
        also=(Label(metric.name_span, "a ratio"),),
        help="record shares from 0 to 1, which every threshold and panel takes them for; call what is no share something else",
    )


CHECK = Check(code="metric/not-a-share", run=run)
