"""`query/unit-mismatch`: a threshold in a unit that the result of the query does not have."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.promql.collect import shown
from obsgen.promql.units import unit_of
from obsgen.spec.dashboards import PanelSpec, ThresholdOf
from obsgen.spec.fields import Written
from obsgen.spec.model import Catalog, Metric, Service
from obsgen.spec.queries import AllOf, AnyOf, Per, Shape, Top, When, Within
from obsgen.spec.values import Quantity

# Seconds of work in each second of time are the share of it that was busy.
_SHARES = ("ratio", "seconds/second")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report percentages where the result is no ratio, and durations where it is not in seconds."""
    catalog = subject.catalog
    for service in catalog.services:
        for alert in service.alerts:
            yield from _condition(alert.spec.when, catalog)
        for record in service.records:
            yield from _bounds(record.spec.query, catalog)
        for panel in _panels(service):
            for shape in shown(panel):
                yield from _bounds(shape, catalog)
            yield from _steps(panel, catalog)


def _condition(written: When | AllOf | AnyOf, catalog: Catalog) -> Iterator[Diagnostic]:
    if isinstance(written, AllOf):
        for part in (*written.all_, *(() if written.unless is None else (written.unless,))):
            yield from _condition(part, catalog)
    elif isinstance(written, AnyOf):
        for part in written.any_:
            yield from _condition(part, catalog)
    else:
        yield from _bounds(written.query, catalog)
        test = written.test
        if test is not None:
            yield from _compare(getattr(test, test.word), test.origin.at(test.word), (written.query,), None, catalog)


def _bounds(shape: Shape, catalog: Catalog) -> Iterator[Diagnostic]:
    """Hold the bounds inside of *shape* against what it measures."""
    if isinstance(shape, Within) and (metric := catalog.metrics.get(shape.of)) is not None:
        yield from _one(shape.within, shape.origin.at("within"), metric.unit, metric, shape)
    elif isinstance(shape, Top):
        yield from _bounds(shape.of, catalog)
    elif isinstance(shape, Per):
        yield from _bounds(shape.per.of, catalog)
        yield from _bounds(shape.per.each, catalog)


def _panels(service: Service) -> Iterator[PanelSpec]:
    for dashboard in service.dashboards:
        for row in dashboard.spec.rows.values():
            yield from row.panels.values()


def _steps(panel: PanelSpec, catalog: Catalog) -> Iterator[Diagnostic]:
    for step in panel.thresholds or ():
        if not isinstance(step.at, ThresholdOf):
            yield from _compare(step.at, step.origin.at("at"), shown(panel), panel.unit, catalog)


def _compare(
    written: float | Quantity, span: Span, shapes: tuple[Shape, ...], stated: str | None, catalog: Catalog
) -> Iterator[Diagnostic]:
    """Hold a threshold against the results of *shapes*; it fits if it fits one of them. *stated* fills in for PromQL."""
    found: list[Diagnostic] = []
    for shape in shapes:
        unit = unit_of(shape, catalog)
        problems = list(_one(written, span, stated if unit is None else unit, _metric(shape, catalog), shape))
        if not problems:
            return
        found += problems
    yield from found[:1]


def _one(
    written: float | Quantity, span: Span, unit: str | None, metric: Metric | None, shape: Written
) -> Iterator[Diagnostic]:
    if not isinstance(written, Quantity) or unit is None:
        return
    percent = written.unit == "ratio"
    # One count per another is a share as often as not.
    if (unit in _SHARES or (isinstance(shape, Per) and not unit)) if percent else unit == "seconds":
        return
    what = "percentage" if percent else "duration"
    also = (Label(metric.name_span, f"`{metric.name}` is defined here"),) if metric is not None else ()
    yield error(
        "query/unit-mismatch",
        f"`{written.text}` is a {what}, the result is {_in_words(unit)}",
        span,
        also=also,
        help="write a bare number; the unit of a metric comes from the end of its name, or from its `unit`",
    )


def _in_words(unit: str) -> str:
    if unit == "/second":
        return "a number per second"
    return f"in {unit.replace('/second', ' per second').replace('/', ' per ')}" if unit else "a number without unit"


def _metric(shape: Shape, catalog: Catalog) -> Metric | None:
    """Return the metric that *shape* asks about, or None where there is not exactly one."""
    if isinstance(shape, Top):
        return _metric(shape.of, catalog)
    tag = next(iter(type(shape).__dataclass_fields__))
    names = (getattr(shape, tag), getattr(shape, "of", None))
    return next((metric for name in names if isinstance(name, str) and (metric := catalog.metrics.get(name))), None)


CHECK = Check(code="query/unit-mismatch", run=run)
