"""`query/average-of-ratios`: the mean of shares or of quantiles, in which little traffic weighs as much as a lot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import aggregations, defined, readings, series_word, written
from obsgen.checks.trees import op_of
from obsgen.diagnostics import Diagnostic, warning
from obsgen.promql.meaning import Kind, Meaning, Meanings
from obsgen.promql.tree import Aggregation, Binary, Tree

_INSTEAD: Mapping[Kind | None, tuple[str, str]] = {
    "ratio": ("ratios", "divide the sums: `sum(part) / sum(whole)`"),
    "quantile": ("quantiles", "take one quantile of all buckets: `histogram_quantile(.., sum by (le) (..))`"),
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `avg` over what was divided, or over quantiles, here or in a recorded series."""
    for read, meanings in readings(subject):
        for node in aggregations(meanings):
            kind = _kind(node.expr, meanings)
            if op_of(node) == "avg" and kind in _INSTEAD:
                yield _finding(node, kind, meanings[node.expr], read)


def _kind(tree: Tree, meanings: Meanings) -> Kind | None:
    """Return what is averaged; what happens in one way divided by what happens in another is a ratio, too."""
    inner = meanings.parts.unfiltered(tree)
    if isinstance(inner, Binary) and inner.op == "/":
        sides = (meanings[inner.left].kind, meanings[inner.right].kind)
        if sides in (("rate", "rate"), ("increase", "increase")):
            return "ratio"
    return meanings[tree].kind


def _finding(node: Aggregation, kind: Kind | None, of: Meaning, read: Read) -> Diagnostic:
    what, instead = _INSTEAD[kind]
    return warning(
        "query/average-of-ratios",
        f"`avg` over {what}: one that stands for little traffic weighs as much as one that stands for a lot",
        written(read, node.op, series_word(node.expr, of)),
        also=defined(of) if of.series is not None and of.series.record is not None else (),
        help=instead,
    )


CHECK = Check(code="query/average-of-ratios", run=run)
