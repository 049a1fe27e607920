"""Alerting and recording rules as data."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from obsgen.plan.links import runbook_url
from obsgen.plan.model import Rule, RuleGroup
from obsgen.plan.words import condition as said
from obsgen.plan.words import value_template
from obsgen.promql.compile import Setting, condition, query
from obsgen.promql.parse import parse
from obsgen.promql.tree import selectors
from obsgen.spec.model import Alert, Catalog, Record
from obsgen.spec.queries import Absent, Down, Raw, When


def rule_groups(catalog: Catalog, *, docs_url: str = "", scale: Fraction = Fraction(1)) -> tuple[RuleGroup, ...]:
    """
    Return the rule groups of every service that has rules, recorded series before alerts.

    Args:
        catalog: Without errors.
        docs_url: Address that the generated documentation is served from; empty for links relative to it.
        scale: Factor on every duration, for a demonstration in fast motion.
    """
    groups = []
    for service in catalog.services:
        setting = Setting(catalog=catalog, service=service, scale=scale)
        if service.records:
            rules = in_order(_record(record, setting) for record in service.records)
            groups.append(RuleGroup(name=f"{service.name}-records", service=service.name, rules=rules))
        if service.alerts:
            rules = tuple(_alert(alert, setting, docs_url) for alert in service.alerts)
            groups.append(RuleGroup(name=f"{service.name}-alerts", service=service.name, rules=rules))
    return tuple(groups)


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """
    Return recording *rules* with each behind those that it reads, by name otherwise.

    A group is evaluated from top to bottom, so that a series recorded further down is one evaluation old. Where rules
    need each other there is no such order, and names decide.
    """
    left = {rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)}
    needs = {name: {one.name.text for one in selectors(parse(rule.expr).tree)} for name, rule in left.items()}
    ordered: list[Rule] = []
    while left:
        ready = next((name for name in left if not needs[name] & (left.keys() - {name})), next(iter(left)))
        ordered.append(left.pop(ready))
    return tuple(ordered)


def _record(record: Record, setting: Setting) -> Rule:
    return Rule(name=record.name, recording=True, expr=query(record.spec.query, setting).expr.text.strip())


def _alert(alert: Alert, setting: Setting, docs_url: str) -> Rule:
    wait = alert.spec.for_
    return Rule(
        name=alert.name,
        expr=condition(alert.spec.when, setting).expr.text.strip(),
        wait="" if wait is None else str(wait if setting.scale == 1 else wait.scaled(setting.scale)),
        labels=static_labels(alert),
        annotations={
            "summary": alert.spec.summary,
            "description": alert.spec.description or description(alert, setting.catalog),
            # Grafana makes a button of `runbook_url`, and a relative address would count from Grafana's own pages.
            "runbook_url" if docs_url else "runbook": runbook_url(alert, docs_url),
        },
    )


def static_labels(alert: Alert) -> dict[str, str]:
    """Return the labels that the rule adds."""
    labels = {"severity": alert.severity.name, "service": alert.service}
    return labels | {"owner": alert.owner} if alert.owner else labels


def description(alert: Alert, catalog: Catalog) -> str:
    """Return the second line of a notification: the condition in words and the value it has."""
    clause = said(alert.spec.when).replace("`", "")
    text = verbatim(clause[:1].upper() + clause[1:] + ".")
    when = alert.spec.when
    if isinstance(when, When) and not isinstance(when.query, Absent | Down):
        noun = "The result" if isinstance(when.query, Raw) else "It"
        text += f" {noun} is {value_template(when, catalog)}."
    return text


def verbatim(text: str) -> str:
    """Return a template that prints *text*."""
    return text.replace("{{", '{{ "{{" }}')
