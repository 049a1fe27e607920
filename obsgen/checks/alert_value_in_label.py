"""`alert/value-in-label`: a label of an alert that changes with every measurement."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.templates import printed_values
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.source.locate import within


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of alerting rules that print the value of the result."""
    for rule in subject.alert_rules:
        for name, node in rule.labels.items():
            for word in printed_values(node.text):
                waits = bool(rule.wait_seconds)
                yield error(
                    "alert/value-in-label",
                    f"the label `{name}` holds the value, so every change of it is another alert",
                    within(node, word.start, word.end),
                    also=(Label(rule.wait_span, "each of them begins to wait anew"),) if waits else (),
                    help="print the value in an annotation",
                )


CHECK = Check(code="alert/value-in-label", run=run)
