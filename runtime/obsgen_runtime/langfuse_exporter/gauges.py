"""The figures of the last window on /metrics: there while they are fresh, gone when they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from obsgen_runtime import _langfuse_metrics as generated
from obsgen_runtime.collectors import make
from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
from obsgen_runtime.langfuse_exporter.plans import Projection
from obsgen_runtime.langfuse_exporter.snapshot import Group, Snapshot

Series = Mapping[tuple[str, ...], float]
Readings = Mapping[str, Series]
"""Value by label values, by name of the metric."""

_WINDOW = {each.name: each for each in generated.DESCRIPTORS if not each.name.startswith("langfuse_exporter_")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """
    What is served until the next poll.

    Attributes:
        snapshot: The window, with the names that are shown.
        projection: A month at its pace.
        taken_at: Monotonic time of the poll.
        fresh_until: Monotonic time from which on the figures are too old to be shown.
        age_when_taken_seconds: How long the window had ended then, by the server's clock.
    """

    snapshot: Snapshot
    projection: Projection
    taken_at: float
    fresh_until: float
    age_when_taken_seconds: float

    def age_seconds(self, now: float) -> float:
        """Return how long ago the window ended, at the monotonic time *now*; no clock that is set can change it."""
        return self.age_when_taken_seconds + now - self.taken_at


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMetrics:
    """What the exporter says of itself, in *registry*."""

    registry: CollectorRegistry
    up: generated.LangfuseExporterUp = field(init=False)
    last_success: generated.LangfuseExporterLastSuccessTimestampSeconds = field(init=False)
    skew: generated.LangfuseExporterClockSkewSeconds = field(init=False)
    polls: generated.LangfuseExporterPollsTotal = field(init=False)
    errors: generated.LangfuseExporterErrorsTotal = field(init=False)
    requests: generated.LangfuseExporterRequestsTotal = field(init=False)
    truncated: generated.LangfuseExporterTruncatedTotal = field(init=False)
    ignored: generated.LangfuseExporterValuesIgnoredTotal = field(init=False)

    def __post_init__(self) -> None:
        """Register them."""
        for name, kind in (
            ("up", generated.LangfuseExporterUp),
            ("last_success", generated.LangfuseExporterLastSuccessTimestampSeconds),
            ("skew", generated.LangfuseExporterClockSkewSeconds),
            ("polls", generated.LangfuseExporterPollsTotal),
            ("errors", generated.LangfuseExporterErrorsTotal),
            ("requests", generated.LangfuseExporterRequestsTotal),
            ("truncated", generated.LangfuseExporterTruncatedTotal),
            ("ignored", generated.LangfuseExporterValuesIgnoredTotal),
        ):
            object.__setattr__(self, name, make(kind, self.registry, strict=False))


class WindowCollector(Collector):
    """
    Shows what *figures* returns, at the moment of the scrape.

    Series that are not shown any more end at once for Prometheus, which marks them stale: an outage is a gap, not a 0.
    """

    def __init__(self, figures: Callable[[], Figures | None], monotonic: Callable[[], float]) -> None:
        """Prepare; the caller registers it."""
        self._figures = figures
        self._monotonic = monotonic

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield the names, so that a registry refuses a second exporter."""
        yield from (_family(descriptor) for descriptor in _WINDOW.values())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures, if there are any that are fresh."""
        figures = self._figures()
        now = self._monotonic()
        if figures is None or now >= figures.fresh_until:
            return
        for name, series in readings(figures, now).items():
            family = _family(_WINDOW[name])
            for labels, value in series.items():
                family.add_metric(labels, value)
            if series:
                yield family


def readings(figures: Figures, now: float) -> Readings:
    """Return every series at the monotonic time *now*; what is unknown has none."""
    snapshot, projection = figures.snapshot, figures.projection
    total, window = snapshot.total, snapshot.window
    return {
        "langfuse_window_start_timestamp_seconds": {(): window.start.timestamp()},
        "langfuse_window_end_timestamp_seconds": {(): window.end.timestamp()},
        "langfuse_window_age_seconds": {(): figures.age_seconds(now)},
        "langfuse_tasks": _one(total.count),
        "langfuse_cost_usd": _one(total.cost_usd),
        "langfuse_scores": _one(total.scores),
        "langfuse_quality_score": _one(total.quality),
        "langfuse_trace_runs": _by_name(snapshot.traces, lambda group: group.count),
        "langfuse_trace_cost_usd": _by_name(snapshot.traces, lambda group: group.cost_usd),
        "langfuse_trace_latency_p95_seconds": _by_name(snapshot.traces, lambda group: group.latency_p95_seconds),
        "langfuse_model_calls": _by_name(snapshot.models, lambda group: group.count),
        "langfuse_model_cost_usd": _by_name(snapshot.models, lambda group: group.cost_usd),
        "langfuse_model_tokens": {
            **_by_name(snapshot.models, lambda group: group.input_tokens, "input"),
            **_by_name(snapshot.models, lambda group: group.output_tokens, "output"),
        },
        "langfuse_model_latency_p95_seconds": _by_name(snapshot.models, lambda group: group.latency_p95_seconds),
        "langfuse_model_first_token_p95_seconds": _by_name(
            snapshot.models, lambda group: group.first_token_p95_seconds
        ),
        "langfuse_agent_tasks": _by_name(snapshot.agents, lambda group: group.count),
        "langfuse_agent_cost_usd": _by_name(snapshot.agents, lambda group: group.cost_usd),
        "langfuse_agent_quality_score": _by_name(snapshot.agents, lambda group: group.quality),
        "langfuse_projected_month_cost_usd": {
            **_one(projection.metered_usd_per_month, "metered"),
            **_one(projection.flat_usd_per_month, "flat"),
        },
    }


def _one(value: float | None, *labels: str) -> Series:
    return {} if value is None else {labels: value}


def _by_name(groups: Mapping[str, Group], value: Callable[[Group], float | None], *labels: str) -> Series:
    found = {(name, *labels): value(group) for name, group in groups.items()}
    return {key: number for key, number in found.items() if number is not None}


def _family(descriptor: MetricDescriptor) -> GaugeMetricFamily:
    return GaugeMetricFamily(descriptor.name, descriptor.help, labels=[label.name for label in descriptor.labels])


def label_of(metric: str, name: str) -> LabelDescriptor:
    """Return the label *name* of a figure, for its bound."""
    return next(label for label in _WINDOW[metric].labels if label.name == name)
