"""`alert/no-condition`: an alert that fires whenever there is data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.checks.trees import ABSENCE, extent, leading
from obsgen.diagnostics import Diagnostic, error, warning
from obsgen.promql.meaning import COMPARISONS, Meanings
from obsgen.promql.tree import Aggregation, Binary, Call, Negation, Selector, Tree, Window, Word, walk

_BOOL = re.compile(r"\bbool\b", re.IGNORECASE)
# Functions with a result that is there whether or not their argument is.
_ALWAYS_THERE = frozenset({"scalar", "vector"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report conditions that leave nothing out: no comparison, one with `bool`, or nothing but numbers."""
    for rule in subject.alert_rules:
        meanings = subject.meanings(rule.read)
        if meanings is not None:
            for part in _unconditional(meanings.tree, meanings, subject):
                yield _finding(part, rule, meanings)


def _unconditional(tree: Tree, meanings: Meanings, subject: Subject) -> Iterator[Tree]:
    if isinstance(tree, Binary) and tree.op == "or":
        yield from _unconditional(tree.left, meanings, subject)
        yield from _unconditional(tree.right, meanings, subject)
    elif not _filters(tree, meanings, subject) or _keeps_all(tree):
        yield tree


def _keeps_all(tree: Tree) -> bool:
    """Return whether *tree* is a comparison with `bool` and none in it leaves anything out, whatever its series are."""
    return (
        isinstance(tree, Binary) and tree.op in COMPARISONS and tree.returns_bool and not any(map(_picks, walk(tree)))
    )


def _picks(node: Tree) -> bool:
    if isinstance(node, Binary):
        return node.op in ("and", "unless") or (node.op in COMPARISONS and not node.returns_bool)
    return isinstance(node, Call) and node.function.text in ABSENCE


def _filters(tree: Tree, meanings: Meanings, subject: Subject) -> bool:
    """Return whether *tree* may have a result at one time and none at another, although its series are there."""
    if isinstance(tree, Selector):
        return _comes_and_goes(tree, subject)
    if isinstance(tree, Window | Negation | Aggregation):
        return _filters(tree.expr, meanings, subject)
    if isinstance(tree, Call):
        if tree.function.text in _ALWAYS_THERE:
            return False
        return _picks(tree) or any(_filters(part, meanings, subject) for part in tree.arguments)
    if not isinstance(tree, Binary):
        return False
    if _picks(tree):
        return bool(meanings[tree].sources) or tree.op not in COMPARISONS
    sides = (_filters(side, meanings, subject) for side in (tree.left, tree.right))
    return all(sides) if tree.op == "or" else any(sides)


def _comes_and_goes(tree: Selector, subject: Subject) -> bool:
    """Return whether the series itself may say something by being there; False only if it certainly does not."""
    facts = subject.world.facts(tree.name.text)
    if not facts.known or facts.record is not None or tree.name.text in subject.world.records:
        return True
    # `kube_x_info{reason="Failed"}`: the label tells, not the value.
    return facts.kind in ("alert", None) or (facts.kind in ("info", "boolean") and bool(tree.matchers))


def _finding(part: Tree, rule: AlertRule, meanings: Meanings) -> Diagnostic:
    word = _bool(part, rule)
    if word is not None:
        return error(
            "alert/no-condition",
            "with `bool` the comparison returns 0 instead of nothing, and the alert fires on 0, too",
            rule.read.place(word),
            help="leave `bool` out",
        )
    if not meanings[part].sources:
        return warning(
            "alert/no-condition",
            "nothing is measured here, so the alert always fires",
            rule.read.place(leading(part)),
            help="if it is a sign of life that another system waits for, allow it and say so",
        )
    return error(
        "alert/no-condition",
        "nothing is compared here, so the alert fires as long as there is data, also at 0",
        rule.read.place(leading(part)),
        help="compare with a threshold, such as `> 0`",
    )


def _bool(part: Tree, rule: AlertRule) -> Word | None:
    if not (isinstance(part, Binary) and part.returns_bool):
        return None
    start = extent(part.left).end
    found = _BOOL.search(rule.read.asked.compiled.expr.text, start, max(start, extent(part.right).start))
    return None if found is None else Word(found[0], found.start(), found.end())


CHECK = Check(code="alert/no-condition", run=run)
