"""`record/cycle`: recorded series that each need the other one's last value, so that none ever has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.records import name_span
from obsgen.checks.trees import ABSENCE
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.tree import Aggregation, Binary, Call, Negation, Selector, Tree, Window

# Their result is there whether or not their argument is.
_ALWAYS_THERE = ABSENCE | {"scalar", "vector", "time", "pi"}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report recorded series that come from themselves and from nothing else."""
    rules: dict[str, list[Read]] = {}
    for read in subject.queries:
        if read.asked.where == "record" and read.parsed is not None:
            rules.setdefault(read.asked.name, []).append(read)
    # A name that several rules record needs none of them in particular.
    single = {name: reads[0] for name, reads in rules.items() if len(reads) == 1}
    needs = {name: _needed(read.parsed.tree) & set(single) for name, read in single.items() if read.parsed is not None}
    reported: set[str] = set()
    for name in sorted(needs):
        way = _way_back(name, needs)
        if way and not reported & set(way):
            reported.update(way)
            yield _finding(way, single, subject)


def _needed(tree: Tree) -> frozenset[str]:
    """Return the series without which *tree* certainly has no result."""
    if isinstance(tree, Selector):
        return frozenset({tree.name.text})
    if isinstance(tree, Window | Negation | Aggregation):
        return _needed(tree.expr)
    if isinstance(tree, Call):
        if tree.function.text in _ALWAYS_THERE:
            return frozenset()
        return frozenset().union(*map(_needed, tree.arguments))
    if not isinstance(tree, Binary):
        return frozenset()
    left, right = _needed(tree.left), _needed(tree.right)
    if tree.op == "unless":
        return left
    return left & right if tree.op == "or" else left | right


def _way_back(start: str, needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the series on a shortest way from *start* back to itself, empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for name in sorted(needs[way[-1]]):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _finding(way: tuple[str, ...], rules: Mapping[str, Read], subject: Subject) -> Diagnostic:
    first, *others = way
    chain = " from ".join(f"`{name}`" for name in (*way, first))
    return error(
        "record/cycle",
        f"`{first}` never has a value, since it comes from itself"
        if not others
        else f"none of these ever has a value: {chain}",
        name_span(rules[first], subject),
        also=tuple(Label(name_span(rules[name], subject), "needs the next one") for name in others),
        help="one of them has to come from a metric alone",
    )


CHECK = Check(code="record/cycle", run=run)
