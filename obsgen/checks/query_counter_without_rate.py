"""`query/counter-without-rate`: the bare value of a counter, which says how long ago the program was started."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.query_delta_of_counter import FOR_GAUGES
from obsgen.checks.readings import defined, readings, series_word, written
from obsgen.diagnostics import Diagnostic, info, warning
from obsgen.promql.meaning import COMPARISONS, RISING_KINDS, Meaning, Meanings
from obsgen.promql.tree import Binary, Call, Tree, Word, walk

# How people ask, beside another condition, whether a program has counted anything yet.
_BEGUN = frozenset({(">", 0.0), (">=", 1.0), ("!=", 0.0)})
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report counters that are compared with a number, and those that a panel shows, without `rate` or `increase`."""
    for read, meanings in readings(subject):
        seen: set[Word] = set()
        guards = frozenset(id(guard) for guard in _guards(meanings))
        for binary in meanings.nodes_of(Binary):
            of = _compared(binary, meanings, guard=id(binary) in guards)
            if of is not None and not meanings[of].empty and (word := series_word(of, meanings[of])) not in seen:
                seen.add(word)
                yield _finding(word, meanings[of], read, shown=False)
        for node in _shown(meanings.tree) if read.asked.where == "panel" else ():
            word = series_word(node, meanings[node])
            if _is_bare(meanings[node]) and not meanings[node].empty and word not in seen:
                seen.add(word)
                yield _finding(word, meanings[node], read, shown=True)


def _is_bare(of: Meaning) -> bool:
    return of.type == "vector" and of.kind in RISING_KINDS and not of.rated


def _compared(node: Binary, meanings: Meanings, *, guard: bool) -> Tree | None:
    """Return the counter that *node* compares with a number; asking whether it is 0 says something."""
    if node.op not in COMPARISONS:
        return None
    for of, limit, op in (
        (node.left, node.right, node.op),
        (node.right, node.left, _TURNED.get(node.op, node.op)),
    ):
        number = meanings[limit].constant
        if any(isinstance(part, Call) and part.function.text in FOR_GAUGES for part in walk(of)):
            # `query/delta-of-counter` says so.
            continue
        if number is not None and _is_bare(meanings[of]):
            is_empty = (op, number) in (("==", 0.0), ("<", 1.0), ("<=", 0.0))
            return None if is_empty or (guard and (op, number) in _BEGUN) else of
    return None


def _guards(meanings: Meanings) -> Iterator[Tree]:
    """Yield what stands right of `and` and `unless`."""
    for node in meanings.nodes_of(Binary):
        if node.op in ("and", "unless"):
            yield from walk(node.right)


def _shown(tree: Tree) -> Iterator[Tree]:
    """Yield the parts of a panel's query whose elements it shows."""
    if isinstance(tree, Binary) and tree.op == "or":
        yield from _shown(tree.left)
        yield from _shown(tree.right)
    elif not (isinstance(tree, Binary) and tree.op in COMPARISONS):
        yield tree


def _finding(word: Word, of: Meaning, read: Read, *, shown: bool) -> Diagnostic:
    say = info if shown else warning
    does = "shows" if shown else "compares"
    return say(
        "query/counter-without-rate",
        f"this {does} the bare value of the counter `{word.text}`: all that was counted since the program was started",
        written(read, word),
        "begins anew at every restart",
        also=defined(of),
        help="ask how fast it grows: put `rate(..[5m])` or `increase(..[1h])` around the series",
    )


CHECK = Check(code="query/counter-without-rate", run=run)
