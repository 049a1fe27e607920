"""`metric/wrong-kind-suffix`: a name whose ending says another kind of metric."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, error
from obsgen.spec.model import Metric

_SUFFIX = {"counter": "_total", "info": "_info"}
_TAKEN = {
    "_total": "counters",
    "_info": "info metrics",
    "_bucket": "the series of histograms",
    "_count": "the series of histograms",
    "_sum": "the series of histograms",
    "_created": "the start times that clients add",
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report counters without `_total`, info metrics without `_info`, and endings that belong to another kind."""
    metrics = subject.catalog.metrics.values()
    # `metric/name-collision` says more about these, and the name without the ending is taken.
    clashing = {series for metric in metrics for series in metric.series if series != metric.name}
    for metric in metrics:
        if metric.name in clashing:
            continue
        wanted = _SUFFIX.get(metric.kind)
        if wanted is not None and not metric.name.endswith(wanted):
            article = "an info metric" if metric.kind == "info" else "a counter"
            yield _finding(metric, f"{article} ends in `{wanted}`", metric.name.removesuffix("_") + wanted)
        elif wanted is None:
            for suffix, owner in _TAKEN.items():
                if metric.name.endswith(suffix):
                    yield _finding(
                        metric,
                        f"`{suffix}` is the ending of {owner}, this is a {metric.kind}",
                        metric.name.removesuffix(suffix),
                    )


def _finding(metric: Metric, reason: str, better: str) -> Diagnostic:
    return error(
        "metric/wrong-kind-suffix",
        reason,
        metric.name_span,
        f"rename it, for example to `{better}`" if better else "rename it",
    )


CHECK = Check(code="metric/wrong-kind-suffix", run=run)
