"""`alert/unknown-template-label`: a notification that prints a label which the condition does not return."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.checks.templates import printed_labels
from obsgen.checks.trees import ABSENCE
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.promql.meaning import NAME, Meanings
from obsgen.promql.tree import Aggregation, Call, Word
from obsgen.source.locate import within
from obsgen.source.nodes import Scalar
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels in templates that no result of the condition can have."""
    for rule in subject.alert_rules:
        meanings = subject.meanings(rule.read)
        if meanings is None or meanings.whole.empty:
            continue
        for node in (*rule.annotations.values(), *rule.labels.values()):
            for word in printed_labels(node.text):
                if not meanings.whole.may_have(word.text) and not _is_asked_for(word.text, meanings):
                    yield _finding(rule, word, node, meanings)


def _is_asked_for(name: str, meanings: Meanings) -> bool:
    """Return whether the condition groups by the label although there is none, which `query/unknown-label` reports."""
    groups = (node for node in meanings.nodes if isinstance(node, Aggregation) and not node.without)
    return any(
        word.text == name and not meanings[group.expr].may_have(name)
        for group in groups
        for word in group.grouping or ()
    )


def _finding(rule: AlertRule, word: Word, node: Scalar, meanings: Meanings) -> Diagnostic:
    possible = meanings.whole.possible
    known = sorted(possible - {NAME}) if possible is not None else None
    own = word.text in rule.labels or word.text == "alertname"
    guess = nearest(word.text, known or ()) if not own else None
    return error(
        "alert/unknown-template-label",
        f"the condition of `{rule.name}` returns no label `{word.text}`, so this prints nothing",
        within(node, word.start, word.end),
        f"did you mean `{guess}`?" if guess else "",
        also=_lost(word.text, rule, meanings),
        help="" if guess else _help(known, meanings, own=own),
    )


def _lost(name: str, rule: AlertRule, meanings: Meanings) -> tuple[Label, ...]:
    """Return the aggregation that drops the label, where there is just one."""
    found = [
        node
        for node in meanings.nodes
        if isinstance(node, Aggregation) and not meanings[node].may_have(name) and meanings[node.expr].may_have(name)
    ]
    if len(found) != 1:
        return ()
    place = rule.read.asked.compiled.expr.place(found[0].op.start, found[0].op.end)
    if place is None:
        return ()
    return (Label(place, f"this puts all `{name}` together"),)


def _help(known: list[str] | None, meanings: Meanings, *, own: bool) -> str:
    if own:
        return "labels that the rule itself adds are not there yet while its texts are written; write the word itself"
    if known is None:
        return "keep the label in the condition, or leave it out here"
    if known:
        return f"it returns {listed(known)}"
    for node in meanings.nodes:
        if isinstance(node, Call) and node.function.text in ABSENCE:
            return f"`{node.function.text}` only has the labels that its selector asks for with `=`; leave it out here"
    return "it returns no labels; add `by`"


CHECK = Check(code="alert/unknown-template-label", run=run)
