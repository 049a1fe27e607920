"""`query/impossible`: a part of a query that never has a result, by what it says itself."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import begun, readings, written
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.meaning import Meanings
from obsgen.promql.meaning.label_sets import ANY_LABELS, Labels, matched
from obsgen.promql.tree import Binary, Matcher, Selector


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report matchers that exclude each other, and `x unless x`."""
    for read, meanings in readings(subject):
        for node in meanings.nodes:
            if isinstance(node, Selector):
                yield from _selected(node, read, subject.world.facts(node.name.text).labels)
            elif isinstance(node, Binary) and node.op == "unless":
                yield from _without_itself(node, read, meanings)


def _selected(node: Selector, read: Read, labels: Labels) -> Iterator[Diagnostic]:
    """Report two matchers each of which fits something, and which fit nothing together."""
    pairs = [
        (a, b)
        for index, b in enumerate(node.matchers)
        for a in node.matchers[:index]
        if a.label.text == b.label.text and not (read.is_variable(a.value) or read.is_variable(b.value))
    ]
    for a, b in pairs:
        # What the catalog says about the label is of no account where one of the two is wrong by itself.
        for known in (labels, ANY_LABELS):
            alone = all(matched(known, (one,)) is not None for one in (a, b))
            if alone and matched(known, (a, b)) is None:
                yield _excluding(a, b, read)
                return


def _excluding(a: Matcher, b: Matcher, read: Read) -> Diagnostic:
    first, second = f"{a.label.text}{a.op}", f"{b.label.text}{b.op}"
    return error(
        "query/impossible",
        f'no series fits both `{first}"{a.value.text}"` and `{second}"{b.value.text}"`',
        written(read, b.value),
        also=(Label(written(read, a.value), "what fits here does not fit there"),),
        help="to ask for several values, write one matcher with `=~` and `|` between them",
    )


def _without_itself(node: Binary, read: Read, meanings: Meanings) -> Iterator[Diagnostic]:
    if meanings.parts.same(node.left, node.right):
        yield error(
            "query/impossible",
            "both sides of `unless` are the same, so nothing is ever left",
            begun(read, node.right),
            "this takes away everything",
            also=(Label(begun(read, node.left), "the other side"),),
            help="write what is to be taken away on the right",
        )


CHECK = Check(code="query/impossible", run=run)
