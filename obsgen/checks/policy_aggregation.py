"""`policy/aggregation`: an aggregation that drops a label which the project keeps, or keeps one that it drops."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.policies import wanted
from obsgen.checks.readings import aggregations, readings, series_word, written
from obsgen.checks.trees import PICKING, op_of
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.meaning import Meanings
from obsgen.promql.tree import Aggregation, Word
from obsgen.settings import labels_for


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report aggregations of alerts and recorded series against `keep_labels` and `strip_labels`."""
    policy = subject.settings.policy
    for read, meanings in readings(subject) if policy.keep_labels or policy.strip_labels else ():
        if read.asked.where == "panel":
            continue
        for node in aggregations(meanings):
            names = sorted(meanings[node.expr].sources)
            keep = {label for name in names for label in labels_for(policy.keep_labels, name)}
            strip = {label for name in names for label in labels_for(policy.strip_labels, name)}
            yield from (
                _dropped(label, node, read, meanings) for label in sorted(keep) if _drops(label, node, meanings)
            )
            yield from (_kept(label, node, read, meanings) for label in sorted(strip) if _keeps(label, node, meanings))


def _drops(label: str, node: Aggregation, meanings: Meanings) -> bool:
    """Return whether *node* is where *label* is lost."""
    return meanings[node.expr].may_have(label) and not meanings[node].may_have(label)


def _keeps(label: str, node: Aggregation, meanings: Meanings) -> bool:
    """Return whether *node* could have dropped *label*, and certainly did not."""
    if op_of(node) in PICKING:
        return False
    return label in meanings[node].certain or (_word(label, node) is not None and meanings[node].may_have(label))


def _word(label: str, node: Aggregation) -> Word | None:
    """Return *label* in `by (..)`."""
    return None if node.without else next((word for word in node.grouping or () if word.text == label), None)


def _dropped(label: str, node: Aggregation, read: Read, meanings: Meanings) -> Diagnostic:
    named = next((word for word in node.grouping or () if node.without and word.text == label), node.op)
    return error(
        "policy/aggregation",
        f"`{op_of(node)}` drops `{label}`, which this project keeps",
        written(read, named, node.op, series_word(node.expr, meanings[node.expr])),
        help=wanted("keep_labels"),
    )


def _kept(label: str, node: Aggregation, read: Read, meanings: Meanings) -> Diagnostic:
    return error(
        "policy/aggregation",
        f"`{op_of(node)}` keeps `{label}`, which this project drops",
        written(read, _word(label, node) or node.op, node.op, series_word(node.expr, meanings[node.expr])),
        help=wanted("strip_labels"),
    )


CHECK = Check(code="policy/aggregation", run=run)
