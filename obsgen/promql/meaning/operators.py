"""What binary operators make of their two sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning import unit_words
from obsgen.promql.meaning.amounts import FLAG, ONE, Amount, exactly
from obsgen.promql.meaning.label_sets import NAME, Labels, joined, nameless
from obsgen.promql.meaning.making import UNKNOWN, common_series, first_division, made, made_of_both
from obsgen.promql.meaning.matching import Matched, agreed, compared, paired
from obsgen.promql.meaning.model import Kind, Meaning
from obsgen.promql.meaning.parts import Parts
from obsgen.promql.meaning.unit_words import Unit
from obsgen.promql.tree import Binary, Tree

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
_SETS = frozenset({"and", "or", "unless"})
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_ARITHMETIC: Mapping[str, Callable[[Amount, Amount], Amount]] = {
    "+": am.added,
    "-": am.subtracted,
    "*": am.multiplied,
    "/": am.divided,
    "%": am.remainder,
    "^": am.power,
    "atan2": am.angle,
}


def combined(tree: Binary, left: Meaning, right: Meaning, parts: Parts) -> Meaning:
    """Return what the binary operation *tree* gives."""
    if tree.op in _SETS:
        return _set(tree, left, right, parts)
    filters = tree.op in COMPARISONS and not tree.returns_bool
    if left.type == "scalar" or right.type == "scalar":
        labels = Matched((right if left.type == "scalar" else left).labels)
    else:
        labels = paired(tree, left.labels, right.labels)
    if not filters:
        labels = Matched(nameless(labels.labels), labels.never)
    if tree.op in COMPARISONS:
        return _compared(tree, left, right, labels)
    if tree.op in _ARITHMETIC:
        return _computed(tree, left, right, labels, parts)
    return UNKNOWN


# Comparisons


def verdict(op: str, left: Amount, right: Amount) -> Literal["never", "always"] | None:
    """
    Return whether the comparison `left op right` holds for no values, or for all.

    Returns:
        `never` or `always` only if it is certain; None where it may hold and may not, or where that is unknown.
    """
    equal = left.low == left.high == right.low == right.high
    if op == "!=":
        if _never("==", left, right):
            return "always"
        return "never" if equal and not (left.nan or right.nan) else None
    if _never(op, left, right):
        return "never"
    if left.nan or right.nan:
        return None
    return "always" if (equal if op == "==" else _never(_OPPOSITE[op], left, right)) else None


def _never(op: str, left: Amount, right: Amount) -> bool:
    if op == ">":
        return left.high <= right.low
    if op == "<":
        return left.low >= right.high
    if op == ">=":
        return left.high < right.low
    if op == "<=":
        return left.low > right.high
    zero = (left.nonzero and right.low == right.high == 0) or (right.nonzero and left.low == left.high == 0)
    return zero or left.high < right.low or left.low > right.high


def _compared(tree: Binary, left: Meaning, right: Meaning, labels: Matched) -> Meaning:
    judged = verdict(tree.op, left.amount, right.amount)
    empty = labels.never or left.empty or right.empty
    if tree.returns_bool:
        amount = exactly(0) if judged == "never" else ONE if judged == "always" else FLAG
        return made_of_both(left, right, amount, "boolean", "", labels=labels.labels, empty=empty)
    mirrored = left.type == "scalar"
    of, other = (right, left) if mirrored else (left, right)
    passing = _passing(_MIRRORED.get(tree.op, tree.op) if mirrored else tree.op, of.amount, other.amount)
    amount = passing or of.amount
    return Meaning(
        kind=of.kind,
        unit=of.unit,
        labels=labels.labels,
        amount=amount,
        empty=empty or judged == "never" or passing is None,
        aggregated=of.aggregated,
        rated=of.rated,
        division=of.division if amount.nan or amount.inf else None,
        series=of.series,
        sources=of.sources,
    )


def _passing(op: str, of: Amount, other: Amount) -> Amount | None:
    """Return the values of *of* that can pass a comparison with *other*; None where none can."""
    if op == "!=":
        zero = other.low == other.high == 0 and not other.nan
        return Amount(of.low, of.high, of.nonzero or zero, of.nan, of.inf)
    low = other.low if op in (">", ">=", "==") else -am.INF
    high = other.high if op in ("<", "<=", "==") else am.INF
    found = am.narrowed(of, low, high)
    if found is None:
        return None
    nonzero = (op == ">" and low >= 0) or (op == "<" and high <= 0) or (op == "==" and other.nonzero)
    return Amount(found.low, found.high, found.nonzero or nonzero, found.nan, found.inf)


# Set operators


def _set(tree: Binary, left: Meaning, right: Meaning, parts: Parts) -> Meaning:
    if tree.op == "or":
        return _either(left, right)
    if tree.op == "unless" or left.type != "vector" or right.type != "vector":
        return made(left, left.amount, left.kind, left.unit, labels=left.labels)
    found = agreed(left.labels, right.labels, compared(tree))
    amount = left.amount
    if left.division is not None and _guards(tree, left.division, right, parts):
        amount = Amount(amount.low, amount.high, amount.nonzero)
    result = made(left, amount, left.kind, left.unit, labels=found.labels)
    return _emptied(result) if found.never or right.empty else result


def _emptied(result: Meaning) -> Meaning:
    return Meaning(**{name: getattr(result, name) for name in Meaning.__slots__} | {"empty": True})


def _guards(tree: Binary, division: Binary, right: Meaning, parts: Parts) -> bool:
    """Return whether *tree* is `x / y and y > 0`, possibly with a comparison around the division."""
    guard, guarded = tree.right, _uncompared(tree.left)
    plain = all(one.on is None and not one.ignoring and not one.side for one in (tree, division))
    return (
        guarded is division
        and plain
        and right.nonzero
        and isinstance(guard, Binary)
        and guard.op in COMPARISONS
        and not guard.returns_bool
        and parts.same(guard.left, division.right)
        and parts.unhurt(division)
        and guard.on is None
        and not guard.ignoring
    )


def _uncompared(tree: Tree) -> Tree:
    """Return what a comparison with a number lets through."""
    while isinstance(tree, Binary) and tree.op in COMPARISONS and not tree.returns_bool and not tree.side:
        tree = tree.left
    return tree


def _either(left: Meaning, right: Meaning) -> Meaning:
    if left.empty or right.empty:
        of = right if left.empty else left
        return made(of, of.amount, of.kind, of.unit, labels=of.labels)
    amount = am.joined(left.amount, right.amount)
    return made_of_both(
        left,
        right,
        amount,
        _of_either(left, right, left.kind, right.kind),
        _of_either(left, right, left.unit, right.unit),
        labels=joined(left.labels, right.labels),
        empty=False,
    )


def _of_either(left, right, a, b):
    if right.kind == "number":
        return a
    return b if left.kind == "number" or a == b else None
