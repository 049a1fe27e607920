"""What every part of an expression means, read from the leaves up."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar

from obsgen.promql.meaning import amounts as am
from obsgen.promql.meaning.aggregations import aggregated
from obsgen.promql.meaning.functions import called
from obsgen.promql.meaning.label_sets import NO_LABELS, matched
from obsgen.promql.meaning.making import made
from obsgen.promql.meaning.matching import agreed, compared
from obsgen.promql.meaning.model import Meaning, SeriesFacts
from obsgen.promql.meaning.operators import combined
from obsgen.promql.meaning.parts import Parts
from obsgen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Negation,
    Number,
    Selector,
    String,
    Tree,
    Window,
    walk,
)

Found: TypeAlias = Mapping[int, Meaning]
Node = TypeVar("Node", Aggregation, Binary, Call, Negation, Number, Selector, String, Window)


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
        nodes: The tree and everything below it, the whole before its parts, in the order of the text.
        parts: Compares nodes by what they say.
    """

    tree: Tree
    nodes: tuple[Tree, ...] = field(compare=False, repr=False)
    parts: Parts = field(compare=False, repr=False)
    _found: Mapping[int, Meaning] = field(compare=False, repr=False)
    # Some twenty rules look at every query, most of them for one kind of node.
    _by_kind: Mapping[type, Sequence[Any]] = field(compare=False, repr=False)

    def __getitem__(self, node: Tree) -> Meaning:
        """Return the meaning of *node*; raises KeyError for one of another tree."""
        return self._found[id(node)]

    def nodes_of(self, kind: type[Node]) -> Sequence[Node]:
        """Return the nodes of one *kind*, in the order of `nodes`."""
        return self._by_kind.get(kind, ())

    @property
    def selectors(self) -> Sequence[Selector]:
        """Every selector of the tree in the order of the text."""
        return self.nodes_of(Selector)

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
    nodes = tuple(walk(tree))
    by_kind: dict[type, list[Tree]] = {}
    for node in nodes:
        by_kind.setdefault(type(node), []).append(node)
    # Backwards, so that the parts of each node come before it; recursion would end where people nest deeply.
    for node in reversed(nodes):
        found[id(node)] = _READERS[type(node)](node, found, world, parts)
    return Meanings(tree, nodes, parts, found, by_kind)


def _number(node: Number, _: Found, __: Names, ___: Parts) -> Meaning:
    return _SOME_NUMBER if node.variable else _literal(node.value)


@functools.lru_cache(maxsize=1000)
def _literal(value: float) -> Meaning:
    return Meaning(type="scalar", kind="number", amount=am.exactly(value), constant=value)


def _string(_: String, __: Found, ___: Names, ____: Parts) -> Meaning:
    return _STRING


def _binary(node: Binary, found: Found, _: Names, parts: Parts) -> Meaning:
    return combined(node, found[id(node.left)], found[id(node.right)], parts)


def _call(node: Call, found: Found, _: Names, __: Parts) -> Meaning:
    return called(node, tuple([found[id(argument)] for argument in node.arguments]))


def _aggregation(node: Aggregation, found: Found, _: Names, __: Parts) -> Meaning:
    parameter = None if node.parameter is None else found[id(node.parameter)]
    return aggregated(node, found[id(node.expr)], parameter)


def _window(node: Window, found: Found, _: Names, __: Parts) -> Meaning:
    of = found[id(node.expr)]
    return made(of, of.amount, of.kind, of.unit, type="range", labels=of.labels)


def _selector(node: Selector, _: Found, world: Names, __: Parts) -> Meaning:
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


def _negation(node: Negation, found: Found, _: Names, __: Parts) -> Meaning:
    of = found[id(node.expr)]
    kind = of.kind if of.kind in ("number", "delta") else "gauge" if of.kind else None
    result = made(of, am.negated(of.amount), kind, of.unit, type=of.type)
    if of.constant is None:
        return result
    return Meaning(type="scalar", kind="number", amount=result.amount, constant=-of.constant)


_STRING = Meaning(type="string", amount=am.FINITE)
# Only Grafana knows which.
_SOME_NUMBER = Meaning(type="scalar", kind="number", amount=am.ANY)
_READERS: Mapping[type, Callable[..., Meaning]] = {
    Aggregation: _aggregation,
    Binary: _binary,
    Call: _call,
    Negation: _negation,
    Number: _number,
    Selector: _selector,
    String: _string,
    Window: _window,
}
