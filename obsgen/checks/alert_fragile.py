"""`alert/fragile`: an alert whose instances come and go although nothing got better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.checks.trees import PICKING, op_of
from obsgen.diagnostics import Diagnostic, Label, warning
from obsgen.promql.tree import Aggregation, Binary, Call, Negation, Selector, Tree, Word


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `topk` and its like where the elements that they pick become the instances of an alert."""
    records = {
        read.asked.name: read.parsed.tree
        for read in subject.queries
        if read.asked.where == "record" and read.parsed is not None
    }
    for rule in subject.alert_rules:
        if rule.read.parsed is not None:
            for word, op in _instances(rule.read.parsed.tree, records, frozenset()):
                yield _finding(word, op, rule)


def _finding(word: Word, op: str, rule: AlertRule) -> Diagnostic:
    waits = bool(rule.wait_seconds)
    return warning(
        "alert/fragile",
        f"what `{op}` picks changes from one evaluation to the next, and the alert's instances with it",
        rule.read.place(word),
        "" if word.text.lower() == op else f"`{op}` picked what is recorded here",
        also=(Label(rule.wait_span, "each of them begins to wait anew"),) if waits else (),
        help="compare every series with the threshold, and leave the choice to the dashboard",
    )


def _instances(tree: Tree, records: Mapping[str, Tree], seen: frozenset[str]) -> Iterator[tuple[Word, str]]:
    """Yield each word that stands for elements which were picked and keep their labels up to the result, and by what."""
    if isinstance(tree, Selector):
        name = tree.name.text
        if name in records and name not in seen:
            yield from ((tree.name, op) for _, op in _instances(records[name], records, seen | {name}))
    elif isinstance(tree, Aggregation):
        if op_of(tree) in PICKING:
            yield tree.op, op_of(tree)
            yield from _instances(tree.expr, records, seen)
    elif isinstance(tree, Binary):
        yield from _instances(tree.left, records, seen)
        if tree.op not in ("and", "unless"):
            yield from _instances(tree.right, records, seen)
    elif isinstance(tree, Negation):
        yield from _instances(tree.expr, records, seen)
    elif isinstance(tree, Call):
        for argument in tree.arguments:
            yield from _instances(argument, records, seen)


CHECK = Check(code="alert/fragile", run=run)
