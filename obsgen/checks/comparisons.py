"""Comparisons that come out the same whatever happens, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.checks.base import Read, Subject
from obsgen.checks.trees import ABSENCE, deciding, extent, leading, op_of
from obsgen.diagnostics import Label, Span
from obsgen.promql.meaning import COMPARISONS, Meaning, Meanings, verdict
from obsgen.promql.tree import Aggregation, Binary, Call, Tree
from obsgen.spec.model import Metric
from obsgen.spec.values import number

_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
#: How people ask whether there is anything: true of every count, and meant so.
_EXISTS = frozenset({(">", 0.0), (">=", 1.0), ("!=", 0.0)})
#: Units of shares of 1; seconds of work in each second of time are the share of it that was busy.
SHARES = ("ratio", "seconds/second")
_GROWING = {"rate": "a rate is", "increase": "an increase is"}


@dataclass(frozen=True, kw_only=True)
class Settled:
    """
    A comparison whose outcome is certain.

    Attributes:
        outcome: `never` or `always`.
        read: The query it stands in.
        of, node: What is compared: its meaning and its place in the tree.
        op: The operator, as it reads with *of* on its left.
        limit: What it is compared with.
        limit_node: Its place in the tree.
    """

    outcome: str
    read: Read
    of: Meaning
    node: Tree
    op: str
    limit: Meaning
    limit_node: Tree

    @property
    def span(self) -> Span:
        """Where the limit was written."""
        return self.read.place(extent(self.limit_node) if self.constant is not None else leading(self.limit_node))

    @property
    def constant(self) -> float | None:
        """The limit, if it is a number."""
        return self.limit.low if self.limit.low == self.limit.high else None

    @property
    def unit_differs(self) -> bool:
        """Whether the limit is written in a unit that what is compared does not have, which is reported as such."""
        mark = self.read.mark(extent(self.limit_node))
        return mark is not None and differs(mark.word, self.of)

    @property
    def above_buckets(self) -> Metric | None:
        """The histogram whose last bucket keeps its quantile from ever reaching the limit, or None."""
        return capping(self.of) if self.outcome == "never" and self.op in (">", ">=", "==") else None


def capping(of: Meaning) -> Metric | None:
    """Return the histogram whose last finite bucket is the largest value of the quantile *of*, or None."""
    series = of.series
    if of.kind != "quantile" or series is None or not series.bounds or of.high != max(series.bounds):
        return None
    return series.metric


def differs(written: str, of: Meaning) -> bool:
    """Return whether *written* is a percentage or a duration, and *of* is known to be neither."""
    if of.unit is None or not written[-1:].isalpha():
        return written.endswith("%") and of.unit not in (None, *SHARES)
    return of.unit != "seconds"


def settled(subject: Subject) -> tuple[Settled, ...]:
    """Return the comparisons that are never true, and those that always are where an alert hangs on nothing else."""
    return subject.once(_all_settled)


def _all_settled(subject: Subject) -> tuple[Settled, ...]:
    return tuple(_each_settled(subject))


def _each_settled(subject: Subject) -> Iterator[Settled]:
    for read, meanings in subject.readings:
        for binary in meanings.nodes_of(Binary):
            found = _settled(binary, "never", read, meanings)
            if found is not None:
                yield found
        for node in deciding(meanings.tree) if read.asked.where == "alert" else ():
            found = _settled(node, "always", read, meanings)
            if found is not None and not _asks_for_existence(found):
                yield found


def _settled(node: Tree, outcome: str, read: Read, meanings: Meanings) -> Settled | None:
    if not isinstance(node, Binary) or node.op not in COMPARISONS:
        return None
    left, right = meanings[node.left], meanings[node.right]
    if left.empty or right.empty or not (left.sources or right.sources):
        return None
    if verdict(node.op, left.amount, right.amount) != outcome:
        return None
    if right.sources and not left.sources:
        op = _TURNED.get(node.op, node.op)
        return Settled(
            outcome=outcome, read=read, of=right, node=node.right, op=op, limit=left, limit_node=node.left
        )  # fmt: skip
    return Settled(
        outcome=outcome, read=read, of=left, node=node.left, op=node.op, limit=right, limit_node=node.right
    )  # fmt: skip


def _asks_for_existence(one: Settled) -> bool:
    if one.of.low == one.of.high:
        return True
    counts = isinstance(one.node, Aggregation) and op_of(one.node) == "count"
    return counts and (one.op, one.constant) in _EXISTS


def reason(of: Meaning, node: Tree) -> str:
    """Return why the values of *of* end where they do, as a clause."""
    metric = of.series.metric if of.series is not None else None
    if isinstance(node, Aggregation) and op_of(node) == "count":
        return "`count` is at least 1, and where there is nothing to count it returns nothing"
    if isinstance(node, Call) and node.function.text in ABSENCE:
        return f"`{node.function.text}` returns 1 or nothing"
    if metric is not None and declared(of) is not None:
        return f"`{metric.name}` {_between(of.low, of.high)}"
    if of.kind == "boolean" and (of.low, of.high) == (0, 1):
        return f"`{of.series.name}` is 0 or 1" if of.series is not None else "it is 0 or 1"
    if of.unit == "ratio" and (of.low, of.high) == (0, 1):
        return "a ratio lies between 0 and 1"
    if of.unit == "percent" and (of.low, of.high) == (0, 100):
        return "a percentage lies between 0 and 100"
    if of.kind in _GROWING and of.low == 0:
        return f"{_GROWING[of.kind]} never negative"
    return f"it {_between(of.low, of.high)}"


def _between(low: float, high: float) -> str:
    if low == high:
        return f"is always {number(low)}"
    if math.isinf(low):
        return f"is never above {number(high)}"
    return f"is never below {number(low)}" if math.isinf(high) else f"lies between {number(low)} and {number(high)}"


def declared(of: Meaning) -> Label | None:
    """Return the place of the declared range that bounds *of*, or None where none does."""
    metric = of.series.metric if of.series is not None else None
    if metric is None or metric.origin.find("range") is None or of.kind != "gauge":
        return None
    bounds = [bound for bound in (metric.low, metric.high) if bound is not None]
    return Label(metric.origin.at("range"), "the declared range") if of.low in bounds or of.high in bounds else None


def spoken(value: float) -> str:
    """Return *value* as people write it: without the last digit, which rounding leaves behind; `inf` and NaN included."""
    return number(float(f"{value:.15g}")) if math.isfinite(value) else repr(value)
