"""`query/no-shared-labels`: an operator whose two sides can never be paired."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import begun, readings, series_word
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.meaning import NAME, Meaning, Meanings, compared
from obsgen.promql.tree import Binary
from obsgen.words import listed


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report operators between vectors of which no element of one side has the labels of one of the other."""
    for read, meanings in readings(subject):
        for node in meanings.nodes_of(Binary):
            if node.op == "or" or meanings.can_match(node):
                continue
            left, right = meanings[node.left], meanings[node.right]
            if not left.empty and not right.empty:
                yield _finding(node, meanings, read)


def _finding(node: Binary, meanings: Meanings, read: Read) -> Diagnostic:
    left, right = meanings[node.left], meanings[node.right]
    only_left, only_right = _only(left, right, node), _only(right, left, node)
    effect = "`unless` takes nothing away" if node.op == "unless" else f"`{node.op}` never gives anything"
    here, there = _has(only_right, right, left, node), _has(only_left, left, right, node)
    return error(
        "query/no-shared-labels",
        f"the sides of `{node.op}` never have the same labels, so {effect}",
        begun(read, node.right),
        here,
        also=(Label(begun(read, node.left), there),),
        help=_help(node, left, right, shape=read.mark(series_word(node.right, right)) is not None),
    )


def _only(of: Meaning, other: Meaning, node: Binary) -> list[str]:
    """Return the labels by which *node* pairs, that *of* always has and *other* never."""
    names = compared(node)
    return sorted(name for name in of.certain if name in names and not other.may_have(name))


def _has(only: list[str], of: Meaning, other: Meaning, node: Binary) -> str:
    if only:
        return f"only this side has {listed(only, 4)}"
    if of.possible is not None and of.possible <= {NAME}:
        return "this side has no labels"
    names = compared(node)
    for name in sorted(of.values):
        mine, theirs = of.values[name], other.values.get(name)
        if name in names and theirs is not None and mine and theirs and not mine & theirs:
            return f"here `{name}` is {listed(sorted(mine), 3)}"
    return "the other side"


def _help(node: Binary, left: Meaning, right: Meaning, *, shape: bool) -> str:
    if shape:
        return "give both conditions the same `by`, or write the condition in PromQL with `on ()`"
    names = compared(node)
    shared = sorted(name for name in left.certain & right.certain if name in names and _meet(left, right, name))
    if shared:
        return f"say which labels to compare: `{node.op} on ({', '.join(shared)})`"
    if node.op in ("and", "unless"):
        return f"write `{node.op} on ()` if any result on the right is enough"
    return "write `on ()`, with `group_left ()` if the left side has several results"


def _meet(left: Meaning, right: Meaning, name: str) -> bool:
    mine, theirs = left.values.get(name), right.values.get(name)
    return mine is None or theirs is None or bool(mine & theirs)


CHECK = Check(code="query/no-shared-labels", run=run)
