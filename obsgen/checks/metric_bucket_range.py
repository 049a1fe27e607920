"""`metric/bucket-range`: buckets that do not tell the values apart that occur."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, Span, warning
from obsgen.spec.model import Metric
from obsgen.spec.values import number

#: What OpenTelemetry takes where nobody says anything, made for milliseconds.
_OTEL = (0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000)


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report histograms whose buckets end too early, begin too late or are too few for what is expected."""
    for metric in subject.catalog.metrics.values():
        if metric.kind != "histogram" or not metric.buckets:
            continue
        if metric.expect is not None:
            yield from _against(metric, *metric.expect)
        elif metric.unit == "seconds" and metric.buckets in (_OTEL, _OTEL[1:]):
            yield warning(
                "metric/bucket-range",
                "these are OpenTelemetry's default bounds for milliseconds, the metric is in seconds",
                metric.origin.at("buckets"),
                help="write bounds around the values that occur, and those as `expect: [LOWEST, HIGHEST]`",
            )


def _against(metric: Metric, low: float, high: float) -> Iterator[Diagnostic]:
    first, last = metric.buckets[0], metric.buckets[-1]
    at = len(metric.buckets) - 1
    if last < high:
        yield _finding(
            metric,
            f"the buckets end at {number(last)}, values up to {number(high)} are expected",
            metric.origin.at("buckets", at),
            f"add bounds up to {number(high)}; a quantile never exceeds the last one",
        )
    elif first >= high:
        yield _finding(
            metric,
            f"the first bucket, up to {number(first)}, holds everything from {number(low)} to {number(high)}",
            metric.origin.at("buckets", 0),
            f"add bounds between {number(low)} and {number(high)}",
        )
    elif sum(low < bound < high for bound in metric.buckets) == 0:
        yield _finding(
            metric,
            f"no bound lies between {number(low)} and {number(high)}, where values are expected",
            metric.origin.at("buckets"),
            "add bounds there; quantiles are guesses within a bucket",
        )


def _finding(metric: Metric, message: str, span: Span, help: str) -> Diagnostic:
    expected = Label(metric.origin.at("expect"), "what is expected")
    return warning("metric/bucket-range", message, span, also=(expected,), help=help)


CHECK = Check(code="metric/bucket-range", run=run)
