"""What binary operators make of their two sides."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning import unit_words
from obsgen.promql.meaning.amounts import FLAG, ONE, Amount, exactly
from obsgen.promql.meaning.label_sets import joined, nameless, unsure_name
from obsgen.promql.meaning.making import UNKNOWN, made, made_of_both
from obsgen.promql.meaning.matching import Matched, agreed, compared, paired
from obsgen.promql.meaning.model import Kind, Meaning
from obsgen.promql.meaning.parts import COMPARISONS, Parts, is_plain
from obsgen.promql.meaning.unit_words import Unit
from obsgen.promql.tree import Binary

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
    if tree.op == "atan2":
        labels = Matched(unsure_name(labels.labels), labels.never)
    elif not filters:
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
        amount = exactly(0.0) if judged == "never" else ONE if judged == "always" else FLAG
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
    return dataclasses.replace(result, empty=True) if found.never or right.empty else result


def _guards(tree: Binary, division: Binary, right: Meaning, parts: Parts) -> bool:
    """Return whether *tree* is `x / y and y > 0`, possibly with a comparison around the division."""
    guard = tree.right
    if not isinstance(guard, Binary) or guard.op not in COMPARISONS or guard.returns_bool or not right.nonzero:
        return False
    sides = [parts.meaning(side) for side in (division.left, division.right)]
    return (
        parts.unfiltered(tree.left) is division
        and all(map(is_plain, (tree, division, guard)))
        and parts.same(guard.left, division.right)
        and not any(side.may_nan or side.may_inf for side in sides)
    )


def _either(left: Meaning, right: Meaning) -> Meaning:
    if left.empty or right.empty:
        of = right if left.empty else left
        return made(of, of.amount, of.kind, of.unit, labels=of.labels)
    return made_of_both(
        left,
        right,
        am.joined(left.amount, right.amount),
        _settled(left, right, left.kind, right.kind),
        _settled(left, right, left.unit, right.unit),
        labels=joined(left.labels, right.labels),
        empty=False,
    )


_Word = TypeVar("_Word")


def _settled(left: Meaning, right: Meaning, a: _Word | None, b: _Word | None) -> _Word | None:
    """Return the word that holds for both sides; a side that is a number of the query fits any."""
    if right.kind == "number":
        return a
    return b if left.kind == "number" or a == b else None


# Arithmetic


def _computed(tree: Binary, left: Meaning, right: Meaning, labels: Matched, parts: Parts) -> Meaning:
    amount = _ARITHMETIC[tree.op](left.amount, right.amount)
    unit = _unit(tree.op, left, right)
    share = parts.share(tree) if tree.op == "/" and left.sources and right.sources else None
    if share is not None:
        factor, largest = share
        unit = unit_words.scaled("ratio", factor) if factor != 1 else "ratio"
        if largest < math.inf:
            amount = am.multiplied(_share(left, right, largest), am.exactly(factor))
    if tree.op == "-" and min(left.low, right.low) >= 0 and parts.part(tree, tree.right, tree.left) == "series":
        amount = Amount(0.0, amount.high, nan=amount.nan, inf=amount.inf)
    empty = labels.never or left.empty or right.empty
    divides = tree if tree.op in ("/", "%") and right.amount.zero else None
    kind = "ratio" if share is not None else _kind(tree.op, left, right, unit)
    result = made_of_both(left, right, amount, kind, unit, labels=labels.labels, empty=empty, division=divides)
    if left.constant is None or right.constant is None:
        return result
    # Numbers alone: the bounds are the result.
    return dataclasses.replace(result, constant=amount.low if amount.low == amount.high else math.nan)


def _share(left: Meaning, right: Meaning, largest: float) -> Amount:
    nan = left.may_nan or right.may_nan or left.may_inf or right.may_inf or right.amount.zero
    return Amount(0.0, largest, left.nonzero, nan)


def _number(of: Meaning) -> float | None:
    """Return the number of the query that *of* is, `vector(1)` included."""
    return of.low if of.kind == "number" and of.low == of.high else None


def _unit(op: str, left: Meaning, right: Meaning) -> Unit:
    a, b = _number(left), _number(right)
    if op in ("+", "-", "%"):
        if a is not None or b is not None:
            return left.unit if a is None else right.unit if op != "%" else None
        return unit_words.added(left.unit, right.unit)
    if op == "*":
        if a is not None or b is not None:
            return unit_words.scaled(left.unit, b) if b is not None else unit_words.scaled(right.unit, a or 0.0)
        return unit_words.multiplied(left.unit, right.unit)
    if op == "/" and a is None:
        if b is not None:
            return unit_words.scaled(left.unit, 1 / b) if b else None
        return unit_words.divided(left.unit, right.unit)
    return None


# What does not become something else when it is multiplied, and what may be added to its own kind.
_SCALABLE: frozenset[Kind | None] = frozenset(
    {"counter", "bucket", "sum", "count", "gauge", "ratio", "rate", "increase", "delta", "quantile", "number"}
)
_ADDABLE = _SCALABLE - {"ratio", "quantile"}


def _kind(op: str, left: Meaning, right: Meaning, unit: Unit) -> Kind | None:
    kinds = (left.kind, right.kind)
    if None in kinds or op in ("^", "atan2"):
        return "number" if kinds == ("number", "number") else None
    if "number" in kinds:
        return _beside_number(op, left.kind if right.kind == "number" else right.kind, divisor=right.kind != "number")
    if op == "/" and unit == "ratio":
        return "ratio"
    if op in ("+", "-") and "timestamp" in kinds:
        return "gauge" if op == "-" and kinds == ("timestamp", "timestamp") else None
    if left.kind == right.kind and left.kind in _ADDABLE and op == "+":
        return left.kind
    return "gauge"


def _beside_number(op: str, kind: Kind | None, *, divisor: bool) -> Kind | None:
    if op in ("+", "-"):
        return kind if kind in _SCALABLE or kind == "timestamp" else "gauge"
    if op in ("*", "/"):
        return kind if kind in _SCALABLE and not (op == "/" and divisor) else None
    return None
