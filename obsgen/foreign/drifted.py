"""Alerts that stand in the catalog and in a foreign file, and say two things."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import AlertRule
from obsgen.diagnostics import Diagnostic, Label, Span, warning
from obsgen.foreign.subject import ForeignSubject
from obsgen.promql.collect import Asked, asked
from obsgen.promql.tokens import tokens
from obsgen.spec.model import Alert


def drifted(subject: ForeignSubject) -> Iterator[Diagnostic]:
    """Report alerts with the name of one of the catalog and another severity, condition or `for`."""
    named = {rule.name for rule in subject.alert_rules}
    own = {alert.name: alert for alert in subject.catalog.alerts if alert.name in named}
    conditions = {query.name: query for query in asked(subject.catalog) if query.where == "alert"} if own else {}
    for rule in subject.alert_rules:
        alert = own.get(rule.name)
        if alert is not None:
            yield from _compared(rule, alert, conditions[rule.name])


def _compared(rule: AlertRule, alert: Alert, condition: Asked) -> Iterator[Diagnostic]:
    severity = rule.labels.get("severity")
    if severity is not None and severity.text != alert.severity.name:
        yield _finding(
            rule,
            f"severity `{severity.text[:40]}`",
            severity.span,
            Label(alert.origin.at("severity"), "another severity"),
        )
    expr = rule.read.asked.compiled.expr.text
    if not condition.compiled.problems and _words(expr) != _words(condition.compiled.expr.text):
        span = rule.read.asked.origin.at("expr")
        yield _finding(rule, "this condition", span, Label(condition.origin.span, "another condition"))
    wait = 0.0 if alert.spec.for_ is None else float(alert.spec.for_.seconds)
    if (rule.wait_seconds or 0.0) != wait:
        where = rule.name_span if rule.wait_seconds is None else rule.wait_span
        yield _finding(rule, "this `for`", where, Label(alert.origin.at("for"), "another `for`"))


def _finding(rule: AlertRule, what: str, span: Span, other: Label) -> Diagnostic:
    return warning(
        "alert/drifted",
        f"`{rule.name}` has {what} here and another in the catalog",
        span,
        also=(other,),
        help="keep one of them; the rule that `obsgen build` writes follows the catalog",
    )


def _words(expr: str) -> list[str]:
    return [token.text for token in tokens(expr)]
