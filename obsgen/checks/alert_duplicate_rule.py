"""`alert/duplicate-rule`: two alerting rules that nobody can tell apart once they fire."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.diagnostics import Diagnostic, Label, error, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report rules with the name and the labels of an earlier one; the catalog holds each name once."""
    seen: dict[tuple[str, frozenset[tuple[str, str]]], list[AlertRule]] = {}
    for rule in subject.alert_rules:
        same = seen.setdefault((rule.name, frozenset((name, node.text) for name, node in rule.labels.items())), [])
        if same and rule.alert is None:
            yield _finding(rule, same)
        same.append(rule)


def _finding(rule: AlertRule, same: list[AlertRule]) -> Diagnostic:
    twin = next((one for one in same if _says_the_same(one, rule)), None)
    if twin is not None:
        return error(
            "alert/duplicate-rule",
            f"`{rule.name}` is here twice with the same condition",
            rule.name_span,
            also=(Label(twin.name_span, "the first one"),),
            help="delete one of them",
        )
    return warning(
        "alert/duplicate-rule",
        f"two alerts are called `{rule.name}` and have the same labels, so that nobody can tell which of them fired",
        rule.name_span,
        also=(Label(same[0].name_span, "the other one"),),
        help="give one of them another name, or a label that tells them apart",
    )


def _says_the_same(one: AlertRule, other: AlertRule) -> bool:
    a, b = (" ".join(rule.read.asked.compiled.expr.text.split()) for rule in (one, other))
    return a == b


CHECK = Check(code="alert/duplicate-rule", run=run)
