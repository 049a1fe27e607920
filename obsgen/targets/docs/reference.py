"""The sections of the metrics reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.emit.markdown import code, escaped, fence, inline, link, row
from obsgen.emit.prose import prose
from obsgen.plan.links import anchor
from obsgen.promql.compile import Setting, query
from obsgen.spec import queries as q
from obsgen.spec.model import Derived, Metric, MetricLabel, Service
from obsgen.spec.values import number
from obsgen.targets.docs.counts import factors, series_at_most
from obsgen.targets.docs.places import RECORDS, alert_link, record_link
from obsgen.targets.docs.questions import examples
from obsgen.targets.docs.sentences import clause
from obsgen.targets.docs.usage import Usage

_LEVEL = 2


@dataclass(frozen=True, kw_only=True)
class Question:
    """A query for people: what it asks, ending in a colon, and its PromQL in a fence."""

    caption: str
    fence: str


@dataclass(frozen=True, kw_only=True)
class MetricSection:
    """One section of the reference; every text is Markdown, tables are rows."""

    heading: str
    help: str
    facts: tuple[str, ...]
    labels: tuple[str, ...]
    notes: str
    uses: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class RecordSection:
    """One recorded series of the reference."""

    name: str
    says: str
    fence: str


def question(caption: str, shape: q.Shape, setting: Setting) -> Question:
    """Return *shape* as PromQL below its *caption*, which has no colon yet."""
    return Question(caption=f"{caption}:", fence=fence(query(shape, setting).expr.text.strip(), "promql"))


def metric_sections(service: Service, usage: Usage) -> Iterator[MetricSection]:
    """Yield a section for every metric of *service*."""
    taken = {RECORDS, *(anchor(metric.name) for metric in service.metrics)}
    setting = Setting(catalog=usage.catalog, service=service)
    for metric in service.metrics:
        yield MetricSection(
            heading=f"{'#' * _LEVEL} {code(metric.name)}",
            help=inline(metric.help),
            facts=tuple(row(name, text) for name, text in _facts(metric, service)),
            labels=tuple(row(code(label.name), *_label(label, metric, service)) for label in metric.labels),
            notes=prose(metric.notes, _LEVEL, taken),
            uses=tuple(_uses(metric, usage)),
            questions=tuple(question(caption, shape, setting) for caption, shape in examples(metric, service)),
        )


def record_sections(service: Service, usage: Usage) -> Iterator[RecordSection]:
    """Yield an entry for every recorded series of *service*."""
    setting = Setting(catalog=usage.catalog, service=service)
    for record in service.records:
        expr = query(record.spec.query, setting).expr.text.strip()
        yield RecordSection(name=code(record.name), says=inline(record.spec.record), fence=fence(expr, "promql"))


def _facts(metric: Metric, service: Service) -> Iterator[tuple[str, str]]:
    yield "Kind", metric.kind
    yield "Unit", escaped(metric.unit) or "none"
    yield "On the metrics page", ", ".join(map(code, metric.series))
    yield "Series in one process", _series(metric)
    if metric.buckets:
        yield "Buckets", ", ".join(map(number, metric.buckets)) + " and +Inf"
    if metric.low is not None or metric.high is not None:
        yield "Values", _range(metric)
    if metric.starts_at is not None:
        yield "Starts at", _start(metric.starts_at, metric, service)
    yield "Owner", escaped(metric.owner) or "none"
    yield "Stability", metric.stability


def _series(metric: Metric) -> str:
    several = factors(metric)
    times = " \N{MULTIPLICATION SIGN} ".join(map(str, several))
    return f"at most {series_at_most(metric):,}" + (f" ({times})" if len(several) > 1 else "")


def _range(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return f"at least {number(metric.low)}" if metric.low is not None else f"at most {number(metric.high or 0.0)}"
    return f"from {number(metric.low)} to {number(metric.high)}"


def _start(start: float | Derived, metric: Metric, service: Service) -> str:
    if not isinstance(start, Derived):
        return number(start)
    return f"{code(start.datum)} of the {code(start.label)}: {_data(start, metric, service)}"


def _data(derived: Derived, metric: Metric, service: Service) -> str:
    holder = metric.label(derived.label)
    kind = service.labels.get(holder.kind) if holder else None
    if holder is None or kind is None:
        return "unknown"
    data = ((value, kind.data.get(value, {}).get(derived.datum)) for value in holder.values or ())
    return ", ".join(f"{number(found)} for {code(value)}" for value, found in data if found is not None)


def _label(label: MetricLabel, metric: Metric, service: Service) -> tuple[str, str]:
    if label.derived is not None:
        derived = label.derived
        meaning = f"{code(derived.datum)} of the {code(derived.label)}; follows from it."
        return meaning, _data(derived, metric, service)
    kin = f" Takes the values of {code(label.kind)}." if label.kind != label.name else ""
    if label.values is not None:
        return f"{inline(label.help)}{kin}", ", ".join(map(code, label.values))
    such = f", such as {code(label.example)}" if label.example else ""
    return f"{inline(label.help)}{kin}", f"open, at most {label.at_most:,}{such}"


def _uses(metric: Metric, usage: Usage) -> Iterator[str]:
    for alert, via in usage.alerts(metric):
        yield f"Alert {alert_link(alert)}{_through(via)} fires when {clause(alert.spec.when)}."
    for record, via in usage.records(metric):
        yield f"Recorded series {record_link(record)}{_through(via)}."
    for panel in usage.panels_of(metric):
        yield f"Panel *{inline(panel.spec.title)}* of the dashboard *{inline(panel.dashboard.spec.title)}*."


def _through(record: str) -> str:
    return f" through {code(record)}" if record else ""


def index_row(metric: Metric) -> str:
    """Return the row of the page's table of contents."""
    return row(
        link(code(metric.name), f"#{anchor(metric.name)}"), metric.kind, escaped(metric.unit), inline(metric.help)
    )
