"""The catalog as it is meant: every reference resolved, every default filled in, nothing left to look up by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from obsgen.diagnostics import Span
from obsgen.source.nodes import Scalar, Sequence
from obsgen.spec.alerts import AlertSpec, RecordSpec
from obsgen.spec.dashboards import DashboardSpec
from obsgen.spec.fields import Origin
from obsgen.spec.values import Duration

#: What an unlisted label value is recorded as; every label knows it without saying so.
OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """
    A kind of label: its meaning and its values.

    Attributes:
        name: As written.
        help: What it tells apart.
        values: Every value in the order of the catalog, without `other`; None for an open label.
        at_most: Largest number of distinct values of an open label.
        example: A typical value.
        data: Value -> name of a datum -> number.
        name_span: Where its name stands.
    """

    name: str
    help: str
    values: tuple[str, ...] | None
    at_most: int | None
    example: str
    data: Mapping[str, Mapping[str, float]]
    origin: Origin = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A label value that follows from another label of the same metric."""

    label: str
    datum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricLabel:
    """
    One label of one metric.

    Attributes:
        name: Its name on this metric.
        kind: The label of the catalog whose values it takes; empty for a derived one.
        values: Closed values without `other`, None for an open label.
        at_most: Bound of an open label.
        derived: Set if the value follows from another label.
        origin: Where this metric names it.
    """

    name: str
    kind: str
    help: str
    values: tuple[str, ...] | None
    at_most: int | None = None
    example: str = ""
    derived: Derived | None = None
    origin: Origin = field(compare=False, repr=False)
    definition: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """
    One metric.

    Attributes:
        name: As on /metrics.
        kind: `counter`, `gauge`, `histogram` or `info`.
        help: What is measured.
        unit: Plural, empty for a bare count.
        labels: In the order of the catalog.
        buckets: Rising upper bounds without +Inf; empty unless a histogram.
        low, high: Permitted range of values, None for no bound.
        expect: Lowest and highest value that usually occur, in its unit; None where nobody said so.
        renamed_from: Its name before, empty where it never had another.
        starts_at: Value of a gauge at start, or the datum that holds it, or None.
    """

    service: str
    name: str
    kind: str
    help: str
    unit: str
    labels: tuple[MetricLabel, ...]
    buckets: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    expect: tuple[float, float] | None = None
    renamed_from: str = ""
    starts_at: float | Derived | None = None
    owner: str = ""
    stability: str = "stable"
    notes: str = ""
    origin: Origin = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)

    def label(self, name: str) -> MetricLabel | None:
        """Return the label called *name*, or None."""
        return next((label for label in self.labels if label.name == name), None)

    def label_span(self, name: str) -> Span:
        """Return where this metric names the label *name*, or the nearest place."""
        listed = self.origin.find("labels")
        if isinstance(listed, Sequence):
            spans = (item.span for item in listed.items if isinstance(item, Scalar) and item.text == name)
            return next(spans, listed.span)
        return self.origin.key("labels", name)

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the series on /metrics that belong to it, without `_created`."""
        if self.kind == "histogram":
            return tuple(self.name + part for part in ("_bucket", "_count", "_sum"))
        return (self.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How bad an alert is."""

    name: str
    means: str
    respond_in: Duration
    origin: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; `spec` holds the condition and the prose."""

    service: str
    name: str
    severity: Severity
    owner: str
    spec: AlertSpec
    name_span: Span = field(compare=False, repr=False)

    @property
    def origin(self) -> Origin:
        """Where it was written."""
        return self.spec.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One recorded series."""

    service: str
    name: str
    spec: RecordSpec
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard of a service."""

    service: str
    key: str
    spec: DashboardSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where metrics are written, by the names of environment variables; user and password may be empty."""

    name: str
    url_env: str
    user_env: str
    password_env: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One running copy of a service."""

    name: str
    port: int
    service_name: str
    origin: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """How a service is scraped."""

    job: str
    every: Duration
    timeout: Duration
    path: str
    host: str
    sample_limit: int
    origin: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """
    What a log pipeline sets.

    Attributes:
        labels: Every label of its streams, with its values; None where they are open.
        metadata: Names of the structured metadata of its lines.
    """

    labels: Mapping[str, tuple[str, ...] | None]
    metadata: tuple[str, ...]
    origin: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a trace pipeline sets: attributes with their scope; `span.http.*` is all below `span.http.`."""

    attributes: tuple[str, ...]
    origin: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """
    What one language model costs: by tokens, nothing, or flat.

    Attributes:
        model: Name of the model, as written.
        input, output, cache_read, cache_write: US dollars per million tokens; None where nothing is said.
        free: Whether calls cost nothing.
        flat: US dollars per month, None unless it is paid so.
        name_span: Where the name stands.
    """

    model: str
    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    free: bool = False
    flat: float | None = None
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """
    Prices of language models on one day.

    Attributes:
        as_of: The day on which they were checked.
        models: Sorted by name.
        notes: For readers of the reference; Markdown.
    """

    as_of: dt.date
    models: tuple[ModelPrice, ...]
    notes: str
    origin: Origin = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that belongs to one service, sorted by name."""

    name: str
    owner: str
    labels: Mapping[str, Label]
    metrics: tuple[Metric, ...]
    alerts: tuple[Alert, ...]
    records: tuple[Record, ...]
    dashboards: tuple[Dashboard, ...]
    scrape: Scrape | None
    workspaces: tuple[Workspace, ...]
    metrics_to: tuple[Endpoint, ...]
    prices: Prices | None = None
    logs: Logs | None = None
    traces: Traces | None = None

    def alert(self, name: str) -> Alert | None:
        """Return the alert called *name*, or None."""
        return next((alert for alert in self.alerts if alert.name == name), None)

    @property
    def target_labels(self) -> Mapping[str, tuple[str, ...] | None]:
        """Labels that the scrape adds to every series, with their values; None where they are open."""
        if self.scrape is None:
            return {}
        found: dict[str, tuple[str, ...] | None] = {"job": (self.scrape.job,), "instance": None}
        if self.workspaces:
            found["workspace"] = tuple(workspace.name for workspace in self.workspaces)
            names = tuple(sorted({workspace.service_name for workspace in self.workspaces if workspace.service_name}))
            if names:
                found["service_name"] = names
        return found


@dataclass(frozen=True)
class Catalog:
    """The whole catalog."""

    services: tuple[Service, ...]
    severities: Mapping[str, Severity]
    shared_logs: Logs | None = None
    shared_traces: Traces | None = None

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric by name."""
        return {metric.name: metric for service in self.services for metric in service.metrics}

    @cached_property
    def series(self) -> Mapping[str, Metric]:
        """Every series name on a metrics page -> its metric."""
        return {name: metric for metric in self.metrics.values() for name in metric.series}

    @cached_property
    def renamed(self) -> Mapping[str, tuple[str, Metric]]:
        """Every former name of a series that no other series has taken -> its name today, and the metric."""
        found = {}
        for metric in self.metrics.values():
            for name in (*metric.series, metric.name) if metric.renamed_from else ():
                found[metric.renamed_from + name.removeprefix(metric.name)] = (name, metric)
        taken = {*self.series, *self.metrics, *self.records}
        return {name: today for name, today in found.items() if name not in taken}

    @cached_property
    def records(self) -> Mapping[str, Record]:
        """Every recorded series by name."""
        return {record.name: record for service in self.services for record in service.records}

    @property
    def logs(self) -> tuple[Logs, ...]:
        """What log pipelines set, as far as anybody said it."""
        return tuple(one for one in (self.shared_logs, *(service.logs for service in self.services)) if one)

    @property
    def traces(self) -> tuple[Traces, ...]:
        """What trace pipelines set, as far as anybody said it."""
        return tuple(one for one in (self.shared_traces, *(service.traces for service in self.services)) if one)

    @cached_property
    def by_name(self) -> Mapping[str, Service]:
        """Every service by name."""
        return {service.name: service for service in self.services}

    @property
    def alerts(self) -> Iterator[Alert]:
        """Every alert."""
        return (alert for service in self.services for alert in service.alerts)
