"""Walks over PromQL trees that several checks need."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.promql.tree import Aggregation, Binary, Call, Number, Selector, Tree, Word, walk

#: Functions whose result says that something is missing, so that having one is a condition.
ABSENCE = frozenset({"absent", "absent_over_time"})
#: Aggregations that pick some elements and leave them as they are.
PICKING = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


def op_of(tree: Aggregation) -> str:
    """Return the name of an aggregation in lower case."""
    return tree.op.text.lower()


def leading(tree: Tree) -> Word:
    """Return the first word of *tree* that has a place."""
    for node in walk(tree):
        word = _word(node)
        if word is not None and word.end > word.start:
            return word
    return Word("", 0, 0)


def extent(tree: Tree) -> Word:
    """Return the stretch from the first number, name or function of *tree* to its last."""
    words = [word for node in walk(tree) if (word := _word(node)) is not None and word.end > word.start]
    if not words:
        return Word("", 0, 0)
    return Word("", min(word.start for word in words), max(word.end for word in words))


def _word(node: Tree) -> Word | None:
    if isinstance(node, Number):
        return node.at
    if isinstance(node, Call):
        return node.function
    if isinstance(node, Aggregation):
        return node.op
    if not isinstance(node, Selector):
        return None
    if node.name.end > node.name.start or not node.matchers:
        return node.name
    return node.matchers[0].label


def deciding(tree: Tree) -> Iterator[Tree]:
    """
    Yield the parts of an alert's expression whose elements become the alert's: both sides of `or`, the left one of `and`.

    A part that is none of these operators itself is yielded as it stands.
    """
    if isinstance(tree, Binary) and tree.op == "or":
        yield from deciding(tree.left)
        yield from deciding(tree.right)
    elif isinstance(tree, Binary) and tree.op in ("and", "unless"):
        yield from deciding(tree.left)
    else:
        yield tree
