"""`query/quantile-needs-le`: a quantile of something that has no buckets."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import calls, defined, readings, series_word, written
from obsgen.checks.trees import op_of
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.meaning import Meanings
from obsgen.promql.tree import Aggregation, Call, Selector, Tree, walk

_LE = "le"


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `histogram_quantile` over what cannot have the label `le`."""
    for read, meanings in readings(subject):
        for call in calls(meanings, frozenset({"histogram_quantile"})):
            of = call.arguments[-1]
            # Where a matcher can take nothing there are no labels at all, and another rule says why.
            if not (meanings[of].empty or meanings[of].may_have(_LE) or _is_native(of, meanings)):
                yield _finding(call, of, meanings, read)


def _is_native(of: Tree, meanings: Meanings) -> bool:
    """Return whether a histogram's bare name is asked for, which a native histogram has, and which other rules judge."""
    return any(isinstance(node, Selector) and meanings[node].kind == "histogram" for node in walk(of))


def _finding(call: Call, of: Tree, meanings: Meanings, read: Read) -> Diagnostic:
    losing = next(
        (
            node
            for node in walk(of)
            if isinstance(node, Aggregation) and not meanings[node].may_have(_LE) and meanings[node.expr].may_have(_LE)
        ),
        None,
    )
    name = series_word(of, meanings[of])
    if losing is not None:
        return error(
            "query/quantile-needs-le",
            f"`{call.function.text}` needs the buckets apart, and `{op_of(losing)}` drops the label `le`",
            written(read, losing.op, name),
            "the buckets are put together here",
            help="add `le` to the labels of `by`" if not losing.without else "take `le` out of `without`",
        )
    series = meanings[of].series
    return error(
        "query/quantile-needs-le",
        f"`{call.function.text}` needs buckets, and `{name.text}` has no label `le`",
        written(read, name),
        also=_buckets(meanings, of),
        help=f"ask for `{series.metric.name}_bucket`"
        if series is not None and series.metric is not None and series.metric.kind == "histogram"
        else "only the `_bucket` series of a histogram has them",
    )


def _buckets(meanings: Meanings, of: Tree) -> tuple[Label, ...]:
    return defined(meanings[of])


CHECK = Check(code="query/quantile-needs-le", run=run)
