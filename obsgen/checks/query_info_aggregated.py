"""`query/info-aggregated`: several series of an info metric put together, in PromQL."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import aggregations, defined, readings, series_word, written
from obsgen.checks.trees import op_of
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.meaning import Meaning
from obsgen.promql.tree import Aggregation

_CONSTANT = frozenset({"max", "min", "avg", "stddev", "stdvar", "quantile"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `sum` over info metrics, and what makes one number of all of them without keeping a label."""
    for read, meanings in readings(subject):
        for node in aggregations(meanings):
            of = meanings[node.expr]
            op = op_of(node)
            # With labels, `max by (version) (..)` is how a join gets rid of duplicates.
            if of.kind == "info" and (op == "sum" or (op in _CONSTANT and not node.grouping)):
                yield _finding(node, of, read)


def _finding(node: Aggregation, of: Meaning, read: Read) -> Diagnostic:
    op = op_of(node)
    says = "a sum of them only counts series" if op == "sum" else "putting several together says nothing"
    return error(
        "query/info-aggregated",
        f"an info metric is a constant 1, {says}",
        written(read, node.op, series_word(node.expr, of)),
        also=defined(of),
        help="write `count` if that is meant"
        if op == "sum"
        else "leave the aggregation out, or name the labels to keep",
    )


CHECK = Check(code="query/info-aggregated", run=run)
