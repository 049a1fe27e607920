"""`alert/threshold-above-buckets`: a quantile compared with more than it can ever be."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.comparisons import settled, spoken
from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.spec.model import Metric
from obsgen.spec.values import number


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report comparisons of a quantile with a number at or above the histogram's last finite bucket."""
    for one in settled(subject):
        metric = one.above_buckets
        if metric is not None and one.constant is not None and not one.unit_differs:
            yield finding(one.constant, metric, one.span)


def finding(limit: float, metric: Metric, span: Span) -> Diagnostic:
    """Return what is said about the *limit* at *span*, which no quantile of *metric* exceeds."""
    last = number(max(metric.buckets))
    return error(
        "alert/threshold-above-buckets",
        f"a quantile of `{metric.name}` never exceeds its last bucket, {last}; this compares it with {spoken(limit)}",
        span,
        also=(Label(metric.origin.at("buckets"), f"the last bucket is {last}"),),
        help="add buckets that reach past the threshold, or lower the threshold",
    )


CHECK = Check(code="alert/threshold-above-buckets", run=run)
