"""`alert/label-clash`: a label of an alerting rule that hides one of the result, or of the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.checks.trees import leading
from obsgen.diagnostics import Diagnostic, Label, Span, warning
from obsgen.promql.meaning import Meanings
from obsgen.promql.tree import Aggregation, Word


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of rules that every result of the condition has already, and those that the server adds as well."""
    for rule in subject.alert_rules:
        added = _added(rule)
        meanings = subject.meanings(rule.read)
        for name, span in added.items():
            if meanings is not None and name in meanings.whole.certain and _varies(name, meanings):
                yield _overwritten(name, span, rule, meanings)
            elif name in subject.world.external_labels:
                yield warning(
                    "alert/label-clash",
                    f"the server adds `{name}` to everything it sends, this rule keeps it from saying so",
                    span,
                    help="give the label another name, or leave it to the server",
                )


def _added(rule: AlertRule) -> Mapping[str, Span]:
    """Return the labels that the rule adds, with their places; those of the catalog come from elsewhere."""
    if rule.alert is None:
        return {name: node.span for name, node in rule.labels.items()}
    names = ("severity", "service", *(("owner",) if rule.alert.owner else ()))
    return dict.fromkeys(names, rule.name_span)


def _varies(name: str, meanings: Meanings) -> bool:
    """Return whether the label can have more than one value in the result."""
    values = meanings.whole.values.get(name)
    return values is None or len(values) > 1


def _overwritten(name: str, span: Span, rule: AlertRule, meanings: Meanings) -> Diagnostic:
    written = next(_grouped(name, meanings), None)
    place = rule.read.place(written or leading(meanings.tree))
    says = f"every result has a `{name}`, which tells it from the others"
    if rule.alert is not None:
        return warning(
            "alert/label-clash",
            f"obsgen adds a label `{name}` to every alert, which hides that of the result",
            place,
            help=f"results that differ only in `{name}` break the rule: leave it out of `by`, or give the label another name",
        )
    return warning(
        "alert/label-clash",
        f"the rule's label `{name}` hides that of the result",
        span,
        also=(Label(place, says),),
        help=f"results that differ only in `{name}` break the rule; give this one another name",
    )


def _grouped(name: str, meanings: Meanings) -> Iterator[Word]:
    for node in meanings.nodes_of(Aggregation):
        if not node.without:
            yield from (word for word in node.grouping or () if word.text == name)


CHECK = Check(code="alert/label-clash", run=run)
