"""`query/quantile-out-of-range`: a quantile that is no share of 1, so that the result is infinite."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.comparisons import spoken
from obsgen.checks.readings import readings, written
from obsgen.checks.trees import extent, op_of
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.meaning import Meanings
from obsgen.promql.tree import Aggregation, Call, Tree, Word

_FUNCTIONS = frozenset({"histogram_quantile", "quantile_over_time"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report quantiles below 0 and above 1 that are written in the query."""
    for read, meanings in readings(subject):
        for node in meanings.nodes:
            found = _quantile(node)
            if found is not None:
                yield from _judged(*found, read, meanings)


def _quantile(node: Tree) -> tuple[Word, Tree] | None:
    """Return the function that takes a quantile, and which it takes; None for every other part of a query."""
    if isinstance(node, Call) and node.function.text in _FUNCTIONS and node.arguments:
        return node.function, node.arguments[0]
    if isinstance(node, Aggregation) and op_of(node) == "quantile" and node.parameter is not None:
        return node.op, node.parameter
    return None


def _judged(function: Word, which: Tree, read: Read, meanings: Meanings) -> Iterator[Diagnostic]:
    value = meanings[which].constant
    # NaN is neither.
    if value is None or not (value < 0 or value > 1):
        return
    limit = "+Inf" if value > 1 else "-Inf"
    advice = f"write {spoken(round(value / 100, 12))}" if 1 < value <= 100 else "write a share of 1, such as 0.95"
    yield error(
        "query/quantile-out-of-range",
        f"`{function.text}` takes a share of 1; of {spoken(value)} the result is always {limit}",
        written(read, extent(which), function),
        help=advice,
    )


CHECK = Check(code="query/quantile-out-of-range", run=run)
