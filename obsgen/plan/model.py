"""What the plan says: rule groups, dashboards and scrape jobs as data, in the words of Prometheus and Grafana."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One alerting or recording rule.

    Attributes:
        name: Alert name or recorded series name.
        recording: True for a recording rule.
        expr: PromQL.
        wait: Prometheus duration that the condition has to hold (`for`), empty for none or for a recording rule.
        labels: Static labels.
        annotations: Templates as Prometheus expands them.
    """

    name: str
    recording: bool = False
    expr: str
    wait: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that Prometheus evaluates one after the other; the name is unique within its service."""

    name: str
    service: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuery:
    """
    One query of a panel.

    Attributes:
        ref_id: `A`, `B`, ... in the order of the panel.
        expr: PromQL; may hold `$__rate_interval`, `$__range` and dashboard variables.
        legend: Legend template such as `{{persona}} p95`, empty for Grafana's own.
        instant: True for one value at the end of the range, False for a line over it.
        format: `time_series`, `table` or `heatmap`.
        exemplars: True if the expression reads histogram buckets whose exemplars are worth showing.
    """

    ref_id: str
    expr: str
    legend: str = ""
    instant: bool = False
    format: str = "time_series"
    exemplars: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One threshold step of a panel.

    Attributes:
        at: Lower bound of the step in the unit of the expression; None for the base step.
        means: `good`, `warn`, `bad` or `neutral`; the target chooses the colour.
    """

    at: float | None
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table panel: the label or value it shows, and its heading."""

    name: str
    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLink:
    """A link on a panel, such as the runbook of an alert."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Place of a panel on Grafana's 24 column grid; heights in grid units of 30 pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """
    One panel.

    Attributes:
        key: Name in the catalog; the id comes from it.
        id: Unique within the dashboard, from 1; does not move when other panels come or go.
        kind: `timeseries`, `stat`, `gauge`, `bargauge`, `table`, `pie`, `heatmap` or `text`.
        title: What people read.
        description: One or more sentences shown at the `i` of the panel.
        queries: At least one for a data panel.
        unit: Grafana unit id such as `s`, `percentunit`, `short` or `suffix:tokens`; empty for none.
        steps: Threshold steps, the base step first; empty for none.
        columns: For tables: the columns in order; every other column is hidden.
        grid: Where it stands.
        links: Runbooks and the like.
        no_value: Text shown when there is no data.
        interval: Smallest step, the scrape interval of the service (`15s`).
        time_from: Own time range such as `24h`, empty for the dashboard's.
        minimum: Lower end of the axis or gauge, None for automatic.
        maximum: Upper end, None for automatic.
        stacked: True to stack the series.
        decimals: Digits behind the point, None for automatic.
        text: Markdown of a `text` panel.
    """

    key: str
    id: int
    kind: str
    title: str
    description: str = ""
    queries: tuple[PanelQuery, ...] = ()
    unit: str = ""
    steps: tuple[Step, ...] = ()
    columns: tuple[Column, ...] = ()
    grid: Grid
    links: tuple[PanelLink, ...] = ()
    no_value: str = ""
    interval: str = ""
    time_from: str = ""
    minimum: float | None = None
    maximum: float | None = None
    stacked: bool = False
    decimals: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a dashboard; its panels follow it in page order."""

    key: str
    id: int
    title: str
    collapsed: bool
    grid: Grid
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """
    A dashboard variable over the values of one label.

    Attributes:
        name: Without the dollar sign.
        title: What people read.
        query: Such as `label_values(m{a=~"$a"}, b)`.
    """

    name: str
    title: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """
    One dashboard.

    Attributes:
        key: Name in the catalog.
        uid: At most 40 characters, from service and key, never from the title.
        service: The service it belongs to.
        title: What people read.
        description: May be empty.
        tags: For Grafana's search.
        variables: After the datasource variable, which every dashboard has as `datasource`.
        rows: In page order.
        time_from: Start of the default range, such as `now-24h`.
        refresh: Such as `30s`, empty for none.
        alerts: Names of the alerts to show as annotations, sorted.
    """

    key: str
    uid: str
    service: str
    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    rows: tuple[Row, ...] = ()
    time_from: str = "now-6h"
    refresh: str = "30s"
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    Where metrics are sent, by the names of the environment variables that say it.

    Attributes:
        name: Destination in the catalog.
        url_env, user_env, password_env: Names of environment variables; user and password may be empty.
    """

    name: str
    url_env: str
    user_env: str = ""
    password_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeTarget:
    """One address to scrape and the labels that it adds to every series."""

    address: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeJob:
    """
    One scrape job.

    Attributes:
        service: Service of the catalog.
        job: The `job` label.
        interval: Prometheus duration.
        timeout: Prometheus duration, not above the interval.
        path: Metrics path.
        targets: In the order of the workspaces' names.
        series: Every series name that may leave the host, after expansion (`_bucket`, `_sum`, `_count`), sorted.
        endpoints: Where the series go.
        sample_limit: Breaker for one scrape; 0 for none.
    """

    service: str
    job: str
    interval: str
    timeout: str
    path: str
    targets: tuple[ScrapeTarget, ...]
    series: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    sample_limit: int = 0
