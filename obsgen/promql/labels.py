"""Which labels the result of an expression can have."""

from __future__ import annotations

from obsgen.promql.known import labels_of
from obsgen.promql.tree import Aggregation, Binary, Call, Negation, Number, Selector, String, Tree, Window
from obsgen.spec.model import Catalog

_SCALAR = frozenset({"time", "scalar", "pi"})
_NO_LABELS = _SCALAR | {"vector"}
_OPEN = frozenset({"label_replace", "label_join", "absent", "absent_over_time", "info"})


def possible(tree: Tree, catalog: Catalog) -> frozenset[str] | None:
    """Return every label that a result of *tree* can have, or None where that cannot be told."""
    if isinstance(tree, Number | String):
        return frozenset()
    if isinstance(tree, Window | Negation):
        return possible(tree.expr, catalog)
    if isinstance(tree, Selector):
        labels = labels_of(tree.name.text, catalog)
        return None if labels is None else frozenset(labels)
    if isinstance(tree, Aggregation):
        return _aggregated(tree, catalog)
    if isinstance(tree, Call):
        return _called(tree, catalog)
    return _combined(tree, catalog)


def _aggregated(tree: Aggregation, catalog: Catalog) -> frozenset[str] | None:
    inner = possible(tree.expr, catalog)
    op = tree.op.text.lower()
    if op == "count_values":
        return None
    if op in ("topk", "bottomk", "limitk", "limit_ratio"):
        return inner
    grouping = frozenset(word.text for word in tree.grouping or ())
    if tree.without:
        return None if inner is None else inner - grouping
    return grouping if inner is None else grouping & inner


def _called(tree: Call, catalog: Catalog) -> frozenset[str] | None:
    name = tree.function.text
    if name in _NO_LABELS:
        return frozenset()
    if name in _OPEN:
        return None
    result: frozenset[str] = frozenset()
    for argument in tree.arguments:
        found = possible(argument, catalog)
        if found is None:
            return None
        result |= found
    return result - {"le"} if name == "histogram_quantile" else result


def is_scalar(tree: Tree) -> bool:
    """Return whether *tree* is one number without labels, which an operator applies to every series of the other side."""
    if isinstance(tree, Negation):
        return is_scalar(tree.expr)
    if isinstance(tree, Binary):
        return is_scalar(tree.left) and is_scalar(tree.right)
    return isinstance(tree, Number) or (isinstance(tree, Call) and tree.function.text in _SCALAR)


def _combined(tree: Binary, catalog: Catalog) -> frozenset[str] | None:
    if is_scalar(tree.left):
        return possible(tree.right, catalog)
    left = possible(tree.left, catalog)
    if tree.op in ("and", "unless") or is_scalar(tree.right):
        return left
    right = possible(tree.right, catalog)
    if left is None or right is None:
        return None
    if tree.op == "or":
        return left | right
    include = frozenset(word.text for word in tree.include)
    if tree.side:
        return (left if tree.side == "left" else right) | include
    if tree.on is not None:
        return frozenset(word.text for word in tree.on)
    return (left & right) - frozenset(word.text for word in tree.ignoring or ())
