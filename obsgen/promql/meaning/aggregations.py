"""What the aggregation operators make of a vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning.amounts import COUNTED, ONE, Amount
from obsgen.promql.meaning.functions import at_quantile
from obsgen.promql.meaning.label_sets import NAME, Labels, dropped, kept, replaced
from obsgen.promql.meaning.making import UNKNOWN, made
from obsgen.promql.meaning.model import Kind, Meaning
from obsgen.promql.tree import Aggregation, String

_PICK = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_AMOUNTS: Mapping[str, Callable[[Amount], Amount]] = {
    "sum": am.totalled,
    "avg": am.averaged,
    "min": lambda of: of,
    "max": lambda of: of,
    "stddev": am.spread,
    "stdvar": am.variance,
    "count": lambda _: COUNTED,
    "group": lambda _: ONE,
}
#: Every operator that has a rule.
OPERATORS = _PICK | _AMOUNTS.keys() | {"count_values", "quantile"}
# A sum of these is none of them any more; a sum of counters is still a counter.
_SPENT: frozenset[Kind | None] = frozenset({"ratio", "boolean", "timestamp", "info", "alert", "quantile"})


def aggregated(tree: Aggregation, of: Meaning, parameter: Meaning | None) -> Meaning:
    """Return what an aggregation gives."""
    op = tree.op.text.lower()
    extra = () if parameter is None else (parameter,)
    if op in _PICK:
        return made(of, of.amount, of.kind, of.unit, labels=of.labels, extra=extra)
    labels = grouped(of.labels, tree)
    if op == "count_values":
        name = tree.parameter.value if isinstance(tree.parameter, String) else None
        return made(of, COUNTED, "gauge", "", labels=_with_value(labels, name, tree), aggregated=True)
    if op == "quantile" and parameter is not None:
        amount = at_quantile(parameter.amount, of.amount)
    elif op in _AMOUNTS:
        amount = _AMOUNTS[op](of.amount)
    else:
        return UNKNOWN
    return made(of, amount, _kind(op, of), _unit(op, of), labels=labels, aggregated=True, extra=extra)


def grouped(labels: Labels, tree: Aggregation) -> Labels:
    """Return the labels that the grouping of *tree* leaves."""
    names = frozenset(word.text for word in tree.grouping or ())
    return dropped(labels, names | {NAME}) if tree.without else kept(labels, names)


def _with_value(labels: Labels, name: str | None, tree: Aggregation) -> Labels:
    """Return *labels* with the label *name* that count_values adds."""
    if name is None:
        return Labels(None)
    names = {word.text for word in tree.grouping or ()}
    # `without` takes the new label away again. `by` loses labels that sort behind it, a fault of Prometheus 2.
    certain = labels.certain if tree.without else frozenset(one for one in labels.certain if one < name)
    labels = Labels(labels.possible, certain, labels.values)
    return replaced(labels, name, None, certain=not (tree.without and name in names))


def _kind(op: str, of: Meaning) -> Kind | None:
    if op in ("count", "group", "stddev", "stdvar"):
        return "gauge"
    if op == "avg" and of.kind == "boolean":
        return "ratio"
    return "gauge" if op == "sum" and of.kind in _SPENT else of.kind


def _unit(op: str, of: Meaning) -> str | None:
    if op in ("count", "group"):
        return ""
    if op == "stdvar":
        return None
    if op == "avg" and of.kind == "boolean":
        return "ratio"
    if op == "sum" and of.unit == "percent":
        return None
    return of.unit
