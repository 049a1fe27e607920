"""What is taken out of a file that obsgen did not write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from obsgen.checks.base import AlertRule, RuleGroup
from obsgen.checks.boards import Board
from obsgen.checks.signals import SignalQuery
from obsgen.diagnostics import Diagnostic, Span
from obsgen.promql.collect import Asked
from obsgen.promql.meaning import Recorded
from obsgen.source.nodes import Mapping as MappingNode
from obsgen.source.nodes import Scalar
from obsgen.spec.model import Catalog, Service

Kind = Literal["rules", "prometheus-rule", "config-map-rules", "rule-tests", "scrape-config", "dashboard"]

#: Kind -> what people call one and several of it.
KINDS: Mapping[Kind, tuple[str, str]] = {
    "rules": ("rule file", "rule files"),
    "prometheus-rule": ("PrometheusRule manifest", "PrometheusRule manifests"),
    "config-map-rules": ("ConfigMap with rules", "ConfigMaps with rules"),
    "rule-tests": ("promtool test file", "promtool test files"),
    "scrape-config": ("prometheus.yml", "prometheus.yml files"),
    "dashboard": ("Grafana dashboard", "Grafana dashboards"),
}

#: Stands for the service of queries that belong to none of the catalog's.
NO_SERVICE = Service(
    name="", owner="", labels={}, metrics=(), alerts=(), records=(), dashboards=(), scrape=None, workspaces=(), metrics_to=()
)  # fmt: skip
#: What queries are held against where there is no catalog yet.
NO_CATALOG = Catalog(services=(), severities={})


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    One scrape job of a prometheus.yml.

    Attributes:
        name: Its name as written.
        name_span: Where it stands.
        targets: `host:port` of targets that are written out, in the order of the file.
        found: Whether (more) targets are discovered while Prometheus runs.
        relabelled: Whether relabelling decides what `job` is.
    """

    name: str
    name_span: Span
    targets: tuple[Scalar, ...] = ()
    found: bool = False
    relabelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Server:
    """
    What a prometheus.yml says.

    Attributes:
        jobs: Its scrape jobs.
        complete: Whether these are all, none being read from other files.
        rule_files: Patterns of the rule files that it loads.
        external_labels: Labels that it adds to what it sends away.
        target_labels: Labels that it gives to series beside their own and those of every target; None where that is open.
        scrape_seconds: Time between two samples of every job; None where jobs differ.
        evaluation_seconds: Time between two evaluations of a rule group that says nothing about it; None if unknown.
        span: Where a finding about the whole file points.
    """

    jobs: tuple[Job, ...]
    complete: bool
    rule_files: tuple[Scalar, ...]
    external_labels: Mapping[str, str]
    target_labels: frozenset[str] | None
    scrape_seconds: float | None
    evaluation_seconds: float | None
    span: Span


@dataclass(frozen=True, kw_only=True)
class RuleTests:
    """
    What a promtool test file says, as nodes.

    Attributes:
        root: The whole file.
        rule_files: Patterns of the rule files that it tests.
        tests: Its tests.
    """

    root: MappingNode
    rule_files: tuple[Scalar, ...]
    tests: tuple[MappingNode, ...]


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """
    A file of another tool, or one document of it.

    Attributes:
        path: As shown to people.
        kind: What it is.
        queries: Every query in it, those of alerting rules included.
        alert_rules: Its alerting rules; each one's `read.asked` is among *queries*.
        records: Its recording rules, by the name that they record.
        groups: Its rule groups; their queries are among *queries*.
        templated: Names of its rules that another tool has to fill in first; they are none of the others.
        server: What it says about scraping, if it is a prometheus.yml.
        tests: What it tests, if it is a promtool test file.
        board: Its panels and variables, if it is a dashboard.
        signals: Its queries for logs and traces.
        problems: What is wrong with its shape.
    """

    path: str
    kind: Kind
    queries: tuple[Asked, ...] = ()
    alert_rules: tuple[AlertRule, ...] = ()
    records: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)
    groups: tuple[RuleGroup, ...] = ()
    templated: tuple[str, ...] = ()
    server: Server | None = None
    tests: RuleTests | None = None
    board: Board | None = None
    signals: tuple[SignalQuery, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
