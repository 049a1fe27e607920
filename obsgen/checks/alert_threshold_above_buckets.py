"""`alert/threshold-above-buckets`: a quantile compared with more than it can ever be."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.tree import Binary, Call, Number, Tree, children, selectors
from obsgen.spec.model import Catalog, Metric
from obsgen.spec.values import number

_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "=="}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report comparisons of a quantile with a number at or above the histogram's last finite bucket."""
    for read in subject.queries:
        if read.parsed is not None:
            yield from _walk(read.parsed.tree, read, subject.catalog)


def _walk(tree: Tree, read: Read, catalog: Catalog) -> Iterator[Diagnostic]:
    if isinstance(tree, Binary) and tree.op in _TURNED:
        op, left, right = tree.op, tree.left, tree.right
        if isinstance(left, Number):
            op, left, right = _TURNED[op], right, left
        metric = _histogram(left, catalog)
        if isinstance(right, Number) and metric is not None and metric.buckets:
            last = max(metric.buckets)
            if (op == ">" and right.value >= last) or (op in (">=", "==") and right.value > last):
                yield _finding(right, metric, read)
    for child in children(tree):
        yield from _walk(child, read, catalog)


def _histogram(tree: Tree, catalog: Catalog) -> Metric | None:
    if not (isinstance(tree, Call) and tree.function.text == "histogram_quantile"):
        return None
    found = {metric.name: metric for one in selectors(tree) if (metric := catalog.series.get(one.name.text))}
    return next(iter(found.values())) if len(found) == 1 else None


def _finding(limit: Number, metric: Metric, read: Read) -> Diagnostic:
    last = number(max(metric.buckets))
    return error(
        "alert/threshold-above-buckets",
        f"a quantile of `{metric.name}` never exceeds its last bucket, {last}; this compares it with {number(limit.value)}",
        read.place(limit.at),
        also=(Label(metric.origin.at("buckets"), f"the last bucket is {last}"),),
        help="add buckets that reach past the threshold, or lower the threshold",
    )


CHECK = Check(code="alert/threshold-above-buckets", run=run)
