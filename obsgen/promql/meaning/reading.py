"""What every part of an expression means, read from the leaves up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning.aggregations import aggregated
from obsgen.promql.meaning.functions import called
from obsgen.promql.meaning.label_sets import NO_LABELS, matched
from obsgen.promql.meaning.making import made
from obsgen.promql.meaning.matching import agreed, compared
from obsgen.promql.meaning.model import Meaning, SeriesFacts
from obsgen.promql.meaning.operators import combined
from obsgen.promql.meaning.parts import Parts
from obsgen.promql.tree import Aggregation, Binary, Call, Number, Selector, String, Tree, Window, children


class Names(Protocol):
    """What series names mean, as `World` knows it."""

    def facts(self, name: str) -> SeriesFacts:
        """Return what the series *name* is."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """
    What the nodes of one tree mean.

    Attributes:
        tree: The tree; its nodes are told apart by identity, so only they can be asked for.
        parts: Compares nodes by what they say.
    """

    tree: Tree
    parts: Parts = field(compare=False, repr=False)
    _found: Mapping[int, Meaning] = field(compare=False, repr=False)

    def __getitem__(self, node: Tree) -> Meaning:
        """Return the meaning of *node*; raises KeyError for one of another tree."""
        return self._found[id(node)]

    def can_match(self, node: Binary) -> bool:
        """Return whether an element of one side of *node* can be paired with one of the other; False only if certain."""
        left, right = self[node.left], self[node.right]
        if left.type != "vector" or right.type != "vector":
            return True
        return not agreed(left.labels, right.labels, compared(node)).never

    @property
    def whole(self) -> Meaning:
        """The meaning of the whole expression."""
        return self._found[id(self.tree)]


def read(tree: Tree, world: Names) -> Meanings:
    """Return what *tree* and each of its parts mean in *world*; never raises."""
    found: dict[int, Meaning] = {}
    parts = Parts(lambda node: found[id(node)])
    for node in _leaves_first(tree):
        found[id(node)] = _meaning(node, found, world, parts)
    return Meanings(tree, parts, found)


def _leaves_first(tree: Tree) -> list[Tree]:
    order, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(children(node))
    order.reverse()
    return order


def _meaning(node: Tree, found: Mapping[int, Meaning], world: Names, parts: Parts) -> Meaning:
    if isinstance(node, Selector):
        return _selected(node, world)
    if isinstance(node, Number):
        return Meaning(type="scalar", kind="number", amount=am.exactly(node.value), constant=node.value)
    if isinstance(node, String):
        return Meaning(type="string", amount=am.FINITE)
    if isinstance(node, Binary):
        return combined(node, found[id(node.left)], found[id(node.right)], parts)
    if isinstance(node, Call):
        return called(node, tuple(found[id(argument)] for argument in node.arguments))
    if isinstance(node, Aggregation):
        parameter = None if node.parameter is None else found[id(node.parameter)]
        return aggregated(node, found[id(node.expr)], parameter)
    of = found[id(node.expr)]
    if isinstance(node, Window):
        return made(of, of.amount, of.kind, of.unit, type="range", labels=of.labels)
    return _negated(of)


def _selected(node: Selector, world: Names) -> Meaning:
    facts = world.facts(node.name.text)
    labels = matched(facts.labels, node.matchers) if node.matchers else facts.labels
    return Meaning(
        kind=facts.kind,
        unit=facts.unit,
        labels=NO_LABELS if labels is None else labels,
        amount=facts.amount,
        empty=facts.empty or labels is None,
        aggregated=facts.aggregated,
        rated=facts.rated,
        series=facts,
        sources=frozenset({facts.name}),
    )


def _negated(of: Meaning) -> Meaning:
    kind = of.kind if of.kind in ("number", "delta") else "gauge" if of.kind else None
    result = made(of, am.negated(of.amount), kind, of.unit, type=of.type)
    if of.constant is None:
        return result
    return Meaning(type="scalar", kind="number", amount=result.amount, constant=-of.constant)
