"""Prometheus rule files and PrometheusRule manifests."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from obsgen.checks import embedded
from obsgen.checks.base import AlertRule, Read, RuleGroup, read_query
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.foreign import shapes
from obsgen.foreign.model import NO_SERVICE, Foreign, Kind
from obsgen.promql.collect import Asked
from obsgen.promql.compile import Compiled
from obsgen.promql.meaning import Recorded
from obsgen.promql.text import whole
from obsgen.source.nodes import Mapping, Scalar, short
from obsgen.spec.fields import Origin
from obsgen.words import nearest

# A log query: its pipeline, filter or unpacking stands behind the braces. Ruler files of Loki look like those of Prometheus.
_LOGQL = re.compile(r"\}\s*(\|[=~>]|![=~>]\s*[\"`]|\|\s*[a-z_]+)")

_KEYS = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})
_GROUP_KEYS = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules"})


def misspelt(node: Mapping, known: frozenset[str], where: str, report: shapes.Report) -> frozenset[str]:
    """
    Report keys of *node* that are slips of *known* ones, and return these.

    Other keys may be those of another tool that reads such files.
    """
    meant = set()
    for key, (word, _) in node.entries.items():
        guess = None if key in known else nearest(key, known - node.entries.keys())
        if guess:
            said = f"`{short(key)}` is no key of {where}"
            report(error("foreign/wrong-shape", said, word.span, f"did you mean `{guess}`?"))
            meant.add(guess)
    return frozenset(meant)


def asked(where: str, name: str, expr: Scalar, holder: Mapping) -> Asked:
    """Return the PromQL *expr* as a query of *where* that belongs to *holder*."""
    compiled = Compiled(expr=whole(expr), problems=())
    return Asked(where=where, name=name, service=NO_SERVICE, compiled=compiled, origin=Origin(holder))


def read(groups: Mapping, path: str, kind: Kind) -> Foreign:
    """Return the rules below the key `groups` of *groups*, in the file *path*."""
    found = _Found()
    for group in shapes.mappings(groups, "groups", found.problems.append):
        added = shapes.texts(group, "labels", found.problems.append)
        before = len(found.rules)
        for rule in shapes.mappings(group, "rules", found.problems.append):
            found.take(rule, added)
        found.close(group, tuple(found.rules[before:]))
    return Foreign(
        path=path,
        kind=kind,
        queries=tuple(found.queries),
        alert_rules=tuple(found.alerts),
        records={name: tuple(rules) for name, rules in found.records.items()},
        groups=tuple(found.groups),
        templated=tuple(found.templated),
        problems=tuple(found.problems),
    )


@dataclass
class _Found:
    """Collects the rules of one file."""

    queries: list[Asked] = field(default_factory=list)
    rules: list[Asked] = field(default_factory=list)
    alerts: list[AlertRule] = field(default_factory=list)
    groups: list[RuleGroup] = field(default_factory=list)
    records: dict[str, list[Recorded]] = field(default_factory=dict)
    templated: list[str] = field(default_factory=list)
    names: dict[str, Scalar] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def take(self, rule: Mapping, added: dict[str, Scalar]) -> None:
        """Take one rule, to which its group adds the labels *added*."""
        report = self.problems.append
        meant = misspelt(rule, _KEYS, "a rule", report)
        names = {where: name for where in ("alert", "record") if (name := shapes.scalar(rule, where, report))}
        expr = shapes.scalar(rule, "expr", report)
        if not names and (meant & {"alert", "record"}):
            return
        if not names and not all(shapes.is_null(rule.get(where)) for where in ("alert", "record")):
            return
        if len(names) != 1:
            said = "both `alert` and `record`" if names else "neither `alert` nor `record`"
            report(shapes.wrong_shape(f"this rule has {said}", rule.span, "a rule has one of the two"))
            return
        (where, name), *_ = names.items()
        if expr is None:
            if "expr" in meant or not shapes.is_null(rule.get("expr")):
                return
            report(shapes.wrong_shape(f"`{name.text[:80]}` has no `expr`", name.span, "add the query"))
            return
        if unread := next((one for one in (name, expr) if shapes.is_templated(one)), None):
            report(shapes.template(unread.span))
            self.templated.append(name.text)
            return
        read = read_query(asked(where, name.text, expr, rule))
        if read.parsed is None and _LOGQL.search(expr.text):
            return
        self.queries.append(read.asked)
        self.rules.append(read.asked)
        labels = {**added, **shapes.texts(rule, "labels", report)}
        if where == "alert":
            alert = self._alert(rule, name, read, labels)
            self.alerts.append(alert)
            self.queries.extend(embedded.queries(alert))
        elif read.parsed is not None:
            recorded = Recorded(tree=read.parsed.tree, labels={key: node.text for key, node in labels.items()})
            self.records.setdefault(name.text, []).append(recorded)

    def close(self, group: Mapping, rules: tuple[Asked, ...]) -> None:
        """Take the group itself, all of whose *rules* were taken."""
        name = shapes.scalar(group, "name", self.problems.append)
        self._name(group, name)
        misspelt(group, _GROUP_KEYS, "a group", self.problems.append)
        interval = shapes.scalar(group, "interval", self.problems.append)
        self.groups.append(
            RuleGroup(
                name="" if name is None else name.text,
                interval_seconds=None if interval is None else shapes.seconds(interval, self.problems.append),
                interval_span=(interval or name or group).span,
                rules=rules,
            )
        )

    def _name(self, group: Mapping, name: Scalar | None) -> None:
        """Report what is wrong with the name of a group: Prometheus refuses a file with two of one name, or with none."""
        if name is None or not name.text:
            if shapes.is_null(group.get("name")) or name is not None:
                self.problems.append(
                    shapes.wrong_shape("this group has no `name`", (name or group).span, "give it a name")
                )
        elif (first := self.names.setdefault(name.text, name)) is not name:
            said = f"two groups of this file are called `{short(name.text)}`, so that Prometheus refuses it"
            also = (Label(first.span, "the first one"),)
            advice = "rename one of them, or put their rules together"
            self.problems.append(
                error("foreign/wrong-shape", said, name.span, "the second one", also=also, help=advice)
            )

    def _alert(self, rule: Mapping, name: Scalar, read: Read, labels: dict[str, Scalar]) -> AlertRule:
        report = self.problems.append
        wait = shapes.scalar(rule, "for", report)
        waits = None if wait is None else shapes.seconds(wait, report)
        if waits is None and not shapes.is_null(rule.get("for")):
            waits = math.inf
        return AlertRule(
            name=name.text,
            name_span=name.span,
            read=read,
            wait_seconds=waits,
            wait_span=rule.span if wait is None else wait.span,
            labels=labels,
            annotations=shapes.texts(rule, "annotations", report),
            origin=Origin(rule),
        )


def manifests(root: Mapping) -> Iterator[Mapping]:
    """Yield the Kubernetes objects in *root*: itself, or the items of a list of them."""
    kind = root.get("kind")
    if isinstance(kind, Scalar) and kind.text.endswith("List"):
        yield from shapes.mappings(root, "items", lambda _: None)
    else:
        yield root
